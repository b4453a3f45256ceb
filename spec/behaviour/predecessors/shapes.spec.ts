import { expect } from "chai";
import { invalidateModel } from "../../../src";
import { BLOG } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectCached } from "../../support/soundness";
import { AGGREGATES } from "./shapes/aggregates";
import { FILTERS } from "./shapes/filters";
import { SUBQUERIES } from "./shapes/subqueries";

const TABLES = ["category", "comment", "post", "post_tags_tag", "summary", "tag"];

onEveryCombination("shapes of queries", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: BLOG });
    await seedBlog(lab);
  });
  after(() => lab.close());

  for (const { name, tables, answer, read } of [...FILTERS, ...AGGREGATES, ...SUBQUERIES]) {
    it(`${name}`, async () => {
      lab.forget();
      const found = await expectCached(lab, () => read(lab));
      if (answer === undefined) expect(found).not.to.be.oneOf([undefined, null]).and.not.empty;
      else expect(found).to.deep.equal(answer);
      expect([...new Set(lab.reads.flatMap((event) => event.tables))].sort()).to.deep.equal(tables);

      for (const table of TABLES) {
        await invalidateModel(table, { dataSource: lab.dataSource });
        const outcomes = await lab.outcomes(() => read(lab));
        expect(outcomes.includes("stale"), `stale after ${table}`).to.equal(tables.includes(table));
        expect(outcomes, `after ${table}`).to.satisfy((all: string[]) =>
          all.every((each) => /hit|stale/.test(each)),
        );
      }
    });
  }
});
