/** `unsent`: another subscriber refused the statement, so the database never saw it. */
export type Ending = "done" | "failed" | "unsent";

/** What the database said of a statement that it carried out, as far as the driver tells. */
export interface StatementResult {
  /** Rows that an INSERT, UPDATE or DELETE wrote. */
  readonly affected?: number | undefined;
  /** Rows that an UPDATE gave other values than they had. */
  readonly changed?: number | undefined;
  /** The generated key of the one row that was inserted. */
  readonly insertId?: unknown;
  /** RETURNING. */
  readonly rows?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/** What remains to be done when a statement has ended. */
export interface Pending {
  settle(ending: Ending, result?: StatementResult): Promise<void>;
}

export const SETTLED: Pending = Object.freeze({ settle: async () => undefined });

export function after(ended: (ending: Ending) => unknown): Pending {
  return {
    settle: async (ending) => {
      await ended(ending);
    },
  };
}
