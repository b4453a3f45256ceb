import type { DataSource } from "typeorm";
import { type BypassReason, cacheopsOf, type Outcome, type ReadEvent, withoutCache } from "../../../src";
import { canonical } from "./canonical";
import type { Causes } from "./causes";
import { Oracle } from "./oracle";
import type { Sent, StatementLog } from "./statement-log";
import { add, emptyTally, type Tally } from "./tally";

/** Reasons that lie in a statement: no invalidation, however precise, would let it be cached. */
const BY_NATURE: readonly (BypassReason | undefined)[] = [
  "profile",
  "forbidden",
  "volatile",
  "lock",
  "writes",
  "unknown-table",
  "unparsed",
  "parameter",
  "prefix",
];

const MOST_VIOLATIONS = 10;

/** Judges every read against the database, statement by statement. Reads must come one after the other. */
export class Observer {
  readonly tally = emptyTally();
  readonly oracle = emptyTally();
  readonly pages = new Map<string, Tally>();
  /** The first wrong answers, in words. */
  readonly violations: string[] = [];
  /** How often an entry was dropped needlessly, by its page, its statement and what claimed it. */
  readonly needless = new Map<string, number>();
  readonly #log: StatementLog;
  readonly #causes: Causes | undefined;
  readonly #cacheOfNoMistakes = new Oracle();
  /** The rows of each entry when it was stored. */
  readonly #stored = new Map<string, string>();
  #reads: ReadEvent[] = [];

  constructor(dataSource: DataSource, log: StatementLog, causes?: Causes) {
    this.#log = log;
    this.#causes = causes;
    cacheopsOf(dataSource).on("read", (event) => this.#reads.push(event));
  }

  async ask<T>(page: string, call: () => Promise<T>): Promise<T> {
    this.#reads = [];
    this.#causes?.take();
    const { result, sent } = await this.#log.keep(call);
    const reads = [...this.#reads];
    // Where nothing was a hit, the database has just answered everything.
    if (!reads.some(({ outcome }) => outcome === "hit")) {
      this.#judgeAll(page, reads, sent);
      return result;
    }
    const fresh = await this.#log.keep(() => withoutCache(call));
    const missed = this.tally.missed;
    this.#judgeAll(page, reads, fresh.sent);
    if (canonical(result) !== canonical(fresh.result) && this.tally.missed === missed)
      this.#violation(page, "the rows are right, and what was made of them is not");
    return result;
  }

  /** A wrong answer may lead to other statements after it: these cannot be told apart from it. */
  #judgeAll(page: string, reads: readonly ReadEvent[], sent: readonly Sent[]): void {
    if (reads.length !== sent.length || reads.some(({ sql }, index) => sql !== sent[index]?.sql))
      return this.#violation(page, `other statements than without a cache: ${reads[0]?.sql}`);
    const causes = [...(this.#causes?.take() ?? [])];
    reads.forEach((read, index) => {
      const why = read.outcome === "stale" ? causes.shift() : undefined;
      this.#judge(page, read, sent[index] as Sent, why);
    });
  }

  #judge(
    page: string,
    { outcome, reason, stored }: ReadEvent,
    { sql, key, rows }: Sent,
    causes: readonly string[] | undefined,
  ): void {
    if (outcome === "bypass" && BY_NATURE.includes(reason)) return;
    add(this.oracle, this.#cacheOfNoMistakes.judge(key, rows));
    const same = this.#stored.get(key) === rows;
    if (same && causes) this.#blame(`${page}, ${briefly(sql)}`, causes);
    if (stored) this.#stored.set(key, rows);
    this.#count(page, { statements: 1, ...counts(outcome, same) });
    if (outcome === "hit" && !same) this.#violation(page, sql);
  }

  #count(page: string, more: Partial<Tally>): void {
    const own = this.pages.get(page) ?? emptyTally();
    this.pages.set(page, own);
    add(own, more);
    add(this.tally, more);
  }

  /** Each of several has a share. */
  #blame(read: string, causes: readonly string[]): void {
    for (const cause of causes) {
      const key = `${read}\n    ${cause}`;
      this.needless.set(key, (this.needless.get(key) ?? 0) + 1 / causes.length);
    }
  }

  #violation(page: string, what: string): void {
    this.#count(page, { missed: 1 });
    if (this.violations.length < MOST_VIOLATIONS) this.violations.push(`page "${page}": ${what}`);
  }
}

/** Without select lists, quotes and constants. */
function briefly(sql: string): string {
  return sql
    .replace(/SELECT (?:(?!SELECT ).)*? FROM/gs, "SELECT … FROM")
    .replace(/"|`/g, "")
    .replace(/\bIN \([^)]*\)/g, "IN (…)");
}

function counts(outcome: Outcome, same: boolean): Partial<Tally> {
  switch (outcome) {
    case "hit":
      return { hits: 1 };
    case "miss":
      return { misses: 1 };
    case "stale":
      return { stale: 1, changed: same ? 0 : 1 };
    case "bypass":
      return { refused: 1 };
  }
}
