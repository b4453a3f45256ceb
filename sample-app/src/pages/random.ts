import { Router } from "express";
import type { DataSource } from "typeorm";
import { City } from "../entities/city";
import type { Flashes } from "../flash";
import { found } from "../not-found";

/** `/random`: off to some city of more than 100,000 people. RANDOM() is never cached, whatever the profile says. */
export function randomPage(dataSource: DataSource, flashes: Flashes): Router {
  return Router().get("/random", async (_req, res) => {
    const city = await dataSource
      .getRepository(City)
      .createQueryBuilder("city")
      .where("city.population > 100000")
      .orderBy("RANDOM()")
      .limit(1)
      .getOne();
    flashes.redirect(res, `/cities/${found(city, "city").id}`, "Chance brought you here.");
  });
}
