import {
  type CompanionRead,
  companionsIn,
  companionsWanted,
  joinedTo,
} from "../dependencies/companion-reads";
import { companionId } from "../dependencies/companion";
import type { CompanionsOfOne, RowChange } from "../dependencies/row-change";
import type { WriteSet } from "../dependencies/writes";
import type { Schema } from "../schema/schema";
import type { SqlDialect } from "../sql/analysis";
import { selectByValues } from "../sql/select-by-values";
import type { Namespaces } from "./namespaces";
import type { Ask } from "./own-transaction";
import type { Registries } from "./registries";

export interface CompanionContext {
  readonly schema: Schema;
  readonly namespaces: Namespaces;
  readonly registries: Registries;
  readonly dialect: SqlDialect;
}

/** Neither more values nor more rows are asked for at once. */
const MOST_READ = 100;

/**
 * Rows that go along with those that were written, read when these are committed and before they are replaced.
 *
 *   1. writer: mark, whatever goes along with the row
 *   2. writer: COMMIT
 *   3. writer: read what goes along with it
 *   4. writer: replace what relies on rows that such ones go along with
 *
 * Of a pair that is there at a later moment, and was not at an earlier one, some COMMIT was the last to make it one. What
 * its writer reads at 3 has both, or somebody has parted them in between, and made it a pair once more later.
 */
export class CompanionRows {
  readonly #context: CompanionContext;

  constructor(context: CompanionContext) {
    this.#context = context;
  }

  /** Never rejects: what cannot be read stays unknown. To be called outside of transactions. */
  async complete(writes: WriteSet, ask: Ask): Promise<WriteSet> {
    if (writes.everything !== undefined) return writes;
    const tables = new Map(writes.tables);
    for (const [path, change] of writes.tables)
      if (change !== "all") tables.set(path, await this.#completed(path, change, ask));
    return { ...writes, tables };
  }

  async #completed(path: string, changes: readonly RowChange[], ask: Ask): Promise<readonly RowChange[]> {
    const { namespaces, registries } = this.#context;
    const companions: Map<string, CompanionsOfOne> = new Map();
    for (const read of companionsWanted(registries.inUse(namespaces.table(path)), changes)) {
      const found = await this.#read(read, ask).catch(() => undefined);
      if (found) companions.set(companionId(read.companion), found);
    }
    return joinedTo(changes, companions);
  }

  async #read(read: CompanionRead, ask: Ask): Promise<CompanionsOfOne | undefined> {
    const { schema, dialect } = this.#context;
    const { companion, columns, values } = read;
    const table = schema.table(companion.path);
    const facts = schema.facts(companion.path);
    const names = [companion.key, ...columns].map((column) => facts?.columns.get(column)?.name);
    const [key] = names;
    if (!table || key === undefined || names.includes(undefined) || values.size > MOST_READ) return undefined;
    const asked = { table, key, columns: [...new Set(names as string[])] };
    const sql = selectByValues({ ...asked, values: values.size, limit: MOST_READ + 1 }, dialect);
    const rows = await ask(sql, [...values]);
    if (!Array.isArray(rows) || rows.length > MOST_READ) return undefined;
    return companionsIn(rows as Record<string, unknown>[], read, schema, dialect);
  }
}
