import { DataSource } from "typeorm";
import { cacheops } from "typeorm-cacheops";
import { City } from "./entities/city";
import { Comment } from "./entities/comment";
import { Country } from "./entities/country";
import { Tag } from "./entities/tag";

export interface DataSourceSettings {
  readonly databaseUrl: string;
  /** Absent: results are cached in this process. */
  readonly redisUrl: string | undefined;
}

// A schema of its own: DATABASE_URL may name a database that has other tables called "city" or "tag".
const SCHEMA = "atlas";

/** Connects and creates the tables if they are missing. `cache` is all there is to set up for caching. */
export async function openDataSource({ databaseUrl, redisUrl }: DataSourceSettings): Promise<DataSource> {
  const dataSource = new DataSource({
    type: "postgres",
    url: databaseUrl,
    schema: SCHEMA,
    entities: [Country, City, Tag, Comment],
    cache: cacheops({ redis: redisUrl }),
  });
  await dataSource.initialize();
  await dataSource.query(`CREATE SCHEMA IF NOT EXISTS "${SCHEMA}"`);
  await dataSource.synchronize();
  return dataSource;
}
