import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { POST_DELETED, seedBlog, TAG_DELETED, TAG_KEY_UPDATED } from "../../support/blog/seed";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";

function insertIgnoredTag({ dataSource }: Lab): Promise<unknown> {
  return dataSource
    .createQueryBuilder()
    .insert()
    .into(Tag)
    .values({ id: 1, name: "new" })
    .orIgnore()
    .execute();
}

const INSERTS: readonly Door[] = [
  {
    name: "insert of several rows",
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .insert()
        .into(Tag)
        .values([{ name: "a" }, { name: "b" }])
        .execute(),
    changes: ["tag"],
  },
  {
    name: "insert into a table by its name",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().insert().into("tag").values({ name: "a" }).execute(),
    changes: ["tag"],
  },
  {
    name: "insert of an expression (trap 16)",
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .insert()
        .into(Tag)
        .values({ name: () => "'a'" })
        .execute(),
    changes: ["tag"],
  },
  {
    name: "insert of 500 rows",
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .insert()
        .into(Tag)
        .values(Array.from({ length: 500 }, (_, index) => ({ name: `tag ${index}` })))
        .execute(),
    changes: ["tag"],
  },
  {
    name: "insert with orUpdate()",
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .insert()
        .into(Tag)
        .values({ id: 1, name: "changed" })
        .orUpdate(["name"], ["id"])
        .execute(),
    changes: ["tag"],
  },
  {
    name: "insert with orIgnore() of a row that is new",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().insert().into(Tag).values({ id: 9, name: "new" }).orIgnore().execute(),
    changes: ["tag"],
  },
  {
    name: "insert with orIgnore() of a row that is there",
    // On PostgreSQL TypeORM leaves the generated key out, so that nothing could conflict.
    databases: ["mariadb", "sqljs"],
    write: insertIgnoredTag,
    changes: [],
    changesNothing: true,
  },
  {
    name: "insert with returning()",
    databases: ["postgres"],
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().insert().into(Tag).values({ name: "a" }).returning("*").execute(),
    changes: ["tag"],
  },
  {
    name: "insert from a select",
    write: ({ dataSource }) => {
      const titles = dataSource.createQueryBuilder().select("c.title").from(Category, "c");
      const into = dataSource.options.type === "mariadb" ? "tag (name)" : `"tag" ("name")`;
      return dataSource.query(`INSERT INTO ${into} ${titles.getQuery()}`);
    },
    changes: ["tag"],
  },
];

const UPDATES: readonly Door[] = [
  {
    name: "update",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().update(Category).set({ title: "changed" }).where({ id: 1 }).execute(),
    changes: ["category"],
  },
  {
    name: "update without a condition",
    write: ({ dataSource }) => dataSource.createQueryBuilder().update(Tag).set({ name: "same" }).execute(),
    changes: ["tag"],
  },
  {
    name: "update of a repository's builder",
    write: (lab) =>
      lab.repository(Tag).createQueryBuilder().update().set({ name: "same" }).where("id = 1").execute(),
    changes: ["tag"],
  },
  {
    name: 'update to an expression, `() => "views * 2"` (trap 16)',
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .update(Post)
        .set({ views: () => "views * 2 + 1" })
        .execute(),
    changes: ["post"],
  },
  {
    name: "update to a subquery's value",
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .update(Post)
        .set({ views: () => "(SELECT COUNT(*) + 40 FROM comment)" })
        .execute(),
    changes: ["post"],
  },
  {
    name: "update of the key, which the junction follows (trap 13)",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().update(Tag).set({ id: 9 }).where("id = :id", { id: 1 }).execute(),
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "update where a subquery says which",
    write: ({ dataSource }) => {
      const posts = dataSource
        .createQueryBuilder()
        .select("p.id")
        .from(Post, "p")
        .where("p.views > :views")
        .getQuery();
      const builder = dataSource.createQueryBuilder().update(Comment).set({ text: "changed" });
      return builder.where(`${dataSource.driver.escape("postId")} IN (${posts})`, { views: 1 }).execute();
    },
    changes: ["comment"],
  },
  {
    name: "update with returning()",
    databases: ["postgres"],
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().update(Tag).set({ name: "same" }).returning(["id", "name"]).execute(),
    changes: ["tag"],
  },
  {
    name: "update with a common table expression",
    databases: ["postgres"],
    write: ({ dataSource }) =>
      dataSource
        .createQueryBuilder()
        .addCommonTableExpression(`SELECT "id" FROM "post" WHERE "views" > 1`, "popular")
        .update(Comment)
        .set({ text: "popular" })
        .where(`"postId" IN (SELECT "id" FROM "popular")`)
        .execute(),
    changes: ["comment"],
  },
  {
    name: "update through whereInIds()",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().update(Tag).set({ name: "same" }).whereInIds([1, 2]).execute(),
    changes: ["tag"],
  },
];

const DELETES: readonly Door[] = [
  {
    name: "delete",
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().delete().from(Tag).where("id = :id", { id: 1 }).execute(),
    changes: TAG_DELETED,
  },
  {
    name: "delete of rows that others refer to (trap 13)",
    write: ({ dataSource }) => dataSource.createQueryBuilder().delete().from(Post).execute(),
    changes: POST_DELETED,
  },
  {
    name: "delete three levels deep (trap 13)",
    write: ({ dataSource }) => dataSource.createQueryBuilder().delete().from(Category).execute(),
    changes: ["category", ...POST_DELETED],
  },
  {
    name: "delete where a subquery says which",
    write: ({ dataSource }) => {
      const posts = dataSource
        .createQueryBuilder()
        .select("p.id")
        .from(Post, "p")
        .where("p.views > 1")
        .getQuery();
      const builder = dataSource.createQueryBuilder().delete().from(Comment);
      return builder.where(`${dataSource.driver.escape("postId")} IN (${posts})`).execute();
    },
    changes: ["comment"],
  },
  {
    name: "delete with returning()",
    databases: ["postgres", "mariadb"],
    write: ({ dataSource }) =>
      dataSource.createQueryBuilder().delete().from(Comment).returning("*").execute(),
    changes: ["comment"],
  },
];

onEveryCombination("query builders", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  const house = { database, lab: () => lab, seed: seedBlog };
  describe("insert", () => itInvalidatesThrough(INSERTS, house));
  describe("update", () => itInvalidatesThrough(UPDATES, house));
  describe("delete", () => itInvalidatesThrough(DELETES, house));
});
