import { Router } from "express";
import type { DataSource } from "typeorm";
import { City } from "../entities/city";
import { Tag } from "../entities/tag";
import { found, idFrom, NotFound } from "../not-found";
import { pageNumber, paging, slice } from "../paging";

const PAGE_SIZE = 25;

interface TagRow {
  id: number;
  name: string;
  cities: number;
}

/** `/tags` lists the tags, `/tags/7` the cities that have one. */
export function tagPages(dataSource: DataSource): Router {
  const router = Router();
  router.get("/tags", async (_req, res) => res.render("tags", { tags: await tagRows(dataSource) }));
  router.get("/tags/:id", async (req, res) => {
    const page = pageNumber(req.query.page);
    const tag = found(
      await dataSource.getRepository(Tag).findOneBy({ id: idFrom(req.params.id, "tag") }),
      "tag",
    );
    const [cities, total] = await dataSource.getRepository(City).findAndCount({
      where: { tags: { id: tag.id } },
      relations: { country: true },
      order: { population: "DESC", id: "ASC" },
      ...slice(page, PAGE_SIZE),
    });
    const pages = paging(page, PAGE_SIZE, total);
    if (page > pages.pages) throw new NotFound(`There are ${pages.pages} pages of these cities only.`);
    res.render("tag", { tag, cities, paging: pages });
  });
  return router;
}

/** Tags that no city has any more are left out. */
async function tagRows(dataSource: DataSource): Promise<TagRow[]> {
  const rows = await dataSource
    .getRepository(Tag)
    .createQueryBuilder("tag")
    .innerJoin("tag.cities", "city")
    .select(["tag.id AS id", "tag.name AS name"])
    .addSelect("COUNT(city.id)", "cities")
    .groupBy("tag.id")
    .orderBy("cities", "DESC")
    .addOrderBy("tag.name")
    .limit(200)
    .getRawMany<TagRow>();
  return rows.map((row) => ({ ...row, cities: Number(row.cities) }));
}
