import type { DataSource, EntityTarget, ObjectLiteral } from "typeorm";
import type { Random } from "../../unit/sql/random";
import type { Popularity } from "./popularity";

/** What a page works with. Whatever it reads, it reads through `ask`, which is where reads are observed. */
export interface Visit {
  readonly dataSource: DataSource;
  /** `call` is made once more to learn the right answer, so it must only read. */
  ask<T>(call: () => Promise<T>): Promise<T>;
}

/**
 * Something that visitors look at. Statements that order do so totally (the key breaks ties): only then is
 * their order part of the answer.
 */
export interface Page {
  readonly name: string;
  /** Relative to the other pages. */
  readonly weight: number;
  readonly popularity: Popularity;
  /** `instance` is drawn from `popularity`. */
  show(visit: Visit, instance: number): Promise<unknown>;
}

/** A kind of write. What it does depends on `random` and the rows alone, so that every run does the same. */
export interface Change {
  readonly name: string;
  /** Relative to the other changes. */
  readonly weight: number;
  apply(dataSource: DataSource, random: Random): Promise<unknown>;
}

export interface Workload {
  readonly name: string;
  readonly entities: readonly (new () => object)[];
  /** Fills empty tables, always with the same rows. */
  seed(dataSource: DataSource): Promise<void>;
  readonly pages: readonly Page[];
  readonly changes: readonly Change[];
}

/** `tiny` is for a spec. */
export type Size = "full" | "tiny";

const ROWS_AT_ONCE = 500;

/** Rows in statements of a size that every database takes. */
export async function insertAll<T extends ObjectLiteral>(
  { manager }: DataSource,
  target: EntityTarget<T>,
  rows: readonly ObjectLiteral[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await manager.insert<ObjectLiteral>(target, rows.slice(from, from + ROWS_AT_ONCE));
}
