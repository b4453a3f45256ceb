import { expect } from "chai";
import type { EntityManager } from "typeorm";
import { BLOG, Category, Post } from "../support/blog/entities";
import { Lab, onEveryCombination } from "../support/lab";

/**
 * Rows are read before they are written, so that what they were is known. Another write of the same transaction can
 * come in between: what was read is no longer what is written.
 *   1. first, second: read the row (category 1, 5 views)
 *   2. first: views = 9        replaces the lists of (1, 5) and (1, 9)
 *   3. second: category = 2    replaces the lists of (1, 5) and (2, 5); the row comes to be in that of (2, 9)
 */
onEveryCombination("writes of one transaction that overlap (trap 15)", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: BLOG });
  });
  after(() => lab.close());
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert([{ title: "first" }, { title: "second" }]);
    await lab.repository(Post).insert({ title: "post", views: 5, categoryId: 1 });
  });

  const list = async (categoryId: number, views: number): Promise<number> =>
    (await lab.repository(Post).findBy({ categoryId, views })).length;

  const lists = (): Promise<number[]> => Promise.all([list(1, 5), list(1, 9), list(2, 5), list(2, 9)]);

  async function cached(): Promise<void> {
    await lists();
    // From now on the writer knows that somebody relies on lists.
    await lab.repository(Post).insert({ title: "another", views: 1, categoryId: 1 });
    expect(await lists()).to.deep.equal([1, 0, 0, 0]);
  }

  const seen = (manager: EntityManager): Promise<unknown> => manager.update(Post, { id: 1 }, { views: 9 });
  const moved = (manager: EntityManager): Promise<unknown> =>
    manager.update(Post, { id: 1 }, { categoryId: 2 });

  it("replace every list that the row may have come to", async () => {
    await cached();
    await lab.dataSource.transaction((manager) => Promise.all([seen(manager), moved(manager)]));
    expect(await lists()).to.deep.equal([0, 0, 0, 1]);
  });

  it("one after the other replace just those that it was in", async () => {
    await cached();
    await lab.dataSource.transaction(async (manager) => {
      await seen(manager);
      await moved(manager);
    });
    expect(await lists()).to.deep.equal([0, 0, 0, 1]);
  });

  it("of other rows do not get in each other's way", async () => {
    await cached();
    await lab.dataSource.transaction((manager) =>
      Promise.all([seen(manager), manager.update(Post, { id: 2 }, { categoryId: 2 })]),
    );
    expect(await lists()).to.deep.equal([0, 1, 0, 0]);
  });

  it("by statements of their own are overtaken by none", async () => {
    await cached();
    await Promise.all([seen(lab.dataSource.manager), moved(lab.dataSource.manager)]);
    expect(await lists()).to.deep.equal([0, 0, 0, 1]);
  });
});
