import { expect } from "chai";
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Cached } from "../../../src";
import { onPostgres } from "../../support/databases";
import { Lab } from "../../support/lab";
import { scramble } from "../../support/scramble";
import { expectBypassed, expectCached, expectFollows } from "../../support/soundness";
import { STORES } from "../../support/stores";

@Entity()
@Cached("all")
class Sample {
  @PrimaryGeneratedColumn() id!: number;
  @Column("int", { array: true, nullable: true }) numbers!: number[] | null;
  @Column("text", { array: true, default: [] }) words!: string[];
  @Column("jsonb", { nullable: true }) json!: unknown;
  @Column("hstore", { nullable: true, hstoreType: "object" }) pairs!: object | null;
  @Column("int4range", { nullable: true }) ints!: string | null;
  @Column("numrange", { nullable: true }) nums!: string | null;
  @Column("daterange", { nullable: true }) dates!: string | null;
  @Column("tstzrange", { nullable: true }) moments!: string | null;
  @Column("text", { nullable: true }) text!: string | null;
}

const SAMPLES: readonly Partial<Sample>[] = [
  {
    numbers: [1, 2, 3],
    words: ["a"],
    json: { a: { b: [1, 2] }, "with space": true, n: null },
    pairs: { a: "1", b: "" },
    ints: "[1,5)",
    nums: "[1.5,2.5]",
    dates: "[2024-01-01,2024-02-01)",
    moments: "[2024-01-01T00:00:00Z,2024-01-02T00:00:00Z)",
    text: "Hôtel",
  },
  { numbers: [], json: [1, 2], pairs: { c: "3" }, ints: "empty", nums: "empty", text: "Hotel" },
  {
    numbers: [3, 4],
    words: ["a", "b"],
    json: { a: 1 },
    ints: "[10,)",
    nums: "[2,3)",
    dates: "(,2023-01-01)",
    moments: "[2025-01-01T00:00:00Z,)",
  },
];

type Condition = readonly [condition: string, ids: readonly number[], value?: unknown];

const CONDITIONS: Record<string, readonly Condition[]> = {
  "int arrays (PostgresTests array contains, array length; cacheops 489; cachalot int array)": [
    ["s.numbers @> :value", [1, 3], [3]],
    ["s.numbers <@ :value", [1, 2], [1, 2, 3]],
    ["s.numbers && :value", [3], [4, 9]],
    ["s.numbers = :value", [2], []],
    ["array_length(s.numbers, 1) = :value", [1], 3],
    ["cardinality(s.numbers) IN (0, 2)", [2, 3]],
    ["s.numbers[1] = :value", [3], 3],
    ["s.numbers[1:2] = ARRAY[1, 2]", [1]],
    [":value = ANY(s.words)", [3], "b"],
  ],
  "hstore (cachalot hstore)": [
    ["s.pairs -> 'a' = :value", [1], "1"],
    ["s.pairs @> 'a=>1'::hstore", [1]],
    ["s.pairs <@ 'c=>3, d=>4'::hstore", [2]],
    ["s.pairs ? :value", [1], "a"],
    ["s.pairs ?| ARRAY['a', 'c']", [1, 2]],
    ["s.pairs ?& ARRAY['a', 'b']", [1]],
    ["akeys(s.pairs) @> ARRAY['b']", [1]],
    ["avals(s.pairs) && ARRAY['3']", [2]],
  ],
  "json (PostgresTests JSON path; cachalot json)": [
    ["s.json ->> 'a' = :value", [3], "1"],
    ["s.json #>> '{a,b,0}' = '1'", [1]],
    ["s.json -> 'a' -> 'missing' IS NULL", [1, 2, 3]],
    ["s.json -> 0 = '1'::jsonb", [2]],
    ["s.json ->> 'with space' = 'true'", [1]],
    ["s.json @> :value", [3], { a: 1 }],
    ["s.json <@ :value", [3], { a: 1, b: 2 }],
    ["s.json ? :value", [1], "n"],
    ["s.json ?| ARRAY['n', 'a']", [1, 3]],
    ["s.json ?& ARRAY['n', 'a']", [1]],
    ["jsonb_path_exists(s.json, '$.a.b[*] ? (@ > 1)')", [1]],
    ["s.json @? '$.a ? (@ == 1)'", [3]],
  ],
  "int ranges (cachalot int range)": [
    ["s.ints @> 4", [1]],
    ["s.ints @> '[2,3)'::int4range", [1]],
    ["s.ints <@ :value", [1, 2], "[0,6)"],
    ["s.ints && :value", [1, 3], "[4,11)"],
    ["s.ints << :value", [1], "[6,8)"],
    ["s.ints >> :value", [3], "[6,8)"],
    ["s.ints &> :value", [3], "[6,8)"],
    ["s.ints &< :value", [1], "[6,8)"],
    ["s.ints -|- :value", [1, 3], "[5,10)"],
    ["lower(s.ints) = :value", [3], 10],
    ["upper(s.ints) = :value", [1], 5],
    ["isempty(s.ints)", [2]],
  ],
  "ranges of decimals, dates and moments (cachalot float range, date range, datetime range)": [
    ["s.nums @> :value::numeric", [1, 3], "2.25"],
    ["isempty(s.nums)", [2]],
    ["s.dates @> :value::date", [1], "2024-01-31"],
    ["lower_inf(s.dates)", [3]],
    ["s.moments @> :value::timestamptz", [1], new Date("2024-01-01T12:00:00Z")],
    ["upper_inf(s.moments)", [3]],
  ],
  "unaccent (cachalot unaccent)": [["unaccent(s.text) = :value", [1, 2], "Hotel"]],
};

/** Each column to an expression, of which nobody knows that it changes nothing. */
const CONSIDERED = ["numbers", "words", "pairs", "json", "ints", "nums", "dates", "moments", "text"]
  .map((column) => `${column} = ${column}`)
  .join(", ");

for (const store of STORES) {
  describe(`what PostgreSQL alone has [${store}]`, () => {
    let lab: Lab;
    before(async () => {
      // TypeORM makes sure of hstore itself, as a column needs it.
      lab = await Lab.open({ database: "postgres", store, entities: [Sample] });
      await onPostgres((lab.dataSource.options as { url: string }).url, "CREATE EXTENSION unaccent");
      await lab.repository(Sample).save(SAMPLES.map((each) => ({ ...each })));
    });
    after(() => lab.close());

    for (const [name, conditions] of Object.entries(CONDITIONS)) {
      it(name, async () => {
        for (const [condition, expected, value] of conditions) {
          const query = lab.repository(Sample).createQueryBuilder("s").where(condition).orderBy("s.id");
          if (value !== undefined) query.setParameters({ value });
          const read = async () => (await query.clone().getMany()).map(({ id }) => id);
          expect(await expectCached(lab, read), condition).to.deep.equal(expected);
          // A row that may have come to satisfy it, or to satisfy it no longer.
          await lab.dataSource.query(`UPDATE sample SET ${CONSIDERED} WHERE id = 2`);
          expect(await lab.outcomes(read), condition).to.deep.equal(["stale"]);
        }
      });
    }

    it("changing a returned array, json or hstore changes no later answer (cachalot mutating)", async () => {
      const read = () => lab.repository(Sample).find({ order: { id: "ASC" } });
      for (let round = 0; round < 2; round++) scramble(await read());
      const { numbers, words, json, pairs } = SAMPLES[0] as Sample;
      expect((await expectCached(lab, read))[0]).to.deep.include({ numbers, words, json, pairs });
    });

    it("transaction_timestamp() is never cached (cachalot TransactionNow)", async () => {
      const query = lab.repository(Sample).createQueryBuilder("s").addSelect("transaction_timestamp()", "t");
      await expectBypassed(lab, () => query.getMany(), "volatile");
    });

    it("EXPLAIN tells its plan and is not cached (cachalot explain)", async () => {
      const explain = (): Promise<object[]> => lab.dataSource.query("EXPLAIN SELECT * FROM sample");
      expect(await lab.expectStatements(1, explain)).not.to.be.empty;
      await lab.expectStatements(1, explain);
      expect(lab.reads.at(-1)?.sql).not.to.match(/EXPLAIN/);
    });

    it("FOR UPDATE in a transaction shows what was written since (cachalot select_for_update data refreshed)", async () => {
      const one = () => lab.repository(Sample).findOneByOrFail({ id: 2 });
      await expectFollows(lab, one, () => lab.repository(Sample).update(2, { text: "changed" }));
      await lab.dataSource.transaction("READ COMMITTED", async (manager) => {
        const lock = { mode: "pessimistic_write" } as const;
        const locked = (): Promise<Sample> => manager.findOneOrFail(Sample, { where: { id: 2 }, lock });
        expect((await locked()).text).to.equal("changed");
        await manager.update(Sample, 2, { text: "again" });
        expect((await lab.expectStatements(1, locked)).text).to.equal("again");
      });
      expect((await one()).text).to.equal("again");
    });
  });
}
