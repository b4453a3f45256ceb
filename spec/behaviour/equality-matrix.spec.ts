import { expect } from "chai";
import { DataSource, type QueryRunner } from "typeorm";
import { canonical, isExact } from "../../src/schema/canonical";
import type { ValueType } from "../../src/schema/column";
import { like } from "../../src/schema/like";
import { compare } from "../../src/schema/order";
import { canonicalStored } from "../../src/schema/stored";
import type { SqlDialect } from "../../src/sql/analysis";
import { loadCatalogue } from "../../src/typeorm/catalogue";
import { dialectOf } from "../../src/typeorm/describe";
import { DATABASES, type FreshDatabase, freshDatabase, type PerDatabase } from "../support/databases";
import { COLUMNS, PREPARATIONS } from "./equality-matrix/columns";
import { PATTERNS, VALUES } from "./equality-matrix/values";

interface Stored {
  readonly id: number;
  readonly written: unknown;
  /** What the driver returns. */
  readonly value: unknown;
}

/** What is known of a pair, and what is wrong with it. */
interface Findings {
  decided: number;
  readonly wrong: string[];
}

/** mysql2's Dates are those of some time zone, of which nothing is claimed. */
const OPTIONS: PerDatabase<object> = { postgres: {}, mariadb: { dateStrings: true }, sqljs: {} };

for (const database of DATABASES) {
  describe(`what ${database} calls equal`, () => {
    let fresh: FreshDatabase;
    let dataSource: DataSource;
    let queryRunner: QueryRunner;
    let dialect: SqlDialect;

    before(async () => {
      fresh = await freshDatabase(database);
      dataSource = await new DataSource({
        ...fresh.options,
        ...OPTIONS[database],
      }).initialize();
      queryRunner = dataSource.createQueryRunner();
      dialect = dialectOf(dataSource);
      for (const sql of PREPARATIONS[database]) await queryRunner.query(sql);
    });

    after(async () => {
      await queryRunner?.release();
      await dataSource?.destroy();
      await fresh?.drop();
    });

    afterEach(() => queryRunner.query("DROP TABLE IF EXISTS battery"));

    const placeholder = database === "postgres" ? "$1" : "?";

    /** Ids of the rows found; none if the database refuses the question. */
    async function ask(condition: string, parameters: readonly unknown[]): Promise<Set<number> | undefined> {
      try {
        const sql = `SELECT id FROM battery WHERE ${condition}`;
        const rows = (await queryRunner.query(sql, [...parameters])) as { id: number }[];
        return new Set(rows.map(({ id }) => id));
      } catch {
        return undefined;
      }
    }

    async function fill(declaration: string): Promise<{ type: ValueType; rows: readonly Stored[] }> {
      await queryRunner.query(`CREATE TABLE battery (id int PRIMARY KEY, c ${declaration})`);
      for (const [id, value] of VALUES.entries()) {
        const sql = `INSERT INTO battery (id, c) VALUES (${id}, ${placeholder})`;
        await queryRunner.query(sql, [value]).catch(() => undefined);
      }
      const facts = await loadCatalogue(queryRunner, dialect, [
        { path: "battery", schema: undefined, name: "battery" },
      ]);
      const rows = (await queryRunner.query("SELECT id, c FROM battery WHERE c IS NOT NULL")) as {
        id: number;
        c: unknown;
      }[];
      const type = facts.get("battery")?.columns.get("c")?.type as ValueType;
      return { type, rows: rows.map(({ id, c }) => ({ id, written: VALUES[id], value: c })) };
    }

    /** Compares what is claimed of each row with whether it was found. `undefined`: nothing is claimed. */
    function judge(
      findings: Findings,
      rows: readonly Stored[],
      found: ReadonlySet<number>,
      question: string,
      claim: (value: unknown) => boolean | undefined,
    ): void {
      for (const { id, value } of rows) {
        const claimed = claim(value);
        if (claimed === undefined) continue;
        findings.decided++;
        if (claimed !== found.has(id)) {
          findings.wrong.push(`${show(value)} ${question}: ${claimed ? "claimed" : "found"}`);
        }
      }
    }

    /** Whether a value equals the parameter by their texts, which may say that of unequal ones unless they are exact. */
    function equality(
      type: ValueType,
      parameter: unknown,
      found: boolean,
      value: unknown,
    ): boolean | undefined {
      const [asked, stored] = [canonical(type, dialect, parameter), canonicalStored(type, dialect, value)];
      if (asked === undefined || stored === undefined) return undefined;
      return asked === stored && !found && !isExact(type, dialect, asked) ? undefined : asked === stored;
    }

    function order(type: ValueType, parameter: unknown, value: unknown): boolean | undefined {
      const [asked, stored] = [canonical(type, dialect, parameter), canonicalStored(type, dialect, value)];
      if (asked === undefined || stored === undefined) return undefined;
      const compared = compare(type, dialect, stored, asked);
      return compared === undefined ? undefined : compared < 0;
    }

    for (const [declaration, kind] of Object.entries(COLUMNS[database])) {
      it(`${declaration || "(no type)"}: ${kind}`, async () => {
        const { type, rows } = await fill(declaration);
        expect(type.kind).to.equal(kind);
        const findings: Findings = { decided: 0, wrong: [] };

        for (const { written, value } of rows) {
          const [before, after] = [canonical(type, dialect, written), canonicalStored(type, dialect, value)];
          if (before !== undefined && after !== undefined && before !== after) {
            findings.wrong.push(`${show(written)} is stored as ${show(value)}`);
          }
        }
        for (const parameter of VALUES) {
          const questions: readonly (readonly [string, readonly unknown[]])[] = [
            [placeholder, [parameter]],
            ...(typeof parameter === "bigint" ? [[String(parameter), []] as const] : []),
          ];
          for (const [operand, parameters] of questions) {
            const equal = await ask(`c = ${operand}`, parameters);
            if (equal) {
              for (const row of rows) {
                judge(findings, [row], equal, `= ${show(parameter)}`, (value) =>
                  equality(type, parameter, equal.has(row.id), value),
                );
              }
            }
            const less = await ask(`c < ${operand}`, parameters);
            if (less) {
              judge(findings, rows, less, `< ${show(parameter)}`, (value) => order(type, parameter, value));
            }
          }
        }
        for (const pattern of [...PATTERNS, ...VALUES.filter((value) => typeof value === "string")]) {
          const alike = await ask(`c LIKE ${placeholder}`, [pattern]);
          if (alike) {
            judge(findings, rows, alike, `LIKE ${show(pattern)}`, (value) =>
              like(type, dialect, value, pattern),
            );
          }
        }

        expect(findings.wrong).to.deep.equal([]);
        // A type of which nothing is claimed would pass all of the above.
        expect(findings.decided > 0).to.equal(kind !== "opaque");
      });
    }
  });
}

function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : (JSON.stringify(value) ?? String(value));
}
