import { Router } from "express";
import type { DataSource } from "typeorm";
import { z } from "zod";
import { City } from "../entities/city";
import { Tag } from "../entities/tag";
import type { Flashes } from "../flash";
import { line, readForm } from "../form";
import { idFrom } from "../not-found";
import { requireCity, showCity } from "./city";

const MAX_TAGS = 20;

const tagSchema = z.object({
  name: line("a tag", 30)
    .transform((name) => name.toLowerCase().replace(/\s+/g, " "))
    .refine(
      (name) => /^[\p{L}\p{M}\p{N} '-]+$/u.test(name),
      "Please use letters, digits, blanks and hyphens only.",
    ),
});

/** The forms of the city page that tag it and take a tag off. */
export function cityTagForms(dataSource: DataSource, flashes: Flashes): Router {
  const router = Router();
  router.post("/cities/:id/tags", async (req, res) => {
    const cityId = idFrom(req.params.id, "city");
    await requireCity(dataSource, cityId);
    const form = readForm(tagSchema, req.body);
    if (!form.ok) return showCity(dataSource, res.status(422), cityId, { tagForm: form });
    const added = await addTag(dataSource, cityId, form.values.name);
    flashes.redirect(
      res,
      `/cities/${cityId}`,
      added ? `Tagged “${form.values.name}”.` : `${MAX_TAGS} tags are enough.`,
    );
  });
  router.post("/cities/:id/tags/:tagId/remove", async (req, res) => {
    const cityId = idFrom(req.params.id, "city");
    const tagId = idFrom(req.params.tagId, "tag");
    await dataSource.createQueryBuilder().relation(City, "tags").of(cityId).remove(tagId);
    flashes.redirect(res, `/cities/${cityId}`, "The tag was taken off.");
  });
  return router;
}

/**
 * Both inserts ignore what is there already, so that two visitors may give the same tag at once. What
 * the transaction reads after its first write comes from the database: it must see its own rows.
 */
async function addTag(dataSource: DataSource, cityId: number, name: string): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    await manager.createQueryBuilder().insert().into(Tag).values({ name }).orIgnore().execute();
    const count = await manager.countBy(Tag, { cities: { id: cityId } });
    if (count >= MAX_TAGS) return false;
    const tag = await manager.findOneByOrFail(Tag, { name });
    await manager
      .createQueryBuilder()
      .insert()
      .into("city_tag")
      .values({ cityId, tagId: tag.id })
      .orIgnore()
      .execute();
    return true;
  });
}
