import { expect } from "chai";
import { DataSource, EntitySchema } from "typeorm";
import { entitiesNamed, EVERYTHING } from "../../src/cli/names";

function entity(name: string, options: { tableName?: string; schema?: string } = {}): EntitySchema {
  return new EntitySchema({ name, ...options, columns: { id: { type: Number, primary: true } } });
}

describe("names on the command line", () => {
  const dataSource = new DataSource({
    type: "postgres",
    entities: [
      entity("Article", { tableName: "articles" }),
      entity("City", { tableName: "city", schema: "geo" }),
      entity("River", { tableName: "river", schema: "geo" }),
      entity("Sea", { tableName: "city", schema: "water" }),
    ],
  });
  // Metadata needs no connection.
  before(() => (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas());

  const found = (...names: string[]): unknown => entitiesNamed(dataSource, names);

  const MEANINGS: Record<string, unknown> = {
    Article: ["Article"],
    article: ["Article"],
    articles: ["Article"],
    "Article.34": ["Article"],
    "articles.0190a5b0-b0f5-7000-8000-000000000000": ["Article"],
    "Article.a.b": ["Article"],
    geo: ["City", "River"],
    "geo.city": ["City"],
    "geo.City": ["City"],
    "geo.city.7": ["City"],
    "geo.*": ["City", "River"],
    "*i*r": ["River"],
    city: ["City", "Sea"],
    "*": ["Article", "City", "River", "Sea"],
    all: EVERYTHING,
  };
  for (const [name, expected] of Object.entries(MEANINGS)) {
    it(`"${name}" is ${String(expected)}`, () => {
      expect(found(name)).to.deep.equal(expected);
    });
  }

  it("may be several, and each counts once", () => {
    expect(found("Article", "geo.*", "City", "article.3")).to.deep.equal(["Article", "City", "River"]);
    expect(found("Article", "all")).to.equal(EVERYTHING);
  });

  for (const name of ["Artcle", "geo.34", "Article.", ".Article", "x*", "Artcle.34", ""]) {
    it(`"${name}" is refused, with the names that would be right`, () => {
      expect(() => found("Article", name))
        .to.throw(`"${name}" is no entity`)
        .with.property("message")
        .that.includes("Article, City");
      expect(() => found("all", name), "beside all").to.throw(`"${name}" is no entity`);
    });
  }
});
