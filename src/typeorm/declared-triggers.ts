import { CacheopsConfigError } from "../errors";
import type { ResolvedOptions } from "../resolved-options";
import type { Schema } from "../schema/schema";

/** The option `triggers` by the tables' paths. Throws `CacheopsConfigError` for a name that nothing has. */
export function declaredTriggers(
  triggers: ResolvedOptions["triggers"],
  schema: Schema,
): ReadonlyMap<string, readonly string[]> {
  const pathsOf = (name: string, option: string): readonly string[] => {
    const paths = schema.pathsNamed(name);
    if (paths.length > 0) return paths;
    throw new CacheopsConfigError(
      `${option}: ${JSON.stringify(name)} is the name of no entity and no table.`,
    );
  };
  return new Map(
    Object.entries(triggers).flatMap(([name, tables]) => {
      const changed = tables.flatMap((each) => pathsOf(each, `triggers.${name}`));
      return pathsOf(name, "triggers").map((path) => [path, changed] as const);
    }),
  );
}
