import { expect } from "chai";
import type { CacheopsOptions } from "../../../src";
import { BLOG, Category, Post } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("cacheOnSave (cacheops 45)", (combination) => {
  let lab: Lab;
  afterEach(() => lab.close());

  async function open(cacheOnSave: boolean | string): Promise<void> {
    const profiles: CacheopsOptions["profiles"] = { Category: { ops: "get", cacheOnSave } };
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { profiles } });
  }

  const byId = (id: number) => lab.repository(Category).findOneBy({ id });
  const byTitle = (title: string) => lab.repository(Category).findOneBy({ title });

  it("makes the next findOneBy of a new row and of a changed one a hit", async () => {
    await open(true);
    const category = await lab.repository(Category).save({ title: "new" });
    expect(await lab.outcomes(() => byId(category.id))).to.deep.equal(["hit"]);
    expect(await byId(category.id)).to.include({ id: category.id, title: "new" });
    await lab.repository(Category).save({ id: category.id, title: "changed" });
    expect(await lab.outcomes(() => byId(category.id))).to.deep.equal(["hit"]);
    expect((await byId(category.id))?.title).to.equal("changed");
  });

  it("by a property", async () => {
    await open("title");
    await lab.repository(Category).save({ title: "new" });
    expect(await lab.outcomes(() => byTitle("new"))).to.deep.equal(["hit"]);
    expect((await byTitle("new"))?.title).to.equal("new");
  });

  it("waits for the commit, and has no part in what is rolled back", async () => {
    await open(true);
    const rows = lab.repository(Category);
    const { id } = await rows.save({ title: "old" });
    const rolledBack = lab.dataSource.transaction(async (manager) => {
      await manager.save(Category, { id, title: "never" });
      await manager.transaction((nested) => nested.save(Category, { id, title: "never either" }));
      throw new Error("rolled back");
    });
    await rolledBack.catch(() => undefined);
    expect((await byId(id))?.title).to.equal("old");
    await lab.dataSource.transaction(async (manager) => {
      await manager.save(Category, { id, title: "first" });
      await manager.save(Category, { id, title: "second" });
    });
    expect(await lab.outcomes(() => byId(id))).to.deep.equal(["hit"]);
    expect((await byId(id))?.title).to.equal("second");
  });

  it("works without a transaction of its own", async () => {
    await open(true);
    const { id } = await lab.repository(Category).save({ title: "new" }, { transaction: false });
    expect(await lab.outcomes(() => byId(id))).to.deep.equal(["hit"]);
  });

  it("is followed by later writes of any kind", async () => {
    await open(true);
    const { id } = await lab.repository(Category).save({ title: "new" });
    await lab.repository(Category).update({ id }, { title: "updated" });
    expect((await byId(id))?.title).to.equal("updated");
    await lab.repository(Category).delete({ id });
    expect(await byId(id)).to.equal(null);
  });

  it("reads nothing of other entities, nor for a field that is not there", async () => {
    await open("title");
    await lab.repository(Post).save({ title: "post" });
    const { id } = await lab.repository(Category).save({ title: "new" });
    lab.forget();
    await lab.repository(Category).save({ id });
    expect(lab.reads.filter(({ outcome }) => outcome !== "bypass")).to.deep.equal([]);
  });

  it("refuses a property that there is not", async () => {
    const error = await open("name").catch((reason: unknown) => reason);
    expect(error)
      .to.have.property("message")
      .that.matches(/profile of Category\.cacheOnSave: "name" is no column/);
    await open(false);
  });
});
