import { expect } from "chai";
import pg from "pg";
import {
  Column,
  type DataSource,
  type DataSourceOptions,
  Entity,
  EntitySchema,
  PrimaryGeneratedColumn,
} from "typeorm";
import { Cached, cacheopsOf, type Outcome, type ReadEvent, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";

@Entity()
@Cached("all")
class Event {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
  @Column({ type: "varchar", default: "nobody" }) owner!: string;
  @Column({ type: Date, nullable: true }) at!: Date | null;
}

/** The same table as another release of the application declares it. */
function release(
  columns: ConstructorParameters<typeof EntitySchema>[0]["columns"],
): EntitySchema<{ id: number }> {
  return new EntitySchema<{ id: number }>({ name: "Event", tableName: "event", columns });
}

async function outcomesOf(dataSource: DataSource, fn: () => Promise<unknown>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const listener = ({ outcome }: ReadEvent) => void outcomes.push(outcome);
  cacheopsOf(dataSource).on("read", listener);
  await fn();
  cacheopsOf(dataSource).off("read", listener);
  return outcomes;
}

const ID = { type: Number, primary: true, generated: true } as const;

const ALL = { profiles: { "*": { ops: "all" as const } } };

onEveryCombination("deployments that share a Redis", ({ database, store }) => {
  // Nobody shares a database in memory, or an in-process store.
  if (database === "sqljs" || store === "memory") return;
  let lab: Lab;
  const others: DataSource[] = [];
  before(async () => (lab = await Lab.open({ database, store, entities: [Event] })));
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Event).insert({ title: "one", at: new Date(86_400_000) });
  });
  afterEach(() => Promise.all(others.splice(0).map((each) => each.destroy())));
  after(() => lab.close());

  async function deploy(options: Partial<DataSourceOptions>): Promise<DataSource> {
    const other = await lab.sibling(ALL, options);
    others.push(other);
    return other;
  }

  it("the same release shares entries, and each follows the other's writes", async () => {
    const same = await deploy({});
    const there = () => same.getRepository(Event).find();
    const here = () => lab.repository(Event).find();
    await there();
    await lab.expectStatements(0, here);
    await lab.repository(Event).update({ title: "one" }, { title: "two" });
    expect((await there())[0]?.title).to.equal("two");
    await same.getRepository(Event).update({ title: "two" }, { title: "three" });
    expect((await here())[0]?.title).to.equal("three");
  });

  it("a release with other columns, or other types of them, does not read it (trap 11; section 5: rolling deploy)", async () => {
    const fewer = await deploy({ entities: [release({ id: ID, title: { type: String } })] });
    const retyped = await deploy({
      entities: [
        release({
          id: ID,
          title: { type: "text" },
          owner: { type: String },
          at: { type: String, nullable: true },
        }),
      ],
    });
    for (const dataSource of [lab.dataSource, fewer, retyped]) {
      const rows = () => dataSource.getRepository("Event").find();
      const count = () =>
        dataSource.createQueryBuilder().select("COUNT(*)", "n").from("event", "e").cache(true).getRawOne();
      expect(await outcomesOf(dataSource, rows)).to.not.include("hit");
      // The text is the same for all three; the columns that lie behind it are not.
      expect(await outcomesOf(dataSource, count)).to.not.include("hit");
      expectSameValues(await rows(), await withoutCache(rows));
    }
    await fewer.getRepository("Event").update(1, { title: "by the older release" });
    const rows = await Promise.all(
      [lab.dataSource, retyped].map((each) => each.getRepository("Event").find()),
    );
    for (const [row] of rows) expect(row).to.have.property("title", "by the older release");
  });

  it("processes in other time zones make other Dates of the same row (trap 9)", async () => {
    const zone = process.env.TZ;
    try {
      for (const TZ of ["UTC", "Asia/Tokyo", "America/Lima"]) {
        process.env.TZ = TZ;
        const other = await deploy({});
        const read = () => other.getRepository(Event).find();
        const first = await read();
        expectSameValues(await read(), await withoutCache(read));
        expectSameValues(first, await withoutCache(read));
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it("drivers that return rows in other types do not share entries", async () => {
    const option = database === "mariadb" ? { dateStrings: true } : { parseInt8: true };
    const builder = (dataSource: DataSource) =>
      dataSource
        .createQueryBuilder()
        .select("COUNT(*)", "n")
        .addSelect("MAX(e.at)", "latest")
        .from(Event, "e")
        .cache(true);
    await builder(lab.dataSource).getRawOne();
    try {
      const other = await deploy(option);
      const there = () => builder(other).getRawOne<object>();
      expectSameValues(await there(), await withoutCache(there));
    } finally {
      pg.defaults.parseInt8 = false; // TypeORM switches it on for the whole process
    }
  });

  if (database === "postgres") {
    it("users see rows of their own under row level security (trap 7)", async () => {
      const role = `role_${lab.prefix.replaceAll("-", "_")}`;
      const admin = await deploy({ cache: false });
      const run = (sql: string) => admin.query(sql);
      await run(`CREATE ROLE ${role} LOGIN`);
      try {
        await run(`GRANT SELECT ON event TO ${role}`);
        await run("ALTER TABLE event ENABLE ROW LEVEL SECURITY");
        await run("CREATE POLICY own ON event USING (owner = current_user)");
        await lab.repository(Event).find();
        const url = new URL((lab.dataSource.options as { url: string }).url);
        url.username = role;
        const restricted = await deploy({ url: url.href });
        expect(await restricted.getRepository(Event).find()).to.deep.equal([]);
        expect(await lab.repository(Event).find()).to.have.length(1);
        await lab.repository(Event).update({ id: 1 }, { owner: role });
        expect(await restricted.getRepository(Event).find()).to.have.length(1);
        await restricted.destroy();
        others.splice(others.indexOf(restricted), 1);
      } finally {
        await run("DROP POLICY IF EXISTS own ON event");
        await run("ALTER TABLE event DISABLE ROW LEVEL SECURITY");
        await run(`DROP OWNED BY ${role}`);
        await run(`DROP ROLE ${role}`);
      }
    });

    it("driver options that refer to themselves are shared with nobody", async () => {
      const extra: Record<string, unknown> = {};
      extra["self"] = extra;
      const [one, other] = [await deploy({ extra }), await deploy({ extra })];
      for (const dataSource of [one, other]) {
        const read = () => dataSource.getRepository(Event).find();
        expect(await outcomesOf(dataSource, read)).to.deep.equal(["miss"]);
        expect(await outcomesOf(dataSource, read)).to.deep.equal(["hit"]);
      }
    });
  }
});
