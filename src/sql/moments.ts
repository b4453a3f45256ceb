import type { SqlDialect } from "./analysis";

/**
 * PostgreSQL and SQLite read `'now'` and its like as the moment at which the statement runs, wherever a
 * string becomes a date or a time. Callers should ask it of parameters too: `WHERE at > $1` with `now`.
 */
export function meansMoment(value: string, dialect: SqlDialect): boolean {
  if (value.length > LONGEST) return false;
  switch (dialect) {
    case "postgres":
      return POSTGRES_MOMENT.test(value);
    case "sqlite":
      return value.trim().toLowerCase() === "now";
    case "mysql":
      return false;
  }
}

const LONGEST = 60;

/** A time of day may stand before or after the word, a zone behind: `today 12:00`, `now Europe/Berlin`. */
const POSTGRES_MOMENT = /^\s*(?:\S*\d\S*\s+)?(?:now|today|tomorrow|yesterday)(?:\s+\S*)*\s*$/i;
