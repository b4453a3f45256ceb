import { expect } from "chai";
import type { ReadEvent } from "../../../src";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("read events", (combination) => {
  let lab: Lab;
  before(async () => {
    const profiles = { Comment: { ops: [] }, Tag: null };
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { profiles } });
    await lab.dataSource.query("CREATE TABLE undeclared (id int)");
  });
  beforeEach(() => lab.dataSource.queryResultCache?.clear());
  after(() => lab.close());

  async function eventOf(read: () => Promise<unknown>): Promise<ReadEvent> {
    lab.forget();
    await read();
    expect(lab.reads).to.have.length(1);
    return lab.reads[0] as ReadEvent;
  }

  const find = () => lab.repository(Post).find({ where: { title: "secret" }, relations: { category: true } });

  it("tell of a miss, a hit and a stale read what it was (cacheops SignalsTests)", async () => {
    const common = {
      op: "fetch",
      entity: "Post",
      tables: ["category", "post"],
      reason: undefined,
      detail: undefined,
    };
    const miss = await eventOf(find);
    expect(miss).to.deep.include({ ...common, outcome: "miss", stored: true });
    const hit = await eventOf(find);
    expect(hit).to.deep.include({
      ...common,
      outcome: "hit",
      stored: false,
      bytes: miss.bytes,
      sql: miss.sql,
    });
    await lab.repository(Category).insert({ title: "news" });
    expect((await eventOf(find)).outcome, "of a category that no post has").to.equal("hit");
    await lab.repository(Post).insert({ title: "secret" });
    expect(await eventOf(find)).to.deep.include({ ...common, outcome: "stale", stored: true });
    for (const event of [miss, hit]) {
      expect(event.bytes).to.be.above(0);
      expect(event.duration).to.be.within(0, 60_000);
      expect(event.sql).to.match(/^SELECT .*JOIN/s);
      expect(JSON.stringify(event)).to.not.include("secret");
    }
  });

  it("tell why a read bypassed", async () => {
    const bypass = { outcome: "bypass", bytes: 0, stored: false };
    const comments = await eventOf(() => lab.repository(Comment).find());
    expect(comments).to.deep.include({ ...bypass, reason: "profile", entity: "Comment", op: "fetch" });
    const tags = await eventOf(() => lab.repository(Post).find({ relations: { tags: true } }));
    expect(tags).to.deep.include({ ...bypass, reason: "forbidden", detail: "tag", entity: "Post" });
    const random = combination.database === "mariadb" ? "RAND()" : "RANDOM()";
    const volatile = await eventOf(() =>
      lab.repository(Post).createQueryBuilder("p").orderBy(random).getMany(),
    );
    expect(volatile.reason).to.equal("volatile");
    expect(volatile.detail?.toLowerCase()).to.include("rand");
    const undeclared = lab
      .repository(Post)
      .createQueryBuilder("p")
      .where("p.id IN (SELECT u.id FROM undeclared u)");
    const unknown = await eventOf(() => undeclared.getMany());
    expect(unknown).to.deep.include({ ...bypass, reason: "unknown-table", detail: "undeclared" });
  });

  it("come for empty lists, too (cacheops event on empty IN)", async () => {
    const event = await eventOf(() => lab.repository(Post).createQueryBuilder("p").whereInIds([]).getMany());
    expect(event).to.include({ outcome: "miss", entity: "Post" });
  });

  it("go to every listener, and to none that was taken off", async () => {
    const seen: string[] = [];
    const listener = ({ outcome }: ReadEvent) => void seen.push(outcome);
    lab.cache.on("read", listener).once("read", listener);
    await find();
    lab.cache.off("read", listener);
    await find();
    expect(seen).to.deep.equal(["miss", "miss"]);
  });

  it("reads of what is never cached show no statement of ours", async () => {
    await lab.expectStatements(1, () => lab.repository(Tag).find({ cache: true }));
    await lab.expectStatements(1, find);
    await lab.expectStatements(0, find);
  });
});
