import type { Schema } from "../schema/schema";
import type { PlanContext } from "./caching-plan";

/** Tables of which every database has the same rows: all of their entities say so. */
export function agnosticTables(schema: Schema, profiles: PlanContext["profiles"]): ReadonlySet<string> {
  const agnostic = schema.tables.filter(
    ({ entities }) => entities.length > 0 && entities.every((name) => profiles.get(name)?.dbAgnostic),
  );
  return new Set(agnostic.map(({ path }) => path));
}
