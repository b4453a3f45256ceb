import { Like, MoreThan } from "typeorm";
import { Popularity } from "../popularity";
import { capitalised, SYLLABLES } from "../words";
import type { Page, Visit } from "../workload";
import { type Atlas, countryCode, REGIONS } from "./atlas";
import { City, Comment, Country, Tag } from "./entities";

const PAGE_SIZE = 25;
const BY_POPULATION = { population: "DESC", id: "ASC" } as const;
const BOUNDS = [20_000, 100_000, 500_000] as const;
const PREFIXES = SYLLABLES.length * 4;

export function geoPages(atlas: Atlas): readonly Page[] {
  const { countries } = atlas;
  const instances = (size: number): Popularity => new Popularity(size, size);
  const code = (instance: number): string => countryCode(instance % countries);
  const part = (instance: number): number => Math.floor(instance / countries);
  return [
    { name: "countries", weight: 8, popularity: instances(1 + REGIONS.length), show: countryList },
    {
      name: "country",
      weight: 20,
      popularity: instances(2 * countries),
      show: (visit, instance) => country(visit, code(instance), part(instance)),
    },
    {
      name: "city",
      weight: 40,
      popularity: atlas.popularCities,
      show: (visit, instance) => city(visit, instance + 1),
    },
    { name: "tags", weight: 4, popularity: instances(1), show: tagList },
    {
      name: "tag",
      weight: 10,
      popularity: atlas.popularTags,
      show: (visit, instance) => tag(visit, instance + 1),
    },
    {
      name: "search",
      weight: 10,
      popularity: instances(PREFIXES),
      show: (visit, instance) => search(visit, prefix(instance)),
    },
    {
      name: "large cities",
      weight: 8,
      popularity: instances(BOUNDS.length * countries),
      show: (visit, instance) => largeCities(visit, code(instance), BOUNDS[part(instance)] as number),
    },
  ];
}

/** All countries, or those of a region, with what their cities add up to. */
async function countryList({ dataSource, ask }: Visit, instance: number): Promise<void> {
  const query = dataSource
    .getRepository(Country)
    .createQueryBuilder("country")
    .leftJoin("country.cities", "city")
    .select(["country.code AS code", "country.name AS name"])
    .addSelect("COUNT(city.id)", "cities")
    .addSelect("COALESCE(SUM(city.population), 0)", "population")
    .groupBy("country.code")
    .orderBy("population", "DESC")
    .addOrderBy("country.code");
  const region = REGIONS[instance - 1];
  if (region !== undefined) query.andWhere("country.region = :region", { region });
  await ask(() => query.clone().getRawMany());
}

async function country({ dataSource, ask }: Visit, code: string, page: number): Promise<void> {
  const cities = dataSource.getRepository(City);
  const where = { countryCode: code };
  await ask(() => dataSource.getRepository(Country).findOneBy({ code }));
  await ask(() =>
    cities.findAndCount({ where, order: BY_POPULATION, skip: page * PAGE_SIZE, take: PAGE_SIZE }),
  );
  await ask(() => cities.sum("population", where));
}

async function city({ dataSource, ask }: Visit, id: number): Promise<void> {
  const cities = dataSource.getRepository(City);
  const relations = { country: true, tags: true } as const;
  const found = await ask(() =>
    cities.findOneOrFail({ where: { id }, relations, order: { tags: { name: "ASC" } } }),
  );
  const { countryCode, population } = found;
  await ask(() => cities.countBy({ countryCode, population: MoreThan(population) }));
  await ask(() =>
    dataSource
      .getRepository(Comment)
      .findAndCount({ where: { cityId: id }, order: { id: "DESC" }, take: 10 }),
  );
}

async function tagList({ dataSource, ask }: Visit): Promise<void> {
  const query = dataSource
    .getRepository(Tag)
    .createQueryBuilder("tag")
    .innerJoin("tag.cities", "city")
    .select(["tag.id AS id", "tag.name AS name"])
    .addSelect("COUNT(city.id)", "cities")
    .groupBy("tag.id")
    .orderBy("cities", "DESC")
    .addOrderBy("tag.id");
  await ask(() => query.clone().getRawMany());
}

async function tag({ dataSource, ask }: Visit, id: number): Promise<void> {
  await ask(() => dataSource.getRepository(Tag).findOneBy({ id }));
  await ask(() =>
    dataSource.getRepository(City).findAndCount({
      where: { tags: { id } },
      relations: { country: true },
      order: BY_POPULATION,
      take: PAGE_SIZE,
    }),
  );
}

async function search({ dataSource, ask }: Visit, start: string): Promise<void> {
  const where = { name: Like(`${start}%`) };
  await ask(() =>
    dataSource
      .getRepository(City)
      .findAndCount({ where, relations: { country: true }, order: BY_POPULATION, take: PAGE_SIZE }),
  );
}

async function largeCities({ dataSource, ask }: Visit, code: string, bound: number): Promise<void> {
  const query = dataSource
    .getRepository(City)
    .createQueryBuilder("city")
    .leftJoinAndSelect("city.country", "country")
    .where("city.countryCode = :code", { code })
    .andWhere("city.population > :bound", { bound })
    .orderBy("city.population", "DESC")
    .addOrderBy("city.id");
  await ask(() => query.clone().getMany());
}

/** `Par`, and longer ones that few names begin with. */
function prefix(instance: number): string {
  const count = SYLLABLES.length;
  const rest = instance < count ? "" : SYLLABLES[(7 * instance) % count];
  return capitalised(`${SYLLABLES[instance % count]}${rest}`);
}
