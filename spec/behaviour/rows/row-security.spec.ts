import { expect } from "chai";
import { Column, type DataSource, Entity, PrimaryGeneratedColumn } from "typeorm";
import { Cached, withoutCache } from "../../../src";
import { Lab, onEveryCombination } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";

@Entity()
@Cached("all")
class Letter {
  @PrimaryGeneratedColumn() id!: number;
  @Column() title!: string;
  @Column({ type: "varchar" }) owner!: string;
}

onEveryCombination("row level security (trap 7)", ({ database, store }) => {
  // The two users are two data sources.
  if (database !== "postgres" || store !== "redis") return;
  let lab: Lab;
  let restricted: DataSource;
  let role: string;

  before(async () => {
    lab = await Lab.open({ database, store, entities: [Letter] });
    role = `role_${lab.prefix.replaceAll("-", "_")}`;
    const url = new URL((lab.dataSource.options as { url: string }).url);
    for (const sql of [
      `CREATE ROLE ${role} LOGIN`,
      `GRANT SELECT ON letter TO ${role}`,
      "ALTER TABLE letter ENABLE ROW LEVEL SECURITY",
      "CREATE POLICY own ON letter USING (owner = current_user)",
    ])
      await lab.dataSource.query(sql);
    url.username = role;
    const cache = { profiles: { "*": { ops: "all" as const } } };
    restricted = await lab.sibling(cache, { url: url.href });
  });
  after(async () => {
    await restricted.destroy();
    await lab.dataSource.query(`DROP OWNED BY ${role}`);
    await lab.dataSource.query(`DROP ROLE ${role}`);
    await lab.close();
  });

  it("a row that a policy shows from now on is in lists and counts that do not name its owner", async () => {
    await lab.repository(Letter).insert([
      { title: "a", owner: "nobody" },
      { title: "b", owner: role },
    ]);
    const letters = restricted.getRepository(Letter);
    const reads: readonly (() => Promise<unknown>)[] = [
      () => letters.count(),
      () => letters.find({ order: { id: "ASC" } }),
      () => letters.find({ select: { id: true, title: true }, order: { id: "ASC" } }),
      () => letters.findOneBy({ id: 1 }),
      () => letters.existsBy({ title: "a" }),
      () => letters.maximum("id", {}),
    ];
    for (const owner of [role, "nobody", role]) {
      for (const read of reads) for (let call = 0; call < 2; call++) await read();
      await lab.repository(Letter).update(1, { owner });
      for (const read of reads) expectSameValues(await read(), await withoutCache(read));
      expect(await letters.count()).to.equal(owner === role ? 2 : 1);
    }
  });
});
