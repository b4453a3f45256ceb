import type { DataSource } from "typeorm";
import { cachedAs } from "typeorm-cacheops";
import { City } from "./entities/city";
import { Country } from "./entities/country";

/** Figures of the whole world. */
export interface WorldStatistics {
  readonly cities: number;
  readonly population: number;
  /** Cities of more than a million people. */
  readonly millions: number;
  readonly largest: { readonly id: number; readonly name: string; readonly country: string } | undefined;
}

/** Computed again only once a city or a country has changed: the database is asked four times, the cache once. */
export function worldStatistics(dataSource: DataSource): () => Promise<WorldStatistics> {
  const cities = dataSource.getRepository(City);
  return cachedAs([City, Country], { timeout: "1h", dataSource })(async function worldStatistics() {
    const [count, population, millions, largest] = await Promise.all([
      cities.count(),
      cities.sum("population", {}),
      cities.createQueryBuilder("city").where("city.population > 1000000").getCount(),
      cities.find({ relations: { country: true }, order: { population: "DESC", id: "ASC" }, take: 1 }),
    ]);
    const [first] = largest;
    return {
      cities: count,
      population: population ?? 0,
      millions,
      largest: first && { id: first.id, name: first.name, country: first.country.name },
    };
  });
}
