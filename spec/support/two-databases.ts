import { DataSource, type DataSourceOptions } from "typeorm";
import { BLOG } from "./blog/entities";
import { type FreshDatabase, freshDatabase, onMariadb, onPostgres } from "./databases";

/** On servers: each data source of sql.js has a database of its own. */
export const COMBINATIONS = [
  { database: "postgres", store: "redis" },
  { database: "postgres", store: "memory" },
  { database: "mariadb", store: "redis" },
] as const;

/** One with a replica: two of equal tables, which hear nothing of each other. */
export interface TwoDatabases {
  readonly main: FreshDatabase;
  readonly replica: FreshDatabase;
  /** Behind TypeORM's back. */
  behind(database: FreshDatabase, sql: string): Promise<void>;
}

/** With a category of the title `old` in both, anew for each spec. To be called in a `describe`. */
export function useTwoDatabases(database: "postgres" | "mariadb"): () => TwoDatabases {
  const behind = database === "postgres" ? onPostgres : onMariadb;
  let both: readonly FreshDatabase[] = [];
  before(async () => {
    both = await Promise.all([freshDatabase(database), freshDatabase(database)]);
    for (const { options } of both) {
      const setUp = new DataSource({ ...options, entities: [...BLOG], synchronize: true });
      await (await setUp.initialize()).destroy();
    }
  });
  beforeEach(async () => {
    for (const { options } of both) {
      await behind(urlOf(options), "DELETE FROM category");
      await behind(urlOf(options), "INSERT INTO category (id, title) VALUES (1, 'old')");
    }
  });
  after(() => Promise.all(both.map((each) => each.drop())));
  return () => {
    const [main, replica] = both;
    if (!main || !replica) throw new Error("There are no databases before the first spec.");
    return { main, replica, behind: ({ options }, sql) => behind(urlOf(options), sql) };
  };
}

export function urlOf(options: DataSourceOptions): string {
  return (options as { url: string }).url;
}
