import type { EntityManager } from "typeorm";
import { Author, Book, Review, Tag } from "./entities";

/** Keys that reads and writes choose from: the rows of the stock, and some that writes may bring. */
export const IDS = [1, 2, 3, 4, 5] as const;
export const CODES = ["new", "old", "odd"] as const;

/** What every run begins with. */
export async function stockBookshop(manager: EntityManager): Promise<void> {
  await manager.insert(Author, [
    { name: "ada", score: 1 },
    { name: "bea", score: 2, mentor: { id: 1 } },
    { name: "cid", score: 3, mentor: { id: 2 } },
  ]);
  await manager.insert(Tag, [
    { code: "new", label: "n" },
    { code: "old", label: "o" },
  ]);
  await manager.insert(Book, [
    { title: "one", price: 1, author: { id: 1 } },
    { title: "two", price: 2, author: { id: 1 } },
    { title: "three", price: 3, author: { id: 2 } },
  ]);
  await manager.insert("book_tag", [
    { book_id: 1, tag_code: "new" },
    { book_id: 1, tag_code: "old" },
    { book_id: 3, tag_code: "old" },
  ]);
  await manager.insert(Review, [
    { stars: 1, book: { id: 1 }, reviewer: { id: 2 } },
    { stars: 4, book: { id: 1 }, reviewer: { id: 3 } },
    { stars: 5, book: { id: 3 } },
  ]);
}
