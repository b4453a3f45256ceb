import {
  Between,
  type FindOperator,
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
} from "typeorm";
import { kindIn, type Row, type TableSpec } from "./family";
import type { Constant, Filter, FilterColumn } from "./filter";

/** How a filter is written into a statement. */
export interface Writing {
  /** A column's name in its place. */
  name(column: FilterColumn): string;
  /** A value in its place: a parameter or a literal. */
  bind(value: Constant | boolean): string;
}

export function sqlOf(filter: Filter, table: TableSpec, writing: Writing): string {
  const { name, bind } = writing;
  const value = (column: FilterColumn, constant: Constant): string =>
    bind(constantIn(table, column, constant));
  const of = (inner: Filter): string => sqlOf(inner, table, writing);
  switch (filter.op) {
    case "not":
      return `NOT (${of(filter.of)})`;
    case "and":
    case "or":
      return `(${filter.of.map(of).join(filter.op === "and" ? " AND " : " OR ")})`;
    case "null":
      return `${name(filter.column)} IS NULL`;
    case "true":
      return name("kind");
    case "like":
      return `${name("label")} LIKE ${bind(filter.pattern)}`;
    case "in":
      return `${name(filter.column)} IN (${filter.values.map((each) => value(filter.column, each)).join(", ")})`;
    case "between":
      return `${name(filter.column)} BETWEEN ${bind(filter.low)} AND ${bind(filter.high)}`;
    default:
      return `${name(filter.column)} ${filter.op} ${value(filter.column, filter.value)}`;
  }
}

/** Literals; no value here has a quote. */
export function literal(value: Constant | boolean): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}

/** Parameters of TypeORM's builders, under names of their own. */
export function binding(prefix: string): { bind: Writing["bind"]; parameters: Record<string, unknown> } {
  const parameters: Record<string, unknown> = {};
  const bind = (value: unknown): string => {
    const name = `${prefix}${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `:${name}`;
  };
  return { bind, parameters };
}

/** For `find` and its like; `undefined` where they cannot say it. */
export function findWhere(filter: Filter, table: TableSpec): FindOptionsWhere<Row>[] | undefined {
  if (filter.op !== "or") {
    const where = conjunctionOf(filter, table);
    return where && [where];
  }
  const all = filter.of.map((each) => conjunctionOf(each, table));
  return all.includes(undefined) ? undefined : (all as FindOptionsWhere<Row>[]);
}

function conjunctionOf(filter: Filter, table: TableSpec): FindOptionsWhere<Row> | undefined {
  const where: Record<string, unknown> = {};
  for (const each of filter.op === "and" ? filter.of : [filter]) {
    const { column, operator } = operatorOf(each, table) ?? {};
    // A column is asked one thing only.
    if (column === undefined || column in where) return undefined;
    where[column] = operator;
  }
  return where;
}

interface Asked {
  readonly column: FilterColumn;
  readonly operator: unknown;
}

function operatorOf(filter: Filter, table: TableSpec): Asked | undefined {
  switch (filter.op) {
    case "and":
    case "or":
      return undefined;
    case "not": {
      const inner = operatorOf(filter.of, table);
      return inner && { column: inner.column, operator: Not(inner.operator) };
    }
    case "null":
      return { column: filter.column, operator: IsNull() };
    case "true":
      return { column: "kind", operator: true };
    case "like":
      return { column: "label", operator: Like(filter.pattern) };
    case "in": {
      const { column, values } = filter;
      return { column, operator: In(values.map((each) => constantIn(table, column, each))) };
    }
    case "between":
      return { column: filter.column, operator: Between(filter.low, filter.high) };
    default:
      return {
        column: filter.column,
        operator: compared(filter.op, constantIn(table, filter.column, filter.value)),
      };
  }
}

function compared(op: "=" | "<>" | "<" | "<=" | ">" | ">=", value: unknown): unknown {
  const operators: Record<string, (value: unknown) => FindOperator<unknown>> = {
    "<>": Not,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": MoreThan,
    ">=": MoreThanOrEqual,
  };
  return operators[op]?.(value) ?? value;
}

function constantIn(table: TableSpec, column: FilterColumn, constant: Constant): Constant | boolean {
  return column === "kind" ? (kindIn(table, Number(constant)) as number | boolean) : constant;
}
