import { Router } from "express";
import type { DataSource } from "typeorm";
import { z } from "zod";
import { Country } from "../entities/country";
import { contains, searchText } from "../search-text";

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
  return Router().get("/", async (req, res) => {
    const filter = filterSchema.parse(req.query);
    const countries = await countryRows(dataSource, filter);
    const total = {
      cities: countries.reduce((sum, country) => sum + country.cities, 0),
      population: countries.reduce((sum, country) => sum + country.population, 0),
    };
    res.render("countries", { countries, total, filter, regions: REGIONS, sorts: Object.keys(SORTS) });
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
