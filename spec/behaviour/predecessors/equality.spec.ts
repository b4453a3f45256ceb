import { expect } from "chai";
import { EntitySchema, type EntitySchemaColumnOptions, type ObjectLiteral } from "typeorm";
import type { PerDatabase } from "../../support/databases";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectFollows } from "../../support/soundness";

interface Pair {
  readonly what: string;
  readonly column: EntitySchemaColumnOptions;
  readonly stored: unknown;
  /** Another spelling, which the database finds equal. */
  readonly asked: unknown;
  readonly other: unknown;
}

const EVERYWHERE: readonly Pair[] = [
  { what: "booleans as 0 and 1", column: { type: Boolean }, stored: true, asked: "1", other: false },
  { what: "the scale of decimals", column: { type: "numeric" }, stored: "7", asked: "7.00", other: "8" },
  { what: "floats", column: { type: "double precision" }, stored: 0.5, asked: "5e-1", other: 0.25 },
  {
    what: "bigints beyond 2^53",
    column: { type: "bigint" },
    stored: "9007199254740993",
    asked: "09007199254740993",
    other: "9007199254740992",
  },
];

const PAIRS: PerDatabase<readonly Pair[]> = {
  postgres: [
    ...EVERYWHERE,
    { what: "citext", column: { type: "citext" }, stored: "Ab", asked: "aB", other: "b" },
    { what: "CHAR padding", column: { type: "char", length: 5 }, stored: "ab", asked: "ab   ", other: "b" },
    {
      what: "time zones",
      column: { type: "timestamptz" },
      stored: "2024-01-01T00:00:00Z",
      asked: "2024-01-01 05:30:00+05:30",
      other: "2024-01-01T00:00:01Z",
    },
    {
      what: "the case of UUIDs",
      column: { type: "uuid" },
      stored: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
      asked: "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
      other: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12",
    },
  ],
  mariadb: [
    ...EVERYWHERE,
    {
      what: "case and accents",
      column: { type: "varchar", length: 20 },
      stored: "Élan",
      asked: "elAN",
      other: "x",
    },
    {
      what: "trailing blanks",
      column: { type: "varchar", length: 20 },
      stored: "ab",
      asked: "ab  ",
      other: "b",
    },
    { what: "CHAR padding", column: { type: "char", length: 5 }, stored: "ab", asked: "ab   ", other: "b" },
    {
      what: "enums",
      column: { type: "enum", enum: ["red", "blue"] },
      stored: "red",
      asked: "RED",
      other: "blue",
    },
    { what: "texts as numbers", column: { type: "int" }, stored: 12, asked: "12.0", other: 13 },
    {
      what: "spellings of moments",
      column: { type: "datetime" },
      stored: "2024-01-01 00:00:00",
      asked: "2024-1-1",
      other: "2024-01-01 00:00:01",
    },
  ],
  sqljs: [
    ...EVERYWHERE,
    {
      what: "NOCASE",
      column: { type: "varchar", collation: "NOCASE" },
      stored: "Ab",
      asked: "aB",
      other: "b",
    },
    { what: "type affinity", column: { type: "int" }, stored: 12, asked: "12.0", other: 13 },
  ],
};

onEveryCombination("equality is the database's (section 5: equality semantics; trap 17)", (combination) => {
  const pairs = PAIRS[combination.database];
  const columns = pairs.map(({ column }, index) => [`c${index}`, { ...column, nullable: true }] as const);
  const Row = new EntitySchema<ObjectLiteral>({
    name: "Row",
    tableName: "spellings",
    columns: { id: { type: Number, primary: true, generated: true }, ...Object.fromEntries(columns) },
  });
  let lab: Lab;
  before(async () => {
    lab = await Lab.open({ ...combination, entities: [Row], cache: { defaults: { ops: "all" } } });
  });
  after(() => lab.close());

  for (const [index, { what, stored, asked, other }] of pairs.entries()) {
    it(`${what}: a write by one spelling refreshes what was asked by another`, async () => {
      const column = `c${index}`;
      const rows = () => lab.repository(Row).createQueryBuilder("r");
      const equal = (value: unknown) => rows().where(`r.${column} = :value`, { value }).getCount();
      const update = (from: unknown, to: unknown) =>
        rows()
          .update()
          .set({ [column]: to })
          .where(`${column} = :from`, { from })
          .execute();
      await lab.repository(Row).insert({ [column]: other });

      expect(
        await expectFollows(
          lab,
          () => equal(asked),
          () => update(other, stored),
        ),
      ).to.equal(1);
      expect(
        await expectFollows(
          lab,
          () => equal(stored),
          () => update(asked, other),
        ),
      ).to.equal(0);
      expect(await equal(asked)).to.equal(0);
    });
  }

  it("NULL is equal to nothing, and IS NULL follows", async () => {
    const rows = () => lab.repository(Row).createQueryBuilder("r");
    const isNull = () => rows().where("r.c1 IS NULL").getCount();
    const unequal = () => rows().where("r.c1 = NULL OR r.c1 IN (NULL) OR r.c1 NOT IN (1, NULL)").getCount();
    const before = await isNull();
    expect(await unequal()).to.equal(0);
    expect(await expectFollows(lab, isNull, () => lab.repository(Row).insert({}))).to.equal(before + 1);
    expect(await unequal()).to.equal(0);
  });
});
