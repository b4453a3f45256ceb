import type { SqlDialect } from "../sql/analysis";
import type { EnumType, IntegerType, TextType, ValueType } from "./column";

/**
 * The one text of a value and of all that the database calls equal to it in a column of this type, or `undefined`
 * where that is not known. `value` is a parameter, a constant of the statement (whole numbers as bigint), or what
 * the driver returned; never NULL. A value that is written is stored as one with the same text.
 *
 * A parameter is taken to be compared with this column alone: PostgreSQL gives a `$1` that stands twice the type
 * of its first place, which may round it (real), cut it (name) or trim it (char) before it comes to the second.
 */
export function canonical(type: ValueType, dialect: SqlDialect, value: unknown): string | undefined {
  switch (type.kind) {
    case "integer":
      return canonicalInteger(type, dialect, value);
    case "boolean":
      return BOOLEANS.get(value);
    case "text":
      return canonicalText(type, value);
    case "enum":
      return canonicalLabel(type, value);
    case "uuid":
      return matching(UUID, value)?.toLowerCase();
    case "date":
      return canonicalDate(value);
    case "opaque":
      return undefined;
  }
}

/**
 * Whether the database calls all values with this canonical text equal. SQLite's texts are not known that well:
 * sql.js drops U+FEFF where one begins and all that follows a NUL, and the text that it returns shows neither.
 */
export function isExact(type: ValueType, dialect: SqlDialect, text: string): boolean {
  if (type.kind === "integer") return dialect === "postgres" || Number.isSafeInteger(Number(text));
  return type.kind !== "opaque" && dialect !== "sqlite";
}

/** Whether a value with this canonical text is true where a statement asks for the column alone (`WHERE visible`). */
export function isTrue(type: ValueType, text: string): boolean | undefined {
  if (type.kind === "boolean") return text === "true";
  // On MySQL and SQLite whatever is not zero is true.
  return type.kind === "integer" ? text !== "0" : undefined;
}

const BOOLEANS = new Map<unknown, string>([
  ...[true, 1, 1n, "t", "true", "1"].map((value) => [value, "true"] as const),
  ...[false, 0, 0n, "f", "false", "0"].map((value) => [value, "false"] as const),
]);

const INTEGER = /^[+-]?\d{1,64}$/;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Letters, digits, `-` and `_`: no collation that is known here gives them equals but their other case. */
const PLAIN = /^[\w-]*$/;
const ASCII = /^[\x01-\x7f]*$/;
/**
 * U+FEFF: decoders drop it where a text begins. A surrogate that stands alone has no bytes, and U+FFFD may stand for
 * bytes that are no character: SQLite keeps those.
 */
const UNFAITHFUL = /[\0\uFEFF\uFFFD\p{Surrogate}]/u;

function canonicalInteger(type: IntegerType, dialect: SqlDialect, value: unknown): string | undefined {
  const integer = integerOf(dialect, value);
  // MySQL may clip what is out of range.
  if (integer === undefined || integer < type.min || integer > type.max) return undefined;
  if (dialect === "postgres" || Number.isSafeInteger(Number(integer))) return integer.toString();
  // MySQL compares integers with strings as doubles, and drivers return large ones as doubles: equal is what rounds
  // to the same double.
  return BigInt(Number(integer)).toString();
}

function integerOf(dialect: SqlDialect, value: unknown): bigint | undefined {
  switch (typeof value) {
    case "bigint":
      return value;
    case "string":
      return INTEGER.test(value) ? BigInt(value) : undefined;
    case "number":
      // PostgreSQL compares exactly, and a number that large may stand for its neighbours.
      if (dialect === "postgres" && !Number.isSafeInteger(value)) return undefined;
      return Number.isInteger(value) ? BigInt(value) : undefined;
    case "boolean":
      return dialect === "postgres" ? undefined : BigInt(value);
    default:
      return undefined;
  }
}

function canonicalText(type: TextType, value: unknown): string | undefined {
  const text = faithful(type.repertoire, value);
  // At least as many UTF-16 units as characters.
  if (text === undefined || text.length > (type.maxLength ?? Infinity)) return undefined;
  switch (type.equality) {
    case "exact":
      return text;
    case "padded":
    case "filled":
      return text.endsWith(" ") ? undefined : text;
    case "ascii-insensitive":
      return matching(PLAIN, text)?.toLowerCase();
    case "ascii-sensitive":
      return matching(PLAIN, text);
  }
}

function canonicalLabel({ equality, repertoire, labels }: EnumType, value: unknown): string | undefined {
  if (equality === "exact") return faithful(repertoire, value);
  const text = matching(PLAIN, value);
  const label = equality === "ascii-insensitive" ? text?.toLowerCase() : text;
  // MySQL takes another one for the number of a label, or stores the empty one without strict mode.
  return label !== undefined && (labels?.has(label) ?? true) ? label : undefined;
}

function canonicalDate(value: unknown): string | undefined {
  const text = matching(DATE, value);
  if (text === undefined || text.startsWith("0000")) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  // A day that does not exist rolls over into the next month, or is not a time at all.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : undefined;
}

/** A text that reaches the database, and comes back, character by character. */
export function faithful(repertoire: TextType["repertoire"], value: unknown): string | undefined {
  if (typeof value !== "string" || UNFAITHFUL.test(value)) return undefined;
  return repertoire === "unicode" || ASCII.test(value) ? value : undefined;
}

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}
