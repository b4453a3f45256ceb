import * as rows from "../../../src/dependencies/cascades";
import type { TableChange } from "../../../src/dependencies/row-change";
import * as tables from "../../../src/schema/cascade";

/** What foreign keys change along with a row is forgotten. */
Object.assign(tables, { cascade: (_tables: unknown, path: string) => new Set([path]) });
Object.assign(rows, {
  withCascades: (path: string, changes: TableChange) => new Map([[path, changes]]),
});
