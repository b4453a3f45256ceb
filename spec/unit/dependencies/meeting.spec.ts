import { expect } from "chai";
import { mayMeet } from "../../../src/dependencies/meeting";
import { NOTHING, whole, type WriteSet } from "../../../src/dependencies/writes";
import { prepareParser } from "../../../src/sql/parser";
import { Blog } from "./blog";

describe("writes that may change the same rows", () => {
  before(() => prepareParser());

  const BY_ID = "UPDATE post SET views = 1 WHERE id = 1";
  const CASES: readonly (readonly [one: string, other: string, meet: boolean])[] = [
    [BY_ID, "UPDATE post SET title = 'a' WHERE id = 1", true],
    [BY_ID, "UPDATE post SET title = 'a' WHERE id = 2", false],
    [BY_ID, "UPDATE post SET title = 'a' WHERE id IN (2, 3)", false],
    [BY_ID, "UPDATE post SET title = 'a' WHERE id IN (2, 1)", true],
    [BY_ID, "UPDATE post SET title = 'a' WHERE category_id = 1", true],
    [BY_ID, "UPDATE post SET title = 'a'", true],
    [BY_ID, "DELETE FROM post WHERE id = 2", false],
    [BY_ID, "DELETE FROM post WHERE id = 1", true],
    [BY_ID, "UPDATE category SET name = 'a'", false],
    // A row that another one comes to be.
    [BY_ID, "UPDATE post SET id = 1 WHERE id = 2", true],
    // It is one more than was known of.
    [BY_ID, "INSERT INTO post (title) VALUES ('a')", false],
    [BY_ID, "INSERT INTO post (slug) VALUES ('a') ON CONFLICT (slug) DO UPDATE SET title = 'b'", true],
    [BY_ID, "DELETE FROM category WHERE id = 2", true],
    // What they have in common besides may be changed by a third.
    [
      "UPDATE post SET views = 1 WHERE category_id = 1",
      "UPDATE post SET title = 'a' WHERE category_id = 2",
      true,
    ],
    [
      "DELETE FROM post_tag WHERE post_id = 1 AND tag_id = 1",
      "DELETE FROM post_tag WHERE post_id = 1 AND tag_id = 2",
      false,
    ],
    ["DELETE FROM post_tag WHERE post_id = 1 AND tag_id = 1", "DELETE FROM post_tag WHERE post_id = 1", true],
  ];

  for (const [one, other, meet] of CASES) {
    it(`${one} and ${other}: ${meet ? "yes" : "no"}`, () => {
      const blog = new Blog("postgres");
      const writes = (sql: string): WriteSet => ({ everything: undefined, tables: blog.changes(sql) });
      expect(mayMeet(writes(one), writes(other), blog.schema)).to.equal(meet);
      expect(mayMeet(writes(other), writes(one), blog.schema)).to.equal(meet);
    });
  }

  it("everything meets all, and nothing nothing", () => {
    const { schema } = new Blog("postgres");
    const everything: WriteSet = { everything: "CALL", tables: new Map() };
    expect(mayMeet(everything, whole(["tag"]), schema)).to.equal(true);
    expect(mayMeet(whole(["tag"]), everything, schema)).to.equal(true);
    expect(mayMeet(NOTHING, whole(["tag"]), schema)).to.equal(false);
    expect(mayMeet(whole(["tag"]), whole(["tag"]), schema)).to.equal(true);
  });
});
