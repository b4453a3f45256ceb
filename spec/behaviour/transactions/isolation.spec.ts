import { expect } from "chai";
import type { EntityManager } from "typeorm";
import { type CacheopsOptions, createMemoryStore } from "../../../src";
import type { DatabaseName } from "../../support/databases";
import { BLOG, Category, Tag } from "../../support/blog/entities";
import { Lab, onEveryCombination } from "../../support/lab";
import type { StoreName } from "../../support/stores";
import { IS_TYPEORM_1 } from "../../support/typeorm";

type Run = (sql: string) => Promise<unknown>;

/** Ways into a transaction that reads from a snapshot. */
const SNAPSHOTS: Partial<Record<DatabaseName, Record<string, readonly string[]>>> = {
  postgres: {
    "START TRANSACTION ISOLATION LEVEL REPEATABLE READ": [],
    "BEGIN ISOLATION LEVEL SERIALIZABLE, READ WRITE": [],
    BEGIN: ["SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"],
    "BEGIN TRANSACTION": ["SET LOCAL transaction_isolation = 'serializable'"],
    "BEGIN ISOLATION LEVEL REPEATABLE READ": ["SET TRANSACTION READ ONLY"],
  },
  mariadb: {
    BEGIN: [],
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY": [],
    "SET autocommit = 0": [],
  },
};

/** Settings of the session that make a plain BEGIN one of those. */
const SETTINGS: Partial<Record<DatabaseName, readonly string[]>> = {
  postgres: [
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET default_transaction_isolation TO 'serializable'",
  ],
  mariadb: [
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
  ],
};

onEveryCombination("isolation (trap 4; section 5: poisoning, time travel)", ({ database, store }) => {
  if (database === "sqljs") return onlyConnection(store);
  let lab: Lab;
  // One cache for both data sources, as two processes would have it, or as near as memory comes to it.
  const cache: CacheopsOptions = store === "memory" ? { store: createMemoryStore() } : {};
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG, cache })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Category).insert({ title: "past" });
    await title();
  });
  after(() => lab.close());

  const title = async (manager: EntityManager = lab.dataSource.manager): Promise<string> =>
    (await manager.find(Category))[0]?.title ?? "none";
  const change = (to: string): Promise<unknown> =>
    lab.repository(Category).createQueryBuilder().update().set({ title: to }).execute();

  /** A runner of its own, whose connection nobody gets back in the state in which it is left. */
  async function onRunner(work: (run: Run, manager: EntityManager) => Promise<void>): Promise<void> {
    const sibling = await lab.sibling(cache);
    const queryRunner = sibling.createQueryRunner();
    try {
      await work((sql) => queryRunner.query(sql), queryRunner.manager);
    } finally {
      await queryRunner.query("ROLLBACK");
      await queryRunner.release();
      await sibling.destroy();
    }
  }

  async function inSnapshot(
    statements: readonly string[],
    work: (manager: EntityManager, takeSnapshot: () => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const queryRunner = lab.dataSource.createQueryRunner();
    try {
      for (const sql of statements) await queryRunner.query(sql);
      await work(queryRunner.manager, () => queryRunner.query("SELECT * FROM tag"));
      await queryRunner.query("ROLLBACK");
      if (statements.some((sql) => sql.includes("autocommit"))) await queryRunner.query("SET autocommit = 1");
    } finally {
      await queryRunner.release();
    }
  }

  for (const [begin, then] of Object.entries(SNAPSHOTS[database] ?? {})) {
    it(`neither poisons the cache with the past nor travels to the future: ${[begin, ...then].join("; ")}`, async () => {
      await inSnapshot([begin, ...then], async (manager, takeSnapshot) => {
        await takeSnapshot();
        await change("future");
        const poisoning = await lab.outcomes(async () => expect(await title(manager)).to.equal("past"));
        expect(poisoning).to.deep.equal(["bypass: isolation"]);
        expect(await title()).to.equal("future");
        expect(await lab.outcomes(() => title())).to.deep.equal(["hit"]);
        expect(await title(manager), "a hit would be time travel").to.equal("past");
      });
      expect(await title()).to.equal("future");
    });
  }

  for (const setting of SETTINGS[database] ?? []) {
    it(`so does a plain BEGIN after ${setting}`, async () => {
      await onRunner(async (run, manager) => {
        await run(setting);
        await run("BEGIN");
        await manager.query("SELECT * FROM tag");
        await change("future");
        await title();
        expect(await title(manager)).to.equal("past");
        await run("COMMIT");
      });
      expect(await title()).to.equal("future");
    });
  }

  for (const level of ["REPEATABLE READ", "SERIALIZABLE"] as const) {
    it(`transaction("${level}") bypasses`, async () => {
      const outcomes = await lab.outcomes(() =>
        lab.dataSource.transaction(level, async (manager) => {
          await title(manager);
          await title(manager);
        }),
      );
      expect(outcomes).to.deep.equal(["bypass: isolation", "bypass: isolation"]);
    });
  }

  it("READ COMMITTED without writes of its own sees what the others commit, and shares it", async () => {
    await lab.dataSource.transaction("READ COMMITTED", async (manager) => {
      await change("present");
      expect(await lab.outcomes(() => title(manager))).to.deep.equal(["stale"]);
      expect(await lab.outcomes(() => title(manager))).to.deep.equal(["hit"]);
      await change("future");
      expect(await title(manager)).to.equal("future");
    });
    expect(await lab.outcomes(() => title())).to.deep.equal(["hit"]);
  });

  // An option that TypeORM 0.3 ignores.
  if (IS_TYPEORM_1) {
    it("a data source's isolationLevel holds for its transactions", async () => {
      const sibling = await lab.sibling(cache, { isolationLevel: "REPEATABLE READ" } as object);
      try {
        await sibling.transaction(async (manager) => {
          await manager.query("SELECT * FROM tag");
          await change("future");
          await title();
          expect(await title(manager)).to.equal("past");
        });
        await sibling.getRepository(Tag).find();
      } finally {
        await sibling.destroy();
      }
      expect(await title()).to.equal("future");
    });
  }

  if (database === "postgres") {
    it("a laxer level set for a while is not believed to last", async () => {
      await onRunner(async (run, manager) => {
        await run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        await run("BEGIN");
        await run("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED");
        await run("ROLLBACK");
        await run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
        await run("BEGIN");
        await manager.query("SELECT * FROM tag");
        await change("future");
        await title();
        expect(await title(manager)).to.equal("past");
      });
      expect(await title()).to.equal("future");
    });
  }

  if (database === "mariadb") {
    it("SET TRANSACTION that is refused changes nothing", async () => {
      await inSnapshot(["BEGIN"], async (manager, takeSnapshot) => {
        await takeSnapshot();
        const refused = await manager
          .query("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
          .catch((error: Error) => error);
        expect(refused).to.be.instanceOf(Error);
        await change("future");
        expect(await title(manager)).to.equal("past");
        expect(await title()).to.equal("future");
      });
    });

    for (const scope of ["SESSION ", ""]) {
      it(`READ UNCOMMITTED shows what is not committed, which is not shared (SET ${scope}TRANSACTION)`, async () => {
        await lab.dataSource.transaction(async (writer) => {
          await writer.update(Category, { title: "past" }, { title: "phantom" });
          await onRunner(async (run, manager) => {
            await run(`SET ${scope}TRANSACTION ISOLATION LEVEL READ UNCOMMITTED`);
            expect(await title(manager)).to.equal("phantom");
          });
          expect(await title()).to.equal("past");
        });
      });
    }
  }
});

function onlyConnection(store: StoreName): void {
  it("an explicit transaction of SQLite bypasses even before it writes", async () => {
    const lab = await Lab.open({ database: "sqljs", store, entities: BLOG });
    try {
      await lab.repository(Category).find();
      const outcomes = await lab.outcomes(() =>
        lab.dataSource.transaction((manager) => manager.find(Category)),
      );
      expect(outcomes).to.deep.equal(["bypass: isolation"]);
      expect(await lab.outcomes(() => lab.repository(Category).find())).to.deep.equal(["hit"]);
    } finally {
      await lab.close();
    }
  });
}
