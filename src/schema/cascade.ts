import type { WriteKind } from "../sql/analysis";
import type { Table } from "./table";

/** What may happen to the rows of a table: the two triggers of referential actions. */
interface Change {
  readonly deletes: boolean;
  readonly updates: boolean;
}

const CHANGES: Record<WriteKind, Change> = {
  insert: { deletes: false, updates: false },
  update: { deletes: false, updates: true },
  delete: { deletes: true, updates: false },
  // MySQL forbids TRUNCATE of a referenced table and PostgreSQL wants CASCADE; SQLite's DELETE cascades.
  truncate: { deletes: true, updates: false },
  "truncate-cascade": { deletes: true, updates: false },
  // REPLACE deletes the row that is in the way, and its children with it.
  replace: { deletes: true, updates: true },
  unknown: { deletes: true, updates: true },
};

const ACTS: readonly string[] = ["CASCADE", "SET NULL", "SET DEFAULT"];

/**
 * Every table whose rows the database itself changes along with a write to `path`, the table
 * included. Referential actions run inside the database, unseen by any statement.
 */
export function cascade(
  tables: ReadonlyMap<string, Table>,
  path: string,
  write: WriteKind,
): ReadonlySet<string> {
  const reached = new Map<string, Change>();
  const visit = (target: string, change: Change): void => {
    const before = reached.get(target) ?? { deletes: false, updates: false };
    const after = { deletes: before.deletes || change.deletes, updates: before.updates || change.updates };
    if (reached.has(target) && after.deletes === before.deletes && after.updates === before.updates) return;
    reached.set(target, after);
    for (const child of tables.values()) {
      const followed = follow(child, target, after, write === "truncate-cascade");
      if (followed) visit(child.path, followed);
    }
  };
  visit(path, CHANGES[write]);
  return new Set(reached.keys());
}

function follow(child: Table, target: string, change: Change, truncates: boolean): Change | undefined {
  const references = child.foreignKeys.filter((key) => key.to === target);
  if (references.length === 0) return undefined;
  // TRUNCATE … CASCADE empties every referencing table, whatever its ON DELETE says.
  if (truncates) return { deletes: true, updates: false };
  const deletes = change.deletes && references.some((key) => key.onDelete === "CASCADE");
  const updates =
    (change.deletes && references.some((key) => ACTS.includes(key.onDelete))) ||
    (change.updates && references.some((key) => ACTS.includes(key.onUpdate)));
  return deletes || updates ? { deletes, updates } : undefined;
}
