import { In } from "typeorm";
import { BLOG, Category, Comment, Post, Tag } from "../../support/blog/entities";
import { POST_DELETED, seedBlog, TAG_DELETED, TAG_KEY_UPDATED } from "../../support/blog/seed";
import { type Door, itInvalidatesThrough } from "../../support/doors";
import { Lab, onEveryCombination } from "../../support/lab";
import { IS_TYPEORM_1 } from "../../support/typeorm";

const DOORS: readonly Door[] = [
  {
    name: "save() that inserts (cachalot create)",
    write: ({ dataSource }) => dataSource.manager.save(Tag, { name: "new" }),
    changes: ["tag"],
  },
  {
    name: "save() that updates (cachalot instance save)",
    write: ({ dataSource }) => dataSource.manager.save(Tag, { id: 1, name: "changed" }),
    changes: ["tag"],
  },
  {
    name: "save() of many, in chunks",
    write: (lab) => lab.repository(Tag).save([{ name: "a" }, { name: "b" }, { name: "c" }], { chunk: 2 }),
    changes: ["tag"],
  },
  {
    name: "save() without a transaction",
    write: (lab) => lab.repository(Tag).save({ id: 1, name: "changed" }, { transaction: false }),
    changes: ["tag"],
  },
  {
    name: "save() without listeners",
    write: (lab) => lab.repository(Tag).save({ id: 1, name: "changed" }, { listeners: false }),
    changes: ["tag"],
  },
  {
    name: "save() that finds nothing to change",
    write: async (lab) => lab.repository(Tag).save({ id: 1, name: "first" }),
    changes: [],
    changesNothing: true,
  },
  {
    name: "save() of an instance that was read from the cache (trap 2)",
    write: async (lab) => {
      const tag = await lab.repository(Tag).findOneByOrFail({ id: 1 });
      tag.name = "changed";
      await lab.repository(Tag).save(tag);
    },
    changes: ["tag"],
  },
  {
    name: "insert() (cachalot bulk_create, cacheops test_bulk_create)",
    write: (lab) => lab.repository(Tag).insert([{ name: "a" }, { name: "b" }]),
    changes: ["tag"],
  },
  {
    name: "upsert() that inserts and updates",
    write: (lab) =>
      lab.repository(Tag).upsert(
        [
          { id: 1, name: "changed" },
          { id: 77, name: "new" },
        ],
        ["id"],
      ),
    // TypeORM sets the key, too, to what was given.
    changes: TAG_KEY_UPDATED,
  },
  {
    name: "update() by criteria",
    write: (lab) => lab.repository(Post).update({ title: "one" }, { title: "changed" }),
    changes: ["post"],
  },
  {
    name: "update() of all",
    write: (lab) => lab.repository(Post).updateAll({ visible: false }),
    changes: ["post"],
  },
  {
    name: 'update() to an expression, `() => "views + 1"` (trap 16, cacheops test_expressions_save)',
    write: (lab) => lab.repository(Post).update({ id: 1 }, { views: () => "views + 1" }),
    changes: ["post"],
  },
  {
    name: "save() with an expression as a value (trap 16, cacheops test_expressions_save)",
    write: (lab) => lab.repository(Post).save({ id: 1, views: (() => "views + 5") as unknown as number }),
    changes: ["post"],
  },
  {
    name: "save() of some columns leaves the others (trap 16)",
    write: (lab) => lab.repository(Post).save({ id: 1, views: 9 }),
    changes: ["post"],
  },
  {
    name: "increment()",
    write: (lab) => lab.repository(Post).increment({ id: 1 }, "views", 3),
    changes: ["post"],
  },
  {
    name: "decrement()",
    write: (lab) => lab.repository(Post).decrement({ id: 1 }, "views", 3),
    changes: ["post"],
  },
  {
    name: "delete() by criteria",
    write: (lab) => lab.repository(Tag).delete({ name: In(["first", "second"]) }),
    changes: TAG_DELETED,
  },
  {
    name: "delete() of all",
    write: (lab) => lab.repository(Comment).deleteAll(),
    changes: ["comment"],
  },
  {
    name: "delete() of a row that others refer to (trap 13)",
    write: (lab) => lab.repository(Post).delete(1),
    changes: POST_DELETED,
  },
  {
    name: "remove() (cachalot instance delete)",
    write: async (lab) => lab.repository(Tag).remove(await lab.repository(Tag).findOneByOrFail({ id: 1 })),
    changes: TAG_DELETED,
  },
  {
    name: "remove() of many",
    write: async (lab) => lab.repository(Post).remove(await lab.repository(Post).find()),
    changes: POST_DELETED,
  },
  {
    name: "delete of a partially loaded entity (cacheops 387)",
    write: async (lab) => {
      const tag = await lab.repository(Tag).findOneOrFail({ where: { id: 1 }, select: { id: true } });
      await lab.repository(Tag).remove(tag);
    },
    changes: TAG_DELETED,
  },
  {
    name: "the manager of a query runner",
    write: async ({ dataSource }) => {
      const queryRunner = dataSource.createQueryRunner();
      await queryRunner.manager.update(Tag, { id: 1 }, { name: "changed" });
      await queryRunner.release();
    },
    changes: ["tag"],
  },
  {
    name: "the manager of a transaction",
    write: ({ dataSource }) =>
      dataSource.transaction(async (manager) => {
        await manager.insert(Tag, { name: "new" });
        await manager.update(Category, { id: 1 }, { title: "changed" });
      }),
    changes: ["tag", "category"],
  },
  {
    name: "a repository of repository.extend() (cacheops 217)",
    write: (lab) => {
      const tags = lab.repository(Tag).extend({
        rename(id: number, name: string) {
          return this.update(id, { name });
        },
      });
      return tags.rename(1, "changed");
    },
    changes: ["tag"],
  },
  {
    name: "get or create (cachalot get_or_create, update_or_create)",
    write: async (lab) => {
      const tags = lab.repository(Tag);
      return (await tags.findOneBy({ name: "new" })) ?? tags.save({ name: "new" });
    },
    changes: ["tag"],
  },
  {
    name: "save() of an instance that preload() filled (trap 2)",
    write: async (lab) => {
      const tag = await lab.repository(Tag).preload({ id: 1, name: "changed" });
      await lab.repository(Tag).save(tag as Tag);
    },
    changes: ["tag"],
  },
];

/** PostgreSQL alone empties a referenced table, with all that refers to it, and TypeORM 1 alone asks for that. */
const CLEARING: readonly Door[] = [
  {
    name: "clear()",
    databases: ["postgres", "mariadb", "sqljs"],
    write: (lab) => lab.repository(Comment).clear(),
    changes: ["comment"],
  },
  {
    name: "clear({ cascade: true }) (trap 13)",
    databases: IS_TYPEORM_1 ? ["postgres"] : [],
    write: (lab) => lab.repository(Post).clear({ cascade: true }),
    changes: POST_DELETED,
  },
];

onEveryCombination("entity methods", ({ database, store }) => {
  let lab: Lab;
  before(async () => (lab = await Lab.open({ database, store, entities: BLOG })));
  after(() => lab.close());

  itInvalidatesThrough([...DOORS, ...CLEARING], { database, lab: () => lab, seed: seedBlog });
});
