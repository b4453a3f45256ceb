import { EntitySchema, type EntitySchemaColumnOptions, type EntitySchemaRelationOptions } from "typeorm";
import type { DatabaseName } from "../support/databases";
import { Random } from "../unit/sql/random";

/** One generated table. Every one has `id`, `value` (a number of the write that set it), `parentId`, `label` and `kind`. */
export interface TableSpec {
  readonly name: string;
  /** The database makes ids that are not given. */
  readonly generated: boolean;
  /** What `kind` is. */
  readonly kind: "smallint" | "boolean";
  /** Rows are soft-deleted by some writes, and reads leave those out. */
  readonly soft: boolean;
  /** An earlier table, or the table itself. */
  readonly parent: string | undefined;
  readonly onDelete: "CASCADE" | "SET NULL";
  readonly onUpdate: "CASCADE" | "NO ACTION";
}

export interface Family {
  readonly database: DatabaseName;
  readonly tables: readonly TableSpec[];
  /** The owner's `others` are rows of `other`, by a table of `ownerId` and `otherId`. */
  readonly junction: { readonly table: string; readonly owner: string; readonly other: string };
  /** Ids go from 1 to this: few, so that everybody meets. */
  readonly ids: number;
  /** A table whose reads rely on all of it. */
  readonly coarse: string | undefined;
}

/** What a row of a generated table comes to be. */
export interface Row {
  readonly id: number;
  value: number;
  parentId: number | null;
  label: string;
  kind: number | boolean | null;
  deletedAt?: Date | null;
  parent?: Row | null;
  kids?: Row[];
  others?: Row[];
  owners?: Row[];
}

/** The first two are parent and child by CASCADE and by SET NULL in turn, so that no family is without. */
export function generateFamily(seed: number, database: DatabaseName): Family {
  const random = new Random(seed);
  const names = Array.from({ length: 3 + random.below(3) }, (_, index) => `t${index}`);
  const tables = names.map((name, index): TableSpec => {
    const parent = index === 0 ? undefined : index === 1 ? "t0" : names[random.below(index + 1)];
    const cascades = index === 1 ? seed % 2 === 0 : random.chance(0.6);
    return {
      name,
      generated: index === names.length - 1,
      kind: index % 2 === 0 ? "smallint" : "boolean",
      soft: index === 1 || random.chance(0.3),
      parent,
      onDelete: cascades ? "CASCADE" : "SET NULL",
      onUpdate: random.chance(0.5) ? "CASCADE" : "NO ACTION",
    };
  });
  return {
    database,
    tables,
    junction: { table: "links", owner: "t0", other: random.pick(names.slice(1)) },
    ids: 3 + random.below(4),
    coarse: random.chance(0.3) ? random.pick(names) : undefined,
  };
}

/** The first table whose rows have this one's as parents: what `kids` are. */
export function kidsOf(family: Family, table: string): TableSpec | undefined {
  return family.tables.find(({ parent }) => parent === table);
}

export function parentOf(family: Family, table: string): TableSpec | undefined {
  const { parent } = specOf(family, table);
  return parent === undefined ? undefined : specOf(family, parent);
}

export function specOf(family: Family, table: string): TableSpec {
  return family.tables.find(({ name }) => name === table)!;
}

/** How many kinds there are, from 0. */
export function kindsOf({ kind }: TableSpec): number {
  return kind === "boolean" ? 2 : 3;
}

/** A kind as the table's column has it. */
export function kindIn({ kind }: TableSpec, value: number | null): number | boolean | null {
  return value !== null && kind === "boolean" ? value > 0 : value;
}

export function entitiesOf(family: Family): EntitySchema<Row>[] {
  return family.tables.map((table) => {
    return new EntitySchema<Row>({
      name: table.name,
      columns: columnsOf(table),
      relations: relationsOf(family, table),
    });
  });
}

function columnsOf({ soft, generated, kind }: TableSpec): Record<string, EntitySchemaColumnOptions> {
  const columns: Record<string, EntitySchemaColumnOptions> = {
    id: { type: "int", primary: true, ...(generated ? { generated: "increment" as const } : {}) },
    value: { type: "int" },
    parentId: { type: "int", nullable: true },
    label: { type: "varchar", length: "20" },
    kind: { type: kind, nullable: true },
  };
  if (soft) columns.deletedAt = { type: Date, deleteDate: true, nullable: true };
  return columns;
}

function relationsOf(family: Family, table: TableSpec): Record<string, EntitySchemaRelationOptions> {
  const { junction } = family;
  const relations: Record<string, EntitySchemaRelationOptions> = {};
  if (table.parent !== undefined) relations.parent = parentRelation(family, table, table.parent);
  const kids = kidsOf(family, table.name);
  if (kids) relations.kids = { type: "one-to-many", target: kids.name, inverseSide: "parent" };
  if (junction.owner === table.name) {
    relations.others = {
      type: "many-to-many",
      target: junction.other,
      inverseSide: "owners",
      joinTable: {
        name: junction.table,
        joinColumn: { name: "ownerId" },
        inverseJoinColumn: { name: "otherId" },
      },
    };
  }
  if (junction.other === table.name)
    relations.owners = { type: "many-to-many", target: junction.owner, inverseSide: "others" };
  return relations;
}

function parentRelation(
  family: Family,
  { name, onDelete, onUpdate }: TableSpec,
  target: string,
): EntitySchemaRelationOptions {
  const inverse = kidsOf(family, target)?.name === name ? { inverseSide: "kids" } : {};
  return {
    type: "many-to-one",
    target,
    nullable: true,
    onDelete,
    onUpdate,
    joinColumn: { name: "parentId" },
    ...inverse,
  };
}
