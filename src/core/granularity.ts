import { LRUCache } from "lru-cache";
import type { Limits } from "../dependencies/narrowing";
import { isSimple } from "../dependencies/predicate";
import type { RelianceContext } from "../dependencies/reliance-context";
import { schemeOf, type SchemeSpec } from "../dependencies/scheme";
import type { SqlDialect } from "../sql/analysis";
import type { Scheme } from "../stores/store";

export interface GranularityOptions {
  readonly dialect: SqlDialect;
  readonly maxInList: number;
  /** Tables whose reads rely on the whole of them. */
  readonly isGranular: (path: string) => boolean;
}

/**
 * How many different constants the ranges of one scheme may have in this process: each is a scheme of its own, of
 * which a table has room for few. A page that is continued after the last row's date would fill it up in no time.
 */
const MOST_RANGES = 16;
/** Where one scheme with a span can stand for all of them. */
const MOST_SPANNED_RANGES = 4;

/** Milliseconds until a scheme for which there was no room is tried again. */
const COARSE_FOR = 60_000;
/** Milliseconds until a result is expected to tell its rows again: if it does not, it relies on the table until it is stale. */
const UNTOLD_FOR = 600_000;

const TOO_MANY_ROWS = "its result shows more rows than can be told apart";

/** How finely the reads of one data source rely on rows, within bounds. */
export class Granularity {
  readonly #options: GranularityOptions;
  readonly #refused = new LRUCache<string, true>({ max: 1000, ttl: COARSE_FOR });
  readonly #untold = new LRUCache<string, true>({ max: 10_000, ttl: UNTOLD_FOR });
  readonly #ranges = new LRUCache<string, Set<string>>({ max: 1000 });
  #edition = 0;

  constructor(options: GranularityOptions) {
    this.#options = options;
  }

  contextOf(
    entry: string,
    given: Pick<RelianceContext, "schema" | "bindings" | "parameters">,
    coarser: (why: string) => void,
  ): RelianceContext {
    const { dialect, maxInList, isGranular } = this.#options;
    const limits: Limits = {
      maxInList,
      admits: (spec, spanned) => this.#admits(spec, spanned ? MOST_SPANNED_RANGES : MOST_RANGES),
      isRefused: (scheme) => this.isRefused(scheme),
      coarser,
    };
    const columnOf: RelianceContext["columnOf"] = ({ table, column }) => {
      const [resolved, another] = given.schema.resolve(table);
      return resolved && !another ? given.schema.facts(resolved.path)?.columns.get(column) : undefined;
    };
    const tells = ({ id }: Scheme): boolean => {
      if (!this.#untold.has(`${id} ${entry}`)) return true;
      coarser(TOO_MANY_ROWS);
      return false;
    };
    // Outside of transactions SQLite's drivers read what others have not committed yet.
    const companions = dialect !== "sqlite";
    return { ...given, dialect, limits, tells, isGranular, columnOf, companions };
  }

  /** Another one once something has become coarser than it was. */
  get edition(): number {
    return this.#edition;
  }

  /** Whether reads rely on rows of the table, or on the whole of it. */
  isGranular(path: string): boolean {
    return this.#options.isGranular(path);
  }

  /** A record had no room for it of late. */
  isRefused({ id }: Scheme): boolean {
    return this.#refused.has(id);
  }

  /** The result of this entry did not tell the rows of this scheme, or showed too many. Gives that in words. */
  untold(entry: string, { id }: Scheme): string {
    this.#untold.set(`${id} ${entry}`, true);
    this.#edition++;
    return TOO_MANY_ROWS;
  }

  /** A record had no room for these schemes. */
  refuse(ids: readonly string[]): void {
    for (const id of ids) this.#refused.set(id, true);
    if (ids.length > 0) this.#edition++;
  }

  #admits(spec: SchemeSpec, most: number): boolean {
    if (spec.where.every(isSimple)) return true;
    const base = schemeOf({ ...spec, where: spec.where.map(([column, op]) => [column, op, ""] as never) }).id;
    const seen = this.#ranges.get(base) ?? new Set<string>();
    this.#ranges.set(base, seen);
    const constants = JSON.stringify(spec.where);
    if (!seen.has(constants) && seen.size >= most) return false;
    seen.add(constants);
    return true;
  }
}
