import { expect } from "chai";
import initSqlJs, { type Database, type SqlValue } from "sql.js";
import { CompanionRows } from "../../../src/core/companion-rows";
import { Namespaces } from "../../../src/core/namespaces";
import { Registries } from "../../../src/core/registries";
import { RowWrite, type RowWriteContext } from "../../../src/core/row-writes";
import type { TableFacts } from "../../../src/schema/column";
import type { Reliance } from "../../../src/dependencies/reliance";
import type { WriteSet } from "../../../src/dependencies/writes";
import { prepareParser } from "../../../src/sql/parser";
import { generateQuery } from "../sql/query-generator";
import { foreignKey, table } from "../schema/tables";
import { Blog, type Page } from "./blog";
import { column, facts, INTEGER, TEXT } from "./facts";
import {
  COLUMNS,
  generateList,
  generatePage,
  generatePlain,
  generateWrite,
  Numbers,
  SCHEMA,
} from "./random-statements";

/** A read, and if it is one of keys alone, of which. */
interface Asked {
  readonly sql: string;
  readonly page?: Page;
}

type Rows = readonly Readonly<Record<string, SqlValue>>[];

const READS = Number(process.env["DEPENDENCY_READS"] ?? 150);
const FIRST_SEED = Number(process.env["DEPENDENCY_SEED"] ?? 1);
const WRITES = 12;

const byKey = (to: string, own: string, rest: object) =>
  foreignKey(to, { columns: [{ own, referenced: "k" }], ...rest });
const TABLES = [
  table("p", { foreignKeys: [byKey("p", "y", { onDelete: "CASCADE" })] }),
  table("t", { foreignKeys: [byKey("p", "x", { onDelete: "CASCADE", onUpdate: "CASCADE" })] }),
  table("u", { foreignKeys: [byKey("t", "x", { onDelete: "SET NULL", onUpdate: "CASCADE" })] }),
];
const OTHERS = [column("x", INTEGER), column("y", INTEGER), column("s", TEXT.sqlite)];
const KEY = column("k", INTEGER, { nullable: false, autoIncrement: true });
const FACTS = {
  p: facts([KEY, ...OTHERS], { primaryKey: ["k"], references: refersTo("y", "p") }),
  t: facts([KEY, ...OTHERS], { primaryKey: ["k"], references: refersTo("x", "p") }),
  u: facts([column("k", INTEGER), ...OTHERS], {
    primaryKey: [],
    uniqueKeys: [],
    references: refersTo("x", "t"),
  }),
};

function refersTo(own: string, to: string): TableFacts["references"] {
  return [{ column: own, to, referenced: "k" }];
}

/** From the text of a read to the rows that it relies on, and from that of a write to those that it changes. */
describe("a result that a write has changed relies on what the write concerns (random statements)", () => {
  let database: Database;

  before(async () => {
    await prepareParser();
    database = new (await initSqlJs()).Database();
    database.run("PRAGMA foreign_keys = ON");
    for (const sql of SCHEMA) database.run(sql);
  });
  after(() => database.close());

  const generators: Record<string, (random: Numbers) => Asked> = {
    lists: (random) => ({ sql: generateList(random) }),
    "plain ones": (random) => ({ sql: generatePlain(random) }),
    pages: generatePage,
    queries: (random) => ({ sql: generateQuery(random) }),
  };
  for (const [what, generate] of Object.entries(generators)) {
    it(`${READS} ${what}`, async function () {
      this.timeout(READS * 1000);
      let spared = 0;
      let changes = 0;
      let joined = 0;
      for (let seed = FIRST_SEED; seed < FIRST_SEED + READS; seed += 1) {
        const random = new Numbers(seed);
        const blog = new Blog("sqlite", { facts: FACTS, tables: TABLES });
        const trial = new Trial(database, blog, generate(random), `seed ${seed}`);
        spared += await tryOut(trial, random);
        changes += trial.changes;
        joined += trial.sparedByCompanions;
      }
      // Else the spec would prove nothing.
      expect(spared).to.be.above(READS);
      expect(changes, "changed results").to.be.above(READS / 4);
      if (what === "pages") expect(joined, "spared by companions").to.be.above(0);
    });
  }
});

/** Gives how many of the writes left the result current. */
async function tryOut(trial: Trial, random: Numbers): Promise<number> {
  fill(trial.database, random);
  let spared = 0;
  for (let write = 0; write < WRITES; write += 1) {
    trial.database.run("SAVEPOINT trial");
    spared += (await trial.survives(generateWrite(random), random.chance(0.5))) ? 1 : 0;
    trial.database.run("ROLLBACK TO trial; RELEASE trial");
  }
  return spared;
}

/** A read whose result is kept, against one write after the other. */
class Trial {
  /** How many writes have changed the result. */
  changes = 0;
  /** How many it survives because of what goes along with the rows. */
  sparedByCompanions = 0;
  readonly #reliances: readonly Reliance[];

  constructor(
    readonly database: Database,
    readonly blog: Blog,
    readonly read: Asked,
    readonly name: string,
  ) {
    this.#reliances = blog.reliances(read.sql, read.page);
  }

  /** What anybody looks at. */
  #looked(rows: Rows): string {
    const { sql, page } = this.read;
    // Without an order of its own, an index that has changed may give another one.
    const isOrdered = /\bORDER BY\b[^()]*$/.test(sql);
    if (!page && isOrdered) return JSON.stringify(rows);
    if (!page) return JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
    return JSON.stringify([...new Set(rows.map((row) => row[page.keysOf.names[0] as string]))].sort());
  }

  /** Whether the result outlives the write. */
  async survives(sql: string, probing: boolean): Promise<boolean> {
    const { sql: read, page } = this.read;
    const before = rowsOf(this.database, read);
    const write = this.#rowWrite(sql);
    if (write && probing) await this.#probe(write, sql);
    const announced = write?.writes;
    const written = this.#run(sql, (result) => write?.written(result, false));
    if (written === undefined) return false;
    const changed = this.#looked(rowsOf(this.database, read)) !== this.#looked(before);
    const concerned = (writes: WriteSet | undefined): boolean =>
      writes === undefined || this.blog.concerns({ sql: read, rows: before, page }, writes.tables);
    if (changed) this.changes++;
    const described = `${this.name}: ${read}\n${sql}`;
    if (changed) expect(concerned(announced), `${described}\nis marked`).to.equal(true);
    if (changed) expect(concerned(written ?? undefined), `${described}\nis replaced`).to.equal(true);
    const completed = written && (await this.#completed(written));
    if (changed) expect(concerned(completed ?? undefined), `${described}\nwith companions`).to.equal(true);
    if (concerned(written ?? undefined) && !concerned(completed ?? undefined)) this.sparedByCompanions++;
    return !concerned(completed ?? undefined);
  }

  #rowWrite(sql: string): RowWrite | undefined {
    return RowWrite.describe(this.blog.analyse(sql), [], this.#context);
  }

  #completed(written: WriteSet): Promise<WriteSet> {
    return new CompanionRows(this.#context).complete(written, async (sql, values) =>
      rowsOf(this.database, sql, values as SqlValue[]),
    );
  }

  get #context(): RowWriteContext {
    const { schema, dialect } = this.blog;
    const namespaces = new Namespaces("trial", () => "");
    const registries = new Registries(async () => []);
    for (const { path, schemes } of this.#reliances)
      registries.learn(namespaces.table(path), { stamp: "all", schemes });
    return { schema, namespaces, registries, dialect };
  }

  async #probe(write: RowWrite, sql: string): Promise<void> {
    const wanted = write.wanted();
    if (wanted.size === 0) return;
    await write.probe(wanted, sql, async (probe) => rowsOf(this.database, probe));
  }

  /** `undefined`: the database refused it. `null`: nothing is known of its rows. */
  #run(
    sql: string,
    written: (result: { affected: number; insertId: unknown; rows: Rows }) => WriteSet | undefined,
  ): WriteSet | null | undefined {
    try {
      const rows = rowsOf(this.database, sql);
      const [affected, insertId] = this.database.exec("SELECT changes(), last_insert_rowid()")[0]
        ?.values[0] as [number, number];
      return written({ affected, insertId, rows }) ?? null;
    } catch (error) {
      if (error instanceof Error && /constraint|datatype mismatch/i.test(error.message)) return undefined;
      throw error;
    }
  }
}

function rowsOf(database: Database, sql: string, values: SqlValue[] = []): Rows {
  const statement = database.prepare(sql, values);
  const rows: Record<string, SqlValue>[] = [];
  while (statement.step()) rows.push(statement.getAsObject());
  statement.free();
  return rows;
}

function fill(database: Database, random: Numbers): void {
  const key = (): number | null => (random.chance(0.3) ? null : random.number(4));
  const letters = ["a", "b", "bc", null];
  for (const name of ["u", "t", "p"]) database.run(`DELETE FROM ${name}`);
  // Several times: what a row refers to may come behind it.
  for (const name of ["p", "p", "p", "t", "t", "u"]) {
    for (let k = 0; k < 6; k += 1) {
      const s = name === "t" ? (letters[k] ?? null) : random.pick(letters);
      insert(database, name, [name === "u" ? random.number(4) : random.least + k, key(), key(), s]);
    }
  }
}

/** Rows that refer to others which are not there yet are left out. */
function insert(database: Database, name: string, values: SqlValue[]): void {
  database.run(
    `INSERT OR IGNORE INTO ${name} (${COLUMNS.join(", ")}) SELECT ?, ?, ?, ?
    WHERE ${isReferring(name)}`,
    [...values, values[refers[name] as number] ?? null] as SqlValue[],
  );
}

const refers: Record<string, number> = { p: 2, t: 1, u: 1 };

function isReferring(name: string): string {
  const to = name === "u" ? "t" : "p";
  // NULL is not among no rows, which is false and not unknown.
  return `(?5 IS NULL OR ?5 IN (SELECT k FROM ${to}))`;
}
