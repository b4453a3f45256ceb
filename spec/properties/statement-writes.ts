import { Author, Book, Review, Tag } from "./bookshop/entities";
import type { Act } from "./write";

/** Query builders that write. */
export const BUILDER_WRITES: Readonly<Record<string, Act>> = {
  "tag through the relation": (manager, { id, code }) =>
    manager.createQueryBuilder().relation(Book, "tags").of(id).add(code),
  "untag through the relation": (manager, { id, code }) =>
    manager.createQueryBuilder().relation(Book, "tags").of(id).remove(code),
  "give a book through the relation": (manager, { id, other }) =>
    manager.createQueryBuilder().relation(Author, "books").of(other).add(id),
  "take the reviewer through the relation": (manager, { id }) =>
    manager.createQueryBuilder().relation(Review, "reviewer").of(id).set(null),
  "insert or ignore": (manager, { code }) =>
    manager.createQueryBuilder().insert().into(Tag).values({ code, label: "ignored" }).orIgnore().execute(),
  "insert or update": (manager, { code, n }) =>
    manager
      .createQueryBuilder()
      .insert()
      .into(Tag)
      .values({ code, label: `v${n}` })
      .orUpdate(["label"], ["code"])
      .execute(),
  "update by expression": (manager, { n }) =>
    manager
      .createQueryBuilder()
      .update(Book)
      .set({ price: () => "price + 1" })
      .where("price < :n", { n })
      .execute(),
  "update by two columns": (manager, { id, n }) =>
    manager
      .createQueryBuilder()
      .update(Book)
      .set({ title: `t${n}` })
      .where("author_id = :id AND price <= :n", { id, n })
      .execute(),
  "move books": (manager, { id, other }) =>
    manager
      .createQueryBuilder()
      .update(Book)
      .set({ author: { id: other } })
      .where("author_id = :id", { id })
      .execute(),
  "update all": (manager, { n }) => manager.createQueryBuilder().update(Review).set({ stars: n }).execute(),
  "update by a subquery": (manager, { code }) =>
    manager
      .createQueryBuilder()
      .update(Author)
      .set({ score: 5 })
      .where(
        "id IN (SELECT b.author_id FROM book b JOIN book_tag t ON t.book_id = b.id WHERE t.tag_code = :code)",
        { code },
      )
      .execute(),
  "delete by a subquery": (manager, { n }) =>
    manager
      .createQueryBuilder()
      .delete()
      .from(Author)
      .where("id IN (SELECT b.author_id FROM book b WHERE b.price < :n)", { n })
      .execute(),
  "soft-delete by builder": (manager, { id }) =>
    manager.createQueryBuilder().softDelete().from(Book).where("author_id = :id", { id }).execute(),
};

/** Raw SQL that every database understands. */
export const RAW_WRITES: Readonly<Record<string, Act>> = {
  "rename a key": (manager, { code, n }) =>
    manager.query(`UPDATE tag SET code = '${code}${n % 2}' WHERE code = '${code}'`),
  "rename a key back": (manager, { code }) =>
    manager.query(`UPDATE tag SET code = '${code}' WHERE code LIKE '${code}_'`),
  "insert a selection": (manager, { id, n }) =>
    manager.query(`INSERT INTO review (stars, book_id) SELECT ${n}, id FROM book WHERE author_id = ${id}`),
  "update from a subquery": (manager, { id }) =>
    manager.query(
      `/* score */ UPDATE author SET score = (SELECT COUNT(*) FROM book WHERE author_id = author.id) WHERE id >= ${id}`,
    ),
  "set a price": (manager, { id, n }) =>
    manager.query(`UPDATE book SET price = ${n} WHERE id IN (${id}, ${n})`),
  "label tags": (manager, { code, n }) =>
    manager.query(`UPDATE tag SET label = 'o' WHERE code = '${code}' OR label = 'u${n}'`),
  "delete by price": (manager, { n }) =>
    manager.query(`DELETE FROM book WHERE price = ${n} AND author_id IS NULL`),
  "delete authors": (manager, { id }) =>
    manager.query(`DELETE FROM author WHERE mentor_id = ${id} OR id = ${id}`),
  "delete a tag": (manager, { code }) => manager.query(`-- gone\nDELETE FROM tag WHERE code LIKE '${code}%'`),
  "write in a way of the database's own": (manager, { id, n, code }, database) =>
    manager.query(
      {
        postgres: `WITH gone AS (DELETE FROM book WHERE price = ${n} RETURNING author_id) UPDATE author SET score = score + 1 WHERE id IN (SELECT author_id FROM gone)`,
        mariadb: `UPDATE author a JOIN book b ON b.author_id = a.id SET a.score = ${n}, b.price = ${n} WHERE a.id = ${id}`,
        sqljs: `REPLACE INTO tag (code, label) VALUES ('${code}', 'r${n}')`,
      }[database],
    ),
  "write and select": (manager, { id, n }, database) =>
    manager.query(
      {
        postgres: `WITH w AS (UPDATE review SET stars = ${n} WHERE book_id = ${id} RETURNING id) SELECT COUNT(*) FROM w`,
        mariadb: `INSERT INTO review (stars, book_id) VALUES (${n}, ${id}) RETURNING id`,
        sqljs: `DELETE FROM review WHERE stars = ${n} RETURNING id`,
      }[database],
    ),
  "replace a row with children": (manager, { id, n }, database) =>
    manager.query(
      database === "postgres"
        ? `MERGE INTO author a USING (SELECT ${id} AS id) s ON a.id = s.id WHEN MATCHED AND a.score = ${n} THEN DELETE WHEN MATCHED THEN UPDATE SET score = ${n}`
        : `REPLACE INTO author (id, name, score) VALUES (${id}, 'again', ${n})`,
    ),
  "write by two statements in one text": (manager, { id, n }, database) =>
    database === "postgres"
      ? manager.query(`UPDATE book SET price = ${n} WHERE id = ${id}; DELETE FROM review WHERE stars = ${n};`)
      : manager.query(`UPDATE book SET price = ${n} WHERE id = ${id};`),
};

export const EMPTYING_WRITES: Readonly<Record<string, Act>> = {
  clear: (manager) => manager.clear(Review),
  "empty a table": (manager, _choice, database) =>
    manager.query(database === "postgres" ? "TRUNCATE book, review CASCADE" : "DELETE FROM book WHERE 1 = 1"),
};
