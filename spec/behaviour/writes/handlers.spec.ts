import { expect } from "chai";
import type {
  DataSource,
  EntitySubscriberInterface,
  InsertEvent,
  TransactionCommitEvent,
  UpdateEvent,
} from "typeorm";
import { BLOG, Category, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";

interface Handlers {
  inserted?(event: InsertEvent<Post>): Promise<void>;
  updated?(event: UpdateEvent<Post>): Promise<void>;
  committed?(event: TransactionCommitEvent): Promise<void>;
}

/** A subscriber of the user's, whose handlers each spec sets. */
class PostSubscriber implements EntitySubscriberInterface<Post> {
  handlers: Handlers = {};

  listenTo(): typeof Post {
    return Post;
  }

  async afterInsert(event: InsertEvent<Post>): Promise<void> {
    await this.handlers.inserted?.(event);
  }

  async afterUpdate(event: UpdateEvent<Post>): Promise<void> {
    await this.handlers.updated?.(event);
  }

  async afterTransactionCommit(event: TransactionCommitEvent): Promise<void> {
    await this.handlers.committed?.(event);
  }
}

onEveryCombination("handlers of entity events", ({ database, store }) => {
  const subscriber = new PostSubscriber();
  let lab: Lab;
  let dataSource: DataSource;
  before(async () => {
    lab = await Lab.open({ database, store, entities: BLOG });
    dataSource = lab.dataSource;
    dataSource.subscribers.push(subscriber);
  });
  beforeEach(async () => {
    subscriber.handlers = {};
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  const titles = async (): Promise<string[]> =>
    (await lab.repository(Post).find({ order: { id: "ASC" } })).map(({ title }) => title);

  it("a read in afterUpdate sees the new state (cacheops 145)", async () => {
    await lab.repository(Post).findOneBy({ id: 1 });
    const seen: (string | undefined)[] = [];
    subscriber.handlers.updated = async ({ manager }) =>
      void seen.push((await manager.findOneBy(Post, { id: 1 }))?.title);
    await lab.repository(Post).save({ id: 1, title: "changed" });
    expect(seen).to.deep.equal(["changed"]);
    expect(await titles()).to.deep.equal(["changed", "two"]);
  });

  it("a read in afterInsert sees the new row (cacheops 145)", async () => {
    await lab.repository(Post).count();
    const seen: number[] = [];
    subscriber.handlers.inserted = async ({ manager }) => void seen.push(await manager.count(Post));
    await lab.repository(Post).insert({ title: "three" });
    await lab.repository(Post).save({ title: "four" });
    expect(seen).to.deep.equal([3, 4]);
    expect(await lab.repository(Post).count()).to.equal(4);
  });

  it("a read after the commit sees what was committed (cacheops TransactionSupportTests commit callbacks)", async () => {
    await titles();
    const seen: string[][] = [];
    subscriber.handlers.committed = async () => void seen.push(await titles());
    await lab.repository(Post).save({ id: 1, title: "changed" });
    expect(seen).to.deep.equal([["changed", "two"]]);
  });

  it("a handler's own writes invalidate with those that caused them", async () => {
    subscriber.handlers.inserted = async ({ manager, entity }) =>
      void (await manager.save(Tag, { name: entity.title }));
    const tags = (): Promise<number> => lab.repository(Tag).count();
    expect(await tags()).to.equal(3);
    await lab.repository(Post).save({ title: "three" });
    expect(await tags()).to.equal(4);
    await lab.repository(Post).insert({ title: "four" });
    expect(await tags()).to.equal(5);
  });

  it("a handler's raw statement invalidates, too", async () => {
    subscriber.handlers.updated = async ({ queryRunner }) =>
      void (await queryRunner.query("UPDATE category SET title = 'touched'"));
    const titled = (): Promise<number> => lab.repository(Category).countBy({ title: "touched" });
    expect(await titled()).to.equal(0);
    await lab.repository(Post).save({ id: 1, title: "changed" });
    expect(await titled()).to.equal(2);
  });

  it("a handler that throws undoes the write, and what was cached is served again", async () => {
    expect(await titles()).to.deep.equal(["one", "two"]);
    subscriber.handlers.updated = () => Promise.reject(new Error("refused"));
    const refused = await lab
      .repository(Post)
      .save({ id: 1, title: "changed" })
      .catch((error: Error) => error.message);
    expect(refused).to.equal("refused");
    expect(await lab.expectStatements(0, titles)).to.deep.equal(["one", "two"]);
  });
});
