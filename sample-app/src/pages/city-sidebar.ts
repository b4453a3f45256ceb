import type { Application } from "express";
import { MoreThan, type DataSource } from "typeorm";
import { cachedFragment } from "typeorm-cacheops";
import { City } from "../entities/city";
import { Tag } from "../entities/tag";
import { renderPart } from "../templates";

/**
 * Facts and tags of a city as HTML. It reads them itself: what the page read before may be older than the moment from
 * which the cache watches for changes.
 */
export function citySidebar(dataSource: DataSource, app: Application, id: number): Promise<string> {
  const samples = [City, Tag, "city_tag"];
  return cachedFragment("city-sidebar", samples, { extra: id, timeout: "15m", dataSource }, async () => {
    const city = await dataSource
      .getRepository(City)
      .findOneOrFail({ where: { id }, relations: { tags: true }, order: { tags: { name: "ASC" } } });
    return renderPart(app, "city-sidebar", { city, rank: await rankOf(dataSource, city) });
  });
}

/** Counted from 1 in its country, by population. */
export async function rankOf(dataSource: DataSource, { countryCode, population }: City): Promise<number> {
  const larger = await dataSource
    .getRepository(City)
    .countBy({ countryCode, population: MoreThan(population) });
  return larger + 1;
}
