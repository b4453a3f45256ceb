import { AsyncLocalStorage } from "node:async_hooks";
import { expect } from "chai";
import type { PrefixContext } from "../../../src";
import { BLOG, Comment, Post } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";

onEveryCombination("a prefix function (cacheops PrefixTests)", (combination) => {
  const tenants = new AsyncLocalStorage<string>();
  const asked: PrefixContext[] = [];
  let lab: Lab;
  before(async () => {
    const unique = `spec-${process.pid}-${Math.random()}`;
    const prefix = (context: PrefixContext): string => {
      asked.push(context);
      const tenant = tenants.getStore();
      if (tenant === "nobody") throw new Error("no tenant is known");
      return `${unique}:${tenant ?? "shared"}`;
    };
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { prefix } });
    await lab.repository(Post).insert({ title: "one" });
  });
  after(() => lab.close());

  const as = <T>(tenant: string, fn: () => T): T => tenants.run(tenant, fn);
  const order = { id: "ASC" } as const;
  const find = () => lab.repository(Post).find({ relations: { comments: true }, order });

  it("keeps the entries of tenants apart", async () => {
    await as("a", () => expectCached(lab, find));
    expect(await lab.outcomes(() => as("b", find))).to.deep.equal(["miss"]);
    expect(await lab.outcomes(() => as("a", find))).to.deep.equal(["hit"]);
  });

  it("lets each tenant's writes be seen by that tenant", async () => {
    await as("a", () => expectFollows(lab, find, () => lab.repository(Post).insert({ title: "of a" })));
    await as("c", () =>
      expectFollows(lab, find, () => lab.repository(Comment).insert({ text: "b", postId: 1 })),
    );
  });

  it("is told the data source, its database and the tables of the statement", async () => {
    asked.length = 0;
    await find();
    expect(asked.some(({ tables }) => tables.join() === "comment,post")).to.equal(true);
    for (const { dataSource, databases, tables } of asked) {
      expect(dataSource).to.equal(lab.dataSource);
      expect(databases).to.have.length(1);
      expect(tables).to.not.include(undefined);
    }
  });

  it("that throws makes the read bypass", async () => {
    await as("nobody", () => expectBypassed(lab, find, "prefix"));
  });
});

onEveryCombination("a prefix by table (cacheops PrefixTests)", (combination) => {
  let lab: Lab;
  before(async () => {
    const unique = `spec-${process.pid}-${Math.random()}`;
    const prefix = ({ tables }: PrefixContext): string => {
      if (tables.length > 1) throw new Error("several tables");
      return `${unique}:${tables[0] ?? "none"}`;
    };
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { prefix } });
    await lab.repository(Post).insert({ title: "one" });
  });
  after(() => lab.close());

  it("serves statements of one table, self-joins and unions among them, and bypasses those of several", async () => {
    await expectFollows(
      lab,
      () => lab.repository(Post).find(),
      () => lab.repository(Post).insert({ title: "two" }),
    );
    const selfJoin = () =>
      lab
        .repository(Post)
        .createQueryBuilder("p")
        .innerJoin(Post, "o", "o.id <> p.id")
        .orderBy("p.id")
        .getMany();
    await expectFollows(lab, selfJoin, () => lab.repository(Post).insert({ title: "three" }));
    const union = () =>
      lab.dataSource
        .createQueryBuilder()
        .select("u.id", "id")
        .from("(SELECT id FROM post WHERE views = 0 UNION SELECT id FROM post WHERE views > 0)", "u")
        .orderBy("u.id")
        .cache(true)
        .getRawMany();
    await expectFollows(lab, union, () => lab.repository(Post).insert({ title: "four" }));
    await expectBypassed(lab, () => lab.repository(Post).find({ relations: { category: true } }), "prefix");
  });
});
