import type { EntityManager } from "typeorm";
import type { Random } from "../unit/sql/random";
import type { Family } from "./family";
import { drawFilter, type FilterColumn } from "./filter";
import { AGGREGATES } from "./reads/aggregates";
import { JOINS } from "./reads/joins";
import type { Definition, Read } from "./reads/read";
import { RELATIONS } from "./reads/relations";
import { ROWS } from "./reads/rows";
import { SUBQUERIES } from "./reads/subqueries";
import type { State } from "./state";

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  ...ROWS,
  ...AGGREGATES,
  ...RELATIONS,
  ...JOINS,
  ...SUBQUERIES,
};

/** By the names of `reads/`. */
const READ_KINDS: readonly string[] = Object.keys(DEFINITIONS);

const COLUMNS: readonly FilterColumn[] = ["value", "label", "kind", "parentId"];

/** Of these kinds; none given: of any. */
export function drawRead(random: Random, family: Family, kinds: readonly string[] = READ_KINDS): Read {
  for (;;) {
    const kind = random.pick(kinds);
    const table = random.pick(family.tables).name;
    if (!definitionOf(kind).possible(family, table)) continue;
    const columns = COLUMNS.filter(() => random.chance(0.4));
    return {
      kind,
      table,
      id: 1 + random.below(family.ids),
      skip: random.below(2),
      take: 1 + random.below(3),
      strategy: random.pick(["join", "query"] as const),
      filter: drawFilter(random, family, filteredBy(kind, family, table)),
      style: random.pick(["find", "bound", "literal"] as const),
      columns: columns.length > 0 ? columns : ["value"],
    };
  }
}

/** The table whose rows the filter of a read is asked. */
function filteredBy(kind: string, family: Family, table: string): string {
  return definitionOf(kind).filters?.(family, table) ?? table;
}

export function runRead(manager: EntityManager, read: Read, family: Family): Promise<unknown> {
  return definitionOf(read.kind).run(manager, read, family);
}

export function statementsOf(read: Read): number {
  return definitionOf(read.kind).statements(read);
}

export function expectedAnswer(read: Read, family: Family, states: State[]): unknown {
  return definitionOf(read.kind).answer(read, family, ...states);
}

function definitionOf(kind: string): Definition {
  return DEFINITIONS[kind] as Definition;
}
