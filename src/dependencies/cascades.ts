import type { TableFacts } from "../schema/column";
import type { Schema } from "../schema/schema";
import type { ForeignKey, ReferentialAction } from "../schema/table";
import { withGenerated } from "./changed-columns";
import type { Value } from "./predicate";
import { bounded, combine, type RowChange, type RowImage, type TableChange } from "./row-change";
import { sameValues } from "./same-values";

/**
 * A change of rows and all that the database does to others because of it: ON DELETE and ON UPDATE of the foreign
 * keys that refer to them, transitively. The rows of a child are known by their foreign key, where the value that it
 * refers to is.
 */
export function withCascades(
  path: string,
  changes: readonly RowChange[],
  schema: Schema,
): ReadonlyMap<string, TableChange> {
  const reached = new Map<string, TableChange>();
  const seen = new Set<string>();
  const visit = (table: string, found: readonly RowChange[]): void => {
    reached.set(table, combine(reached.get(table) ?? [], found));
    for (const { child, key } of schema.referencing(table)) {
      if (found.some((change) => follow(key, change, NO_FACTS)) && !schema.storesAsWritten(child)) {
        // Of its rows nothing is known, nor of those that follow from them.
        for (const each of schema.affected(child, "unknown")) reached.set(each, "all");
        continue;
      }
      const facts = { parent: schema.facts(table), child: schema.facts(child) };
      const followed = bounded(found.flatMap((change) => follow(key, change, facts) ?? []));
      // Trees refer to themselves: what has been followed once brings nothing new.
      const mark = JSON.stringify([child, key.columns, followed.map(describe)]);
      if (followed.length === 0 || seen.has(mark)) continue;
      seen.add(mark);
      visit(child, followed);
    }
  };
  visit(path, changes);
  return reached;
}

const NO_FACTS: Facts = { parent: undefined, child: undefined };

interface Facts {
  readonly parent: TableFacts | undefined;
  readonly child: TableFacts | undefined;
}

function follow(key: ForeignKey, { before, after, changed }: RowChange, facts: Facts): RowChange | undefined {
  if (!before) return undefined;
  const moved = changed === "all" || key.columns.some(({ referenced }) => changed.has(referenced));
  if (after && !moved) return undefined;
  const children = imageOf(key, before, facts);
  // No child refers to a NULL.
  if ([...children.values()].includes(null)) return undefined;
  if (!after && key.onDelete === "CASCADE") return { before: children, after: undefined, changed: "all" };
  const move = moveTo(
    key,
    after ? key.onUpdate : key.onDelete,
    children,
    after && imageOf(key, after, facts),
  );
  return (
    move && {
      ...move,
      changed: withGenerated(
        key.columns.map(({ own }) => own),
        facts.child,
      ),
    }
  );
}

function moveTo(
  { columns }: ForeignKey,
  action: ReferentialAction,
  before: RowImage,
  moved: RowImage | undefined,
): Pick<RowChange, "before" | "after"> | undefined {
  const all = (value: Value): RowImage => new Map(columns.map(({ own }) => [own, value]));
  switch (action) {
    case "CASCADE":
      return { before, after: moved ?? all(undefined) };
    case "SET NULL":
      return { before, after: all(null) };
    case "SET DEFAULT":
      return { before, after: all(undefined) };
    case "RESTRICT":
    case "NO ACTION":
      return undefined;
    default:
      return action satisfies never;
  }
}

/** What the parent's row says of its children's foreign key. */
function imageOf({ columns }: ForeignKey, parent: RowImage, facts: Facts): RowImage {
  return new Map(
    columns.map(({ own, referenced }) => {
      const types = [
        facts.child?.columns.get(own)?.type,
        facts.parent?.columns.get(referenced)?.type,
      ] as const;
      return [own, sameValues(...types) ? parent.get(referenced) : undefined];
    }),
  );
}

function describe({ before, after, changed }: RowChange): unknown {
  const image = (each: RowImage | undefined): unknown =>
    each && [...each].map(([column, value]) => [column, value ?? (value === null ? 0 : 1)]);
  return [image(before), image(after), changed === "all" ? changed : [...changed]];
}
