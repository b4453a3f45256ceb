/** A text that is the same for equal values of equal types, and for lists of the same items in any order. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (typeof value !== "object" || value === null) return `${typeof value} ${JSON.stringify(value)}`;
  const properties = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${properties.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join()}}`;
}

/** The same, of a list whose order counts. */
export function canonicalList(values: readonly unknown[]): string {
  return `[${values.map(canonical).join()}]`;
}

/** A statement's rows: their order counts only if the statement asks for one. */
export function canonicalRows(sql: string, rows: readonly unknown[]): string {
  return /\bORDER BY\b/.test(sql) ? canonicalList(rows) : canonical(rows);
}
