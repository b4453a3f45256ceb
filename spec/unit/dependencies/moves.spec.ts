import { expect } from "chai";
import type { RowChange } from "../../../src/dependencies/row-change";
import { prepareParser } from "../../../src/sql/parser";
import type { ValueType } from "../../../src/schema/column";
import { Blog, type Page, type Read } from "./blog";
import { column, facts, INTEGER } from "./facts";

type Row = Readonly<Record<string, string | null>>;

/** Canonical values; what is not named is unknown. */
function change(before: Row | undefined, after: Row | undefined, ...changed: readonly string[]): RowChange {
  const image = (row: Row | undefined): RowChange["before"] => row && new Map(Object.entries(row));
  return { before: image(before), after: image(after), changed: new Set(changed) };
}

const moved = (from: string | null, to: string | null): RowChange =>
  change(
    { id: "9", category_id: "1", views: from, deleted_at: null },
    { id: "9", category_id: "1", views: to, deleted_at: null },
    "views",
  );

type Case = readonly [what: string, read: Read, table: string, change: RowChange, drops: boolean];

function itDrops(cases: readonly Case[]): void {
  for (const [what, read, table, changed, drops] of cases) {
    it(`${what}: ${drops ? "drops it" : "does not"}`, () => {
      expect(new Blog("postgres").concerns(read, new Map([[table, [changed]]]))).to.equal(drops);
    });
  }
}

/** The keys of the first of the posts by views, as TypeORM asks for them where tables are joined. */
const KEYS: Page = { keysOf: { path: "post", columns: ["id"], names: ["ids"] }, uncut: undefined };
const INNER = "SELECT p.id AS p_id, p.views AS p_views, p.title AS p_title FROM post p";
const MOST_VIEWED = `SELECT DISTINCT d.p_id AS ids, d.p_views FROM (${INNER}) d ORDER BY d.p_views DESC, d.p_id LIMIT 2`;
const FULL = [
  { ids: 1, p_views: 900_000 },
  { ids: 2, p_views: 500_000 },
];
const TAGGED = `SELECT DISTINCT d.p_id AS ids, d.p_views FROM (${INNER} INNER JOIN post_tag pt ON pt.post_id = p.id WHERE pt.tag_id = 3 AND p.deleted_at IS NULL) d ORDER BY d.p_views DESC, d.p_id LIMIT 2`;

const full = (sql: string): Read => ({ sql, rows: FULL, page: KEYS });
const counting = (where: string): Read => ({ sql: `SELECT COUNT(*) AS n FROM post p WHERE ${where}` });

describe("a row that a write moves", () => {
  before(() => prepareParser());

  const CASES: readonly Case[] = [
    ["within a counted range", counting("p.views > 1000"), "post", moved("5000", "6000"), false],
    ["below it", counting("p.views > 1000"), "post", moved("5", "6"), false],
    ["into it", counting("p.views > 1000"), "post", moved("5", "5000"), true],
    ["out of it", counting("p.views > 1000"), "post", moved("5000", "5"), true],
    ["out of it to NULL", counting("p.views > 1000"), "post", moved("5000", null), true],
    ["from NULL to NULL", counting("p.views > 1000"), "post", moved(null, null), false],
    ["within one of two ends", counting("p.views BETWEEN 10 AND 90"), "post", moved("20", "80"), false],
    ["past its other end", counting("p.views BETWEEN 10 AND 90"), "post", moved("20", "100"), true],
    // Where it was is not known.
    [
      "from nobody knows where",
      counting("p.views > 1000"),
      "post",
      change({ id: "9" }, { id: "9", views: "5000" }, "views"),
      true,
    ],
    [
      "to nobody knows where",
      counting("p.views > 1000"),
      "post",
      change({ id: "9", views: "5" }, { id: "9" }, "views"),
      true,
    ],
    // Looked at for more than to pick the rows.
    [
      "and that is added up",
      { sql: "SELECT SUM(p.views) AS n FROM post p WHERE p.views > 1000" },
      "post",
      moved("5000", "6000"),
      true,
    ],
    [
      "and that another condition asks for",
      counting("p.views > 1000 AND p.views % 2 = 0"),
      "post",
      moved("5000", "5001"),
      true,
    ],
    ["and that an OR asks for", counting("(p.views > 1000 OR p.views = 7)"), "post", moved("6", "7"), true],
    [
      "to another of the values of a list",
      counting("p.category_id IN (1, 2)"),
      "post",
      change({ category_id: "3" }, { category_id: "2" }, "category_id"),
      true,
    ],
    [
      "between values that nobody asks for",
      counting("p.category_id = 1"),
      "post",
      change({ category_id: "3" }, { category_id: "2" }, "category_id"),
      false,
    ],

    ["before the last of a page of keys", full(MOST_VIEWED), "post", moved("600000", "800000"), false],
    ["behind it", full(MOST_VIEWED), "post", moved("6", "8"), false],
    ["from behind it to before it", full(MOST_VIEWED), "post", moved("6", "800000"), true],
    ["from before it to behind it", full(MOST_VIEWED), "post", moved("800000", "6"), true],
    // Too near for anybody to tell whether it has passed it.
    ["at its end", full(MOST_VIEWED), "post", moved("499999", "500001"), true],
    [
      "on a page that OFFSET begins",
      full(`${MOST_VIEWED} OFFSET 2`),
      "post",
      moved("600000", "800000"),
      true,
    ],
    [
      "on a page that has room",
      { ...full(MOST_VIEWED), rows: FULL.slice(1) },
      "post",
      moved("6", "800000"),
      false,
    ],
    [
      "and its title",
      full(MOST_VIEWED),
      "post",
      change({ id: "9", title: "a" }, { id: "9", title: "b" }, "title"),
      false,
    ],
    // It is the same key only where nobody looks at more.
    ["within what is shown", { sql: MOST_VIEWED, rows: FULL }, "post", moved("600000", "800000"), true],
  ];

  itDrops(CASES);
});

describe("a value that is written like another one (MySQL rounds large numbers to compare them)", () => {
  before(() => prepareParser());

  const BIG: ValueType = { kind: "integer", min: -(2n ** 63n), max: 2n ** 63n - 1n };
  const post = facts([column("id", INTEGER, { nullable: false }), column("views", BIG)]);
  for (const [value, drops] of [
    ["9007199254740992", true],
    ["7", false],
  ] as const) {
    it(`${value}: ${drops ? "may be another one" : "is the same"}`, () => {
      const blog = new Blog("mysql", { facts: { post } });
      const read = counting(`p.views = ${value}`);
      expect(blog.concerns(read, new Map([["post", [moved(value, value)]]]))).to.equal(drops);
    });
  }
});

describe("rows that another table has to have something for", () => {
  before(() => prepareParser());

  const tagging = (post: string, tag: string): Row => ({ post_id: post, tag_id: tag });
  const deleted = (id: string, at: string | null): Row => ({ id, views: "700000", deleted_at: at });
  const LIST =
    "SELECT p.id AS ids, p.views AS p_views FROM post p INNER JOIN post_tag pt ON pt.post_id = p.id WHERE pt.tag_id = 3 AND p.deleted_at IS NULL";
  const list: Read = { sql: LIST, rows: FULL };
  const untagged: Read = {
    sql: "SELECT p.id AS ids, pt.post_id AS o, pt.tag_id AS t FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id AND pt.tag_id = 3 WHERE pt.post_id IS NULL",
    rows: [{ ids: 1, o: null, t: null }],
  };

  const CASES: readonly Case[] = [
    ["one that is not shown goes", full(TAGGED), "post", change(deleted("9", null), undefined), false],
    [
      "one that is not shown is hidden",
      full(TAGGED),
      "post",
      change(deleted("9", null), deleted("9", "1"), "deleted_at"),
      false,
    ],
    ["one that is shown goes", full(TAGGED), "post", change(deleted("2", null), undefined), true],
    [
      "one that is shown is hidden",
      full(TAGGED),
      "post",
      change(deleted("2", null), deleted("2", "1"), "deleted_at"),
      true,
    ],
    [
      "one comes back",
      full(TAGGED),
      "post",
      change(deleted("9", "1"), deleted("9", null), "deleted_at"),
      true,
    ],
    [
      "one that is shown falls behind",
      full(TAGGED),
      "post",
      change({ ...deleted("2", null) }, { ...deleted("2", null), views: "7" }, "views"),
      true,
    ],
    ["another one is tagged", full(TAGGED), "post_tag", change(undefined, tagging("9", "3")), true],
    [
      "another one is tagged otherwise",
      full(TAGGED),
      "post_tag",
      change(undefined, tagging("9", "4")),
      false,
    ],
    [
      "one that is not shown loses the tag",
      full(TAGGED),
      "post_tag",
      change(tagging("9", "3"), undefined),
      true,
    ],
    ["one that is shown loses the tag", full(TAGGED), "post_tag", change(tagging("2", "3"), undefined), true],
    [
      "OFFSET has left out the one that goes",
      full(`${TAGGED} OFFSET 1`),
      "post",
      change(deleted("9", null), undefined),
      true,
    ],

    ["of a list, one that is not shown goes", list, "post", change(deleted("9", null), undefined), false],
    ["of a list, one that is shown goes", list, "post", change(deleted("2", null), undefined), true],
    [
      "of a list, one that is not shown loses the tag",
      list,
      "post_tag",
      change(tagging("9", "3"), undefined),
      true,
    ],
    [
      "of a list, one that is shown loses the tag",
      list,
      "post_tag",
      change(tagging("2", "3"), undefined),
      true,
    ],

    // What goes lets others in.
    ["one loses the tag that kept it out", untagged, "post_tag", change(tagging("9", "3"), undefined), true],
  ];

  itDrops(CASES);
});
