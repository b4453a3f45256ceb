import { expect } from "chai";
import type { DataSource } from "typeorm";
import { cached, cachedAs, cacheops, withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { freshDatabase } from "../../support/databases";
import { type Lab, onEveryCombination } from "../../support/lab";
import { callsIn, counting, useBlog } from "./blog-lab";

interface Case {
  readonly title: string;
  read(lab: Lab): Promise<unknown>;
  changes(lab: Lab): Promise<unknown>;
  leaves(lab: Lab): Promise<unknown>;
}

const posts = (lab: Lab) => lab.repository(Post);
const renameTag = (lab: Lab) => lab.repository(Tag).update(3, { name: "other" });
const quoted = (lab: Lab, name: string): string => lab.dataSource.driver.escape(name);

const CASES: readonly Case[] = [
  {
    title: "one row",
    read: (lab) => posts(lab).findOneByOrFail({ id: 1 }),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
  {
    title: "two statements, by the second",
    read: async (lab) => [
      await posts(lab).findOneBy({ id: 1 }),
      await lab.repository(Comment).countBy({ postId: 1 }),
    ],
    changes: (lab) => lab.repository(Comment).insert({ text: "new", postId: 1 }),
    leaves: (lab) => lab.repository(Comment).insert({ text: "new", postId: 2 }),
  },
  {
    title: "two statements at once",
    read: (lab) => Promise.all([posts(lab).findOneBy({ id: 1 }), lab.repository(Category).find()]),
    changes: (lab) => lab.repository(Category).insert({ title: "new" }),
    leaves: renameTag,
  },
  {
    title: "rows that only the result tells",
    read: (lab) => posts(lab).find({ where: { id: 1 }, relations: { category: true } }),
    changes: (lab) => lab.repository(Category).update(1, { title: "other" }),
    leaves: (lab) => lab.repository(Category).update(2, { title: "other" }),
  },
  {
    title: "a page of rows with what is joined to them",
    read: (lab) =>
      posts(lab).find({ relations: { comments: true }, order: { views: "DESC", id: "ASC" }, take: 1 }),
    changes: (lab) => posts(lab).update(1, { views: 100 }),
    leaves: (lab) => posts(lab).update(1, { views: -100 }),
  },
  {
    title: "what is read past the cache",
    read: (lab) => posts(lab).find({ where: { id: 1 }, cache: false }),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
  {
    title: "what is read inside withoutCache",
    read: (lab) => withoutCache(() => posts(lab).findOneBy({ id: 1 })),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
  {
    title: "SQL by hand",
    read: (lab) => lab.dataSource.query(`SELECT title FROM ${quoted(lab, "post")} WHERE id = 1`),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
  {
    title: "a cached function that it calls",
    read: (lab) =>
      cachedAs({ entity: Post, where: { id: 1 } }, { extra: "inner" })(() => posts(lab).count())(),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
  {
    title: "what a function reads that it calls",
    read: (lab) => cachedAs("auto", { extra: "inner" })(() => posts(lab).findOneBy({ id: 1 }))(),
    changes: (lab) => posts(lab).update(1, { title: "1" }),
    leaves: (lab) => posts(lab).update(2, { title: "2" }),
  },
];

/** Of which the result is given, and not kept. */
const REFUSED: Readonly<
  Record<string, { read(lab: Lab): Promise<unknown>; reason: string; sqlite?: false }>
> = {
  "a volatile function": {
    read: (lab) => posts(lab).createQueryBuilder("post").where("CURRENT_TIMESTAMP IS NOT NULL").getMany(),
    reason: "volatile",
  },
  "SQL by hand that is volatile": {
    read: (lab) => lab.dataSource.query("SELECT CURRENT_TIMESTAMP AS now"),
    reason: "volatile",
  },
  "a table that no entity declares": {
    read: (lab) =>
      lab.dataSource.query(
        lab.dataSource.options.type === "sqljs"
          ? "SELECT name FROM sqlite_master"
          : "SELECT table_name FROM information_schema.tables LIMIT 1",
      ),
    reason: "unknown-table",
  },
  "a write": {
    read: (lab) => posts(lab).increment({ id: 1 }, "views", 1),
    reason: "writes",
  },
  "rows of its own transaction": {
    read: (lab) =>
      lab.dataSource
        .transaction(async (manager) => {
          await manager.insert(Category, { title: "mine" });
          await manager.count(Category);
          throw new Error("rolled back");
        })
        .catch(() => "undone"),
    reason: "writes",
  },
  "a lock": {
    sqlite: false,
    read: (lab) =>
      lab.dataSource.transaction((manager) =>
        manager.findOne(Post, { where: { id: 1 }, lock: { mode: "pessimistic_write" } }),
      ),
    reason: "lock",
  },
};

onEveryCombination("a function cached by what it reads", ({ database, store }) => {
  const lab = useBlog(database, store);

  for (const { title, read, changes, leaves } of CASES) {
    for (const warm of [false, true]) {
      it(`relies on ${title}${warm ? ", cached before" : ""}, and on nothing else`, async () => {
        const { run, runs } = counting(() => read(lab()));
        if (warm) await read(lab());
        lab().forget();
        const f = cachedAs("auto", { extra: [title, warm] })(run);
        const first = await f();
        expect(await lab().expectStatements(0, f)).to.deep.equal(first);
        if (database !== "sqljs") {
          // On SQLite a write does not ask first which rows it concerns.
          await leaves(lab());
          await lab().expectStatements(0, f);
          expect(runs).to.have.length(1);
        }
        await changes(lab());
        await f();
        expect(runs).to.have.length(2);
        expect(await f()).to.deep.equal(await withoutCache(() => read(lab())));
        expect(runs).to.have.length(2);
      });
    }
  }

  for (const [title, { read, reason, sqlite }] of Object.entries(REFUSED)) {
    if (database === "sqljs" && sqlite === false) continue;
    it(`is not kept where it meets ${title}`, async () => {
      const { run, runs } = counting(() => read(lab()));
      const f = cachedAs("auto", { extra: title })(run);
      await f();
      await f();
      expect(runs).to.have.length(2);
      expect(callsIn(lab())).to.deep.equal([`miss: ${reason}`, `miss: ${reason}`]);
    });
  }

  it("relies on up to 500 rows and values of a table, then on all of it, and says so (trap 25)", async () => {
    const outerOf = (many: number) => {
      const readAll = async (): Promise<number> => {
        let sum = 0;
        for (let id = 1; id <= many; id++) sum += await posts(lab()).countBy({ categoryId: id });
        return sum;
      };
      const inner = cachedAs("auto", { extra: ["inner", many] })(readAll);
      return cachedAs("auto", { extra: ["outer", many] })(() => inner());
    };
    const outer = new Map([500, 501].map((many) => [many, outerOf(many)]));
    for (const [many, f] of outer) {
      lab().forget();
      await f();
      const told = lab().reads.filter(({ op }) => op === "function");
      const expected = many > 500 ? ["post: more than 500 values"] : [];
      expect(told.map(({ coarser }) => coarser)).to.deep.equal([expected, []]);
    }
    await posts(lab()).insert({ title: "of none that is asked for", categoryId: null });
    await lab().expectStatements(0, () => outer.get(500)?.() ?? Promise.reject(new Error("none")));
    lab().forget();
    await outer.get(501)?.();
    expect(callsIn(lab()), "both").to.deep.equal(["stale", "stale"]);
  });

  it("relies on nothing where it reads nothing", async () => {
    const { run, runs } = counting(async () => 5);
    const f = cachedAs("auto", { extra: "nothing" })(run);
    expect([await f(), await f()]).to.deep.equal([5, 5]);
    expect(runs).to.have.length(1);
  });

  it("is kept where it begins a transaction of its own and only reads, if that sees what is committed", async () => {
    const { run, runs } = counting(() =>
      lab().dataSource.transaction("READ COMMITTED" as never, (manager) => manager.countBy(Post, { id: 1 })),
    );
    if (database === "sqljs") return;
    const f = cachedAs("auto")(run);
    expect([await f(), await f()]).to.deep.equal([1, 1]);
    expect(runs).to.have.length(1);
    await posts(lab()).delete(1);
    expect(await f()).to.equal(0);
  });

  it("is not kept with what another data source gave it", async () => {
    const fresh = await freshDatabase("sqljs");
    const { DataSource: Source } = await import("typeorm");
    const options = { ...fresh.options, entities: [...BLOG], synchronize: true, cache: cacheops() };
    const other: DataSource = await new Source(options).initialize();
    try {
      const f = cachedAs("auto", { dataSource: lab().dataSource })(() => other.manager.count(Post));
      expect([await f(), await f()]).to.deep.equal([0, 0]);
      expect(callsIn(lab())).to.deep.equal(["miss: data-source", "miss: data-source"]);
    } finally {
      await other.destroy();
    }
  });

  it("is kept no longer than what a time-invalidated function gave it", async () => {
    let value = 0;
    const inner = cached({ timeout: "1h", extra: lab().prefix + database })(async () => ++value);
    const { run, runs } = counting(() => inner());
    const outer = cachedAs("auto", { timeout: "2h" })(run);
    expect([await outer(), await outer()]).to.deep.equal([1, 1]);
    await inner.invalidate();
    expect([await outer(), await outer()]).to.deep.equal([2, 2]);
    expect(runs).to.have.length(2);
  });
});
