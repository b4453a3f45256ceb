import { MoreThan } from "typeorm";
import { Author, Book, Review, Tag } from "./bookshop/entities";
import type { Act } from "./write";

/** Repository and entity manager: persistence with its cascades, and single statements. */
export const ENTITY_WRITES: Readonly<Record<string, Act>> = {
  "save a new author with books": (manager, { n }) =>
    manager.save(
      manager.create(Author, {
        name: "new",
        score: n,
        books: [{ title: "saved", price: n, reviews: [{ stars: n }] }],
      }),
    ),
  "save a score": (manager, { id, n }) => manager.save(Author, { id, score: n, name: "saved" }),
  "save a mentor": (manager, { id, other }) =>
    manager.save(Author, { id, mentor: { id: other }, name: "pupil" }),
  "save a loaded book": async (manager, { id, other, n }) => {
    const book = await manager.findOneBy(Book, { id });
    if (book) await manager.save(Object.assign(book, { price: n, author: { id: other } }));
  },
  "save all of an author's books": async (manager, { id, n }) => {
    const author = await manager.findOne(Author, { where: { id }, relations: { books: true } });
    if (author) await manager.save(Object.assign(author, { books: author.books.slice(0, n) }));
  },
  "save tags": async (manager, { id, code }) => {
    const book = await manager.findOne(Book, { where: { id }, relations: { tags: true } });
    const tag = await manager.findOneBy(Tag, { code });
    if (book && tag) await manager.save(Object.assign(book, { tags: [tag] }));
  },
  "save two at once": (manager, { id, other, n }) =>
    manager.save(Review, [
      { id, stars: n },
      { stars: n, book: { id: other } },
    ]),
  "remove an author": async (manager, { id }) => {
    const author = await manager.findOneBy(Author, { id });
    if (author) await manager.remove(author);
  },
  "remove a book": async (manager, { id }) => {
    const book = await manager.findOneBy(Book, { id });
    if (book) await manager.remove(book);
  },
  "remove softly and recover": async (manager, { id, other }) => {
    const [removed, recovered] = [
      await manager.findOneBy(Book, { id }),
      await manager.findOne(Book, { where: { id: other }, withDeleted: true }),
    ];
    if (removed) await manager.softRemove(removed);
    if (recovered) await manager.recover(recovered);
  },
  insert: (manager, { id, n }) => manager.insert(Review, { stars: n, book: { id } }),
  "insert a tag": (manager, { code, n }) => manager.insert(Tag, { code, label: `n${n}` }),
  update: (manager, { id, n }) => manager.update(Book, { author: { id } }, { price: n }),
  "update by another column": (manager, { n }) =>
    manager.update(Author, { score: MoreThan(n) }, { score: n }),
  delete: (manager, { id }) => manager.delete(Author, id),
  "delete by a relation": (manager, { id }) => manager.delete(Review, { book: { id } }),
  "soft-delete": (manager, { id }) => manager.softDelete(Author, id),
  restore: (manager, { id }) => manager.restore(Author, id),
  increment: (manager, { id, n }) => manager.increment(Author, { id }, "score", n),
  upsert: (manager, { code, n }) => manager.upsert(Tag, [{ code, label: `u${n}` }], ["code"]),
};
