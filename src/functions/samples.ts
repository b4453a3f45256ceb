import type { EntityTarget, FindOptionsWhere, ObjectLiteral, SelectQueryBuilder } from "typeorm";

/** Rows of an entity: those that `find({ where })` would give, soft-deleted ones among them. */
export interface SampleRows<E extends ObjectLiteral = ObjectLiteral> {
  entity: EntityTarget<E>;
  where: FindOptionsWhere<E> | FindOptionsWhere<E>[];
}

/**
 * What a result depends on:
 *
 * - an entity class, `EntitySchema`, entity name or table name: all of its rows
 * - an instance of an entity class: its row
 * - a `SelectQueryBuilder`: whatever could change its result
 * - `{ entity, where }`: the rows that match
 */
export type Sample = EntityTarget<ObjectLiteral> | SelectQueryBuilder<ObjectLiteral> | SampleRows | object;

/** One sample, several, a function of the call's arguments (and its `this`) that gives them, or `"auto"`. */
export type Samples = Sample | readonly Sample[] | ((...args: never[]) => Sample | readonly Sample[]);
