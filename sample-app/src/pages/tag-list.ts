import type { Application } from "express";
import type { DataSource } from "typeorm";
import { cachedFragment } from "typeorm-cacheops";
import { City } from "../entities/city";
import { Tag } from "../entities/tag";
import { renderPart } from "../templates";

/**
 * The tags of a city, for its sidebar, as HTML. They are read here: what the page has read before may be older than the
 * moment from which the cache watches for changes.
 */
export function tagList(dataSource: DataSource, app: Application, cityId: number): Promise<string> {
  const samples = [Tag, "city_tag", City];
  return cachedFragment("tag-list", samples, { extra: cityId, timeout: "15m", dataSource }, async () => {
    const tags = await dataSource
      .getRepository(Tag)
      .find({ where: { cities: { id: cityId } }, order: { name: "ASC" } });
    return renderPart(app, "tag-list", { cityId, tags });
  });
}
