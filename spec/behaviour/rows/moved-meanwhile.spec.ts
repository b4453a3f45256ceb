import { expect } from "chai";
import type { DataSource } from "typeorm";
import { withoutCache } from "../../../src";
import { BLOG, Category, Post } from "../../support/blog/entities";
import { holdStatement } from "../../support/gates";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";

/** What is held while the row moves from list 1 to list 2. */
const MOMENTS = {
  "before TypeORM loads it again": /^SELECT/,
  "before its transaction": /^START/,
  // The UPDATE is not sent before that is told.
  "before it is read in order to be written": /^SELECT.+ FOR (NO KEY )?UPDATE$/,
};

type Moment = keyof typeof MOMENTS;

interface Mover {
  readonly name: string;
  /** Moves the row that was seen in list 1 to list 3. */
  move(dataSource: DataSource, seen: Post): Promise<unknown>;
  /** Those of it at which nothing is locked yet. */
  readonly moments: readonly Moment[];
}

const BOTH: readonly Moment[] = ["before its transaction", "before it is read in order to be written"];

const MOVERS: readonly Mover[] = [
  {
    name: "save() of the entity",
    move: (dataSource, seen) => dataSource.getRepository(Post).save(Object.assign(seen, { categoryId: 3 })),
    moments: ["before TypeORM loads it again", ...BOTH],
  },
  {
    name: "save() of its key and another parent",
    move: (dataSource, { id }) => dataSource.getRepository(Post).save({ id, category: { id: 3 } }),
    moments: ["before TypeORM loads it again", ...BOTH],
  },
  {
    name: "update() by its key",
    move: (dataSource, { id }) => dataSource.getRepository(Post).update(id, { categoryId: 3 }),
    moments: BOTH,
  },
  {
    name: "update() by a condition, in a transaction",
    move: (dataSource, { title }) =>
      dataSource.transaction((manager) => manager.update(Post, { title }, { categoryId: 3 })),
    moments: BOTH,
  },
  {
    name: "update() by a condition, in a transaction that has seen it",
    move: (dataSource, { title }) =>
      // MariaDB's default may refuse it, as of 11.6: another one has written what was seen.
      dataSource.transaction("READ COMMITTED", async (manager) => {
        expect(await manager.countBy(Post, { title, categoryId: 1 })).to.equal(1);
        await manager.update(Post, { title }, { categoryId: 3 });
      }),
    moments: ["before it is read in order to be written"],
  },
  {
    name: "update() by a condition, in a transaction that goes on with it",
    move: (dataSource, { title, views }) =>
      dataSource.transaction(async (manager) => {
        await manager.update(Post, { title, views }, { categoryId: 3 });
        await manager.update(Post, { categoryId: 3, views }, { title: "moved" });
      }),
    moments: BOTH,
  },
];

onEveryCombination("a row that somebody else moves meanwhile (trap 15)", ({ database, store }) => {
  // sql.js and the store in the process are nobody else's.
  if (database === "sqljs" || store === "memory") return;
  let lab: Lab;
  let other: DataSource;
  before(async () => {
    lab = await Lab.open({ database, store, entities: BLOG });
    other = await lab.sibling();
  });
  after(async () => {
    await other.destroy();
    await lab.close();
  });

  const lists = (dataSource: DataSource): Promise<Post[][]> =>
    Promise.all(
      [1, 2, 3].map((categoryId) =>
        dataSource.getRepository(Post).find({ where: { categoryId }, order: { id: "ASC" } }),
      ),
    );

  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert([{ title: "1" }, { title: "2" }, { title: "3" }]);
    await lab.repository(Post).insert({ title: "post", categoryId: 1 });
    await lists(lab.dataSource);
    // From now on both know that somebody relies on lists.
    for (const each of [lab.dataSource, other]) {
      await each.getRepository(Post).insert({ title: "another", views: 1, categoryId: 2 });
      await lists(each);
    }
  });

  /** The list in which everybody finds the row, with the cache and without. */
  async function place(): Promise<number> {
    const stored = await withoutCache(() => lists(lab.dataSource));
    // The first one keeps what it reads, the next ones are told that.
    for (const reader of [lab.dataSource, other, lab.dataSource]) {
      expectSameValues(await lists(reader), stored);
    }
    return stored.findIndex((list) => list.some(({ id }) => id === 1)) + 1;
  }

  async function expectAllCached(): Promise<void> {
    expect(await lab.outcomes(() => lists(lab.dataSource))).to.deep.equal(["hit", "hit", "hit"]);
  }

  const moveToSecond = (): Promise<unknown> =>
    other.transaction((manager) => manager.update(Post, { id: 1 }, { categoryId: 2 }));

  for (const { name, move, moments } of MOVERS) {
    for (const moment of moments) {
      it(`${name}: ${moment}`, async () => {
        const seen = await lab.repository(Post).findOneByOrFail({ id: 1, categoryId: 1 });
        const held = holdStatement(lab.dataSource, MOMENTS[moment]);
        const moving = move(lab.dataSource, seen);
        try {
          await held.reached;
          expect(await place()).to.equal(1);
          await moveToSecond();
          expect(await place()).to.equal(2);
        } finally {
          held.release();
          await moving;
        }
        expect(await place()).to.equal(3);
        await expectAllCached();
      });
    }

    it(`${name}: too late, the other one has to wait`, async () => {
      const seen = await lab.repository(Post).findOneByOrFail({ id: 1, categoryId: 1 });
      const held = holdStatement(lab.dataSource, /^COMMIT/);
      const moving = move(lab.dataSource, seen);
      await held.reached;
      const waiting = moveToSecond();
      try {
        expect(await place()).to.equal(1);
      } finally {
        held.release();
        await Promise.all([moving, waiting]);
      }
      expect(await place()).to.equal(2);
      await expectAllCached();
    });
  }
});
