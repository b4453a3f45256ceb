import type { QueryRunner } from "typeorm";
import type { Installed } from "./registry";

/** What is used of a runner beside its public face. */
interface Runner {
  mode?: string;
  readonly databaseConnection?: object;
  readonly databaseConnectionPromise?: object;
}

/**
 * With TypeORM's `replication`, runners made for SELECT read from a replica, which lags behind the master. So may all
 * that a data source reads that shares another one's database.
 */
export function readsReplica({ dataSource, shares }: Installed, queryRunner: QueryRunner): boolean {
  return shares || (dataSource.driver.isReplicated && queryRunner.getReplicationMode() === "slave");
}

/**
 * The runner will take its connection from the master. One that holds a connection keeps it: a second
 * one beside it, of another pool, can end in a deadlock of readers that each wait for the other's.
 */
export function preferMaster(queryRunner: QueryRunner): void {
  const runner = queryRunner as unknown as Runner;
  if (!runner.databaseConnection && !runner.databaseConnectionPromise) runner.mode = "master";
}
