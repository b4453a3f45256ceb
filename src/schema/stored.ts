import type { SqlDialect } from "../sql/analysis";
import { canonical } from "./canonical";
import type { ValueType } from "./column";
import { dayOf } from "./rank";

/** `canonical` of a value that the driver returned: what it makes of some is not what they are asked for by. */
export function canonicalStored(type: ValueType, dialect: SqlDialect, value: unknown): string | undefined {
  // It tells nothing of what is equal, see `rank.ts`.
  if (type.kind === "opaque")
    return type.ordering && value instanceof Date ? dayOf(value, dialect) : undefined;
  if (type.kind === "date" && dialect === "postgres" && value instanceof Date) {
    return canonical(type, dialect, localDay(value));
  }
  // In an integer column SQLite keeps as text what is no number, and sql.js may drop what makes it none (U+FEFF).
  if (type.kind === "integer" && dialect === "sqlite" && typeof value === "string") return undefined;
  return canonical(type, dialect, value);
}

/** The day of which `pg` has made a midnight; a time of day, and a day that some zone left out, come from elsewhere. */
function localDay(value: Date): string | undefined {
  const [year, month, day] = [value.getFullYear(), value.getMonth(), value.getDate()];
  const before = new Date(value);
  before.setDate(day - 1);
  const skipped = new Date(Date.UTC(year, month, day - 1)).getUTCDate() !== before.getDate();
  if (skipped || value.getHours() + value.getMinutes() + value.getSeconds() + value.getMilliseconds() !== 0) {
    return undefined;
  }
  const pad = (part: number, length: number): string => String(part).padStart(length, "0");
  return `${pad(year, 4)}-${pad(month + 1, 2)}-${pad(day, 2)}`;
}

/** The same of a value that may be NULL, or of a column of which nothing is known. */
export function storedValue(
  type: ValueType | undefined,
  dialect: SqlDialect,
  value: unknown,
): string | null | undefined {
  if (value === null) return null;
  return type && value !== undefined ? canonicalStored(type, dialect, value) : undefined;
}
