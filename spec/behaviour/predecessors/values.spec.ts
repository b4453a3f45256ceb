import { expect } from "chai";
import {
  EntitySchema,
  type EntitySchemaColumnOptions,
  FindOperator,
  type ObjectLiteral,
  Raw,
  type ValueTransformer,
} from "typeorm";
import type { DatabaseName } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached, expectFollows } from "../../support/soundness";

/** Its text is not what the database holds. */
class Money {
  constructor(readonly cents: number) {}

  toString(): string {
    return `${this.cents / 100} EUR`;
  }
}

const money: ValueTransformer = {
  to: (value: Money | null) => value?.cents ?? null,
  from: (value: number | null) => (value === null ? null : new Money(value)),
};

const words: ValueTransformer = {
  to: (value: string[] | null) => value?.join("|") ?? null,
  from: (value: string | null) => value?.split("|") ?? null,
};

interface Value {
  readonly column: EntitySchemaColumnOptions | Partial<Record<DatabaseName, EntitySchemaColumnOptions>>;
  readonly value: unknown;
  /** What sql.js gives for it, if that differs: it knows fewer types. */
  readonly onSqlite?: unknown;
}

const TIMESTAMP = {
  postgres: { type: "timestamptz" },
  mariadb: { type: "datetime", precision: 3 },
  sqljs: { type: "datetime" },
} as const;

const UUID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";

const VALUES: Record<string, Value> = {
  "a date (WeirdTests date, cachalot dates)": { column: { type: "date" }, value: "2024-02-29" },
  "a moment (WeirdTests datetime(tz), cachalot datetimes with tz)": {
    column: TIMESTAMP,
    value: new Date("2024-03-31T01:30:00.123Z"),
  },
  "a time (WeirdTests time)": { column: { type: "time" }, value: "23:59:58" },
  "a list by a transformer (WeirdTests list)": {
    column: { type: "varchar", transformer: words },
    value: ["a", "b,c", ""],
  },
  "bytes (WeirdTests binary, cachalot binary)": {
    column: {
      postgres: { type: "bytea" },
      mariadb: { type: "varbinary", length: 20 },
      sqljs: { type: "blob" },
    },
    value: Buffer.from([0, 1, 127, 255]),
    onSqlite: Uint8Array.from([0, 1, 127, 255]),
  },
  "a value object whose text differs (WeirdTests custom value, custom object)": {
    column: { type: "int", transformer: money },
    value: new Money(150),
  },
  "a float (cachalot float)": { column: { type: "double precision" }, value: 0.1 },
  "a decimal (cachalot decimal)": {
    column: {
      postgres: { type: "decimal", precision: 10, scale: 2 },
      mariadb: { type: "decimal", precision: 10, scale: 2 },
      sqljs: { type: "decimal" },
    },
    value: "12.50",
    onSqlite: 12.5,
  },
  "an address (cachalot ipv4, ipv6)": {
    column: { postgres: { type: "inet" }, mariadb: { type: "inet6" }, sqljs: { type: "varchar" } },
    value: "2001:db8::1",
  },
  "a duration (cachalot duration)": {
    column: { type: "bigint" },
    value: "90061000001",
    onSqlite: 90061000001,
  },
  "a uuid (cachalot uuid)": {
    column: { postgres: { type: "uuid" }, mariadb: { type: "uuid" }, sqljs: { type: "varchar" } },
    value: UUID,
  },
  "an enum (cachalot enum)": {
    column: { type: "simple-enum", enum: ["red", "dark blue"] },
    value: "dark blue",
  },
  "text of other scripts (cachalot unicode, cache-machine unicode keys)": {
    column: { type: "varchar" },
    value: "ключ 漢字 🦉",
  },
};

const propertyOf = (name: string): string => `v${Object.keys(VALUES).indexOf(name)}`;

function columnOf({ column }: Value, database: DatabaseName): EntitySchemaColumnOptions {
  const options = "type" in column ? column : column[database];
  if (!options) throw new Error(`no column for ${database}`);
  return { ...options, nullable: true };
}

function thingOf(database: DatabaseName): EntitySchema<ObjectLiteral> {
  const columns = Object.entries(VALUES).map(
    ([name, value]) => [propertyOf(name), columnOf(value, database)] as const,
  );
  // A table's name that is not ASCII, and needs quotes (cachalot unicode table name).
  return new EntitySchema<ObjectLiteral>({
    name: "Thing",
    tableName: "Dinge äöü",
    columns: { id: { type: Number, primary: true, generated: true }, ...Object.fromEntries(columns) },
  });
}

onEveryCombination(
  "values of all kinds, in a table with a unicode name (cachalot unicode table name)",
  (combination) => {
    const { database } = combination;
    const Thing = thingOf(database);
    let lab: Lab;
    before(async () => {
      lab = await Lab.open({ ...combination, entities: [Thing], cache: { defaults: { ops: "all" } } });
    });
    after(() => lab.close());

    for (const [name, { value, onSqlite }] of Object.entries(VALUES)) {
      it(`${name}: counted, created, counted and got again`, async () => {
        const things = lab.repository(Thing);
        const property = propertyOf(name);
        const expected = database === "sqljs" ? (onSqlite ?? value) : value;
        const get = () => things.findOneBy({ [property]: value });
        expect(await expectCached(lab, get)).to.equal(null);
        const count = () => things.countBy({ [property]: value });
        expect(await expectFollows(lab, count, () => things.insert({ [property]: value }))).to.equal(1);
        expect(await lab.outcomes(get), "what was missing").to.deep.equal(["stale"]);
        expectSameValues((await expectCached(lab, get))?.[property], expected);
      });
    }

    it("conditions of the user's own making (WeirdTests custom Query)", async () => {
      class Doubled extends FindOperator<number> {
        constructor(value: number) {
          super("equal", value * 2);
        }
      }
      const things = lab.repository(Thing);
      const { id } = (await things.insert({})).identifiers[0] as { id: number };
      const own = () => things.findBy({ id: new Doubled(id / 2) });
      const raw = () => things.findBy({ id: Raw((alias) => `${alias} - :less = 0`, { less: id }) });
      for (const [read, day] of [
        [own, "2030-01-01"],
        [raw, "2030-01-02"],
      ] as const) {
        expect(await expectCached(lab, read)).to.have.length(1);
        await things.update(id, { [propertyOf(Object.keys(VALUES)[0] as string)]: day });
        expect(await lab.outcomes(read)).to.deep.equal(["stale"]);
      }
    });

    if (database !== "sqljs") {
      it("a UUID in 32 digits is the stored one (cacheops 312)", async () => {
        const property = propertyOf("a uuid (cachalot uuid)");
        const things = lab.repository(Thing);
        const short = () => things.countBy({ [property]: UUID.replaceAll("-", "").toUpperCase() });
        const long = () => things.countBy({ [property]: UUID });
        expect(await expectFollows(lab, short, () => things.insert({ [property]: UUID }))).to.equal(
          await long(),
        );
      });
    }
  },
);
