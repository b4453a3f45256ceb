import { expect } from "chai";
import { DataSource, type MigrationInterface, type QueryRunner, Table, TableColumn } from "typeorm";
import { cacheops } from "../../../src";
import { BLOG, Summary, Tag } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import { expectInvalidation } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";

class RenameTags1700000000000 implements MigrationInterface {
  up(queryRunner: QueryRunner): Promise<unknown> {
    return queryRunner.query("UPDATE tag SET name = 'migrated'");
  }

  down(queryRunner: QueryRunner): Promise<unknown> {
    return queryRunner.manager.update(Tag, { name: "migrated" }, { name: "reverted" });
  }
}

interface SchemaChange {
  readonly name: string;
  write(lab: Lab): Promise<unknown>;
  /** Default: everything. */
  readonly changes?: readonly string[];
  readonly changesNothing?: boolean;
}

const onRunner =
  (work: (queryRunner: QueryRunner) => Promise<unknown>) =>
  async ({ dataSource }: Lab): Promise<void> => {
    const queryRunner = dataSource.createQueryRunner();
    await work(queryRunner).finally(() => queryRunner.release());
  };

const CHANGES: readonly SchemaChange[] = [
  {
    name: "CREATE INDEX (cachalot raw CREATE INDEX)",
    write: onRunner((runner) => runner.query("CREATE INDEX by_name ON tag (name)")),
    changesNothing: true,
  },
  {
    name: "ALTER TABLE that adds a column with a default (cachalot raw ALTER)",
    write: onRunner((runner) => runner.query("ALTER TABLE tag ADD COLUMN extra int DEFAULT 3")),
  },
  {
    name: "a query runner's addColumn()",
    write: onRunner((runner) =>
      runner.addColumn("category", new TableColumn({ name: "extra", type: "int", isNullable: true })),
    ),
  },
  {
    name: "a query runner's createTable()",
    write: onRunner((runner) =>
      runner.createTable(new Table({ name: "more", columns: [{ name: "id", type: "int" }] })),
    ),
    changesNothing: true,
  },
  {
    name: "a query runner's clearTable()",
    write: onRunner((runner) => runner.clearTable("comment")),
    changes: ["comment"],
  },
  {
    name: "synchronize(true), which drops all rows (cachalot flush)",
    write: ({ dataSource }) => dataSource.synchronize(true),
  },
];

const tags = async (lab: Lab): Promise<string[]> =>
  (await lab.repository(Tag).find({ order: { id: "ASC" } })).map(({ name }) => name);
const named = (name: string): string[] => [name, name, name];

onEveryCombination("schema changes (trap 12)", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({
      database,
      store,
      entities: BLOG,
      dataSource: { migrations: [RenameTags1700000000000] },
    });
  });
  beforeEach(async () => {
    await lab.wipe();
    await seedBlog(lab);
  });
  after(() => lab.close());

  for (const { name, write, changes = "*", changesNothing } of CHANGES) {
    it(name, () => expectInvalidation(lab, { write, changes, changesNothing }));
  }

  for (const transaction of ["all", "each", "none"] as const) {
    it(`runMigrations() and undoLastMigration(), transaction: "${transaction}"`, async () => {
      await tags(lab);
      await lab.dataSource.runMigrations({ transaction });
      expect(await tags(lab)).to.deep.equal(named("migrated"));
      await lab.dataSource.undoLastMigration({ transaction });
      expect(await tags(lab)).to.deep.equal(named("reverted"));
      expect(await lab.outcomes(() => tags(lab))).to.deep.equal(["hit"]);
    });
  }

  // Another process shares neither a database nor a store in memory.
  if (database === "sqljs" || store === "memory") return;
  it("migrations of TypeORM's command line, which clears the subscribers", async () => {
    await tags(lab);
    const cli = await openedByCommandLine(lab);
    await cli.runMigrations();
    expect(await tags(lab)).to.deep.equal(named("migrated"));
    await cli.undoLastMigration();
    expect(await tags(lab)).to.deep.equal(named("reverted"));
    await cli.query("UPDATE tag SET name = 'by query'");
    expect(await tags(lab)).to.deep.equal(named("by query"));
    await cli.synchronize(true);
    await cli.destroy();
    expect(await tags(lab)).to.deep.equal([]);
  });
});

onEveryCombination("tables that are gone (trap 12)", ({ database, store }) => {
  let lab: Lab;
  beforeEach(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  afterEach(() => lab.close());

  const DROPS: Record<string, () => Promise<unknown>> = {
    "DROP TABLE (cachalot raw DROP)": () => lab.dataSource.query("DROP TABLE summary"),
    "dropDatabase()": () => lab.dataSource.dropDatabase(),
  };
  for (const [name, drop] of Object.entries(DROPS)) {
    it(`${name} leaves an error, not a hit`, async () => {
      const read = (): Promise<unknown> => lab.repository(Summary).find();
      expect(await read()).to.deep.equal([]);
      await drop();
      expect(await read().catch((error: Error) => error.name)).to.equal("QueryFailedError");
    });
  }
});

/** As TypeORM's commands do it: the options are replaced after the data source has been made. */
async function openedByCommandLine(lab: Lab): Promise<DataSource> {
  const cache = cacheops(lab.storeOptions);
  const dataSource = new DataSource({ ...lab.dataSource.options, cache });
  dataSource.setOptions({
    subscribers: [],
    synchronize: false,
    migrationsRun: false,
    dropSchema: false,
    logging: false,
  });
  return dataSource.initialize();
}
