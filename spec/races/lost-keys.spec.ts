import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { type CacheopsOptions, createRedisStore } from "../../src";
import { BLOG, Category } from "../support/blog/entities";
import { GatedStore, holdStatement } from "../support/gates";
import { KEY_KINDS, type KeyKind, loseKeys, recordsOf } from "../support/keys";
import { Lab } from "../support/lab";
import { type Relay, relayTo } from "../support/redis";
import { services } from "../support/services";

interface Write {
  /** The statement with which the new rows become visible. */
  readonly commit: RegExp;
  run(): Promise<unknown>;
}

/** What a write has done. */
type Step = "marked" | "committed" | "replaced";
const STEPS: readonly Step[] = ["marked", "committed", "replaced"];

/** Of a part that is lost while nothing is written it is known that nothing has replaced it. */
const OUTCOMES: Partial<Record<KeyKind, string>> = { entry: "miss", part: "hit" };

describe("keys of Redis that are lost (trap 23; section 5: eviction of each key kind)", () => {
  let lab: Lab;
  let gated: GatedStore;

  async function open(redis: string, cache: CacheopsOptions = {}): Promise<void> {
    gated = new GatedStore(createRedisStore({ redis, operationTimeout: 500 }));
    // The shortest lease that there is: whoever loses the epoch waits for it.
    const own = { store: gated.store, redis: undefined, lease: "1s", ...cache };
    lab = await Lab.open({ database: "postgres", store: "redis", entities: BLOG, cache: own });
  }

  async function prepare(): Promise<void> {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "old" });
    await until("hit", "old");
  }

  const lose = (kind: KeyKind): Promise<number> => loseKeys(services().redisUrl, lab.prefix, kind);

  async function read(): Promise<string> {
    const found = await lab.repository(Category).find({ cache: { id: "list", milliseconds: 60_000 } });
    return found[0]?.title ?? "none";
  }

  /** Twice, so that what the first one may have stored would be hit by the second. */
  async function expectAnswers(expected: string): Promise<void> {
    for (const call of ["first", "second"]) expect(await read(), `${call} answer`).to.equal(expected);
  }

  /** Every answer on the way is looked at, too. Returns what became of those reads. */
  async function until(outcome: string, expected: string): Promise<string[]> {
    const seen: string[] = [];
    while (seen.at(-1) !== outcome) {
      seen.push(...(await lab.outcomes(async () => expect(await read()).to.equal(expected))));
    }
    return seen;
  }

  const autocommit: Write = {
    commit: /^UPDATE/,
    run: () => lab.dataSource.query("UPDATE category SET title = 'new'"),
  };
  const transaction: Write = {
    commit: /^COMMIT/,
    run: () => lab.dataSource.transaction((manager) => manager.query("UPDATE category SET title = 'new'")),
  };
  const WRITES = { "an autocommit write": autocommit, "a transaction": transaction };

  /**
   * Holds a write where it has marked and where it has committed, with readers at each place. What it
   * returns lets it end; without that, it is a writer that died after its COMMIT.
   */
  async function follow(write: Write, at: (step: Step) => Promise<void>): Promise<() => Promise<void>> {
    const commit = holdStatement(lab.dataSource, write.commit);
    const replace = gated.hold("replace");
    const writing = write.run();
    await commit.reached;
    await until("bypass: write-in-flight", "old");
    await at("marked");
    await expectAnswers("old");
    commit.release();
    await replace.reached;
    await at("committed");
    await expectAnswers("new");
    return async () => {
      replace.release();
      await writing;
      await at("replaced");
      await expectAnswers("new");
    };
  }

  function losing(kind: KeyKind, when: Step): (step: Step) => Promise<void> {
    return async (step) => {
      if (step === when) expect(await lose(kind), "keys lost").to.be.above(0);
    };
  }

  describe("while a write is in flight", () => {
    before(() => open(services().redisUrl));
    beforeEach(prepare);
    after(() => lab.close());

    for (const kind of KEY_KINDS) {
      for (const [door, write] of Object.entries(WRITES)) {
        for (const step of STEPS) {
          it(`let nobody see the past: ${kind}, when ${door} has ${step}`, async () => {
            const end = await follow(write, losing(kind, step));
            await end();
            await until("hit", "new");
          });
        }
      }

      for (const step of ["marked", "committed"] as const) {
        it(`let nobody see the past: ${kind}, when the process has ${step} and dies after COMMIT`, async () => {
          const end = await follow(transaction, losing(kind, step));
          await until("hit", "new");
          await end();
        });
      }
    }

    it("are marked again by the writer's renewals", async () => {
      const commit = holdStatement(lab.dataSource, transaction.commit);
      const writing = transaction.run();
      await commit.reached;
      await until("bypass: write-in-flight", "old");
      await lose("every key");
      const marked = async (kind: KeyKind, field: RegExp): Promise<boolean> => {
        const records = await recordsOf(services().redisUrl, lab.prefix, kind);
        return records.some((fields) => Object.keys(fields).some((name) => field.test(name)));
      };
      // Readers look all the while, and so end the quarantine of the epoch when it is over.
      while (!(await marked("table record", /^marks$/))) await expectAnswers("old");
      while (!(await marked("epoch", /^note:/)) || (await marked("epoch", /^marks$/)))
        await expectAnswers("old");
      // Marked again are the rows alone, and which ones a result has, it tells when it is loaded: then it is not stored.
      expect(await lab.outcomes(() => expectAnswers("old"))).not.to.include("hit");
      expect(lab.reads.slice(-2).map(({ stored }) => stored)).to.deep.equal([false, false]);
      commit.release();
      await writing;
      expect(await lab.outcomes(() => expectAnswers("new"))).to.deep.equal(["miss", "hit"]);
    });
  });

  describe("while nothing is written", () => {
    let relay: Relay;
    before(async () => {
      relay = await relayTo(services().redisUrl);
      await open(relay.url);
    });
    beforeEach(prepare);
    after(async () => {
      await lab.close();
      await relay.close();
    });

    it("cost no more than a miss, but for the epoch (cachalot missing table key)", async () => {
      for (const kind of KEY_KINDS.filter((each) => each !== "epoch" && each !== "every key")) {
        await lose(kind);
        const [outcome, again] = await lab.outcomes(() => expectAnswers("old"));
        expect([outcome, again], kind).to.deep.equal([OUTCOMES[kind] ?? "stale", "hit"]);
      }
    });

    for (const kind of ["epoch", "every key"] as const) {
      it(`keep the cache closed for a lease, as marks may have gone with them: ${kind}`, async () => {
        await lose(kind);
        const seen = await until("hit", "old");
        const last = kind === "epoch" ? "stale" : "miss";
        expect(seen.slice(-2)).to.deep.equal([last, "hit"]);
        expect(new Set(seen.slice(0, -2))).to.deep.equal(new Set(["bypass: write-in-flight"]));
      });
    }

    it("with the connection (Redis restarted empty) keep it closed for a lease after that", async () => {
      await relay.cut();
      await lose("every key");
      await relay.resume();
      const seen = await until("hit", "old");
      expect(seen.slice(-2)).to.deep.equal(["miss", "hit"]);
      for (const outcome of seen.slice(0, -2))
        expect(outcome).to.match(/^bypass: (store-error|write-in-flight)$/);
    });

    it("by queryResultCache.clear() are no loss: the next read is a miss, the one after it a hit", async () => {
      await lab.dataSource.queryResultCache?.clear();
      expect(await lab.outcomes(() => expectAnswers("old"))).to.deep.equal(["miss", "hit"]);
    });
  });

  describe("with a prefix for each table", () => {
    const base = `spec-${randomBytes(6).toString("hex")}`;
    before(() => open(services().redisUrl, { prefix: ({ tables }) => [base, ...tables].join("-") }));
    beforeEach(prepare);
    after(() => lab.close());

    it("let nobody see the past: the note is in the epoch that readers look at", async () => {
      const end = await follow(transaction, async (step) => {
        if (step !== "marked") return;
        expect(await loseKeys(services().redisUrl, base, "table record")).to.be.above(0);
      });
      await end();
      await until("hit", "new");
    });
  });
});
