import type { TextEquality, ValueType } from "../../schema/column";

/** What the catalogue says of the type of a column's values. */
export interface PostgresColumnType {
  /** Name of one of the system's own types; of any other `null`. */
  readonly type: string | null;
  readonly enumerated: boolean;
  readonly length: number | null;
  readonly deterministic: boolean;
  /** Of the collation: `c` libc, `i` ICU, `b` builtin. */
  readonly provider: string | null;
  readonly locale: string | null;
  readonly serverEncoding: string;
  readonly clientEncoding: string;
}

const BITS: Readonly<Record<string, bigint>> = { int2: 16n, int4: 32n, int8: 64n };

/** Domains are types of their own, with operators that may be, too; citext, numeric compare otherwise. */
export function postgresType(column: PostgresColumnType): ValueType {
  const bits = BITS[column.type ?? ""];
  if (bits !== undefined) {
    const bound = 1n << (bits - 1n);
    return { kind: "integer", min: -bound, max: bound - 1n };
  }
  if (column.enumerated) {
    return { kind: "enum", equality: "exact", repertoire: repertoireOf(column), labels: undefined };
  }
  switch (column.type) {
    case "bool":
      return { kind: "boolean" };
    case "uuid":
    case "date":
      return { kind: column.type };
    case "text":
    case "varchar":
      return textType(column, "exact");
    case "bpchar":
      return textType(column, "filled");
    case "timestamp":
    case "timestamptz":
      return { kind: "opaque", ordering: "moments" };
    default:
      return { kind: "opaque" };
  }
}

function textType(column: PostgresColumnType, equality: TextEquality): ValueType {
  // The others are equal only if their bytes are, whatever the locale.
  if (!column.deterministic) return { kind: "opaque" };
  return {
    kind: "text",
    equality,
    repertoire: repertoireOf(column),
    maxLength: column.length ?? undefined,
    ordering: equality === "exact" && isBytewise(column) ? "bytes" : undefined,
  };
}

/** The builtin provider has no other order. libc's C.UTF-8 is left out: it depends on the version of libc. */
function isBytewise({ provider, locale }: PostgresColumnType): boolean {
  return provider === "b" || (provider === "c" && (locale === "C" || locale === "POSIX"));
}

function repertoireOf({ serverEncoding, clientEncoding }: PostgresColumnType): "ascii" | "unicode" {
  return serverEncoding === "UTF8" && clientEncoding === "UTF8" ? "unicode" : "ascii";
}
