import { expect } from "chai";
import {
  Equal,
  type FindManyOptions,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  MoreThanOrEqual,
  Not,
  type SelectQueryBuilder,
} from "typeorm";
import { type ReadEvent, type ReadExplanation, withoutCache } from "../../../src";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached, expectFollows } from "../../support/soundness";
import { expectToldApart } from "./told-apart";

/** By one or two columns, and counting two: each is a way of its own to rely on rows, 82 in all. */
function kindsOfReads(lab: Lab): readonly SelectQueryBuilder<Post>[] {
  const values = { title: "one", visible: false, views: 1, categoryId: 1 };
  const columns = Object.keys(values) as (keyof typeof values)[];
  const conditions = [...columns.map((each) => [each]), ...pairs(columns)];
  return conditions.flatMap((by) =>
    pairs(["id", ...columns]).map(([first, second]) => {
      const builder = lab.repository(Post).createQueryBuilder("p");
      builder
        .select(`COUNT(DISTINCT p.${first})`, "first")
        .addSelect(`COUNT(DISTINCT p.${second})`, "second");
      return builder.where(Object.fromEntries(by.map((each) => [each, values[each]])));
    }),
  );
}

/** MariaDB and SQLite do not mind the case of a column's name. */
function inOneSpelling(coarser: readonly string[]): readonly string[] {
  return coarser.map((each) => each.replace("categoryid", "categoryId"));
}

function pairs<T>(list: readonly T[]): [T, T][] {
  return list.flatMap((first, at) => list.slice(at + 1).map((second): [T, T] => [first, second]));
}

onEveryCombination("bounds on how finely reads rely on rows", (combination) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { maxInList: 4 } });
  });
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  const insert = (categoryId: number | null, views = 0) =>
    lab.repository(Post).insert({ title: "new", categoryId, views });

  const list = (options: FindManyOptions<Post>): SelectQueryBuilder<Post> =>
    lab.repository(Post).createQueryBuilder("Post").setFindOptions(options);

  async function explained(builder: SelectQueryBuilder<Post>): Promise<readonly string[]> {
    const { coarser } = (await lab.cache.explain(builder)) as ReadExplanation;
    return inOneSpelling(coarser);
  }

  async function told(read: () => Promise<unknown>): Promise<readonly string[]> {
    lab.forget();
    await read();
    return inOneSpelling((lab.reads[0] as ReadEvent).coarser);
  }

  /** Of what is known before it is run. */
  async function coarserOf(options: FindManyOptions<Post>): Promise<readonly string[]> {
    const planned = await explained(list(options));
    const coarser = await told(() => list(options).getMany());
    expect(coarser, "what explain() says beforehand").to.deep.equal(planned);
    return coarser;
  }

  it("IN of up to maxInList values relies on those, and says so", async () => {
    const options = { where: { categoryId: In([1, 7, 8, 9]) } };
    const read = () => list(options).getMany();
    expect(await coarserOf(options)).to.deep.equal([]);
    await expectToldApart(lab, {
      read,
      unrelated: { "of another value": () => insert(2), "of none": () => insert(null) },
      related: { "of the first": () => insert(1) },
    });
  });

  it("IN of more values relies on all rows, and says so (trap 19)", async () => {
    const options = { where: { categoryId: In([1, 6, 7, 8, 9]) } };
    const read = () => list(options).getMany();
    expect(await coarserOf(options)).to.deep.equal(["5 values of categoryId: above maxInList"]);
    await expectCached(lab, read);
    await insert(2);
    expect(await lab.outcomes(read), "of another value").to.deep.equal(["stale"]);
    await expectFollows(lab, read, () => insert(1));
  });

  it("of the product of two lists the longer one is left out (trap 19)", async () => {
    const options = { where: { categoryId: In([1, 7, 8]), views: In([0, 1]) } };
    const read = () => list(options).getMany();
    expect(await coarserOf(options)).to.deep.equal(["3 values of categoryId: above maxInList"]);
    await expectToldApart(lab, {
      read,
      unrelated: { "of another value of the shorter one": () => insert(1, 5) },
      related: { "of both": () => insert(1, 1) },
    });
  });

  it("of up to eight alternatives each is relied on; more rely on all rows, and say so (trap 19)", async () => {
    const alternatives = (many: number) => {
      // Those of one form would be a list.
      const forms = [Equal(9), Not(9), MoreThan(9), LessThan(9), MoreThanOrEqual(9), LessThanOrEqual(9)];
      const titles = [IsNull(), Not(IsNull()), "x"];
      const all = [...forms.map((views) => ({ views })), ...titles.map((title) => ({ title }))];
      return { where: all.slice(0, many).map((each) => ({ ...each, categoryId: 1 })) };
    };
    const read = (many: number) => () => list(alternatives(many)).getMany();
    expect(await coarserOf(alternatives(8))).to.deep.equal([]);
    expect(await coarserOf(alternatives(9))).to.deep.equal(["conditions on post: too many of them"]);
    for (const many of [8, 9]) await expectCached(lab, read(many));
    await insert(2, 3);
    expect(await lab.outcomes(read(8)), "of another category").to.deep.equal(["hit"]);
    expect(await lab.outcomes(read(9))).to.deep.equal(["stale"]);
    for (const many of [8, 9]) await expectFollows(lab, read(many), () => insert(1, 7));
  });

  it("many different inequalities rely on all rows in the end, and say so", async () => {
    const options = (views: number) => ({ where: { views: Not(views) }, order: { id: "ASC" } as const });
    const other = (views: number) => () => list(options(views)).getMany();
    const coarser: (readonly string[])[] = [];
    for (let views = 100; views < 140; views++) coarser.push(await coarserOf(options(views)));
    expect(coarser.at(0)).to.deep.equal([]);
    expect(coarser.at(-1)).to.deep.equal(["ranges of views: too many different ones"]);
    const [first, last] = [other(100), other(139)];
    for (const read of [first, last]) await expectCached(lab, read);
    await insert(null, 100);
    expect(await lab.outcomes(first)).to.deep.equal(["hit"]);
    await insert(null, 139);
    expect(await lab.outcomes(last)).to.deep.equal(["stale"]);
    for (const read of [first, last]) await expectFollows(lab, read, () => insert(null, 200));
  });

  it("many different ranges are told apart all the same", async () => {
    const options = (views: number) => ({ where: { views: MoreThan(views) }, order: { id: "ASC" } as const });
    const above = (views: number) => () => list(options(views)).getMany();
    for (let views = 100; views < 140; views++) expect(await coarserOf(options(views))).to.deep.equal([]);
    const [first, last] = [above(100), above(139)];
    for (const read of [first, last]) await expectCached(lab, read);
    await insert(null, 50);
    for (const read of [first, last]) expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
    for (const read of [first, last]) await expectFollows(lab, read, () => insert(null, 200));
  });

  it("a result of more rows than can be told apart relies on all that it asks for, and says so", async () => {
    const many = Array.from({ length: 501 }, (_, number) => ({
      title: `p${number}`,
      views: 1,
      categoryId: 1,
    }));
    await lab.repository(Post).insert(many);
    // Without `take` it would be all that satisfies the condition.
    const builder = () => list({ where: { views: 1 }, order: { id: "ASC" }, take: 1000 });
    const read = () => builder().getMany();
    const bound = ["its result shows more rows than can be told apart"];
    expect(await explained(builder()), "before it has been seen").to.deep.equal([]);
    expect(await told(read), "the first relies on the table").to.deep.equal(bound);
    expect(await explained(builder()), "once it has been seen").to.deep.equal(bound);
    await insert(1, 2);
    expect(await told(read), "of the second it is known").to.deep.equal(bound);
    expect(await explained(builder())).to.deep.equal(bound);
    await expectToldApart(lab, {
      read,
      unrelated: { "what it does not ask for": () => insert(1, 2) },
      related: {
        "one of them": () => lab.repository(Post).update({ title: "p500" }, { title: "changed" }),
        "one of them goes": () => lab.repository(Post).delete({ title: "p400" }),
        "one more": () => insert(1, 1),
      },
    });
  });

  it("more kinds of reads than a table's record has room for: the rest relies on the table, and all stay right (trap 25)", async () => {
    const kinds = kindsOfReads(lab);
    const reads = kinds.map((builder) => () => builder.getRawOne<unknown>());
    const all = async (): Promise<void> => {
      for (const read of reads) await read();
    };
    const expectRight = async (): Promise<void> => {
      for (const read of reads) expectSameValues(await read(), await withoutCache(read));
    };
    // What there is no room for is found out by asking.
    for (let round = 0; round < 2; round++) await all();
    expect(new Set(await lab.outcomes(all)), "kept all the same").to.deep.equal(new Set(["hit"]));
    const said = lab.reads.map(({ coarser }) => inOneSpelling(coarser));
    expect(said.flat()).to.include("the table's record has no room for another scheme");
    for (const [at, builder] of kinds.entries())
      expect(await explained(builder)).to.deep.equal(said.at(at - kinds.length));
    await insert(2, 2);
    expect(new Set(await lab.outcomes(all)), "some and some").to.deep.equal(new Set(["hit", "stale"]));
    await expectRight();
    await lab.repository(Post).insert({ title: "new", visible: false, views: 1, categoryId: 1 });
    await expectRight();
    await lab.repository(Post).update({ views: 1 }, { categoryId: 2, title: "changed" });
    await expectRight();
  });
});

onEveryCombination('granularity: "table"', (combination) => {
  let lab: Lab;
  before(async () => {
    const profiles = { Post: { granularity: "table" }, Tag: { granularity: "table" } } as const;
    lab = await Lab.open({ ...combination, entities: BLOG, cache: { profiles } });
  });
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  const outcomeAfter = async (read: () => Promise<unknown>, write: () => Promise<unknown>) => {
    await expectCached(lab, read);
    await write();
    const outcomes = await lab.outcomes(read);
    expectSameValues(await read(), await withoutCache(read));
    return outcomes;
  };

  it("any change of the table makes what relies on it stale, whatever it asks", async () => {
    const reads: readonly (() => Promise<unknown>)[] = [
      () => lab.repository(Post).findOneBy({ id: 1 }),
      () => lab.repository(Post).countBy({ categoryId: 1 }),
      () => lab.repository(Comment).find({ where: { id: 1 }, relations: { post: true } }),
    ];
    const writes = [
      () => lab.repository(Post).update(2, { title: "x" }),
      () => lab.repository(Post).increment({ id: 2 }, "views", 1),
      () => lab.repository(Post).insert({ title: "x", categoryId: 2 }),
      () => lab.repository(Post).save({ id: 2, visible: false }),
      () => lab.repository(Post).delete(2),
    ];
    for (const write of writes) {
      for (const read of reads) await expectCached(lab, read);
      await write();
      for (const read of reads) {
        expect(await lab.outcomes(read), write.toString()).to.deep.equal(["stale"]);
        expectSameValues(await read(), await withoutCache(read));
      }
    }
  });

  it("of other tables rows are told apart as ever", async () => {
    const category = () => lab.repository(Category).findOneBy({ id: 1 });
    const other = () => lab.repository(Category).update(2, { title: "x" });
    expect(await outcomeAfter(category, other)).to.deep.equal(["hit"]);
    const own = () => lab.repository(Category).update(1, { title: "x" });
    expect(await outcomeAfter(category, own)).to.deep.equal(["stale"]);
  });

  it("no write reads anything first", async () => {
    const list = () => lab.repository(Post).findBy({ categoryId: 1 });
    await expectCached(lab, list);
    await lab.expectStatements(1, () => lab.repository(Post).update({ title: "two" }, { views: 9 }));
    expect(await lab.outcomes(list)).to.deep.equal(["stale"]);
  });

  it("a write that changes no row is none here, either", async () => {
    const list = () => lab.repository(Tag).find();
    const nothing = () => lab.repository(Tag).delete(404);
    expect(await outcomeAfter(list, nothing)).to.deep.equal(["hit"]);
    expect(await outcomeAfter(list, () => lab.repository(Tag).delete(1))).to.deep.equal(["stale"]);
  });
});
