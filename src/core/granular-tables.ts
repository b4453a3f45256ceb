import type { Profile } from "../profiles/profile";
import type { Schema } from "../schema/schema";
import type { PlanContext } from "./caching-plan";

/** A table of several entities is as coarse as its coarsest. */
export function granularTables(
  schema: Schema,
  profiles: PlanContext["profiles"],
  fallback: Profile,
): (path: string) => boolean {
  const granular = new Map(
    schema.tables.map(({ path, entities }) => {
      const own = entities.length > 0 ? entities.map((name) => profiles.get(name) ?? fallback) : [fallback];
      // Which rows a foreign key or a collation tells apart in this database, it may not in the others.
      return [path, own.every(({ granularity, dbAgnostic }) => granularity === "row" && !dbAgnostic)];
    }),
  );
  return (path) => granular.get(path) ?? false;
}
