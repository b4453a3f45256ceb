import type { DatabaseName, PerDatabase } from "../support/databases";

/** Texts that differ in case, accent or blanks at the end, which some databases take for equal. */
export const LABELS = ["a", "A", "á", "a ", "b"] as const;

type Label = (typeof LABELS)[number];

const ALL_DIFFERENT: Record<Label, string> = { a: "a", A: "A", á: "á", "a ": "a ", b: "b" };

/** As the default collation compares them: MariaDB's by letter alone, blanks at the end left out. */
const CLASSES: PerDatabase<Record<Label, string>> = {
  postgres: ALL_DIFFERENT,
  sqljs: ALL_DIFFERENT,
  mariadb: { a: "a", A: "a", á: "a", "a ": "a", b: "b" },
};

/** LIKE goes character by character: blanks at the end count everywhere, the case of ASCII letters not on SQLite. */
const SPELLINGS: PerDatabase<Record<Label, string>> = {
  postgres: ALL_DIFFERENT,
  sqljs: { ...ALL_DIFFERENT, A: "a" },
  mariadb: { ...CLASSES.mariadb, "a ": "a " },
};

/** Equal for labels that the database takes for equal. */
export function classOf(database: DatabaseName, label: string): string {
  return CLASSES[database][label as Label];
}

/** Patterns of lower-case letters, `%` and `_`. */
export function isLike(database: DatabaseName, label: string, pattern: string): boolean {
  const wildcards = pattern.replaceAll("%", ".*").replaceAll("_", ".");
  return new RegExp(`^${wildcards}$`, "u").test(SPELLINGS[database][label as Label]);
}
