import { expect } from "chai";
import type { EntityTarget, ObjectLiteral } from "typeorm";
import {
  invalidateAll,
  invalidateModel,
  invalidateObj,
  noInvalidation,
  postponeInvalidation,
} from "../../../src";
import { BLOG, Category, Post, Tag } from "../../support/blog/entities";
import { holdStatement } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";

onEveryCombination("noInvalidation and postponeInvalidation", (combination) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: BLOG })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
    await read(Post);
    await read(Tag);
    lab.forget();
  });
  after(() => lab.close());

  function read(entity: EntityTarget<ObjectLiteral>): Promise<ObjectLiteral[]> {
    return lab.repository(entity).find({ order: { id: "ASC" } });
  }

  /** Without the junction table, which every UPDATE of its ends concerns by ON UPDATE CASCADE. */
  async function invalidated(work: () => Promise<unknown>): Promise<string[]> {
    return (await lab.invalidated(work)).filter((table) => table !== "post_tags_tag");
  }

  const outcome = async (entity: EntityTarget<ObjectLiteral>): Promise<string> =>
    (await lab.outcomes(() => read(entity))).join();

  const titles = async (): Promise<unknown[]> => (await read(Post)).map((post) => post["title"] as unknown);
  const rename = (title: string): Promise<unknown> => lab.repository(Post).update({ id: 1 }, { title });
  const insertTag = (): Promise<unknown> => lab.repository(Tag).insert({ name: "t" });

  describe("noInvalidation", () => {
    it("leaves what its writes change as it is, by whatever door (cacheops NoInvalidationTests)", async () => {
      const doors = [
        () => rename("changed"),
        () => lab.repository(Post).save({ id: 1, title: "saved" }),
        () => lab.dataSource.query("UPDATE post SET title = 'raw'"),
        () => lab.dataSource.transaction((manager) => manager.delete(Post, { id: 2 })),
        () => invalidateModel(Post),
        () => invalidateObj(new Post()),
        () => invalidateAll(),
      ];
      for (const door of doors) {
        expect(await invalidated(() => noInvalidation(door))).to.deep.equal([]);
        expect(await lab.expectStatements(0, titles)).to.deep.equal(["one", "two"]);
      }
    });

    it("may be nested, and ends with its function, thrown or not (cacheops: nested)", async () => {
      await noInvalidation(async () => {
        await noInvalidation(() => rename("inner"));
        await rename("outer");
      });
      await noInvalidation(() => Promise.reject(new Error("thrown"))).catch(() => undefined);
      expect(await outcome(Post)).to.equal("hit");
      expect(await invalidated(() => rename("after"))).to.deep.equal(["post"]);
      expect(await titles()).to.deep.equal(["after", "two"]);
    });

    it("governs its own writes alone, not those at the same time (asynchronous scope)", async () => {
      const told = await invalidated(() => Promise.all([noInvalidation(() => rename("quiet")), insertTag()]));
      expect(told).to.deep.equal(["tag"]);
    });

    it("suppresses a part of a transaction's writes (cacheops: inside a transaction)", async () => {
      const told = await invalidated(() =>
        lab.dataSource.transaction(async (manager) => {
          await noInvalidation(() => manager.update(Post, { id: 1 }, { title: "quiet" }));
          await manager.insert(Tag, { name: "t" });
        }),
      );
      expect(told).to.deep.equal(["tag"]);
      expect(await outcome(Post)).to.equal("hit");
    });

    it("does not make what its transaction has written a cached result", async () => {
      await invalidateModel(Post);
      await lab.dataSource
        .transaction(async (manager) => {
          await noInvalidation(() => manager.update(Post, { id: 1 }, { title: "uncommitted" }));
          await manager.find(Post, { order: { id: "ASC" } });
          throw new Error("rolled back");
        })
        .catch(() => undefined);
      expect(await titles()).to.deep.equal(["one", "two"]);
    });

    it("gives what its function gives", async () => {
      expect(noInvalidation(() => 7)).to.equal(7);
      expect(await noInvalidation(async () => 7)).to.equal(7);
    });
  });

  describe("postponeInvalidation", () => {
    it("invalidates each table once, when its function ends", async () => {
      const told = await invalidated(async () => {
        await postponeInvalidation(async () => {
          await rename("a");
          await rename("b");
          await insertTag();
          await invalidateModel(Post, Category);
          await invalidateModel(Post);
          expect(lab.invalidations).to.deep.equal([]);
        });
      });
      expect(told).to.deep.equal(["category", "post", "tag"]);
      expect(lab.invalidations).to.have.length(1);
      expect(await titles()).to.deep.equal(["b", "two"]);
      expect(await outcome(Post)).to.equal("hit");
    });

    it("invalidates too when its function throws, and hands the error on", async () => {
      const error = new Error("thrown");
      const told = await invalidated(async () => {
        const caught: unknown = await postponeInvalidation(async () => {
          await rename("changed");
          throw error;
        }).catch((each: unknown) => each);
        expect(caught).to.equal(error);
      });
      expect(told).to.deep.equal(["post"]);
      expect(await titles()).to.deep.equal(["changed", "two"]);
    });

    it("gives what its function gives, and invalidates nothing for nothing", async () => {
      expect(
        await invalidated(async () => expect(await postponeInvalidation(() => 7)).to.equal(7)),
      ).to.deep.equal([]);
    });

    it("lets readers go to the database meanwhile, and keeps the cache of other tables", async () => {
      await postponeInvalidation(async () => {
        await rename("changed");
        expect(await titles()).to.deep.equal(["changed", "two"]);
        expect(await outcome(Post)).to.equal("bypass: write-in-flight");
        expect(await outcome(Tag)).to.equal("hit");
      });
      expect(await outcome(Post)).to.equal("stale");
    });

    it("lets them even where the table was first invalidated by hand", async () => {
      await postponeInvalidation(async () => {
        await invalidateModel(Post);
        expect(await outcome(Post), "nothing has changed yet").to.equal("hit");
        await rename("changed");
        expect(await titles()).to.deep.equal(["changed", "two"]);
        expect(await outcome(Post)).to.equal("bypass: write-in-flight");
      });
      expect(await outcome(Post)).to.equal("stale");
    });

    it("may be nested: the inner one invalidates at its own end", async () => {
      await postponeInvalidation(async () => {
        await insertTag();
        expect(await invalidated(() => postponeInvalidation(() => rename("inner")))).to.deep.equal(["post"]);
        expect(await titles()).to.deep.equal(["inner", "two"]);
        expect(await outcome(Post)).to.equal("hit");
        expect(await outcome(Tag)).to.equal("bypass: write-in-flight");
      });
      expect(await outcome(Tag)).to.equal("stale");
    });

    it("knows what is committed inside, and not what is rolled back", async () => {
      const told = await invalidated(() =>
        postponeInvalidation(async () => {
          await lab.dataSource.transaction((manager) =>
            manager.update(Post, { id: 1 }, { title: "committed" }),
          );
          await lab.dataSource
            .transaction(async (manager) => {
              await manager.insert(Tag, { name: "t" });
              throw new Error("rolled back");
            })
            .catch(() => undefined);
        }),
      );
      expect(told).to.deep.equal(["post"]);
      expect(await titles()).to.deep.equal(["committed", "two"]);
    });

    it("invalidates what its function left running when that ends (Promise.all that rejects early)", async () => {
      const held = holdStatement(lab.dataSource, /^UPDATE/);
      let writing: Promise<unknown> = Promise.resolve();
      const failing = postponeInvalidation(async () => {
        await insertTag();
        writing = rename("late");
        await held.reached;
        await Promise.all([writing, Promise.reject(new Error("another one fails"))]);
      });
      expect(await failing.catch((error: Error) => error.message)).to.equal("another one fails");
      expect(await titles()).to.deep.equal(["one", "two"]);
      held.release();
      await writing;
      expect(await titles()).to.deep.equal(["late", "two"]);
      expect(await outcome(Post)).to.equal("hit");
      expect(await outcome(Tag)).to.equal("stale");
    });

    it("leaves writes that its function starts only after it has ended to invalidate by themselves", async () => {
      let go = (): void => undefined;
      const going = new Promise<void>((resolve) => (go = resolve));
      let writing: Promise<unknown> = Promise.resolve();
      await postponeInvalidation(async () => {
        await rename("within");
        writing = going
          .then(() => rename("late"))
          .then(insertTag)
          .then(() => invalidateModel(Category));
      });
      await read(Post);
      expect(await outcome(Post)).to.equal("hit");
      const told = await invalidated(async () => {
        go();
        await writing;
      });
      expect(told).to.deep.equal(["post", "tag", "category"]);
      expect(await titles()).to.deep.equal(["late", "two"]);
    });

    it("gives way to noInvalidation inside", async () => {
      const told = await invalidated(() =>
        postponeInvalidation(async () => {
          await noInvalidation(() => rename("quiet"));
          await noInvalidation(() => invalidateModel(Post));
          await insertTag();
        }),
      );
      expect(told).to.deep.equal(["tag"]);
      expect(await outcome(Post)).to.equal("hit");
    });
  });
});
