import type { EnumType, IntegerType, TextEquality, ValueType } from "../../schema/column";

/** What information_schema says of the type of a column's values, and what it depends on. */
export interface MysqlColumnType {
  readonly dataType: string;
  readonly columnType: string;
  readonly collation: string | null;
  readonly extra: string;
  readonly length: number | string | null;
  readonly clientCharset: string;
  readonly sqlMode: string;
}

interface Collation {
  readonly charset: string;
  readonly equality: TextEquality;
  readonly ordering: "bytes" | undefined;
}

const BITS: Readonly<Record<string, bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
};

export function mysqlType(column: MysqlColumnType): ValueType {
  const dataType = column.dataType.toLowerCase();
  const bits = BITS[dataType];
  if (bits !== undefined) return integerType(column, bits);
  switch (dataType) {
    case "char":
    case "varchar":
    case "tinytext":
    case "text":
    case "mediumtext":
    case "longtext":
      return textType(dataType, column);
    case "enum":
      return enumType(column);
    case "uuid":
    case "date":
      return { kind: dataType };
    case "datetime":
    case "timestamp":
      return { kind: "opaque", ordering: "moments" };
    default:
      return { kind: "opaque" };
  }
}

function integerType({ columnType, extra }: MysqlColumnType, bits: bigint): IntegerType {
  const unsigned = /unsigned/i.test(columnType);
  const [min, max] = unsigned ? [0n, 1n << bits] : [-(1n << (bits - 1n)), 1n << (bits - 1n)];
  // A zero that is written to an AUTO_INCREMENT column means the next number.
  return { kind: "integer", min: /auto_increment/i.test(extra) ? 1n : min, max: max - 1n };
}

function textType(dataType: string, column: MysqlColumnType): ValueType {
  const collation = collationOf(column);
  if (!collation) return { kind: "opaque" };
  // char(n) loses its blanks even where they count.
  const trimmed = dataType === "char" && collation.equality === "exact";
  const length = column.length === null ? undefined : Number(column.length);
  return {
    kind: "text",
    equality: trimmed ? "padded" : collation.equality,
    repertoire: repertoireOf(collation, column),
    // Of the TEXT types it is the number of bytes.
    maxLength: length !== undefined && dataType.endsWith("text") ? Math.floor(length / 4) : length,
    ordering: trimmed ? undefined : collation.ordering,
    collation: column.collation ?? undefined,
  };
}

function enumType(column: MysqlColumnType): ValueType {
  const collation = collationOf(column);
  if (!collation) return { kind: "opaque" };
  const equality: EnumType["equality"] =
    collation.equality === "ascii-insensitive" ? "ascii-insensitive" : "ascii-sensitive";
  const labels = [...column.columnType.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = ""]) =>
    equality === "ascii-insensitive" ? label.toLowerCase() : label,
  );
  return { kind: "enum", equality, repertoire: repertoireOf(collation, column), labels: new Set(labels) };
}

/**
 * A constant that the column's character set lacks makes the server compare in another one, by a collation of that;
 * the client's may turn characters into question marks.
 */
function repertoireOf({ charset }: Collation, { clientCharset }: MysqlColumnType): "ascii" | "unicode" {
  return charset === "utf8mb4" && clientCharset === "utf8mb4" ? "unicode" : "ascii";
}

const CHARSETS = ["utf8mb4", "utf8mb3", "utf8", "latin1", "ascii"];

/** Modes in which a text is not what was given: '' is NULL, or the driver's escapes are taken literally. */
const DISTORTING = /EMPTY_STRING_IS_NULL|NO_BACKSLASH_ESCAPES/i;

/** Collations by what follows the character set. Languages of their own are left out, with their `ij` and `aa`. */
const FAMILIES: readonly (readonly [RegExp, TextEquality])[] = [
  [/^(nopad_bin|0900_bin)$/, "exact"],
  [/^bin$/, "padded"],
  [/^(general|unicode|unicode_520)(_nopad)?_ci$/, "ascii-insensitive"],
  [/^(0900|uca1400|uca1400_nopad)_(ai|as)_ci$/, "ascii-insensitive"],
  [/^(0900|uca1400|uca1400_nopad)_(ai|as)_cs$/, "ascii-sensitive"],
];

/** `undefined`: not known what is equal. */
function collationOf({ collation, clientCharset, sqlMode }: MysqlColumnType): Collation | undefined {
  const [, charset = "", rest = ""] = /^([a-z0-9]+)_(.*)$/.exec(collation ?? "") ?? [];
  if (!CHARSETS.includes(charset) || !CHARSETS.includes(clientCharset) || DISTORTING.test(sqlMode)) {
    return undefined;
  }
  const swedish = charset === "latin1" && /^swedish(_nopad)?_ci$/.test(rest);
  const equality = swedish ? "ascii-insensitive" : FAMILIES.find(([name]) => name.test(rest))?.[1];
  const ordering = equality === "exact" || equality === "padded" ? "bytes" : undefined;
  return equality && { charset, equality, ordering };
}
