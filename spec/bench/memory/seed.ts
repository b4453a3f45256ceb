import type { DataSource } from "typeorm";
import { Random } from "../../unit/sql/random";

export const PAGE = 25;
const MEASUREMENTS = 200;
const SQL_DATE = "datetime(1700000000 + n * 977, 'unixepoch')";

/** So many categories of a page each, and as many reports. */
export async function seed(dataSource: DataSource, entries: number): Promise<void> {
  await dataSource.query(
    `WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < ${entries * PAGE - 1})
     INSERT INTO article (categoryId, title, author, publishedAt, views)
     SELECT n / ${PAGE} + 1, 'What became of number ' || n * 7919 % 99991, 'author' || n % 997 || '@example.org',
       ${SQL_DATE}, n * 31 % 10007 FROM t`,
  );
  // One after another, as texts of all of them would be there at once.
  for (let id = 1; id <= entries; id++)
    await dataSource.query("INSERT INTO report (title, body) VALUES (?, ?)", [
      `Report ${id}`,
      JSON.stringify(body(new Random(id))),
    ]);
}

/** About 24 kB. */
function body(random: Random): unknown {
  return {
    station: `station ${random.below(1000)}`,
    measurements: Array.from({ length: MEASUREMENTS }, (_, hour) => ({
      at: new Date(1_700_000_000_000 + hour * 3_600_000).toISOString(),
      temperature: random.below(400) / 10,
      humidity: random.below(100),
      wind: { speed: random.below(300) / 10, from: random.pick(["N", "E", "S", "W"]) },
    })),
  };
}
