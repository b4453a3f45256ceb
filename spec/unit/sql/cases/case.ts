/** A text and the summary of its analysis. */
export type Case = readonly [sql: string, summary: string];
