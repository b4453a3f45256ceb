import { expect } from "chai";
import { once } from "node:events";
import type { ObjectLiteral, SelectQueryBuilder } from "typeorm";
import { BLOG, Post } from "../../support/blog/entities";
import type { DatabaseName, PerDatabase } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectBypassed } from "../../support/soundness";

/** Expressions that are no function of any table's rows. */
const VOLATILE: PerDatabase<readonly string[]> = {
  postgres: [
    "now()",
    "CURRENT_TIMESTAMP",
    "current_date",
    "LOCALTIME",
    "clock_timestamp()",
    "random()",
    "gen_random_uuid()",
    "nextval('post_id_seq')",
    "lastval()",
    "current_user",
    "session_user",
    "current_setting('search_path')",
    "pg_backend_pid()",
    "txid_current()",
    "'now'::timestamptz",
    "'today'::date",
    "age(timestamp '2020-01-01')",
    "inet_client_port()",
  ],
  mariadb: [
    "NOW()",
    "CURRENT_TIMESTAMP",
    "CURDATE()",
    "SYSDATE()",
    "UNIX_TIMESTAMP()",
    "RAND()",
    "UUID()",
    "USER()",
    "CURRENT_USER",
    "CONNECTION_ID()",
    "LAST_INSERT_ID()",
    "ROW_COUNT()",
    "@counter",
    "@@session.sql_mode",
    "@n := @n + 1",
  ],
  sqljs: [
    "random()",
    "hex(randomblob(8))",
    "CURRENT_TIMESTAMP",
    "datetime('now')",
    "strftime('%s', 'now')",
    "date()",
    "changes()",
    "total_changes()",
    "last_insert_rowid()",
  ],
};

const STABLE: PerDatabase<readonly string[]> = {
  postgres: [
    "lower(p.title)",
    "coalesce(p.views, 0) + 1",
    "date '2020-01-01'",
    "'it is now or never'",
    "p.title || 'now()'",
  ],
  mariadb: [
    "LOWER(p.title)",
    "IFNULL(p.views, 0) + 1",
    "DATE('2020-01-01')",
    "'NOW()'",
    "CONCAT(p.title, '@x')",
  ],
  sqljs: [
    "lower(p.title)",
    "ifnull(p.views, 0) + 1",
    "date('2020-01-01')",
    "'datetime(''now'')'",
    "p.title || 'random()'",
  ],
};

onEveryCombination("volatile reads", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: BLOG });
    await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
  });
  after(() => lab.close());

  const posts = () => lab.repository(Post).createQueryBuilder("p").cache(true);
  const rows = (query: SelectQueryBuilder<ObjectLiteral>) => () => query.clone().getRawMany();

  for (const expression of VOLATILE[database]) {
    it(`${expression} is never cached (trap 6, cachalot Now)`, async () => {
      await expectBypassed(lab, rows(posts().select(expression, "x")), "volatile");
      const subquery = `EXISTS (SELECT ${expression} AS v FROM post x WHERE x.id = p.id)`;
      await expectBypassed(lab, rows(posts().where(subquery)), "volatile");
    });
  }

  for (const expression of STABLE[database]) {
    it(`${expression} is cached`, async () => {
      const read = rows(posts().select(expression, "x").orderBy("p.id"));
      await read();
      expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
    });
  }

  it("random order is not cached, in a subquery neither (cachalot random order)", async () => {
    const random = database === "mariadb" ? "RAND()" : "RANDOM()";
    await expectBypassed(lab, rows(posts().select("p.id", "id").orderBy(random)), "volatile");
    await expectBypassed(
      lab,
      rows(
        posts().where(`p.id IN (SELECT r.id FROM (SELECT x.id FROM post x ORDER BY ${random} LIMIT 1) r)`),
      ),
      "volatile",
    );
  });

  const moments: PerDatabase<readonly string[]> = {
    postgres: ["now", "today 12:00", " Yesterday"],
    mariadb: [],
    sqljs: ["now"],
  };
  for (const moment of moments[database]) {
    it(`does not cache what depends on a parameter that means the present moment: ${moment}`, async () => {
      const later =
        database === "postgres" ? "CAST(:at AS timestamptz) > '2020-01-01'" : "datetime(:at) > '2020-01-01'";
      const read = () => lab.repository(Post).createQueryBuilder("p").where(later, { at: moment }).getMany();
      await expectBypassed(lab, read, "volatile");
    });
  }

  it("parameters that are volatile words are only text", async () => {
    const read = () => lab.repository(Post).findBy({ title: "now()" });
    await read();
    expect(await lab.outcomes(read)).to.deep.equal(["hit"]);
  });
});

const LOCKS: Partial<
  Record<DatabaseName, readonly ("pessimistic_read" | "pessimistic_write" | "for_key_share")[]>
> = {
  postgres: ["pessimistic_read", "pessimistic_write", "for_key_share"],
  mariadb: ["pessimistic_read", "pessimistic_write"],
};

onEveryCombination("locks and streams", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ database, store, entities: BLOG });
    await lab.repository(Post).insert([{ title: "one" }, { title: "two" }]);
  });
  after(() => lab.close());

  for (const mode of LOCKS[database] ?? []) {
    it(`setLock("${mode}") reaches the database each time (trap 6, cachalot select_for_update)`, async () => {
      await lab.repository(Post).find();
      await lab.dataSource.transaction("READ COMMITTED", async (manager) => {
        await expectBypassed(
          lab,
          () => manager.createQueryBuilder(Post, "p").setLock(mode).getMany(),
          "lock",
        );
        await expectBypassed(lab, () => manager.findOne(Post, { where: { id: 1 }, lock: { mode } }), "lock");
        await expectBypassed(
          lab,
          () => manager.find(Post, { where: { id: 1 }, lock: { mode }, cache: true }),
          "lock",
        );
      });
    });
  }

  if (LOCKS[database]) {
    it("a lock typed into a subquery counts, too", async () => {
      await lab.dataSource.transaction("READ COMMITTED", async (manager) => {
        const query = manager
          .createQueryBuilder(Post, "p")
          .where("p.id IN (SELECT x.id FROM post x FOR UPDATE)");
        await expectBypassed(lab, () => query.getMany(), "lock");
      });
    });
  }

  // Streams of PostgreSQL need another package; sql.js has none.
  if (database === "mariadb") {
    it("stream() reads the database and leaves nothing behind (trap 6)", async () => {
      const ids = async () => {
        const stream = await lab.repository(Post).createQueryBuilder("p").select("p.id", "id").stream();
        const found: unknown[] = [];
        stream.on("data", (row) => found.push(row));
        await once(stream, "end");
        return found.length;
      };
      expect(await ids()).to.equal(2);
      await lab.repository(Post).insert({ title: "three" });
      expect(await lab.outcomes(async () => expect(await ids()).to.equal(3))).to.deep.equal([]);
    });
  }
});
