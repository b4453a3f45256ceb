import { expect } from "chai";
import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Cached, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached } from "../../support/soundness";
import { ODD_WRITES } from "./odd-writes";

@Entity("article")
@Cached("all", "10m")
class Article {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ unique: true, length: 20 })
  slug!: string;

  @Column({ length: 20 })
  author!: string;

  @Column({ default: 0 })
  n!: number;
}

onEveryCombination("odd writes leave nothing behind", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: [Article] })));
  beforeEach(async () => {
    await lab.wipe();
    for (const [slug, author, n] of [
      ["a", "x", 1],
      ["b", "x", 0],
      ["c", "y", 0],
    ] as const) {
      await lab.repository(Article).insert({ slug, author, n });
    }
  });
  after(() => lab.close());

  const articles = () => lab.repository(Article);
  const order = { id: "ASC" } as const;
  const reads: readonly (() => Promise<unknown>)[] = [
    ...["a", "b", "c", "z"].map((slug) => () => articles().findBy({ slug })),
    ...["x", "y"].map((author) => () => articles().find({ where: { author }, order })),
    ...[1, 2, 9].map((id) => () => articles().findBy({ id })),
    () => articles().count(),
    () => articles().countBy({ n: 5 }),
    () => articles().find({ order: { n: "DESC", id: "ASC" }, take: 1 }),
  ];

  for (const sql of ODD_WRITES[database]) {
    for (const alone of [true, false]) {
      it(`${sql}${alone ? "" : ", in a transaction"}`, async () => {
        for (const read of reads) await expectCached(lab, read);
        const { dataSource } = lab;
        await (alone ? dataSource.query(sql) : dataSource.transaction((manager) => manager.query(sql)));
        const outcomes: string[] = [];
        for (const read of reads) {
          outcomes.push(...(await lab.outcomes(read)));
          expectSameValues(await read(), await withoutCache(read));
        }
        expect(outcomes, "it changes something").to.include("stale");
      });
    }
  }
});
