import type { ValueType } from "../../schema/column";

export interface SqliteColumnType {
  /** As the table declares it. */
  readonly type: string;
  readonly ddl: string;
}

/** Values are of any type whatever the column's; what is asked of them is first turned into the column's affinity. */
export function sqliteType({ type, ddl }: SqliteColumnType): ValueType {
  const declared = type.toUpperCase();
  // TypeORM's booleans are numbers: affinity NUMERIC turns whole ones into integers.
  if (declared.includes("INT") || declared === "BOOLEAN") {
    return { kind: "integer", min: -(1n << 63n), max: (1n << 63n) - 1n };
  }
  // COLLATE may stand for any column of the table, and be one of the application's own.
  if (/\bcollate\b/i.test(ddl)) return { kind: "opaque" };
  if (/CHAR|CLOB|TEXT/.test(declared)) {
    return {
      kind: "text",
      equality: "exact",
      repertoire: "unicode",
      maxLength: undefined,
      // sql.js returns other texts than are stored (see isExact).
      ordering: undefined,
    };
  }
  return declared === "DATE" ? { kind: "date" } : { kind: "opaque" };
}
