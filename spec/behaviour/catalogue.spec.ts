import { expect } from "chai";
import { DataSource, type QueryRunner } from "typeorm";
import type { ColumnFacts, TableFacts } from "../../src/schema/column";
import { createAnalyser } from "../../src/sql/analyser";
import { prepareParser } from "../../src/sql/parser";
import { loadCatalogue } from "../../src/typeorm/catalogue";
import { dialectOf } from "../../src/typeorm/describe";
import { DATABASES, type FreshDatabase, freshDatabase, type PerDatabase } from "../support/databases";
import { services } from "../support/services";
import { EXPECTATIONS, GENERATED, TABLES } from "./catalogue/tables";

const named = (name: string, schema?: string) => ({ path: pathOf(name, schema), schema, name });
const pathOf = (name: string, schema?: string): string =>
  [...(schema === undefined ? [] : [schema]), name].join(".").toLowerCase();

for (const database of DATABASES) {
  describe(`the catalogue of ${database}`, () => {
    let fresh: FreshDatabase;
    let dataSource: DataSource;
    let queryRunner: QueryRunner;
    let facts: ReadonlyMap<string, TableFacts>;
    const statements: string[] = [];

    before(async () => {
      await prepareParser();
      fresh = await freshDatabase(database);
      dataSource = await new DataSource(fresh.options).initialize();
      queryRunner = dataSource.createQueryRunner();
      for (const sql of TABLES[database]) await queryRunner.query(sql);
      const names = EXPECTATIONS[database].map(({ table, schema }) => named(table, schema));
      facts = await loadCatalogue(listening(queryRunner), dialectOf(dataSource), names);
    });

    after(async () => {
      await queryRunner?.release();
      await dataSource?.destroy();
      await fresh?.drop();
    });

    function listening(real: QueryRunner): QueryRunner {
      return new Proxy(real, {
        get: (target, key) =>
          key === "query"
            ? (sql: string, parameters: unknown[]) => {
                statements.push(sql);
                return target.query(sql, parameters);
              }
            : (Reflect.get(target, key) as unknown),
      });
    }

    for (const { table, schema, missing, ...expected } of EXPECTATIONS[database]) {
      it(`${pathOf(table, schema)}${missing ? " has no facts" : ""}`, () => {
        const { columns, ...rest } = facts.get(pathOf(table, schema)) ?? {};
        expect(columns === undefined).to.equal(missing ?? false);
        expect(rest).to.deep.equal(missing ? {} : expected);
      });
    }

    it("columns", () => {
      const columns = facts.get(GENERATED[database].path)?.columns ?? new Map<string, ColumnFacts>();
      const flags = [...columns.values()].map((column) => [column.name, flagsOf(column)]);
      expect(Object.fromEntries(flags)).to.deep.equal(GENERATED[database].columns);
    });

    it("asks a few times, in statements that the library itself takes for harmless", () => {
      const analyse = createAnalyser(dialectOf(dataSource), { stableFunctions: [], volatileFunctions: [] });
      const writes = statements.flatMap((sql) => analyse(sql).statements.map((each) => each.writes.kind));
      expect(new Set(writes)).to.deep.equal(new Set(["none"]));
      expect(writes).to.have.length(database === "sqljs" ? 3 : 4);
    });

    it("asks nothing about no tables", async () => {
      statements.length = 0;
      const none = await loadCatalogue(listening(queryRunner), dialectOf(dataSource), []);
      expect([none.size, statements]).to.deep.equal([0, []]);
    });
  });
}

describe("the catalogue on connections of their own", () => {
  const question = [named("t")];

  async function typeOf(
    database: keyof PerDatabase<unknown>,
    setup: readonly string[],
    options: object = {},
  ): Promise<TableFacts | undefined> {
    const fresh = await freshDatabase(database);
    const dataSource = await new DataSource({ ...fresh.options, ...options }).initialize();
    const queryRunner = dataSource.createQueryRunner();
    try {
      for (const sql of setup) await queryRunner.query(sql);
      return (await loadCatalogue(queryRunner, dialectOf(dataSource), question)).get("t");
    } finally {
      await queryRunner.release();
      await dataSource.destroy();
      await fresh.drop();
    }
  }

  it("follows PostgreSQL's search path", async () => {
    const facts = await typeOf("postgres", [
      "CREATE TABLE t (a int)",
      "CREATE SCHEMA first",
      "CREATE TABLE first.t (b int)",
      "SET search_path = missing, first, public",
    ]);
    expect([...(facts?.columns.keys() ?? [])]).to.deep.equal(["b"]);
  });

  it("PostgreSQL: ASCII alone where the client speaks another encoding", async () => {
    const facts = await typeOf("postgres", ["CREATE TABLE t (a text)", "SET client_encoding = 'LATIN1'"]);
    expect(facts?.columns.get("a")?.type).to.include({ kind: "text", repertoire: "ascii" });
  });

  it("MariaDB: ASCII alone where the client speaks another character set", async () => {
    const facts = await typeOf("mariadb", ["CREATE TABLE t (a text COLLATE utf8mb4_bin)"], {
      charset: "latin1",
    });
    expect(facts?.columns.get("a")?.type).to.include({ kind: "text", repertoire: "ascii" });
  });

  for (const mode of ["EMPTY_STRING_IS_NULL", "NO_BACKSLASH_ESCAPES"]) {
    it(`MariaDB: texts are opaque under ${mode}`, async () => {
      const facts = await typeOf("mariadb", ["CREATE TABLE t (a text)", `SET SESSION sql_mode = '${mode}'`]);
      expect(facts?.columns.get("a")?.type).to.deep.equal({ kind: "opaque" });
    });
  }

  it("MariaDB: whoever may not see triggers is taken to have some", async () => {
    const fresh = await freshDatabase("mariadb");
    const owner = await new DataSource(fresh.options).initialize();
    const { url } = fresh.options as { url: string };
    const schema = new URL(url).pathname.slice(1);
    const user = schema.slice(-20);
    await owner.query("CREATE TABLE t (id int PRIMARY KEY)");
    await owner.query(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`);
    await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON \`${schema}\`.* TO '${user}'@'%'`);
    const address = Object.assign(new URL(services().mysqlUrl), { username: user, password: "secret" });
    address.pathname = `/${schema}`;
    const restricted = await new DataSource({ type: "mariadb", url: address.href }).initialize();
    const queryRunner = restricted.createQueryRunner();
    try {
      expect((await loadCatalogue(queryRunner, "mysql", question)).get("t")?.rewrites).to.equal(true);
      await owner.query(`GRANT TRIGGER ON \`${schema.replaceAll("_", "\\_")}\`.* TO '${user}'@'%'`);
      expect((await loadCatalogue(queryRunner, "mysql", question)).get("t")?.rewrites).to.equal(false);
    } finally {
      await queryRunner.release();
      await restricted.destroy();
      await owner.query(`DROP USER '${user}'@'%'`);
      await owner.destroy();
      await fresh.drop();
    }
  });
});

function flagsOf({ nullable, generated, onUpdate, autoIncrement }: ColumnFacts): string {
  return Object.entries({ nullable, generated, onUpdate, autoIncrement })
    .flatMap(([name, on]) => (on ? name : []))
    .join(" ");
}
