import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import * as fc from "fast-check";
import type { EntityManager } from "typeorm";
import { withoutCache } from "../../src";
import { entitiesOf, type Family, generateFamily } from "../consistency/family";
import { fill } from "../consistency/filling";
import { drawRead, runRead } from "../consistency/reads";
import type { Read } from "../consistency/reads/read";
import { writeOnce } from "../consistency/writes";
import { Lab, onEveryCombination } from "../support/lab";
import { Random } from "../unit/sql/random";
import { parametersOf, SEED, TIMEOUT } from "./parameters";

const RUNS = 8;

/** What is drawn from a seed of its own shrinks by being left out. */
const seeds = (least: number, most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat(), { minLength: least, maxLength: most, size: "max" });

class ChangeOfMind extends Error {}

/** The reads and writes of the consistency checker, one after the other: nothing but the cache can make answers differ. */
onEveryCombination(`random families of tables, FC_SEED=${SEED}`, (combination) => {
  const family = generateFamily(SEED, combination.database);
  let lab: Lab;
  before(async () => {
    const coarse = family.coarse === undefined ? {} : { [family.coarse]: { granularity: "table" as const } };
    const cache = { defaults: { ops: "all" as const }, profiles: { "*": {}, ...coarse } };
    lab = await Lab.open({ ...combination, entities: entitiesOf(family), cache });
  });
  after(() => lab.close());

  it("are answered as if there were no cache", async function () {
    this.timeout(TIMEOUT);
    const outcomes = new Map<string, number>();
    const property = fc.asyncProperty(seeds(8, 12), seeds(0, 12), async (asked, steps) => {
      await lab.wipe();
      await fill(lab.dataSource, family);
      const reads = asked.map((seed) => drawRead(new Random(seed), family));
      for (const read of reads) await expectFresh(lab, read, family);
      for (const seed of steps) {
        // What the database refuses is a step like any other.
        await write(lab, new Random(seed), family).catch(() => undefined);
        for (const read of reads) await expectFresh(lab, read, family);
      }
      for (const { outcome } of lab.reads) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    });

    await fc.assert(property, parametersOf(RUNS));

    for (const outcome of ["hit", "stale"]) expect(outcomes.get(outcome), outcome).to.be.above(0);
  });
});

async function expectFresh({ dataSource }: Lab, read: Read, family: Family): Promise<void> {
  const cached = await runRead(dataSource.manager, read, family);
  const fresh = await withoutCache(() => runRead(dataSource.manager, read, family));
  if (isDeepStrictEqual(cached, fresh)) return;
  throw new Error(
    `${JSON.stringify(read)}\ncached: ${JSON.stringify(cached)}\nfresh:  ${JSON.stringify(fresh)}`,
  );
}

/** On its own, or in a transaction that may be given up. */
async function write({ dataSource }: Lab, random: Random, family: Family): Promise<void> {
  let last = random.below(4) * 1_000_000;
  const escape = (name: string): string => dataSource.driver.escape(name);
  const context = { random, family, escape, next: () => ++last };
  if (random.chance(0.6)) return writeOnce(dataSource.manager, context);
  await inTransaction(dataSource.manager, async (manager) => {
    for (let left = 1 + random.below(3); left > 0; left--) {
      if (random.chance(0.3))
        await inTransaction(manager, (nested) => maybe(random, writeOnce(nested, context)));
      else await writeOnce(manager, context);
    }
    await maybe(random, Promise.resolve());
  });
}

async function inTransaction(
  manager: EntityManager,
  work: (inner: EntityManager) => Promise<void>,
): Promise<void> {
  await manager.transaction(work).catch((error: unknown) => {
    if (!(error instanceof ChangeOfMind)) throw error;
  });
}

async function maybe(random: Random, work: Promise<void>): Promise<void> {
  await work;
  if (random.chance(0.3)) throw new ChangeOfMind();
}
