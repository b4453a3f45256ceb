import { expect } from "chai";
import { Column, Entity, JoinTable, ManyToMany, ManyToOne, PrimaryGeneratedColumn } from "typeorm";
import type { IsolationLevel } from "typeorm/driver/types/IsolationLevel";
import { Cached, cacheopsOf, withoutCache } from "../../../src";
import { holdStatement } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached } from "../../support/soundness";
import { itTellsApart, type Precision } from "./told-apart";

@Entity()
@Cached("all", "10m")
class Writer {
  @PrimaryGeneratedColumn("uuid") id!: string;
  @Column() country!: string;
}

@Entity()
@Cached("all", "10m")
class Topic {
  @PrimaryGeneratedColumn() id!: number;
  @Column() name!: string;
}

@Entity()
@Cached("all", "10m")
class Article {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
  @Column("int", { nullable: true }) day!: number | null;
  @ManyToOne(() => Writer) writer!: Writer;
  // Foreign keys would let those wait for each other that are to commit in a certain order.
  @ManyToMany(() => Topic, { createForeignKeyConstraints: false })
  @JoinTable({ name: "article_topic" })
  topics!: Topic[];
}

type Act = (lab: Lab) => Promise<unknown>;

const FRENCH = "00000000-0000-4000-8000-000000000001";
const ENGLISH = "00000000-0000-4000-8000-000000000002";

/** Articles 1 to 6 of the days 60, 50 ... 10; the odd ones of topic 1, the even ones of topic 2 and by the English writer. */
async function seed({ dataSource: { manager } }: Lab): Promise<void> {
  const writers = await manager.save(Writer, [
    { id: FRENCH, country: "fr" },
    { id: ENGLISH, country: "en" },
  ]);
  await manager.insert(Topic, [{ name: "one" }, { name: "two" }]);
  await manager.insert(
    Article,
    [1, 2, 3, 4, 5, 6].map((place) => {
      return { title: `article ${place}`, day: 70 - 10 * place, writer: writers[(place + 1) % 2] };
    }),
  );
  for (const id of [1, 2, 3, 4, 5, 6]) await topicsOf(manager, id).add(2 - (id % 2));
}

const topicsOf = (manager: Lab["dataSource"]["manager"], id: number) =>
  manager.createQueryBuilder().relation(Article, "topics").of(id);
const give =
  (id: number, topic = 1): Act =>
  ({ dataSource }) =>
    topicsOf(dataSource.manager, id).add(topic);
const take =
  (id: number, topic = 1): Act =>
  ({ dataSource }) =>
    topicsOf(dataSource.manager, id).remove(topic);
const move =
  (id: number, day: number | null): Act =>
  (lab) =>
    lab.repository(Article).update(id, { day });
const insert =
  (day: number | null, id = ENGLISH): Act =>
  (lab) =>
    lab.repository(Article).insert({ title: "new", day, writer: { id } });
const inTransaction =
  (...acts: readonly Act[]): Act =>
  (lab) =>
    lab.dataSource.transaction(async (manager) => {
      const inside = { dataSource: { manager }, repository: manager.getRepository.bind(manager) } as never;
      for (const act of acts) await act(inside);
    });

const NEWEST = { day: "DESC", id: "ASC" } as const;
const newest: Act = (lab) =>
  lab.repository(Article).find({ where: { topics: { id: 1 } }, order: NEWEST, take: 2 });

const PRECISIONS: readonly Precision[] = [
  {
    name: "the newest of a topic: articles of that topic, and what is given to new ones",
    read: newest,
    unrelated: {
      "an old one is given it": give(6),
      "one of another topic becomes the newest": move(4, 1000),
      "one without topics": insert(1000),
      "one of its own moves, behind the end": move(5, 5),
      "the last that it had is taken from an old one": take(6),
      "several at once, in a transaction": inTransaction(give(6), insert(2000), move(2, 45)),
    },
    related: {
      "a newer one is given it": give(4),
      "one behind the end becomes the newest": move(5, 3000),
      "it is taken from one that is shown": take(4),
      "one that is shown moves behind the end": move(5, 1),
      "one is given it and moves, in a transaction": inTransaction(give(2), move(2, 4000)),
      "one moves and is given it, in a transaction": inTransaction(
        take(2),
        move(2, 4),
        give(2),
        move(2, 5000),
      ),
    },
  },
  {
    name: "the same by a builder that joins them and shows more",
    read: (lab) =>
      lab
        .repository(Article)
        .createQueryBuilder("article")
        .innerJoin("article.topics", "topic")
        .leftJoinAndSelect("article.writer", "writer")
        .where("topic.id = :id", { id: 1 })
        .orderBy("article.day", "DESC")
        .addOrderBy("article.id")
        .take(2)
        .getMany(),
    unrelated: { "an old one is given it": give(6), "one of another topic": move(2, 1000) },
    related: { "a newer one is given it": give(2), "one that moves before": move(5, 2000) },
  },
  {
    name: "where there is room for more, whatever is given the topic",
    read: (lab) => lab.repository(Article).find({ where: { topics: { id: 1 } }, order: NEWEST, take: 9 }),
    unrelated: { "another topic for one": give(1, 2), "one without topics": insert(1000) },
    related: { "an old one is given it": give(6), "it is taken from it": take(6) },
  },
  {
    name: "a list by what another row says: rows that it goes along with",
    read: (lab) =>
      lab.repository(Article).find({ where: { writer: { country: "fr" } }, order: { id: "ASC" } }),
    unrelated: {
      "an article of somebody else": insert(7, ENGLISH),
      "one that goes from somebody else to nobody new": (lab) =>
        lab.repository(Article).update(2, { writer: { id: ENGLISH }, title: "x" }),
    },
    related: {
      "an article of one of them": insert(7, FRENCH),
      "an article that comes to one of them": (lab) =>
        lab.repository(Article).update(2, { writer: { id: FRENCH } }),
      "somebody who comes to be one": (lab) => lab.repository(Writer).update(ENGLISH, { country: "fr" }),
    },
  },
];

const LEVELS: readonly IsolationLevel[] = ["READ COMMITTED", "REPEATABLE READ"];

onEveryCombination("rows are told apart by those that go along with them", (combination) => {
  // SQLite's drivers have one connection, which shows what is not committed.
  if (combination.database === "sqljs") return;
  let lab: Lab;
  before(async () => (lab = await Lab.open({ ...combination, entities: [Writer, Topic, Article] })));
  beforeEach(async () => {
    await lab.wipe();
    await seed(lab);
  });
  after(() => lab.close());
  const read = (): Promise<unknown> => newest(lab);

  itTellsApart(PRECISIONS, { ...combination, lab: () => lab, seed });

  /** Neither of the two makes a pair of what the page shows, as far as it can see before it commits; both together do. */
  const HALVES: Readonly<Record<string, readonly [open: Act, meanwhile: Act]>> = {
    "a topic given, and meanwhile a new day": [give(6), move(6, 1000)],
    "a new day, and meanwhile a topic given": [move(6, 1000), give(6)],
  };
  for (const level of LEVELS)
    for (const [what, [open, meanwhile]] of Object.entries(HALVES))
      it(`of two who commit one after the other, the last sees what the first did: ${what}, ${level}`, async () => {
        const runner = lab.dataSource.createQueryRunner();
        try {
          await runner.startTransaction(level);
          await open({
            dataSource: runner,
            repository: runner.manager.getRepository.bind(runner.manager),
          } as never);
          await meanwhile(lab);
          const before = await expectCached(lab, read);
          await runner.commitTransaction();
          const after = await read();
          expectSameValues(after, await withoutCache(read));
          expect(() => expectSameValues(after, before)).to.throw();
        } finally {
          await runner.release();
        }
      });

  it("what another one commits while the COMMIT is under way counts, too", async () => {
    const runner = lab.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await topicsOf(runner.manager, 6).add(1);
      const before = await expectCached(lab, read);
      const held = holdStatement(lab.dataSource, /^COMMIT/);
      const committed = runner.commitTransaction();
      await held.reached;
      await move(6, 1000)(lab);
      held.release();
      await committed;
      const after = await read();
      expectSameValues(after, await withoutCache(read));
      expect(() => expectSameValues(after, before)).to.throw();
    } finally {
      await runner.release();
    }
  });

  it("a rollback spares what it would have shown", async () => {
    await expectCached(lab, read);
    const failure = inTransaction(give(2), move(6, 1000), () => Promise.reject(new Error("no")))(lab);
    expect(await failure.catch(({ message }: Error) => message)).to.equal("no");
    expect(new Set(await lab.outcomes(read))).to.deep.equal(new Set(["hit"]));
  });

  it("they are asked for once, when the write is committed, and only if somebody relies on them", async () => {
    await lab.expectStatements(1, () => give(6)(lab));
    await take(6)(lab);
    await expectCached(lab, read);
    lab.forget();
    await lab.expectStatements(2, () => give(6)(lab));
    expect(lab.statements[0]).to.match(/^INSERT/);
    expect(lab.statements[1]).to.match(/^SELECT .+ FROM .+article/);
    lab.forget();
    await inTransaction(take(6), give(6), give(4, 1))(lab);
    expect(lab.statements.filter((sql) => /^SELECT .*.day/.test(sql))).to.have.length(1);
    expect(lab.statements.findIndex((sql) => sql === "COMMIT")).to.equal(lab.statements.length - 2);
  });

  it("a connection that may see others than everybody does not ask, and drops whatever it might concern", async () => {
    // The connection goes back into a pool, and what is read by it is kept no more.
    const sibling = await lab.sibling();
    const runner = sibling.createQueryRunner();
    try {
      await runner.query(combination.database === "postgres" ? "SET search_path TO public" : "SET @a = 1");
      await expectCached(lab, read);
      await topicsOf(runner.manager, 6).add(1);
      expect(await lab.outcomes(read)).to.include("stale");
      expectSameValues(await read(), await withoutCache(read));
    } finally {
      await runner.release();
      await sibling.destroy();
    }
  });

  it("what cannot be read is not known", async () => {
    await expectCached(lab, read);
    await lab.dataSource.transaction(async (manager) => {
      await topicsOf(manager, 6).add(1);
      // More than are asked for.
      for (let id = 100; id < 205; id++) await manager.query(`INSERT INTO article_topic VALUES (${id}, 1)`);
    });
    expect(new Set(await lab.outcomes(read))).not.to.deep.equal(new Set(["hit"]));
    expectSameValues(await read(), await withoutCache(read));
  });

  it("explain() names them", async () => {
    const page = lab
      .repository(Article)
      .createQueryBuilder("article")
      .select("article.id")
      .innerJoin("article_topic", "t", "t.articleId = article.id")
      .where("t.topicId = 1")
      .orderBy("article.day", "DESC")
      .limit(2)
      .addSelect("article.day");
    const { text } = await cacheopsOf(lab.dataSource).explain(page);
    expect(text).to.match(
      / article: rows that come to be where topicid of article_topic = … and day within …/i,
    );
    expect(text).to.match(/ article_topic: rows .*where topicid = … and day of article within …/i);
  });
});
