import type { QueryRunner } from "typeorm";
import type { Family } from "./family";
import { mariadbRecorder } from "./recorder/mariadb";
import { postgresRecorder } from "./recorder/postgres";

export type CheckedDatabase = "postgres" | "mariadb";

/**
 * The database's own account of its states. Commits are numbered in the order in which they become
 * visible: each takes the lock of one row just before it commits, notes all that the tables hold
 * then, and keeps the lock until it has committed. Nothing of this is known to the data sources:
 * it happens in triggers, or on connections of its own.
 */
export interface Recorder {
  /** To be called once per database, when the tables are there and filled. */
  install(family: Family): Promise<void>;
  /** Number of the latest commit that is visible. */
  position(): Promise<number>;
  /** States from this number on, in order, as JSON. */
  statesFrom(first: number): Promise<string[]>;
  /** To be called before a transaction's COMMIT is sent: for databases without deferred triggers. */
  beforeCommit(queryRunner: QueryRunner): Promise<void>;
  /** Ends some connection to the database at its server, whatever it is doing; never one of a recorder. */
  cutConnection(): Promise<void>;
  close(): Promise<void>;
}

export function openRecorder(database: CheckedDatabase, url: string): Promise<Recorder> {
  return database === "postgres" ? postgresRecorder(url) : mariadbRecorder(url);
}
