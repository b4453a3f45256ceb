import { Router, type Application } from "express";
import type { DataSource } from "typeorm";
import { cachedFragment } from "typeorm-cacheops";
import { z } from "zod";
import { City } from "../entities/city";
import { Country } from "../entities/country";
import { contains, searchText } from "../search-text";
import { renderPart } from "../templates";
import { worldStatistics } from "../world";

interface CountryRow {
  code: string;
  name: string;
  region: string;
  subregion: string;
  cities: number;
  population: number;
}

const SORTS = {
  name: ["country.name", "ASC"],
  cities: ["cities", "DESC"],
  population: ["population", "DESC"],
} as const;

const REGIONS = ["Africa", "Americas", "Antarctic", "Asia", "Europe", "Oceania"] as const;

// A list that was asked for in an odd way is shown as if that part of the URL were missing.
const filterSchema = z.object({
  q: searchText,
  region: z.enum(REGIONS).optional().catch(undefined),
  sort: z.enum(["name", "cities", "population"]).catch("population"),
});

type Filter = z.infer<typeof filterSchema>;

/** `/`: all countries with what their cities add up to. */
export function countriesPage(dataSource: DataSource): Router {
  const statistics = worldStatistics(dataSource);
  return Router().get("/", async (req, res) => {
    const filter = filterSchema.parse(req.query);
    const [world, list] = await Promise.all([statistics(), countryList(dataSource, filter, req.app)]);
    res.render("countries", { world, list, filter, regions: REGIONS, sorts: Object.keys(SORTS) });
  });
}

/** The table as HTML: as long as no country and no city has changed, nothing is read and nothing is rendered. */
function countryList(dataSource: DataSource, filter: Filter, app: Application): Promise<string> {
  const { q, region, sort } = filter;
  const options = { extra: [q, region, sort], timeout: "1h", dataSource };
  return cachedFragment("country-list", [Country, City], options, async () => {
    const countries = await countryRows(dataSource, filter);
    const total = {
      cities: countries.reduce((sum, country) => sum + country.cities, 0),
      population: countries.reduce((sum, country) => sum + country.population, 0),
    };
    return renderPart(app, "country-list", { countries, total });
  });
}

/** One aggregate over both tables: expensive to compute, a single round trip once it is cached. */
async function countryRows(dataSource: DataSource, { q, region, sort }: Filter): Promise<CountryRow[]> {
  const [column, direction] = SORTS[sort];
  const query = dataSource
    .getRepository(Country)
    .createQueryBuilder("country")
    .leftJoin("country.cities", "city")
    .select(["country.code AS code", "country.name AS name"])
    .addSelect(["country.region AS region", "country.subregion AS subregion"])
    .addSelect("COUNT(city.id)", "cities")
    .addSelect("COALESCE(SUM(city.population), 0)", "population")
    .groupBy("country.code")
    .orderBy(column, direction)
    .addOrderBy("country.code");
  if (q !== "") query.andWhere("country.name ILIKE :name", { name: contains(q) });
  if (region !== undefined) query.andWhere("country.region = :region", { region });
  const rows = await query.getRawMany<CountryRow>();
  // PostgreSQL's bigint comes as text.
  return rows.map((row) => ({ ...row, cities: Number(row.cities), population: Number(row.population) }));
}
