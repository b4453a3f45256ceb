import type { Schema } from "../schema/schema";
import type { TableUse, Uses } from "../sql/table-use";

/** The one occurrence of a table in a statement; `undefined` where there is none, or another may be meant. */
export function onlyUseOf(path: string, { uses }: Uses, schema: Schema): TableUse | undefined {
  const [use, another] = uses.filter(({ table }) => schema.resolve(table).some((each) => each.path === path));
  return another ? undefined : use;
}
