import type { EntityManager, FindOptionsRelations, ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { type Family, kidsOf, parentOf, type Row, specOf } from "../family";
import { type Filter, type FilterColumn, holds } from "../filter";
import { binding, findWhere, literal, sqlOf } from "../filter-sql";
import { rowsOf, type State, type StoredRow } from "../state";

/** One read, as plain data: it is drawn, written into the history, and evaluated by the model. */
export interface Read {
  readonly kind: string;
  readonly table: string;
  readonly id: number;
  readonly skip: number;
  readonly take: number;
  readonly strategy: "join" | "query";
  readonly filter: Filter;
  /** How the filter is said: by TypeORM's operators as far as they go, with parameters, or with literals. */
  readonly style: "find" | "bound" | "literal";
  /** Columns that are selected where not all are. */
  readonly columns: readonly FilterColumn[];
}

export interface Definition {
  /** How many SQL statements TypeORM makes of it: each may see another state, later ones no earlier. */
  statements(read: Read): number;
  possible(family: Family, table: string): boolean;
  /** The table that the read's filter is asked of, where it is another. */
  filters?(family: Family, table: string): string;
  run(manager: EntityManager, read: Read, family: Family): Promise<unknown>;
  /** The answer, had the statements in turn been run on these states. */
  answer(read: Read, family: Family, ...states: State[]): unknown;
}

export const one = (): number => 1;
export const always = (): boolean => true;
export const hasKids = (family: Family, table: string): boolean => kidsOf(family, table) !== undefined;
export const hasParent = (family: Family, table: string): boolean => parentOf(family, table) !== undefined;
export const isOwner = (family: Family, table: string): boolean => family.junction.owner === table;
export const isOther = (family: Family, table: string): boolean => family.junction.other === table;

/** All rows with what belongs to them. */
export function find(
  manager: EntityManager,
  { table, strategy }: Read,
  relations: FindOptionsRelations<Row>,
): Promise<Row[]> {
  return manager
    .getRepository<Row>(table)
    .find({ relations, relationLoadStrategy: strategy, order: { id: "ASC" } });
}

/** Asks the filter of the builder's rows of this alias. */
export function asks<T extends ObjectLiteral>(
  builder: SelectQueryBuilder<T>,
  alias: string,
  read: Read,
  family: Family,
  table = read.table,
): SelectQueryBuilder<T> {
  const { text, parameters } = conditionOf(alias, read, family, table);
  return builder.andWhere(text, parameters);
}

/** The filter in terms of a builder's alias, for ON and WHERE. */
export function conditionOf(
  alias: string,
  { filter, style }: Read,
  family: Family,
  table: string,
): { text: string; parameters: Record<string, unknown> } {
  const { bind, parameters } = style === "literal" ? { bind: literal, parameters: {} } : binding(`${alias}f`);
  return {
    text: sqlOf(filter, specOf(family, table), { name: (column) => `${alias}.${column}`, bind }),
    parameters,
  };
}

/** A builder on the table's rows that satisfy the filter. */
export function chosen(manager: EntityManager, read: Read, family: Family): SelectQueryBuilder<Row> {
  const builder = manager.createQueryBuilder<Row>(read.table, "r");
  const where = read.style === "find" ? findWhere(read.filter, specOf(family, read.table)) : undefined;
  return where ? builder.setFindOptions({ where }) : asks(builder, "r", read, family);
}

/** What `find` and its like are asked; `undefined` where a builder has to. */
export function whereOf({ filter, style, table }: Read, family: Family): ReturnType<typeof findWhere> {
  return style === "find" ? findWhere(filter, specOf(family, table)) : undefined;
}

/** The model's side: rows that satisfy the filter, by id. */
export function picked({ table, filter }: Read, { database }: Family, state: State): StoredRow[] {
  return rowsOf(state, table).filter((row) => holds(filter, row, database) === true);
}

/** Columns of a row that was read, or of one that the model has. */
export function columnsIn(row: StoredRow, columns: readonly FilterColumn[]): unknown[] {
  const [id, value, parentId, , label, kind] = row;
  return columns.map((column) => ({ id, value, parentId, label, kind })[column]);
}

/** A raw value as the model has it: drivers give sums as strings, and booleans as numbers or not. */
export function number(value: unknown): number | null {
  return value === null ? null : Number(value);
}
