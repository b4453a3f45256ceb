import { Router } from "express";
import { ILike, type DataSource } from "typeorm";
import { City } from "../entities/city";
import { NotFound } from "../not-found";
import { pageNumber, paging, slice } from "../paging";
import { searchText, startsWith } from "../search-text";

const PAGE_SIZE = 25;

/** `/cities?q=lis`: cities whose name starts so, or the largest of the world. */
export function searchPage(dataSource: DataSource): Router {
  return Router().get("/cities", async (req, res) => {
    const q = searchText.parse(req.query.q);
    const page = pageNumber(req.query.page);
    const [cities, total] = await dataSource.getRepository(City).findAndCount({
      where: q === "" ? {} : { name: ILike(startsWith(q)) },
      relations: { country: true },
      order: { population: "DESC", id: "ASC" },
      ...slice(page, PAGE_SIZE),
    });
    const pages = paging(page, PAGE_SIZE, total);
    if (page > pages.pages) throw new NotFound(`There are ${pages.pages} pages of these cities only.`);
    res.render("search", { q, cities, paging: pages });
  });
}
