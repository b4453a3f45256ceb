import type { CheckedDatabase } from "./recorder";

/** Texts that differ in case, accent or blanks at the end, which some databases take for equal. */
export const LABELS = ["a", "A", "á", "a ", "b"] as const;

export type Label = (typeof LABELS)[number];

/** As the default collation compares them: PostgreSQL's exactly, MariaDB's by letter alone, blanks at the end left out. */
const CLASSES: Record<CheckedDatabase, Record<Label, string>> = {
  postgres: { a: "a", A: "A", á: "á", "a ": "a ", b: "b" },
  mariadb: { a: "a", A: "a", á: "a", "a ": "a", b: "b" },
};

/** LIKE goes character by character: blanks at the end count everywhere. */
const SPELLINGS: Record<CheckedDatabase, Record<Label, string>> = {
  postgres: CLASSES.postgres,
  mariadb: { ...CLASSES.mariadb, "a ": "a " },
};

/** Equal for labels that the database takes for equal. */
export function classOf(database: CheckedDatabase, label: string): string {
  return CLASSES[database][label as Label];
}

/** Patterns of lower-case letters, `%` and `_`. */
export function isLike(database: CheckedDatabase, label: string, pattern: string): boolean {
  const wildcards = pattern.replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${wildcards}$`, "u").test(SPELLINGS[database][label as Label]);
}
