import type { ColumnFacts, TableFacts, TextType, ValueType } from "../../../src/schema/column";
import type { SqlDialect } from "../../../src/sql/analysis";

export const INTEGER: ValueType = { kind: "integer", min: -(2n ** 31n), max: 2n ** 31n - 1n };
const OPAQUE: ValueType = { kind: "opaque" };
const DATE: ValueType = { kind: "date" };

export function text(equality: TextType["equality"], rest: Partial<TextType> = {}): TextType {
  return {
    kind: "text",
    equality,
    repertoire: "unicode",
    maxLength: undefined,
    ordering: undefined,
    ...rest,
  };
}

/** What the catalogues say of texts and booleans, as TypeORM's schema builder makes them by default. */
export const TEXT: Readonly<Record<SqlDialect, TextType>> = {
  postgres: text("exact"),
  mysql: text("ascii-insensitive", { collation: "utf8mb4_general_ci" }),
  sqlite: text("exact", { ordering: "bytes" }),
};
const BOOLEAN: Readonly<Record<SqlDialect, ValueType>> = {
  postgres: { kind: "boolean" },
  mysql: { kind: "integer", min: -128n, max: 127n },
  sqlite: INTEGER,
};

export function column(name: string, type: ValueType, rest: Partial<ColumnFacts> = {}): ColumnFacts {
  return { name, type, nullable: true, generated: false, onUpdate: false, autoIncrement: false, ...rest };
}

/** By `id`, unless another key is given. */
export function facts(columns: readonly ColumnFacts[], rest: Partial<TableFacts> = {}): TableFacts {
  const { primaryKey = ["id"] } = rest;
  return {
    columns: new Map(columns.map((each) => [each.name, each])),
    primaryKey,
    uniqueKeys: [primaryKey],
    references: [],
    rewrites: false,
    triggered: false,
    ...rest,
  };
}

const id = column("id", INTEGER, { nullable: false, autoIncrement: true });

/** Of the blog of `blog.ts`. */
export function blogFacts(dialect: SqlDialect): ReadonlyMap<string, TableFacts> {
  const name = TEXT[dialect];
  return new Map([
    [
      "category",
      facts([id, column("name", name), column("parent_id", INTEGER)], { uniqueKeys: [["id"], ["name"]] }),
    ],
    [
      "post",
      facts(
        [
          id,
          column("category_id", INTEGER),
          column("author_id", INTEGER),
          column("title", name),
          column("slug", name, { nullable: false }),
          column("visible", BOOLEAN[dialect]),
          column("views", INTEGER),
          column("published", DATE),
          column("deleted_at", OPAQUE),
          column("rank", INTEGER, { generated: true }),
          column("touched", OPAQUE, { onUpdate: dialect === "mysql" }),
        ],
        { uniqueKeys: [["id"], ["slug"]] },
      ),
    ],
    ["comment", facts([id, column("post_id", INTEGER), column("words", name)])],
    ["tag", facts([id, column("label", name)])],
    [
      "post_tag",
      facts(
        [column("post_id", INTEGER, { nullable: false }), column("tag_id", INTEGER, { nullable: false })],
        { primaryKey: ["post_id", "tag_id"] },
      ),
    ],
  ]);
}
