import { expect } from "chai";
import type { SqlDialect } from "../../../src/sql/analysis";
import { prepareParser } from "../../../src/sql/parser";
import { Blog, type BlogOptions, type Statement } from "./blog";
import { column, facts, INTEGER, text, TEXT } from "./facts";
import { reliancesSummary } from "./summary";

type Case = readonly [read: Statement, reliesOn: string];

/** `?` where only the result tells the values; `(*)`: the whole table. */
function describeReads(
  dialect: SqlDialect,
  title: string,
  cases: readonly Case[],
  options?: BlogOptions,
): void {
  describe(`what a read relies on: ${title} (${dialect})`, () => {
    before(() => prepareParser());
    for (const [read, expected] of cases) {
      it(`${typeof read === "string" ? read : JSON.stringify(read)}\n        -> ${expected}`, () => {
        expect(reliancesSummary(new Blog(dialect, options).reliances(read))).to.equal(expected);
      });
    }
  });
}

const LIST = "SELECT p.id AS p_id, p.title AS p_title, p.category_id AS p_category_id";
const WITH_CATEGORY = `${LIST}, c.id AS c_id, c.name AS c_name FROM post p LEFT JOIN category c ON c.id = p.category_id`;

describeReads("postgres", "rows and columns of one table", [
  [["SELECT id, title FROM post WHERE id = $1", 1], "post[id=1](title)"],
  [["SELECT COUNT(*) FROM post WHERE category_id = $1", 1], "post[category_id=1]()"],
  ["SELECT title FROM post", "post(title)"],
  ["SELECT * FROM post", "post(any)"],
  ["SELECT title FROM post WHERE unheard_of = 1", "post(any)"],
  // What is only shown matters of the rows that are shown.
  ["SELECT id, title FROM post WHERE category_id = 1", "post[category_id=1](id title)"],
  ["SELECT title FROM post WHERE category_id = 1", "post[category_id=1](title)"],
  [
    "SELECT id, title FROM post WHERE category_id = 1 ORDER BY views LIMIT 2",
    "post[category_id=1](id views) post[id=?](title)",
  ],
  ["SELECT DISTINCT id, title FROM post WHERE category_id = 1", "post[category_id=1](id title)"],
]);

describeReads("postgres", "conditions (traps 17, 18, 19)", [
  [["SELECT title FROM post WHERE category_id IN ($1, $2, NULL)", 1, 2], "post[category_id=1,2](title)"],
  [["SELECT title FROM post WHERE category_id = $1", null], "post[never]"],
  ["SELECT title FROM post WHERE category_id = NULL", "post[never]"],
  ["SELECT title FROM post WHERE category_id IN (NULL)", "post[never]"],
  ["SELECT title FROM post WHERE category_id IS NULL", "post[category_id null](title)"],
  // Where none may stand, there is nothing to be asked.
  ["SELECT title FROM post WHERE slug IS NULL", "post(slug title)"],
  ["SELECT title FROM post WHERE category_id NOT IN (1, 2)", "post(category_id title)"],
  ["SELECT title FROM post WHERE NOT (category_id = 1)", "post[category_id<>1](title)"],
  [
    "SELECT title FROM post WHERE category_id IN (1, 2) AND author_id IN (3, 4)",
    "post[author_id,category_id=(3 1),(3 2),(4 1),(4 2)](title)",
  ],
  [
    [
      "SELECT title FROM post WHERE (category_id = $1 AND author_id = $2) OR (category_id = $3 AND author_id = $4)",
      ...[1, 2, 3, 4],
    ],
    "post[author_id,category_id=(2 1),(4 3)](title)",
  ],
  [
    "SELECT title FROM post WHERE category_id = 1 OR author_id = 2",
    "post[category_id=1](author_id title) post[author_id=2](category_id title)",
  ],
  ["SELECT title FROM post WHERE category_id = 1 OR length(title) = 2", "post(category_id title)"],
  [
    "SELECT title FROM post WHERE category_id = 1 AND views > 5 AND published <= '2024-01-01'",
    "post[category_id=1; published<=2024-01-01; views>5](title)",
  ],
  ["SELECT title FROM post WHERE views BETWEEN 1 AND 3", "post[views<=3; views>=1](title)"],
  // In no collation that is known, texts have the order of their bytes.
  ["SELECT title FROM post WHERE slug > 'a'", "post(slug title)"],
  ["SELECT title FROM post WHERE slug LIKE 'a%'", "post[slug like a%](title)"],
  // Of a text that is compared with no text, and of a number with none, nothing is known.
  [["SELECT title FROM post WHERE slug = $1", 1], "post(slug title)"],
  [["SELECT title FROM post WHERE category_id = $1", "1x"], "post(category_id title)"],
  [["SELECT title FROM post WHERE category_id = $1", "1"], "post[category_id=1](title)"],
  [["SELECT title FROM post WHERE category_id = $1", undefined], "post(category_id title)"],
  ["SELECT title FROM post WHERE visible", "post[visible=true](title)"],
  ["SELECT title FROM post WHERE NOT visible", "post[visible=false](title)"],
  ["SELECT title FROM post WHERE visible = true", "post[visible=true](title)"],
  ["SELECT title FROM post WHERE deleted_at = '2024-01-01'", "post(deleted_at title)"],
]);

describeReads("mysql", "conditions (trap 17)", [
  // Booleans are numbers: whatever is not 0 is true.
  ["SELECT title FROM post WHERE visible", "post[visible not null](title)"],
  ["SELECT title FROM post WHERE NOT visible", "post[visible=0](title)"],
  ["SELECT title FROM post WHERE visible = true", "post[visible=1](title)"],
  [["SELECT title FROM post WHERE visible = ?", false], "post[visible=0](title)"],
  [["SELECT title FROM post WHERE slug = ?", "A"], "post[slug=a](title)"],
  [["SELECT title FROM post WHERE slug = ?", "ä"], "post(slug title)"],
  [["SELECT title FROM post WHERE slug = ?", "a "], "post(slug title)"],
  ["SELECT title FROM post WHERE slug > 'a'", "post(slug title)"],
  // What `LIKE` says of a text, `=` does not tell: ß may equal ss.
  ["SELECT title FROM post WHERE slug LIKE 'a_'", "post(slug title)"],
]);

describeReads("sqlite", "conditions (trap 17)", [
  ["SELECT title FROM post WHERE visible", "post[visible not null](title)"],
  ["SELECT title FROM post WHERE NOT visible", "post[visible=0](title)"],
  [["SELECT title FROM post WHERE visible = ?", true], "post[visible=1](title)"],
  ["SELECT title FROM post WHERE slug = 'A'", "post[slug=A](title)"],
]);

describeReads(
  "postgres",
  "lists above maxInList (trap 19)",
  [
    ["SELECT title FROM post WHERE category_id IN (1, 2, 3, 4)", "post[category_id=1,2,3,4](title)"],
    ["SELECT title FROM post WHERE category_id IN (1, 2, 3, 4, 5)", "post(category_id title)"],
    [
      "SELECT title FROM post WHERE category_id IN (1, 2, 3) AND author_id IN (4, 5)",
      "post[author_id=4,5](category_id title)",
    ],
    [
      "SELECT title FROM post WHERE category_id IN (1, 2) AND author_id IN (4, 5)",
      "post[author_id,category_id=(4 1),(4 2),(5 1),(5 2)](title)",
    ],
  ],
  { maxInList: 4 },
);

describeReads("postgres", "rows that a LEFT JOIN adds", [
  [`${WITH_CATEGORY} WHERE p.author_id = 1`, "category[id=?](name) post[author_id=1](category_id id title)"],
  [`${WITH_CATEGORY} LIMIT 2`, "category[id=?](name) post(category_id id) post[id=?](title)"],
  // What the join adds decides: what is not in the result matters only where it comes in.
  [
    `${WITH_CATEGORY} WHERE c.name = 'a'`,
    "category^[name=a](id) category[id=?](name) post^[category.name=a,any](id) post[id=?](category_id title)",
  ],
  ["SELECT COUNT(*) FROM post p LEFT JOIN category c ON c.id = p.category_id", "post()"],
  ["SELECT COUNT(*) FROM post p LEFT JOIN comment c ON c.post_id = p.id", "comment(post_id) post(id)"],
  ["SELECT COUNT(DISTINCT p.id) FROM post p LEFT JOIN comment c ON c.post_id = p.id", "post(id)"],
  // The result shows no post that has lost its comments.
  [
    "SELECT p.id AS id, w.words AS words FROM post p LEFT JOIN comment w ON w.post_id = p.id",
    "comment[post_id=?](words) post(id)",
  ],
  // A page of posts that comments have multiplied.
  [
    "SELECT p.id AS id, w.words AS words FROM post p LEFT JOIN comment w ON w.post_id = p.id LIMIT 3",
    "comment(post_id words) post(id)",
  ],
  // Many to many: the tags' keys stand for the junction's, as a foreign key says that they agree.
  [
    "SELECT p.id AS p_id, t.id AS t_id, t.label AS t_label FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id LEFT JOIN tag t ON t.id = pt.tag_id",
    "post(id) post_tag[post_id=?](tag_id) tag[id=?](label)",
  ],
  // Not if the row must satisfy something else to be joined: that it is not shown does not say that it is not there.
  [
    "SELECT p.id AS p_id, t.id AS t_id, t.label AS t_label FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id LEFT JOIN tag t ON t.id = pt.tag_id AND t.label = 'a'",
    "post(id) post_tag[post_id=?](tag_id) tag[label=a](id)",
  ],
]);

const IN_GROUPS = "FROM category c LEFT JOIN comment w ON w.post_id = c.id";

describeReads("postgres", "rows that are added up in groups", [
  [
    `SELECT c.id AS id, COUNT(w.id) AS many ${IN_GROUPS} WHERE c.id > 1 GROUP BY c.id ORDER BY many`,
    "category[id>1]() comment[post_id=?](id)",
  ],
  // What leads to them is not shown, or not grouped by.
  [`SELECT COUNT(w.id) AS many ${IN_GROUPS} GROUP BY c.id`, "category(id) comment(id post_id)"],
  [
    `SELECT c.id AS id, COUNT(w.id) AS many ${IN_GROUPS} GROUP BY c.name`,
    "category(id name) comment(id post_id)",
  ],
  // Not every group is in the result.
  ...[" HAVING COUNT(*) > 1", " LIMIT 2", " OFFSET 1"].map((rest): Case => {
    const sql = `SELECT c.id AS id, COUNT(w.id) AS many ${IN_GROUPS} GROUP BY c.id${rest}`;
    return [sql, "category(id) comment(id post_id)"];
  }),
  [
    `SELECT c.id AS id, unnest(array_agg(w.id)) AS each ${IN_GROUPS} GROUP BY c.id`,
    "category(id) comment(id post_id)",
  ],
  [
    `SELECT c.id AS id, COUNT(w.id) AS many ${IN_GROUPS} GROUP BY ROLLUP (c.id)`,
    "category(id) comment(id post_id)",
  ],
  [
    `SELECT c.id AS id, COUNT(w.id) AS many ${IN_GROUPS} GROUP BY c.id UNION ALL SELECT 1, 2`,
    "category(id) comment(id post_id)",
  ],
]);

const BY_WORDS =
  "SELECT c.name AS name, COUNT(w.id) AS many FROM category c LEFT JOIN comment w ON w.words = c.name GROUP BY c.name";
const words = (collation: string): BlogOptions => {
  const type = text("ascii-insensitive", { collation });
  return { facts: { comment: facts([column("id", INTEGER), column("words", type)]) } };
};

describeReads("mysql", "rows that are added up in groups of one collation", [
  [BY_WORDS, "category(name) comment[words=?](id)"],
]);
describeReads(
  "mysql",
  "rows that are added up in groups of another collation (ß is s to the one, ss to the other)",
  [[BY_WORDS, "category(name) comment(id words)"]],
  words("latin1_swedish_ci"),
);

const WEIGHED = {
  tag: facts([column("id", INTEGER), column("label", TEXT.postgres), column("weight", INTEGER)]),
};

describeReads(
  "postgres",
  "a joined row of which two things are asked",
  [
    [
      "SELECT p.id AS p_id, p.author_id AS p_author, t.id AS t_id, t.weight AS t_weight FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id LEFT JOIN tag t ON t.id = pt.tag_id AND t.weight = p.author_id",
      "post(author_id id) post_tag[post_id=?](tag_id) tag(id weight)",
    ],
  ],
  { facts: WEIGHED },
);

describeReads("mysql", "a key by which several rows are found, as = compares two types", [
  // '1', '01' and '1.0' equal 1.
  ["SELECT COUNT(*) FROM post p LEFT JOIN category c ON c.name = p.views", "category(name) post(views)"],
  ["SELECT COUNT(*) FROM post p LEFT JOIN category c ON c.name = p.title", "post()"],
]);

describeReads("postgres", "constants that joins carry along", [
  [
    "SELECT p.id AS id FROM post p INNER JOIN category c ON c.id = p.category_id WHERE c.id = 2",
    "category[id=2]() post[category_id=2](id)",
  ],
  [
    "SELECT p.id AS id FROM post p INNER JOIN category c ON c.name = p.title WHERE c.name = 'a'",
    "category[name=a]() post^[title=a](id) post[id=?](title)",
  ],
]);

describeReads("postgres", "rows that a limited result reaches", [
  [
    "SELECT p.id, p.views FROM post p ORDER BY p.views DESC LIMIT 5",
    "post[order of views: ?](id) post(id views)",
  ],
  [
    "SELECT p.id, p.views FROM post p WHERE p.category_id = 1 ORDER BY p.views, p.id LIMIT 5 OFFSET 5",
    "post[category_id=…; order of views: ?](id) post[category_id=?](id views)",
  ],
  [
    "SELECT DISTINCT d.i, d.v FROM (SELECT p.id AS i, p.views AS v FROM post p LEFT JOIN comment c ON c.post_id = p.id) d ORDER BY d.v LIMIT 5",
    "post[order of views: ?](id) post(id views)",
  ],
  // Not shown, not by a column, or not by one that is known.
  ["SELECT p.id FROM post p ORDER BY p.views LIMIT 5", "post(id views)"],
  ["SELECT p.id, p.views FROM post p ORDER BY abs(p.views) LIMIT 5", "post(id views)"],
  ["SELECT p.id, p.title FROM post p ORDER BY p.title LIMIT 5", "post(id title)"],
  // A name alone is that of an item.
  [
    "SELECT p.id AS views, p.views AS v FROM post p ORDER BY views LIMIT 5",
    "post[order of id: ?]() post(id) post[id=?](views)",
  ],
  [
    "SELECT p.id AS i, p.views AS v FROM post p ORDER BY v DESC, i LIMIT 5",
    "post[order of views: ?](id) post(id views)",
  ],
  ["SELECT p.id AS i, abs(p.views) AS v FROM post p ORDER BY v LIMIT 5", "post(id views)"],
  // A row that may not be there: another one takes its NULLs away, where they come first.
  [
    "SELECT p.id, c.id AS c FROM post p LEFT JOIN comment c ON c.post_id = p.id ORDER BY c.id LIMIT 5",
    "comment[order of id: ?](post_id) comment(id post_id) post^(id) post[id=?]()",
  ],
  [
    "SELECT p.id, c.id AS c FROM post p LEFT JOIN comment c ON c.post_id = p.id ORDER BY c.id DESC LIMIT 5",
    "comment(id post_id) post^(id) post[id=?]()",
  ],
  [
    "SELECT d.i, d.c FROM (SELECT p.id AS i, c.id AS c FROM post p LEFT JOIN comment c ON c.post_id = p.id) d ORDER BY d.c NULLS FIRST LIMIT 5",
    "comment(id post_id) post(id)",
  ],
  // Other rows have a say.
  ["SELECT p.id, p.views, SUM(p.id) OVER () AS s FROM post p ORDER BY p.views LIMIT 5", "post(id views)"],
  ["SELECT p.views, COUNT(*) AS n FROM post p GROUP BY p.views ORDER BY p.views LIMIT 5", "post(views)"],
  ["SELECT DISTINCT ON (p.views) p.views, p.id FROM post p ORDER BY p.views LIMIT 5", "post(id views)"],
  ["SELECT p.id, p.views FROM post p ORDER BY p.views FETCH FIRST 5 ROWS WITH TIES", "post(id views)"],
  [
    "SELECT d.v FROM (SELECT p.views AS v, SUM(p.id) OVER () AS s FROM post p) d ORDER BY d.v LIMIT 5",
    "post(id views)",
  ],
  [
    "SELECT d.v FROM (SELECT p.views AS v FROM post p ORDER BY p.id LIMIT 9) d ORDER BY d.v LIMIT 5",
    "post(id views)",
  ],
  // Nobody knows how many that are.
  ["SELECT p.id, p.views FROM post p ORDER BY p.views LIMIT NULL", "post(id views)"],
  ["SELECT p.id, p.views FROM post p ORDER BY p.views LIMIT 2 + 3", "post(id views)"],
  ["SELECT p.id, p.views FROM post p ORDER BY p.views LIMIT 0", "post(id views)"],
]);

const OF_TAG = "FROM post p INNER JOIN post_tag t ON t.post_id = p.id INNER JOIN tag g ON g.id = t.tag_id";

describeReads("postgres", "rows that matter only where another one goes along with them", [
  [
    `SELECT p.id AS id, p.views AS views ${OF_TAG} WHERE g.id = 1 ORDER BY p.views DESC LIMIT 2`,
    "post^[post_tag.tag_id=…; order of views: ?]() post^[post_tag.tag_id=?]() post[id=?](views) post_tag[tag_id=…; order of post.views: ?]() post_tag[tag_id=?](post_id) tag[id=1]()",
  ],
  [
    `SELECT p.id AS id, p.views AS views ${OF_TAG} WHERE g.id = 1 AND p.visible ORDER BY p.views LIMIT 2`,
    "post^[post_tag.tag_id,visible=…; order of views: ?]() post^[post_tag.tag_id,visible=?]() post[id=?](views visible) post_tag[post.visible,tag_id=…; order of post.views: ?]() post_tag[post.visible,tag_id=?]() tag[id=1]()",
  ],
  [
    "SELECT c.id AS id FROM comment c INNER JOIN post p ON p.id = c.post_id WHERE p.title = 'a'",
    "comment^[post.title=a,any](id) comment[id=?](post_id) post[title=a](id)",
  ],
  // Several conditions, of which any may hold.
  [
    "SELECT p.id AS id FROM post p INNER JOIN category c ON c.id = p.category_id WHERE c.name = 'a' OR c.name IS NULL",
    "category[name=a](id) category[name null](id) post^(category_id id) post[id=?](category_id)",
  ],
  // Rows that matter by what they were as well: only those that have been read before they went would tell.
  [
    "SELECT COUNT(*) AS n FROM comment c INNER JOIN post p ON p.id = c.post_id WHERE p.title = 'a'",
    "comment(post_id) post[title=a](id)",
  ],
  // Not by a key of whole numbers or UUIDs, whose values are written in one way.
  [
    "SELECT p.id AS id FROM post p INNER JOIN category c ON c.name = p.title WHERE c.parent_id = 1",
    "category[parent_id=1](name) post^(id title) post[id=?](title)",
  ],
]);

/** `@`: new rows of it do not matter. */
const REFERRING: BlogOptions = {
  facts: {
    post_tag: facts(
      [column("post_id", INTEGER, { nullable: false }), column("tag_id", INTEGER, { nullable: false })],
      {
        primaryKey: ["post_id", "tag_id"],
        references: [
          { column: "post_id", to: "post", referenced: "id" },
          { column: "tag_id", to: "tag", referenced: "id" },
        ],
      },
    ),
    category: facts([column("id", INTEGER), column("name", TEXT.postgres), column("parent_id", INTEGER)], {
      references: [
        { column: "parent_id", to: "category", referenced: "id" },
        { column: "id", to: "category", referenced: "id" },
      ],
    }),
  },
};

describeReads(
  "postgres",
  "rows to which others refer",
  [
    [
      "SELECT COUNT(*) FROM post p INNER JOIN post_tag pt ON pt.post_id = p.id WHERE pt.tag_id = 1",
      "post@(id) post_tag[tag_id=1](post_id)",
    ],
    [
      "SELECT COUNT(*) FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id LEFT JOIN tag t ON t.id = pt.tag_id WHERE t.id = 1",
      "post@(id) post_tag[tag_id=1](post_id) tag@[id=1]()",
    ],
    // A row that refers is not asked for: the new one is shown without.
    ["SELECT COUNT(*) FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id", "post(id) post_tag(post_id)"],
    [
      "SELECT COUNT(*) FROM post p LEFT JOIN post_tag pt ON pt.post_id = p.id WHERE pt.tag_id = 1 OR p.views = 1",
      "post(id views) post_tag(post_id tag_id)",
    ],
    // By another column than the one that they refer to.
    [
      "SELECT COUNT(*) FROM post p INNER JOIN post_tag pt ON pt.post_id = p.views",
      "post(views) post_tag(post_id)",
    ],
    // In a circle one statement may insert both.
    [
      "SELECT COUNT(*) FROM category a INNER JOIN category b ON b.parent_id = a.id AND b.id = a.parent_id WHERE a.id = 1",
      "category@[id=1](parent_id) category[parent_id=1](id)",
    ],
  ],
  REFERRING,
);

const BY_NAME = "SELECT p.id AS id FROM post p INNER JOIN category c ON c.name = p.title WHERE c.name = 'a'";
const named = (name: ReturnType<typeof text>): BlogOptions => ({
  facts: { category: facts([column("id", INTEGER), column("name", name)]) },
});

describeReads("mysql", "constants that joins carry along, of one collation", [
  [BY_NAME, "category[name=a]() post^[title=a](id) post[id=?](title)"],
]);
describeReads(
  "mysql",
  "constants that joins carry along, of another collation (ß is s to the one, ss to the other)",
  [[BY_NAME, "category[name=a]() post^(id title) post[id=?](title)"]],
  named(text("ascii-insensitive", { collation: "latin1_swedish_ci" })),
);
describeReads(
  "mysql",
  "constants that joins carry along, where case counts for one of them",
  [[BY_NAME, "category[name=a]() post^(id title) post[id=?](title)"]],
  named(text("exact")),
);

describe("what bounds make coarser (trap 25)", () => {
  before(() => prepareParser());

  it("a table without a primary key tells no rows by it", () => {
    const blog = new Blog("postgres", {
      facts: {
        tag: facts([column("id", INTEGER), column("label", TEXT.postgres)], {
          primaryKey: [],
          uniqueKeys: [],
        }),
      },
    });
    expect(reliancesSummary(blog.reliances("SELECT id, label FROM tag WHERE id > 1"))).to.equal(
      "tag[id>1](label)",
    );
  });

  const TOO_MANY = "conditions on post: too many of them";
  const FORMS = ["=", "<>", "<", ">", "<=", ">="]
    .map((op) => `views ${op} 1`)
    .concat("title IS NULL", "title IS NOT NULL", "title = 'a'");
  const relied = (blog: Blog, where: string): string =>
    reliancesSummary(blog.reliances(`SELECT COUNT(*) FROM post WHERE ${where}`));
  const repeated = (many: number, each: (at: number) => string, by: string): string =>
    `(${Array.from({ length: many }, (_, at) => each(at)).join(` ${by} `)})`;

  it("up to eight alternatives are relied on, more are left out of what is asked besides", () => {
    const blog = new Blog("postgres");
    const alternatives = (many: number): string =>
      // Those of one form would be a list.
      repeated(many, (at) => `(category_id = ${at} AND ${FORMS[at]})`, "OR");
    expect(relied(blog, alternatives(8))).to.equal(
      [
        "post[category_id,views=(0 1)](title)",
        ...["1; views<>1", "2; views<1", "3; views>1", "4; views<=1", "5; views>=1"].map(
          (each) => `post[category_id=${each}](title)`,
        ),
        "post[category_id=6; title null](views)",
        "post[category_id=7; title not null](views)",
      ].join(" "),
    );
    expect(blog.coarser).to.deep.equal([]);
    expect(relied(blog, `views = 1 AND ${alternatives(9)}`)).to.equal("post[views=1](category_id title)");
    expect(blog.coarser).to.deep.equal([TOO_MANY]);
  });

  it("of alternatives that multiply, those that make fewest are kept", () => {
    const blog = new Blog("postgres");
    const three = (column: string): string => repeated(3, (at) => `${column} = ${at}`, "OR");
    expect(
      relied(blog, `${three("views")} AND ${repeated(2, (at) => `category_id = ${at}`, "OR")}`),
    ).to.match(/category_id,views=/);
    expect(blog.coarser).to.deep.equal([]);
    expect(relied(blog, `${three("views")} AND ${three("category_id")}`)).to.not.include("category_id=");
    expect(blog.coarser).to.deep.equal([TOO_MANY]);
  });

  it("more than twelve conditions on one table are not all kept", () => {
    const blog = new Blog("postgres");
    const conditions = (many: number): string => repeated(many, (at) => `views <> ${at}`, "AND");
    relied(blog, conditions(12));
    expect(blog.coarser).to.deep.equal([]);
    relied(blog, conditions(13));
    expect(blog.coarser).to.deep.equal([TOO_MANY]);
  });

  it("what is left out of what one table is asked is said of that one alone", () => {
    const blog = new Blog("postgres");
    const many = repeated(9, (at) => `(p.category_id = ${at} AND p.${FORMS[at]})`, "OR");
    blog.reliances(`SELECT COUNT(*) FROM comment c, post p WHERE p.id = c.post_id AND c.id = 1 AND ${many}`);
    expect(blog.coarser).to.deep.equal([TOO_MANY]);
  });

  it("ranges with more constants than a table's record has room for share a scheme", () => {
    const blog = new Blog("postgres");
    const relied = (views: number): string =>
      reliancesSummary(
        blog.reliances(`SELECT COUNT(*) FROM post WHERE category_id = 1 AND views > ${views}`),
      );
    const seen = Array.from({ length: 100 }, (_, views) => relied(views));
    expect(seen[0]).to.equal("post[category_id=1; views>0]()");
    expect(seen[99]).to.equal("post[category_id=…; order of views: …]()");
    expect(relied(0), "one that has its place keeps it").to.equal(seen[0]);
    expect(blog.coarser).to.deep.equal([]);
  });

  it("of those on several columns one is kept, above all what a text begins with", () => {
    const blog = new Blog("postgres");
    const relied = (where: string): string =>
      reliancesSummary(blog.reliances(`SELECT COUNT(*) FROM post WHERE ${where}`));
    const last = (where: (at: number) => string): string | undefined =>
      Array.from({ length: 40 }, (_, at) => relied(where(at))).at(-1);
    expect(last((at) => `views > ${at} AND title LIKE 'a${at}%'`)).to.equal("post[start of title: …](views)");
    expect(blog.coarser.at(-1)).to.equal("ranges of views: too many different ones");
    expect(last((at) => `views <> ${at}`)).to.equal("post(views)");
    expect(last((at) => `title LIKE '%${at}'`)).to.equal("post(title)");
    expect(last((at) => `published BETWEEN '19${10 + at}-01-01' AND '2024-03-01'`)).to.equal(
      "post[order of published: …]()",
    );
  });

  it("a scheme that had no room is replaced by one without ranges, and that by the whole table", () => {
    const blog = new Blog("postgres");
    const sql = "SELECT COUNT(*) FROM post WHERE category_id = 1 AND views > 1";
    const schemes = () => blog.reliances(sql)[0]?.schemes.map(({ id }) => id) ?? [];
    blog.granularity.refuse(schemes());
    expect(reliancesSummary(blog.reliances(sql))).to.equal("post[category_id=1](views)");
    blog.granularity.refuse(schemes());
    expect(reliancesSummary(blog.reliances(sql))).to.equal("post(*)");
  });

  it("of a table whose columns are not known, all matters", () => {
    const blog = new Blog("postgres");
    blog.schema.learn(new Map());
    expect(reliancesSummary(blog.reliances("SELECT title FROM post WHERE id = 1"))).to.equal("post(*)");
  });
});
