import { expect } from "chai";
import { BLOG, Comment, Post } from "../../support/blog/entities";
import { holdStatement } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("coalescing", ({ database, store }) => {
  // sql.js has one connection, and whoever holds a connection does not wait for others.
  if (database === "sqljs") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
    await lab.repository(Comment).insert([{ text: "a", postId: 1 }]);
    lab.forget();
  });
  after(() => lab.close());

  const find = () => lab.repository(Post).find({ order: { id: "ASC" } });

  /** Starts `count` calls, and lets the first one load when all of them have looked into the store. */
  async function together<T>(count: number, call: () => Promise<T>): Promise<T[]> {
    const held = holdStatement(lab.dataSource, /^SELECT/);
    const first = call();
    await held.reached;
    const rest = Array.from({ length: count - 1 }, call);
    // One look-up of the store answers the others by now: it was asked after them, in order.
    await lab.repository(Comment).find();
    held.release();
    return Promise.all([first, ...rest]);
  }

  it("identical concurrent reads are one load (cacheops LockingTests; section 5: stampede within a process)", async () => {
    const results = await together(20, find);
    expect(lab.statements.filter((sql) => /FROM .post/.test(sql))).to.have.length(1);
    for (const result of results) expect(result).to.deep.equal(results[0]);
    expect(lab.reads.filter(({ stored, entity }) => stored && entity === "Post")).to.have.length(1);
  });

  it("each caller has objects of its own", async () => {
    const results = await together(5, find);
    expect(new Set(results.map((posts) => posts[0])).size).to.equal(5);
    (results[0]?.[0] as Post).title = "vandal";
    for (const posts of results.slice(1)) expect(posts[0]?.title).to.equal("one");
    expect((await find())[0]?.title).to.equal("one");
  });

  it("both statements of a page are loaded once each", async () => {
    const page = () =>
      lab.repository(Post).find({ relations: { comments: true }, order: { id: "ASC" }, take: 1 });
    await together(10, page);
    expect(lab.statements.filter((sql) => /FROM .post/.test(sql))).to.have.length(2);
  });

  it("different parameters and different methods are different loads", async () => {
    await Promise.all([find(), find(), lab.repository(Post).count(), lab.repository(Post).findBy({ id: 1 })]);
    expect(new Set(lab.statements).size).to.be.at.least(3);
  });

  it("a load that fails, fails its own caller; the others load for themselves", async () => {
    const refused = holdStatement(lab.dataSource, /^SELECT/);
    const failing = () =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .where("p.id = 1 OR p.views / :zero > 1 AND p.nonsense = 1", { zero: 0 })
        .getMany()
        .then(
          () => "answered",
          () => "failed",
        );
    const calls = [failing()];
    await refused.reached;
    calls.push(failing(), failing());
    refused.release();
    expect(await Promise.all(calls)).to.deep.equal(["failed", "failed", "failed"]);
    expect(await find()).to.have.length(2);
  });

  it("a caller that holds a connection waits for nobody (pool of one)", async () => {
    await lab.dataSource.transaction("READ COMMITTED", async (manager) => {
      await manager.query("SELECT 1");
      const held = holdStatement(lab.dataSource, /FROM .post/);
      const outside = find();
      await held.reached;
      expect(await manager.find(Post, { order: { id: "ASC" } })).to.have.length(2);
      held.release();
      expect(await outside).to.have.length(2);
    });
  });
});
