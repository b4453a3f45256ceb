import { expect } from "chai";
import { withCache, withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { QUERIES } from "./queries";

/** One change to each table, by a door that touches no other. */
const WRITES: Record<string, (lab: Lab) => Promise<unknown>> = {
  category: (lab) => lab.repository(Category).update(1, { title: "zebra" }),
  tag: (lab) => lab.repository(Tag).insert({ name: "fourth" }),
  post: (lab) => lab.repository(Post).insert({ title: "three", views: 70, categoryId: 1 }),
  comment: (lab) => lab.repository(Comment).insert({ text: "more", postId: 2 }),
  summary: (lab) => lab.repository(Summary).insert({ text: "also short", post: { id: 2 } }),
  post_tags_tag: ({ dataSource }) => dataSource.createQueryBuilder().relation(Post, "tags").of(2).add(1),
};

onEveryCombination("queries after writes (cachalot write.py)", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  // SQLite keeps foreign keys only if it is told to.
  const keepsKeys = database !== "sqljs";

  for (const { name, tables, follows = {}, referred = [], read } of QUERIES) {
    it(`${name} follows ${tables.join(", ")} and nothing else`, async () => {
      await lab.wipe();
      await seedBlog(lab);
      const cached = (): Promise<unknown> => withCache({ ops: "all" }, () => read(lab));
      const expectAfter = async (expected: string, table: string, write: (lab: Lab) => Promise<unknown>) => {
        const before = await cached();
        expect(await lab.expectStatements(0, cached), table).to.deep.equal(before);
        await write(lab);
        const outcomes = await lab.outcomes(cached);
        expect(outcomes[0], `${name} after a write to ${table}`).to.equal(expected);
        expect(await cached(), table).to.deep.equal(await withoutCache(() => read(lab)));
      };
      for (const [table, write] of Object.entries(WRITES)) {
        const isSpared = follows[table] !== undefined || (keepsKeys && referred.includes(table));
        const isFollowed = tables.includes(table) && !isSpared;
        await expectAfter(isFollowed ? "stale" : "hit", table, write);
      }
      for (const [table, write] of Object.entries(follows)) await expectAfter("stale", table, write);
    });
  }

  it("relations loaded by queries of their own: each level's change reads only its own again (cachalot prefetch_related)", async () => {
    await lab.wipe();
    await seedBlog(lab);
    const read = (): Promise<Category[]> =>
      lab.repository(Category).find({
        relations: { posts: { comments: true } },
        relationLoadStrategy: "query",
        order: { id: "ASC" },
      });
    await read();
    await lab.expectStatements(0, read);
    await lab.repository(Comment).update(1, { text: "changed" });
    // Not whose they are, which another statement asks.
    expect((await lab.expectStatements(1, read))[0]?.posts[0]?.comments[0]?.text).to.equal("changed");
    await lab.repository(Comment).update(1, { postId: 2 });
    expect((await lab.expectStatements(2, read))[1]?.posts[0]?.comments).to.have.length(2);
    await lab.repository(Category).update(1, { title: "changed" });
    expect((await lab.expectStatements(1, read))[0]?.title).to.equal("changed");
    await lab.repository(Tag).insert({ name: "unrelated" });
    await lab.expectStatements(0, read);
  });
});
