import { Router, type Response } from "express";
import type { DataSource } from "typeorm";
import { z } from "zod";
import { dotMap } from "../dot-map";
import { City, MAX_POPULATION } from "../entities/city";
import { Country } from "../entities/country";
import type { Flashes } from "../flash";
import { readForm, wholeNumber, type Form } from "../form";
import { found, NotFound } from "../not-found";
import { pageNumber, paging, slice } from "../paging";

const PAGE_SIZE = 25;

const growthSchema = z.object({ percent: wholeNumber(-50, 100) });
type GrowthForm = Form<z.infer<typeof growthSchema>>;

/** `/countries/PT`: a country with its largest cities, and a form that changes all of them at once. */
export function countryPages(dataSource: DataSource, flashes: Flashes): Router {
  const router = Router();
  router.get("/countries/:code", (req, res) =>
    showCountry(dataSource, res, req.params.code, pageNumber(req.query.page)),
  );
  router.post("/countries/:code/growth", async (req, res) => {
    const country = await findCountry(dataSource, req.params.code);
    const form = readForm(growthSchema, req.body);
    if (!form.ok) return showCountry(dataSource, res.status(422), country.code, 1, form);
    const grown = await growCities(dataSource, country.code, form.values.percent);
    flashes.redirect(
      res,
      `/countries/${country.code}`,
      `Population of ${grown} ${grown === 1 ? "city" : "cities"} changed by ${form.values.percent} %.`,
    );
  });
  return router;
}

async function showCountry(
  dataSource: DataSource,
  res: Response,
  code: string,
  page: number,
  form?: GrowthForm,
): Promise<void> {
  const country = await findCountry(dataSource, code);
  const cities = dataSource.getRepository(City);
  const where = { countryCode: country.code };
  const order = { population: "DESC", id: "ASC" } as const;
  const [[rows, total], population, dots] = await Promise.all([
    cities.findAndCount({ where, order, ...slice(page, PAGE_SIZE) }),
    cities.sum("population", where),
    cities.find({ select: { latitude: true, longitude: true, population: true }, where, order, take: 500 }),
  ]);
  const pages = paging(page, PAGE_SIZE, total);
  if (page > pages.pages) throw new NotFound(`The cities of ${country.name} fill ${pages.pages} pages only.`);
  res.render("country", {
    country,
    cities: rows,
    population: population ?? 0,
    paging: pages,
    map: dotMap(dots),
    form,
  });
}

export async function findCountry(dataSource: DataSource, code: string): Promise<Country> {
  if (!/^[A-Za-z]{2}$/.test(code)) throw new NotFound("There is no such country.");
  return found(await dataSource.getRepository(Country).findOneBy({ code: code.toUpperCase() }), "country");
}

/** One UPDATE for all rows: nobody knows the new values, and still every page that shows one of them is renewed. */
async function growCities(dataSource: DataSource, countryCode: string, percent: number): Promise<number> {
  const result = await dataSource
    .createQueryBuilder()
    .update(City)
    .set({ population: () => "LEAST(ROUND(population * CAST(:factor AS numeric)), :max)" })
    .where({ countryCode })
    .setParameters({ factor: (100 + percent) / 100, max: MAX_POPULATION })
    .execute();
  return result.affected ?? 0;
}
