import type { DataSource } from "typeorm";
import type { Random } from "../../../unit/sql/random";
import { capitalised, sentence, word } from "../words";
import type { Change } from "../workload";
import { type Atlas, countryCode } from "./atlas";
import { City, Comment, Tag } from "./entities";

/** Visitors write about what is popular; those who correct the atlas take any city. */
export function geoChanges(atlas: Atlas): readonly Change[] {
  const popularCity = (random: Random): number => 1 + atlas.popularCities.draw(random);
  const anyCity = (random: Random): number => 1 + random.below(atlas.cities);
  const popularTag = (random: Random): number => 1 + atlas.popularTags.draw(random);
  const anyCountry = (random: Random): string => countryCode(random.below(atlas.countries));
  return [
    {
      name: "comment on a city",
      weight: 30,
      apply: ({ manager }, random) =>
        manager.save(Comment, {
          author: capitalised(word(random)),
          text: sentence(random, 8),
          cityId: popularCity(random),
        }),
    },
    {
      name: "correct a population",
      weight: 22,
      apply: (dataSource, random) => correctPopulation(dataSource, anyCity(random), random),
    },
    {
      name: "tag a city",
      weight: 15,
      apply: (dataSource, random) => tagCity(dataSource, popularCity(random), popularTag(random)),
    },
    {
      name: "rename a city",
      weight: 8,
      apply: ({ manager }, random) =>
        manager.update(City, { id: anyCity(random) }, { name: capitalised(word(random)) }),
    },
    {
      name: "take a tag off a city",
      weight: 6,
      apply: (dataSource, random) => untagCity(dataSource, popularCity(random)),
    },
    {
      name: "delete a comment",
      weight: 6,
      apply: (dataSource, random) => deleteComment(dataSource, popularCity(random)),
    },
    {
      name: "move a city to another country",
      weight: 4,
      apply: ({ manager }, random) =>
        manager.save(City, { id: anyCity(random), countryCode: anyCountry(random) }),
    },
    {
      name: "add a city",
      weight: 4,
      apply: ({ manager }, random) =>
        manager.insert(City, {
          name: capitalised(word(random)),
          population: random.below(500_000),
          countryCode: anyCountry(random),
        }),
    },
    {
      name: "grow a country",
      weight: 3,
      apply: (dataSource, random) => growCountry(dataSource, anyCountry(random)),
    },
    {
      name: "rename a tag",
      weight: 2,
      apply: ({ manager }, random) =>
        manager.update(Tag, popularTag(random), { name: `${word(random)} ${random.next()}` }),
    },
  ];
}

async function correctPopulation({ manager }: DataSource, id: number, random: Random): Promise<void> {
  const city = await manager.findOneByOrFail(City, { id });
  city.population = Math.round(city.population * (0.95 + 0.1 * random.next()));
  await manager.save(city);
}

async function tagCity(dataSource: DataSource, cityId: number, tagId: number): Promise<void> {
  const insert = dataSource.createQueryBuilder().insert().into("city_tag");
  await insert.values({ cityId, tagId }).orIgnore().execute();
}

async function untagCity(dataSource: DataSource, id: number): Promise<void> {
  const order = { tags: { id: "ASC" } } as const;
  const city = await dataSource.manager.findOneOrFail(City, {
    where: { id },
    relations: { tags: true },
    order,
  });
  const [tag] = city.tags;
  if (tag) await dataSource.createQueryBuilder().relation(City, "tags").of(id).remove(tag.id);
}

async function deleteComment({ manager }: DataSource, cityId: number): Promise<void> {
  const comment = await manager.findOne(Comment, { where: { cityId }, order: { id: "DESC" } });
  if (comment) await manager.remove(comment);
}

/** One statement for many rows, of which nobody in the application knows the new values. */
async function growCountry(dataSource: DataSource, code: string): Promise<void> {
  const update = dataSource.createQueryBuilder().update(City);
  await update
    .set({ population: () => "population + population / 50" })
    .where({ countryCode: code })
    .execute();
}
