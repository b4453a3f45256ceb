import { EntitySchema, type EntitySchemaColumnOptions, type EntitySchemaRelationOptions } from "typeorm";
import { Random } from "../unit/sql/random";

/** One generated table. Every one has `id`, `value` (the number of the write that set it) and `parentId`. */
export interface TableSpec {
  readonly name: string;
  /** Rows are soft-deleted by some writes, and reads leave those out. */
  readonly soft: boolean;
  /** An earlier table, or the table itself. */
  readonly parent: string | undefined;
  readonly onDelete: "CASCADE" | "SET NULL";
}

export interface Family {
  readonly tables: readonly TableSpec[];
  /** The owner's `others` are rows of `other`, by a table of `ownerId` and `otherId`. */
  readonly junction: { readonly table: string; readonly owner: string; readonly other: string };
  /** Ids go from 1 to this: few, so that everybody meets. */
  readonly ids: number;
}

/** What a row of a generated table comes to be. */
export interface Row {
  readonly id: number;
  value: number;
  parentId: number | null;
  deletedAt?: Date | null;
  parent?: Row | null;
  kids?: Row[];
  others?: Row[];
}

/** The first two are parent and child by CASCADE and by SET NULL in turn, so that no family is without. */
export function generateFamily(seed: number): Family {
  const random = new Random(seed);
  const names = Array.from({ length: 3 + random.below(3) }, (_, index) => `t${index}`);
  const tables = names.map((name, index): TableSpec => {
    const parent = index === 0 ? undefined : index === 1 ? "t0" : names[random.below(index + 1)];
    const cascades = index === 1 ? seed % 2 === 0 : random.chance(0.6);
    return {
      name,
      soft: index === 1 || random.chance(0.3),
      parent,
      onDelete: cascades ? "CASCADE" : "SET NULL",
    };
  });
  return {
    tables,
    junction: { table: "links", owner: "t0", other: random.pick(names.slice(1)) },
    ids: 3 + random.below(4),
  };
}

/** The first table whose rows have this one's as parents: what `kids` are. */
export function kidsOf(family: Family, table: string): TableSpec | undefined {
  return family.tables.find(({ parent }) => parent === table);
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

function columnsOf({ soft }: TableSpec): Record<string, EntitySchemaColumnOptions> {
  const columns: Record<string, EntitySchemaColumnOptions> = {
    id: { type: "int", primary: true },
    value: { type: "int" },
    parentId: { type: "int", nullable: true },
  };
  if (soft) columns.deletedAt = { type: Date, deleteDate: true, nullable: true };
  return columns;
}

function relationsOf(family: Family, table: TableSpec): Record<string, EntitySchemaRelationOptions> {
  const { junction } = family;
  const relations: Record<string, EntitySchemaRelationOptions> = {};
  if (table.parent !== undefined) relations.parent = parentOf(family, table, table.parent);
  const kids = kidsOf(family, table.name);
  if (kids) relations.kids = { type: "one-to-many", target: kids.name, inverseSide: "parent" };
  if (junction.owner === table.name) {
    relations.others = {
      type: "many-to-many",
      target: junction.other,
      joinTable: {
        name: junction.table,
        joinColumn: { name: "ownerId" },
        inverseJoinColumn: { name: "otherId" },
      },
    };
  }
  return relations;
}

function parentOf(
  family: Family,
  { name, onDelete }: TableSpec,
  target: string,
): EntitySchemaRelationOptions {
  const inverse = kidsOf(family, target)?.name === name ? { inverseSide: "kids" } : {};
  return {
    type: "many-to-one",
    target,
    nullable: true,
    onDelete,
    joinColumn: { name: "parentId" },
    ...inverse,
  };
}
