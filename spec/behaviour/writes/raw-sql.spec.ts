import { BLOG } from "../../support/blog/entities";
import { seedBlog } from "../../support/blog/seed";
import type { PerDatabase } from "../../support/databases";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";
import { EVERYWHERE } from "./raw/every-database";
import { MARIADB } from "./raw/mariadb";
import { POSTGRES } from "./raw/postgres";
import { SQLITE } from "./raw/sqlite";

const DOORS: PerDatabase<readonly Door[]> = { postgres: POSTGRES, mariadb: MARIADB, sqljs: SQLITE };

onEveryCombination("raw SQL (trap 12; section 5: every door)", ({ database, store }) => {
  let lab: Lab;
  before(async () => {
    const dataSource = database === "mariadb" ? { multipleStatements: true } : {};
    lab = await Lab.open({ database, store, entities: BLOG, dataSource });
  });
  after(() => lab.close());

  const house = { database, lab: () => lab, seed: seedBlog };
  describe("on every database", () => itInvalidatesThrough(EVERYWHERE, house));
  describe("on this database", () => itInvalidatesThrough(DOORS[database], house));
});
