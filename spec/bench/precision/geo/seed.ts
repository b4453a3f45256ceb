import type { DataSource } from "typeorm";
import { Random } from "../../../unit/sql/random";
import { capitalised, sentence, word } from "../words";
import { insertAll } from "../workload";
import { type Atlas, countryCode, REGIONS } from "./atlas";
import { City, Comment, Country, Tag } from "./entities";

const LARGEST_CITY = 20_000_000;

/** Keys count from 1; the city of rank n has an n-th of the largest city's population. */
export async function seedGeo(dataSource: DataSource, atlas: Atlas): Promise<void> {
  const random = new Random(1);
  const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const name = (): string => capitalised(word(random));

  const countries = many(atlas.countries, (index) => {
    return { code: countryCode(index), name: name(), region: random.pick(REGIONS) };
  });
  const cities = many(atlas.cities, (index) => {
    const population = Math.floor(LARGEST_CITY / (index + 1));
    return { name: name(), population, countryCode: countryCode(random.below(atlas.countries)) };
  });
  const tags = many(atlas.tags, (index) => ({ name: `${word(random)} ${index}` }));
  const comments = many(atlas.comments, () => {
    return { author: name(), text: sentence(random, 8), cityId: 1 + atlas.popularCities.draw(random) };
  });
  await insertAll(dataSource, Country, countries);
  await insertAll(dataSource, City, cities);
  await insertAll(dataSource, Tag, tags);
  await insertAll(dataSource, Comment, comments);
  await insertAll(dataSource, "city_tag", placesOfTags(atlas, random));
}

function placesOfTags(atlas: Atlas, random: Random): { cityId: number; tagId: number }[] {
  return Array.from({ length: atlas.cities }, (_, index) => {
    const tags = new Set(Array.from({ length: random.below(4) }, () => atlas.popularTags.draw(random)));
    return [...tags].map((tag) => ({ cityId: index + 1, tagId: tag + 1 }));
  }).flat();
}
