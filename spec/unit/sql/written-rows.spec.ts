import { expect } from "chai";
import { DataSource, type QueryRunner } from "typeorm";
import type { SqlDialect } from "../../../src/sql/analysis";
import type { Condition, Dnf, Operand } from "../../../src/sql/condition";
import { prepareParser } from "../../../src/sql/parser";
import type { Probe } from "../../../src/sql/probe";
import { computedName, probeOf } from "../../../src/sql/probe";
import { DATABASES, freshDatabase, type FreshDatabase, type PerDatabase } from "../../support/databases";
import { predicate } from "./predicates";
import { Random } from "./random";
import { describedWrite } from "./row-write-summary";

const DIALECTS: PerDatabase<SqlDialect> = { postgres: "postgres", mariadb: "mysql", sqljs: "sqlite" };

/** Names in double quotes and question marks, to be spelled as the database wants them. */
type Write = readonly [sql: string, ...parameters: readonly unknown[]];

const BUMP = `UPDATE "item" SET "mark" = "mark" + 1`;

const EVERYWHERE: readonly Write[] = [
  [BUMP],
  [`${BUMP} WHERE "id" IN (?, ?, ?)`, 1, 5, 99],
  [`${BUMP} WHERE "a"=-1`],
  [`${BUMP} WHERE "a" = ? AND "b" IS NULL`, 1],
  [`${BUMP} WHERE ("a" = ? AND "c") OR NOT ("b" = ?)`, 1, "x"],
  [`${BUMP} WHERE "a" NOT IN (?, ?)/* a comment */AND "b" LIKE 'x%'`, 1, 2],
  [`${BUMP} WHERE coalesce ("a", 0) + 1 > ? AND lower("b") = ?`, 1, "x"],
  [`${BUMP} WHERE CASE WHEN "a" > ? THEN "c" ELSE "b" IS NULL END`, 0],
  [`${BUMP}, "a" = ? WHERE "a" BETWEEN ? AND ?`, 7, 0, 1],
  [`${BUMP}, "b" = (SELECT max(i."b") FROM "other" i WHERE i."id" = ?) WHERE "a" > ?`, 1, 0],
  [`UPDATE "item" AS "x" SET "mark" = "mark" + 1 WHERE "x"."a" >= ? AND x . "c" IS TRUE`, 0],
  [`DELETE FROM "item"`],
  [`DELETE FROM "item" WHERE "a" <> ? OR "a" IS NULL`, 1],
  [`DELETE FROM "item" WHERE (("id" = ? AND "a" = ?) OR ("id" = ? AND "a" = ?))`, 1, -1, 2, 0],
  [`delete from "item" where not "c" and "b" in ('x', 'X', '?''s', 'it''s') -- the end`],
];

const OWN: PerDatabase<readonly Write[]> = {
  postgres: [
    [`UPDATE ONLY "public"."item" "x" SET "mark" = 9 WHERE "x"."a"::text=? RETURNING *`, "1"],
    [`${BUMP} WHERE "a" = ANY(?) AND "b" IS DISTINCT FROM ?`, [1, 2], "x"],
    [`${BUMP} WHERE "b" ILIKE E'x\\u0025' AND "b"||'y'=$q$xy$q$ AND "item" IS NOT NULL`],
    [`DELETE FROM "item" AS i WHERE i."a" = ? AND (i."c" OR i."id" % 2 = 0) RETURNING i."id"`, 1],
  ],
  mariadb: [
    [`UPDATE LOW_PRIORITY IGNORE "item" SET "mark" = 9 WHERE "a" = 0--1 XOR "c" # a comment`],
    [`${BUMP} WHERE "a" <=> ? || "b" = 'X' && "id" > 3`, null],
    [`${BUMP} WHERE "b" = _utf8mb4'x' AND "a" DIV 2 = 0`],
    [`DELETE QUICK FROM "item" WHERE trim("b") = 'x'`],
  ],
  sqljs: [
    [`UPDATE OR IGNORE main."item" SET "mark" = 9 WHERE "b" GLOB 'x*' RETURNING "id"`],
    [`${BUMP} WHERE rowid = ? OR "b" = "x"`, 3],
    [`DELETE FROM [item] WHERE "a" == ? AND "c" IS NOT NULL`, 1],
  ],
};

const SEEDS = 300;

for (const name of DATABASES) {
  describe(`rows written on ${name}`, () => {
    const dialect = DIALECTS[name];
    let database: FreshDatabase;
    let dataSource: DataSource;
    let runner: QueryRunner;

    before(async () => {
      await prepareParser();
      database = await freshDatabase(name);
      dataSource = await new DataSource(database.options).initialize();
      runner = dataSource.createQueryRunner();
      for (const sql of SCHEMA) await runner.query(spelled(sql, dialect));
    });
    after(async () => {
      await runner.release();
      await dataSource.destroy();
      await database.drop();
    });

    beforeEach(() => runner.startTransaction());
    afterEach(() => runner.rollbackTransaction());

    for (const [template, ...parameters] of [...EVERYWHERE, ...OWN[name]]) {
      it(`are those of the probe: ${template}`, async () => {
        const sql = spelled(template, dialect);
        const lock = /^delete/i.test(sql) ? "delete" : "update";
        const ask = async (probe: Probe | undefined): Promise<readonly number[] | undefined> =>
          probe &&
          idsOf(
            await runner.query(
              probe.sql,
              probe.parameters.map((at) => parameters[at]),
            ),
          );

        const asked = await ask(probeOf(sql, dialect, { columns: ["id", "mark"] }, lock, 1000));
        const before = await rows(runner, dialect);
        await runner.query(sql, [...parameters]);
        const now = new Set((await rows(runner, dialect)).map((row) => JSON.stringify(row)));
        const written = idsOf(before.filter((row) => !now.has(JSON.stringify(row))));

        expect(written, "written").not.to.be.empty;
        expect(asked, "before").to.deep.equal(written);
      });
    }

    for (const expression of [`"a" + 1`, `"a" - ?`, `-"a" * 3 + "id"`, `("a" + ?) % 5`, `("a" + 3) / 2`]) {
      it(`have the values that the probe computes: ${expression}`, async () => {
        const parameters = [...expression.matchAll(/\?/g)].map(() => 3);
        const sql = spelled(`UPDATE "item" SET "a" = ${expression} WHERE "a" > 1`, dialect);
        const asked = { columns: ["id"], computed: ["a"] };
        const probe = probeOf(sql, dialect, asked, "update") as Probe;
        const computed = await runner.query(probe.sql, parameters);
        await runner.query(sql, parameters);
        const found = new Map((await rows(runner, dialect)).map((row) => [row.id, row.a]));
        expect(computed).to.not.be.empty;
        // Of a division MySQL gives decimals, and stores what is nearest: that is told by nobody.
        for (const row of computed)
          if (Number.isInteger(Number(row[computedName(0)])))
            expect(Number(row[computedName(0)])).to.equal(found.get(row["id"]));
      });
    }

    it("are those of the probe of random statements", async () => {
      let asked = 0;
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const where = predicate(new Random(seed), dialect);
        const probe = probeOf(`DELETE FROM item WHERE ${where}`, dialect, { columns: ["id"] }, "delete");
        if (probe === undefined) continue;
        asked += 1;
        const expected = await runner.query(`SELECT id FROM item WHERE ${where}`);
        expect(idsOf(await runner.query(probe.sql)), `seed ${seed}: ${where}`).to.deep.equal(idsOf(expected));
      }
      expect(asked).to.be.above(SEEDS / 2);
    });

    it("satisfy the conditions of random statements", async () => {
      let narrowing = 0;
      for (let seed = 0; seed < SEEDS; seed += 1) {
        const where = predicate(new Random(seed), dialect);
        const conditions = conditionsOf(`DELETE FROM item WHERE ${where}`, dialect);
        if (conditions === undefined) continue;
        narrowing += 1;
        const [{ missed }] = await runner.query(
          `SELECT count(*) AS missed FROM item WHERE (${where}) AND (${conditions}) IS NOT TRUE`,
        );
        expect(Number(missed), `seed ${seed}: ${where} has ${conditions}`).to.equal(0);
      }
      expect(narrowing).to.be.above(SEEDS / 5);
    });
  });
}

const SCHEMA: readonly string[] = [
  `CREATE TABLE "item" ("id" int PRIMARY KEY, "a" int, "b" varchar(20), "c" boolean, "mark" int NOT NULL)`,
  `CREATE TABLE "other" ("id" int PRIMARY KEY, "b" varchar(20))`,
  `INSERT INTO "other" VALUES (1, 'z')`,
  `INSERT INTO "item" VALUES ${items().join(", ")}`,
];

/** Every combination of some values of a, b and c. */
function items(): readonly string[] {
  const combinations = [-1, 0, 1, 2, "NULL"].flatMap((a) =>
    ["'x'", "'X'", "'xy'", "''", "NULL"].flatMap((b) =>
      ["TRUE", "FALSE", "NULL"].map((c) => `${a}, ${b}, ${c}`),
    ),
  );
  return combinations.map((values, at) => `(${at + 1}, ${values}, 0)`);
}

function spelled(sql: string, dialect: SqlDialect): string {
  if (dialect === "mysql") return sql.replaceAll('"', "`");
  let parameters = 0;
  return dialect === "postgres" ? sql.replace(/\?(?!')/g, () => `$${(parameters += 1)}`) : sql;
}

function rows(
  runner: QueryRunner,
  dialect: SqlDialect,
): Promise<readonly { id: number; a: number | null }[]> {
  return runner.query(spelled(`SELECT * FROM "item"`, dialect));
}

function idsOf(found: readonly { readonly id: number }[]): readonly number[] {
  return found.map((row) => row.id).sort((one, other) => one - other);
}

/** What the analysis says of the rows as SQL, or `undefined` if it says nothing. */
function conditionsOf(sql: string, dialect: SqlDialect): string | undefined {
  let described;
  try {
    described = describedWrite(sql, dialect);
  } catch {
    return undefined; // Not every predicate is one that the parser knows.
  }
  const { write, constants } = described;
  if (write?.kind !== "delete" || write.conditions.some((conjunction) => conjunction.length === 0))
    return undefined;
  return textOf(write.conditions, ({ slot, negative }) => `${negative ? "-" : ""}${constants.get(slot)}`);
}

function textOf(dnf: Dnf, operand: (of: Operand) => string): string {
  const text = (condition: Condition): string => {
    const { column } = condition;
    switch (condition.kind) {
      case "in":
        return `${column} IN (${condition.operands.map(operand).join(", ")})`;
      case "is":
        return `${column} IS ${condition.value ? "TRUE" : "FALSE"}`;
      case "null":
        return `${column} IS ${condition.negated ? "NOT " : ""}NULL`;
      case "compare":
        return `${column} ${condition.op} ${operand(condition.operand)}`;
      case "like":
        return `${column} LIKE ${operand(condition.operand)}`;
    }
  };
  return dnf
    .map((conjunction) => `(${conjunction.map((condition) => `(${text(condition)})`).join(" AND ")})`)
    .join(" OR ");
}
