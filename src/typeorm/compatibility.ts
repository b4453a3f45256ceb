import type { DataSource, EntitySubscriberInterface, QueryRunner } from "typeorm";
import { CacheopsConfigError, CacheopsUnsupportedError } from "../errors";

/**
 * A TypeORM whose runners do not wait for `beforeQuery` would send a write before its fence is up.
 * Tried instead of asked by version: one harmless statement, whose hook takes its time.
 */
export async function checkStatementHooks(dataSource: DataSource): Promise<void> {
  const order: string[] = [];
  const probe: EntitySubscriberInterface = {
    beforeQuery: async () => {
      await new Promise(setImmediate);
      order.push("before");
    },
    afterQuery: () => void order.push("after"),
  };
  await observing(dataSource, probe, (queryRunner) => queryRunner.query("SELECT 1"));
  if (order.join(" ") === "before after") return;
  throw new CacheopsConfigError(
    `type: "${dataSource.options.type}": this version of TypeORM does not wait for subscribers around statements ` +
      `of this driver. Use typeorm 1.1.1 or later.`,
  );
}

/** Patched methods are checked one by one; this names TypeORM as a whole when the first is missing. */
export function configError(error: unknown): unknown {
  if (!(error instanceof CacheopsUnsupportedError)) return error;
  return new CacheopsConfigError(error.message, { cause: error });
}

async function observing(
  dataSource: DataSource,
  subscriber: EntitySubscriberInterface,
  run: (queryRunner: QueryRunner) => Promise<unknown>,
): Promise<void> {
  const queryRunner = dataSource.createQueryRunner("master");
  dataSource.subscribers.push(subscriber);
  try {
    await run(queryRunner);
  } finally {
    dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
    await queryRunner.release();
  }
}
