import type { EntityManager } from "typeorm";
import type { DatabaseName } from "../support/databases";

/** What the writes of a run choose their rows and values by. */
export interface Choice {
  readonly id: number;
  readonly other: number;
  readonly n: number;
  readonly code: string;
}

/** One way to change rows. It may be refused by the database, and may find nothing to change. */
export type Act = (manager: EntityManager, choice: Choice, database: DatabaseName) => Promise<unknown>;
