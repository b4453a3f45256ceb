import type { Schema } from "../schema/schema";
import type { TableUse, Uses } from "../sql/table-use";
import type { Part, Scheme } from "../stores/store";
import { isIrrelevant, lateOf, withoutIdle } from "./added";
import { isUnique, type LateParts } from "./late-parts";
import { onlyUseOf } from "./only-use";
import { pickedBy } from "./picked";
import { referredIn } from "./referred";
import type { KeysOf, Outcome, RelianceContext, StatementContext } from "./reliance-context";

/** What a read relies on of one table: all of it, or parts. */
export interface Reliance {
  readonly path: string;
  /** `undefined`: any change of the table. */
  readonly parts: readonly Part[] | undefined;
  readonly schemes: readonly Scheme[];
  readonly late: readonly LateParts[];
}

/** By table, for those that are named exactly once; a view, whatever is uncertain: the whole table. */
export function reliancesOf(all: Uses, given: RelianceContext): readonly Reliance[] {
  const uses = withoutIdle(all, given);
  const keys = given.keysOf && keysAlone(given.keysOf, uses, given.schema);
  const context: StatementContext = { ...given, keys, referred: referredIn(uses, given.schema) };
  const collected = new Map<string, Collected>();
  for (const use of uses.uses) {
    const tables = context.schema.resolve(use.table);
    for (const { path } of tables) {
      const into = collected.get(path) ?? new Collected(path);
      collected.set(path, into);
      into.add(tables.length === 1 ? outcomeOf(use, uses, path, context) : "whole");
    }
  }
  return [...collected.values()].filter((each) => !each.isEmpty).map((each) => each.reliance);
}

class Collected {
  readonly #path: string;
  readonly #schemes = new Map<string, Scheme>();
  readonly #parts = new Map<string, Part>();
  readonly #late: LateParts[] = [];
  #whole = false;
  #needed = false;

  constructor(path: string) {
    this.#path = path;
  }

  add(outcome: Outcome): void {
    if (outcome === "nothing") return;
    this.#needed = true;
    if (outcome === "whole") return void (this.#whole = true);
    const { placed, late } = outcome;
    for (const { scheme, part } of placed) {
      this.#schemes.set(scheme.id, scheme);
      this.#parts.set(`${part.scheme} ${part.key}`, part);
    }
    this.#late.push(...late);
    for (const each of late)
      for (const scheme of "whole" in each ? [each.scheme, each.whole] : [each.scheme])
        this.#schemes.set(scheme.id, scheme);
  }

  /** A table that no row of which can matter is relied on by nothing. */
  get isEmpty(): boolean {
    return !this.#needed;
  }

  get reliance(): Reliance {
    if (this.#whole) return { path: this.#path, parts: undefined, schemes: [], late: [] };
    return {
      path: this.#path,
      parts: [...this.#parts.values()],
      schemes: [...this.#schemes.values()],
      late: this.#late,
    };
  }
}

function outcomeOf(use: TableUse, uses: Uses, path: string, context: StatementContext): Outcome {
  const facts = context.schema.facts(path);
  if (!facts || !context.isGranular(path) || context.schema.table(path)?.view) return "whole";
  const { added } = use;
  if (added && isIrrelevant(use, uses, context)) return "nothing";
  const late = added && lateOf(use, added, uses, path, facts, context);
  return late ? { placed: [], late: [late] } : pickedBy({ use, uses, path, facts }, context);
}

/**
 * The occurrence of a table of whose rows only the keys are looked at; none if another may be meant. Each key is of one
 * row, so that DISTINCT makes no fewer of them when something else changes.
 */
function keysAlone({ path, columns }: KeysOf, uses: Uses, schema: Schema): TableUse | undefined {
  const facts = schema.facts(path);
  return facts && isUnique(columns, facts) ? onlyUseOf(path, uses, schema) : undefined;
}
