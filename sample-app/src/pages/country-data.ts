import { Router, type Request } from "express";
import type { DataSource } from "typeorm";
import { cachedViewAs } from "typeorm-cacheops/express";
import { City } from "../entities/city";
import { Country } from "../entities/country";
import { findCountry } from "./country";

type CountryRequest = Request<{ code: string }>;

/**
 * `/countries/PT.json`: a country and its largest cities for programs. The whole response is cached until the country
 * or one of its cities changes, and until then clients that have it get 304. It is the same for every visitor, whatever
 * cookies they bring; `no-cache` has their browsers ask each time.
 */
export function countryData(dataSource: DataSource): Router {
  const view = cachedViewAs<CountryRequest>(samples, {
    timeout: "15m",
    etag: true,
    cacheControl: "no-cache",
    vary: () => undefined,
    dataSource,
  });
  return Router().get("/countries/:code.json", view, async (req, res) => {
    const { code, name, region, capital } = await findCountry(dataSource, req.params.code);
    const cities = await dataSource.getRepository(City).find({
      select: { id: true, name: true, population: true, latitude: true, longitude: true },
      where: { countryCode: code },
      order: { population: "DESC", id: "ASC" },
      take: 100,
    });
    res.json({ code, name, region, capital, cities });
  });
}

function samples({ params }: CountryRequest) {
  const code = params.code.toUpperCase();
  return [
    { entity: Country, where: { code } },
    { entity: City, where: { countryCode: code } },
  ];
}
