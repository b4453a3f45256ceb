import { Router, type Response } from "express";
import { MoreThan, type DataSource } from "typeorm";
import { z } from "zod";
import { City } from "../entities/city";
import { Comment } from "../entities/comment";
import type { Flashes } from "../flash";
import { line, lines, readForm, type Form } from "../form";
import { found, idFrom, NotFound } from "../not-found";
import { pageNumber, paging, slice } from "../paging";
import { tagList } from "./tag-list";

const PAGE_SIZE = 10;

const commentSchema = z.object({ author: line("your name", 60), text: lines("a comment", 1000) });

/** What a city page shows besides the city: a page of its comments, and the forms that were not accepted. */
export interface CityView {
  readonly page?: number;
  readonly commentForm?: Form<unknown>;
  readonly tagForm?: Form<unknown>;
}

/** `/cities/2267057`: facts, tags and comments of a city, and the form for one more comment. */
export function cityPages(dataSource: DataSource, flashes: Flashes): Router {
  const router = Router();
  router.get("/cities/:id", (req, res) =>
    showCity(dataSource, res, idFrom(req.params.id, "city"), { page: pageNumber(req.query.page) }),
  );
  router.post("/cities/:id/comments", async (req, res) => {
    const cityId = idFrom(req.params.id, "city");
    await requireCity(dataSource, cityId);
    const form = readForm(commentSchema, req.body);
    if (!form.ok) return showCity(dataSource, res.status(422), cityId, { commentForm: form });
    await dataSource.getRepository(Comment).save({ ...form.values, cityId });
    flashes.redirect(res, `/cities/${cityId}`, "Thank you, your comment was added.");
  });
  return router;
}

export async function requireCity(dataSource: DataSource, id: number): Promise<void> {
  const exists = await dataSource.getRepository(City).existsBy({ id });
  if (!exists) throw new NotFound("There is no such city.");
}

export async function showCity(
  dataSource: DataSource,
  res: Response,
  id: number,
  view: CityView,
): Promise<void> {
  const cities = dataSource.getRepository(City);
  const city = found(await cities.findOne({ where: { id }, relations: { country: true } }), "city");
  const page = view.page ?? 1;
  const [larger, comments, tags] = await Promise.all([
    cities.countBy({ countryCode: city.countryCode, population: MoreThan(city.population) }),
    findComments(dataSource, id, page),
    tagList(dataSource, res.app, id),
  ]);
  if (page > comments.paging.pages) throw new NotFound("There are not that many comments.");
  res.render("city", { city, rank: larger + 1, comments, tags, ...view });
}

async function findComments(dataSource: DataSource, cityId: number, page: number) {
  const [rows, total] = await dataSource
    .getRepository(Comment)
    .findAndCount({ where: { cityId }, order: { id: "DESC" }, ...slice(page, PAGE_SIZE) });
  return { rows, paging: paging(page, PAGE_SIZE, total) };
}
