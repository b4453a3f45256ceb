import { expect } from "chai";
import type { RowChange } from "../../../src/dependencies/row-change";
import { prepareParser } from "../../../src/sql/parser";
import { Blog } from "./blog";

const numbers = (many: number): readonly number[] => Array.from({ length: many }, (_, at) => at + 1);

const FORMS = ["=", "<>", "<", ">", "<=", ">="]
  .map((op) => `views ${op} 1`)
  .concat(
    ["", "NOT "].map((not) => `title IS ${not}NULL`),
    "title = 'a'",
  );

/** What is known of the rows of `post`, one by one. */
function rowsOf(blog: Blog, sql: string): readonly RowChange[] {
  const change = blog.changes(sql).get("post");
  if (change === undefined || change === "all") throw new Error("not described");
  return change;
}

describe("what bounds make coarser of a write (trap 25)", () => {
  let blog: Blog;
  before(() => prepareParser());
  beforeEach(() => (blog = new Blog("postgres")));

  const TOO_MANY_ROWS = "more than 200 rows: they are not told apart";
  const writes: Record<string, (many: number) => string> = {
    "rows of a list": (many) => `UPDATE post SET views = 1 WHERE id IN (${numbers(many).join(", ")})`,
    "rows of a DELETE": (many) => `DELETE FROM post WHERE id IN (${numbers(many).join(", ")})`,
    "rows of an INSERT": (many) =>
      `INSERT INTO post (id, views) VALUES ${numbers(many)
        .map((id) => `(${id}, 1)`)
        .join(", ")}`,
  };
  for (const [what, write] of Object.entries(writes)) {
    it(`${what}: up to 200 are told apart, of more it is known what they have in common`, () => {
      expect(rowsOf(blog, write(200))).to.have.length(200);
      expect(blog.coarser).to.deep.equal([]);
      const [only, ...others] = rowsOf(blog, write(201));
      expect(others).to.deep.equal([]);
      expect(only?.before?.size ?? 0, "values known from before").to.equal(0);
      expect(new Set(blog.coarser)).to.deep.equal(new Set([TOO_MANY_ROWS]));
    });
  }

  it("of the product of lists what is no list is kept", () => {
    const lists = `id IN (${numbers(15).join(", ")}) AND views IN (${numbers(15).join(", ")})`;
    const [only, ...others] = rowsOf(blog, `DELETE FROM post WHERE ${lists} AND category_id = 7`);
    expect(others).to.deep.equal([]);
    expect([...(only?.before ?? [])]).to.deep.equal([["category_id", "7"]]);
    expect(blog.coarser).to.deep.equal([TOO_MANY_ROWS]);
  });

  it("up to eight alternatives are told apart", () => {
    // Those of one form would be a list.
    const alternatives = (many: number): string =>
      numbers(many)
        .map((id) => `(id = ${id} AND ${FORMS[id - 1]})`)
        .join(" OR ");
    expect(rowsOf(blog, `DELETE FROM post WHERE ${alternatives(8)}`)).to.have.length(8);
    expect(blog.coarser).to.deep.equal([]);
    expect(rowsOf(blog, `DELETE FROM post WHERE ${alternatives(9)}`)).to.have.length(1);
    expect(blog.coarser).to.deep.equal(["conditions on post: too many of them"]);
  });

  it("places of 200 rows in an order are more than are claimed one by one", () => {
    // So many different ranges that they share a scheme.
    const range = (views: number): string => `SELECT COUNT(*) FROM post WHERE views > ${views}`;
    for (const views of numbers(100)) blog.reliances(range(views));
    const moving = (many: number): string =>
      `INSERT INTO post (id, views) VALUES ${numbers(many)
        .map((id) => `(${id}, ${id * 1_000_000})`)
        .join(", ")}`;
    const read = { sql: range(2_000_000_000) };
    expect(blog.concerns(read, blog.changes(moving(2)))).to.equal(false);
    expect(blog.coarser).to.deep.equal([]);
    expect(blog.concerns(read, blog.changes(moving(200))), "all of the scheme").to.equal(true);
    expect(blog.coarser).to.deep.equal([
      "rows where views within …, whatever they hold: more than 500 values",
    ]);
  });
});
