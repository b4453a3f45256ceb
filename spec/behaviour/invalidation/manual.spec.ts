import { expect } from "chai";
import { DataSource, EntitySchema, type ObjectLiteral } from "typeorm";
import {
  cacheops,
  CacheopsConfigError,
  CacheopsStoreError,
  cacheopsOf,
  createMemoryStore,
  invalidateAll,
  invalidateModel,
  invalidateObj,
} from "../../../src";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { GatedStore, holdStatement } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";

const Setting = new EntitySchema<{ id: number; name: string }>({
  name: "Setting",
  tableName: "app_settings",
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
});

class Stranger {
  id = 1;
}

class SpecialPost extends Post {}

onEveryCombination("invalidation by hand", (combination) => {
  let lab: Lab;
  before(async () => {
    const cache = { defaults: { ops: "all" } } as const;
    lab = await Lab.open({ ...combination, entities: [...BLOG, Setting], cache });
  });
  beforeEach(() => lab.wipe());
  after(() => lab.close());

  /** The entities that must be read from the database again after `work`, of those that were cached. */
  async function staleAfter(work: () => Promise<unknown>): Promise<string[]> {
    const entities = [Category, Post, Comment, Tag, Setting];
    const read = (): Promise<unknown> =>
      Promise.all(entities.map((each) => lab.repository(each as typeof Post).find()));
    await read();
    await work();
    const from = lab.reads.length;
    await read();
    return lab.reads
      .slice(from)
      .filter(({ outcome }) => outcome !== "hit")
      .map(({ entity, outcome }) => `${entity} ${outcome}`)
      .sort();
  }

  it("of a model: by class, EntitySchema, entity name and table name (cachalot api: table name, class)", async () => {
    for (const post of [Post, "Post", "post"]) {
      expect(await staleAfter(() => invalidateModel(post))).to.deep.equal(["Post stale"]);
    }
    for (const setting of [Setting, "Setting", "app_settings"]) {
      expect(await staleAfter(() => invalidateModel(setting))).to.deep.equal(["Setting stale"]);
    }
  });

  it("of several models, with and without { dataSource } (johnny-cache: invalidate model/table strings)", async () => {
    expect(await staleAfter(() => invalidateModel(Tag, "comment", Setting))).to.deep.equal([
      "Comment stale",
      "Setting stale",
      "Tag stale",
    ]);
    const { dataSource } = lab;
    expect(await staleAfter(() => invalidateModel(Post, { dataSource }))).to.deep.equal(["Post stale"]);
    expect(await staleAfter(() => invalidateModel(Post, {}))).to.deep.equal(["Post stale"]);
    expect(await staleAfter(() => invalidateModel("post_tags_tag", { dataSource }))).to.deep.equal([]);
  });

  it("of a model concerns what joins it", async () => {
    const read = (): Promise<unknown> =>
      lab.repository(Post).find({ relations: { category: true, tags: true } });
    for (const joined of [Category, Tag, "post_tags_tag"]) {
      await read();
      expect(await lab.outcomes(read), `before ${String(joined)}`).to.deep.equal(["hit"]);
      await invalidateModel(joined);
      expect(await lab.outcomes(read), `after ${String(joined)}`).to.deep.equal(["stale"]);
    }
  });

  it("of nothing does nothing", async () => {
    expect(await staleAfter(() => invalidateObj([]))).to.deep.equal([]);
  });

  it("of an unknown entity is an error that names it, and invalidates nothing (cachalot api)", async () => {
    const unknown: [unknown, string][] = [
      [Stranger, "Stranger"],
      ["Psot", "Psot"],
      [new EntitySchema({ name: "Unlisted", columns: {} }), "Unlisted"],
    ];
    for (const [entity, name] of unknown) {
      const outcomes = await staleAfter(async () => {
        const error: unknown = await invalidateModel(Post, entity as typeof Post).catch(
          (caught: unknown) => caught,
        );
        expect(error).to.be.instanceOf(CacheopsConfigError).with.property("message").that.includes(name);
      });
      expect(outcomes).to.deep.equal([]);
    }
  });

  it("of objects: one, many, mixed (cacheops invalidate_obj)", async () => {
    const post = await lab.repository(Post).save({ title: "one" });
    const loaded = await lab.repository(Post).findOneByOrFail({ id: post.id });
    const tag = lab.repository(Tag).create({ id: 1, name: "t" });
    const category = lab.repository(Category).create({ id: 1 });
    expect(await staleAfter(() => invalidateObj(loaded))).to.deep.equal(["Post stale"]);
    expect(await staleAfter(() => invalidateObj([tag, loaded, category, loaded]))).to.deep.equal([
      "Category stale",
      "Post stale",
      "Tag stale",
    ]);
    const { dataSource } = lab;
    expect(await lab.invalidated(() => invalidateObj([loaded, loaded], { dataSource }))).to.deep.equal([
      "post",
    ]);
  });

  it("of objects that are no entities is an error that says what to do, and invalidates nothing", async () => {
    const wrong: [unknown, string][] = [
      [{ id: 1 }, "invalidateModel"],
      [null, "invalidateModel"],
      [undefined, "invalidateModel"],
      [Object.create(null), "invalidateModel"],
      [[{ id: 1 }], "invalidateModel"],
      [new Stranger(), "Stranger"],
      [new SpecialPost(), "SpecialPost"],
    ];
    for (const [object, text] of wrong) {
      const post = lab.repository(Post).create({ id: 1 });
      const objects = (Array.isArray(object) ? [post, ...(object as unknown[])] : object) as ObjectLiteral;
      const outcomes = await staleAfter(async () => {
        const error: unknown = await invalidateObj(objects).catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(CacheopsConfigError).with.property("message").that.includes(text);
      });
      expect(outcomes).to.deep.equal([]);
    }
  });

  it("of everything (cacheops test_signals: all; cachalot api: invalidate())", async () => {
    const everything = ["Category stale", "Comment stale", "Post stale", "Setting stale", "Tag stale"];
    expect(await staleAfter(() => invalidateAll())).to.deep.equal(everything);
    expect(await staleAfter(() => invalidateAll({ dataSource: lab.dataSource }))).to.deep.equal(everything);
    expect(await lab.invalidated(() => invalidateAll())).to.deep.equal(["*"]);
  });

  it("while a result is being read keeps that result from being stored (trap 1)", async () => {
    const ways: Record<string, () => Promise<unknown>> = {
      invalidateModel: () => invalidateModel(Post),
      invalidateObj: () => invalidateObj(lab.repository(Post).create()),
      invalidateAll: () => invalidateAll(),
      "queryResultCache.clear": async () => lab.dataSource.queryResultCache?.clear(),
      "queryResultCache.remove": async () => lab.dataSource.queryResultCache?.remove(["menu"]),
    };
    for (const [name, invalidate] of Object.entries(ways)) {
      await invalidateAll();
      lab.forget();
      const read = (): Promise<unknown> =>
        lab.repository(Post).find({ cache: { id: "menu", milliseconds: 60_000 } });
      const held = holdStatement(lab.dataSource, /^SELECT.*FROM .post. /);
      const reading = read();
      await held.reached;
      await invalidate();
      held.release();
      await reading;
      await read();
      await read();
      const told = lab.reads.map(({ outcome, stored }) => [outcome === "hit", stored]);
      expect(told, name).to.deep.equal([
        [false, false],
        [false, true],
        [true, false],
      ]);
    }
  });
});

describe("invalidation by hand of several data sources", () => {
  function blog(name: string, entities: readonly unknown[] = BLOG): Promise<DataSource> {
    const options = { type: "sqljs", entities: [...entities] as EntitySchema[], synchronize: true } as const;
    return new DataSource({
      ...options,
      name,
      cache: cacheops({ defaults: { ops: "all" } }),
    } as typeof options).initialize();
  }

  let first: DataSource;
  let second: DataSource;
  let other: DataSource;
  before(async () => {
    [first, second, other] = await Promise.all([blog("first"), blog("second"), blog("other", [Setting])]);
  });
  after(() => Promise.all([first, second, other].map((each) => each.destroy())));

  /** Which of the data sources heard of an invalidation, and of what. */
  async function heard(work: () => Promise<unknown>): Promise<Record<string, string>> {
    const told: Record<string, string> = {};
    const undo = Object.entries({ first, second, other }).map(([name, dataSource]) => {
      const instance = cacheopsOf(dataSource);
      const listener = (event: { tables: readonly string[]; everything?: string }): void => {
        told[name] = event.everything ? "*" : event.tables.join();
      };
      instance.on("invalidate", listener);
      return () => instance.off("invalidate", listener);
    });
    await work();
    for (const each of undo) each();
    return told;
  }

  it("concerns every initialised one that knows the entity", async () => {
    expect(await heard(() => invalidateModel(Post))).to.deep.equal({ first: "post", second: "post" });
    expect(await heard(() => invalidateModel(Setting))).to.deep.equal({ other: "app_settings" });
    expect(await heard(() => invalidateObj(first.getRepository(Tag).create()))).to.deep.equal({
      first: "tag",
      second: "tag",
    });
    expect(await heard(() => invalidateAll())).to.deep.equal({ first: "*", second: "*", other: "*" });
  });

  it("concerns one alone where it is named", async () => {
    expect(await heard(() => invalidateModel(Post, { dataSource: second }))).to.deep.equal({
      second: "post",
    });
    expect(await heard(() => invalidateAll({ dataSource: other }))).to.deep.equal({ other: "*" });
  });

  it("is an error for one that does not know the entity, is not initialised, or has no cache", async () => {
    const plain = await new DataSource({ type: "sqljs", entities: [...BLOG] }).initialize();
    const closed = new DataSource({ type: "sqljs", entities: [...BLOG], cache: cacheops() });
    const attempts = [
      () => invalidateModel(Post, { dataSource: other }),
      ...[plain, closed].flatMap((dataSource) => [
        () => invalidateModel(Post, { dataSource }),
        () => invalidateObj(new Post(), { dataSource }),
        () => invalidateAll({ dataSource }),
      ]),
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt().catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(CacheopsConfigError);
    }
    await plain.destroy();
  });

  it("rejects if a store cannot be reached, for a script that ends now could not make up for it", async () => {
    const gated = new GatedStore(createMemoryStore());
    const entities = [...BLOG];
    const broken = await new DataSource({
      type: "sqljs",
      entities,
      synchronize: true,
      cache: cacheops({ store: gated.store, defaults: { ops: "all" } }),
    }).initialize();
    gated.fail("replace", "lookup");
    const told = await heard(async () => {
      const error: unknown = await invalidateModel(Post).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(CacheopsStoreError);
    });
    expect(told, "the others").to.deep.equal({ first: "post", second: "post" });
    gated.mend();
    await broken.destroy();
  });
});
