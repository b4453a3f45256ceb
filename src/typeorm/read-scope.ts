import { AsyncLocalStorage } from "node:async_hooks";
import type { EntityMetadata, QueryRunner } from "typeorm";
import type { ManualCaching, ReadRequest } from "../core/read-request";

/**
 * What the builder that the user called says of all the statements that TypeORM makes of it:
 * the page of ids and the rows, the count, relation ids, relations loaded by queries of their own.
 */
export interface ReadScope {
  readonly entity: string | undefined;
  readonly method: ReadRequest["method"];
  readonly manual: ManualCaching;
  readonly locks: boolean;
  /** Of the builder that sends the statement, if it is one of rows. */
  readonly metadata: EntityMetadata | undefined;
}

interface Frame {
  /** Statements on other runners inside are the user's own (a listener after load): not this builder's. */
  readonly queryRunner: QueryRunner;
  readonly scope: ReadScope;
}

const frames = new AsyncLocalStorage<Frame>();
const wantsOne = new AsyncLocalStorage<object>();

export function readScopeOf(queryRunner: QueryRunner): ReadScope | undefined {
  const frame = frames.getStore();
  return frame?.queryRunner === queryRunner ? frame.scope : undefined;
}

export function inReadScope<T>(queryRunner: QueryRunner, scope: ReadScope, fn: () => T): T {
  return frames.run({ queryRunner, scope }, fn);
}

/** Marks `builder` as asked for a single row, until it comes to its statement. */
export function askingForOne<T>(builder: object, fn: () => T): T {
  return wantsOne.run(builder, fn);
}

export function isAskedForOne(builder: object): boolean {
  return wantsOne.getStore() === builder;
}
