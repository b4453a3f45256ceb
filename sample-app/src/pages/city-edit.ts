import { Router } from "express";
import type { DataSource } from "typeorm";
import { z } from "zod";
import { City, MAX_POPULATION } from "../entities/city";
import type { Flashes } from "../flash";
import { line, readForm, wholeNumber } from "../form";
import { found, idFrom } from "../not-found";

const citySchema = z.object({ name: line("a name", 120), population: wholeNumber(0, MAX_POPULATION) });

/** `/cities/2267057/edit`: a form for a city's name and population. */
export function cityEditPages(dataSource: DataSource, flashes: Flashes): Router {
  const router = Router();
  router.get("/cities/:id/edit", async (req, res) => {
    const city = await findCity(dataSource, req.params.id);
    res.render("city-edit", { city, typed: { name: city.name, population: String(city.population) } });
  });
  router.post("/cities/:id/edit", async (req, res) => {
    const city = await findCity(dataSource, req.params.id);
    const form = readForm(citySchema, req.body);
    if (!form.ok)
      return res.status(422).render("city-edit", { city, typed: form.typed, errors: form.errors });
    await dataSource.getRepository(City).save({ id: city.id, ...form.values });
    flashes.redirect(res, `/cities/${city.id}`, `${form.values.name} was saved.`);
  });
  return router;
}

async function findCity(dataSource: DataSource, id: string): Promise<City> {
  return found(await dataSource.getRepository(City).findOneBy({ id: idFrom(id, "city") }), "city");
}
