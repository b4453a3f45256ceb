import { expect } from "chai";
import * as fc from "fast-check";
import type { ObjectLiteral } from "typeorm";
import { invalidateModel, withoutCache } from "../../src";
import { entitiesOf, type Family, generateFamily, type Row } from "../consistency/family";
import { fill } from "../consistency/filling";
import { runRead } from "../consistency/reads";
import { shownAll, type State } from "../consistency/state";
import { Lab, onEveryCombination } from "../support/lab";
import { Random } from "../unit/sql/random";
import { parametersOf, SEED, TIMEOUT } from "./parameters";
import { act } from "./untouched/acts";
import { changesOf, concerns } from "./untouched/changes";
import { drawQuestion, PLAIN_LABELS, type Question } from "./untouched/questions";

const RUNS = 8;

/**
 * What is promised of granularity, on a database where nothing else goes on: equalities, lists, IS NULL, ranges of
 * integers and joins by what the result shows. More than that may come to be told apart, less is a regression.
 */
onEveryCombination(`writes that a read has nothing to do with, FC_SEED=${SEED}`, (combination) => {
  const family: Family = { ...generateFamily(SEED, combination.database), coarse: undefined };
  const entities = entitiesOf(family);
  let lab: Lab;
  before(async () => {
    const cache = { defaults: { ops: "all" as const }, profiles: { "*": {} } };
    lab = await Lab.open({ ...combination, entities, cache });
  });
  after(() => lab.close());

  it("leave it a hit", async function () {
    this.timeout(TIMEOUT);
    let untouched = 0;
    const seeds = fc.array(fc.nat(), { minLength: 1, maxLength: 10, size: "max" });
    const property = fc.asyncProperty(seeds, seeds, async (asked, steps) => {
      await lab.wipe();
      await fill(lab.dataSource, family);
      await plainly(lab, family);
      // A table has room for few ways of picking its rows: those of earlier runs make place.
      for (const entity of entities) await invalidateModel(entity);
      const questions = asked.map((seed) => drawQuestion(new Random(seed), family));
      for (const question of questions) await ask(lab, question, family);
      let before = await stateOf(lab, family);
      for (const seed of steps) {
        lab.forget();
        const assigned = await act(lab.dataSource.manager, new Random(seed), family);
        const written = lab.statements.join("\n");
        const after = await stateOf(lab, family);
        const changes = changesOf(family, before, after, assigned ?? []);
        for (const question of questions) {
          const outcomes = await ask(lab, question, family);
          if (!assigned || concerns(question, changes, before)) continue;
          untouched++;
          const what = [written, ...[question.read, ...changes].map((each) => JSON.stringify(each))].join(
            "\n",
          );
          expect([...new Set(outcomes)], what).to.deep.equal(["hit"]);
        }
        before = after;
      }
    });

    await fc.assert(property, parametersOf(RUNS));

    expect(untouched, "reads that a write did not concern").to.be.above(0);
  });
});

/** With labels of which all databases know what they equal. */
async function plainly({ dataSource }: Lab, { tables, ids }: Family): Promise<void> {
  for (const { name } of tables)
    for (let id = 1; id <= ids; id++)
      await dataSource.getRepository<ObjectLiteral>(name).update({ id }, { label: PLAIN_LABELS[id % 3] });
}

function ask(lab: Lab, { read }: Question, family: Family): Promise<string[]> {
  return lab.outcomes(() => runRead(lab.dataSource.manager, read, family));
}

async function stateOf({ dataSource }: Lab, { tables }: Family): Promise<State> {
  const states = await withoutCache(() =>
    Promise.all(
      tables.map(async ({ name }) => {
        const rows = await dataSource.getRepository<Row>(name).find({ withDeleted: true });
        return [name, shownAll(rows)] as const;
      }),
    ),
  );
  return { tables: Object.fromEntries(states), links: [] };
}
