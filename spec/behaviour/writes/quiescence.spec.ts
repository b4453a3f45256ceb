import { expect } from "chai";
import { withCache, withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { QUERIES } from "./queries";

type Step = (lab: Lab, pick: (below: number) => number) => Promise<unknown>;

const ignoringConflicts = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);

/** Autocommit writes; two of them at once may well refuse each other (deadlock, a parent that is gone). */
const WRITES: readonly Step[] = [
  (lab, pick) => lab.repository(Category).update(1 + pick(2), { title: `title ${pick(100)}` }),
  (lab, pick) => lab.repository(Post).increment({ id: 1 + pick(4) }, "views", 1 + pick(5)),
  (lab, pick) => lab.repository(Post).insert({ title: `post ${pick(100)}`, categoryId: 1 + pick(2) }),
  (lab, pick) => lab.repository(Post).update(1 + pick(4), { categoryId: 1 + pick(2) }),
  (lab, pick) => lab.repository(Comment).insert({ text: `text ${pick(100)}`, postId: 1 + pick(3) }),
  (lab, pick) => lab.repository(Comment).delete({ postId: 1 + pick(3) }),
  (lab, pick) => lab.repository(Tag).insert({ name: `tag ${pick(100)}` }),
  (lab, pick) => lab.repository(Tag).delete(1 + pick(4)),
  (lab, pick) => lab.repository(Post).delete(3 + pick(4)),
  (lab, pick) => lab.dataSource.query(`UPDATE post SET views = views * 2 WHERE id = ${1 + pick(4)}`),
];

/** Numbers that look random and are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

onEveryCombination("after quiescence", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  for (const seed of [1, 2, 3]) {
    it(`no cached answer differs from the database's, seed ${seed}`, async () => {
      await lab.wipe();
      await seedBlog(lab);
      const pick = generator(seed);
      const read = (index: number): Promise<unknown> =>
        withCache({ ops: "all" }, () => (QUERIES[index] as (typeof QUERIES)[number]).read(lab));
      const step = (): Promise<unknown> =>
        pick(3) === 0
          ? ignoringConflicts((WRITES[pick(WRITES.length)] as Step)(lab, pick))
          : read(pick(QUERIES.length));
      for (let round = 0; round < 8; round++) {
        await Promise.all(Array.from({ length: 12 }, step));
        for (const [index, { name, read: real }] of QUERIES.entries()) {
          expect(await read(index), `round ${round}: ${name}`).to.deep.equal(
            await withoutCache(() => real(lab)),
          );
        }
      }
      expect(new Set(lab.reads.map(({ outcome }) => outcome))).to.include.keys("hit", "stale");
    });
  }
});
