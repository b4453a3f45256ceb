import { expect } from "chai";
import { Schema } from "../../../src/schema/schema";
import type { Table } from "../../../src/schema/table";
import { createAnalyser } from "../../../src/sql/analyser";
import { prepareParser } from "../../../src/sql/parser";
import { references, table, view } from "./tables";

describe("Schema", () => {
  before(() => prepareParser());

  const analyse = createAnalyser("postgres", { stableFunctions: [], volatileFunctions: [] });
  const schemaOf = (...tables: Table[]): Schema => new Schema(tables, ["public"], analyse);
  const paths = (tables: readonly Table[]): string[] => tables.map(({ path }) => path);

  describe("resolve()", () => {
    const schema = schemaOf(table("post"), table("geo.city"), table("old.city"), table("city"));

    it("an unqualified name means every table of that name", () => {
      expect(paths(schema.resolve({ schema: undefined, name: "city" }))).to.deep.equal([
        "geo.city",
        "old.city",
        "city",
      ]);
      expect(paths(schema.resolve({ schema: undefined, name: "POST" }))).to.deep.equal(["post"]);
    });

    it("a qualified name means the table of that schema, or of the default one", () => {
      expect(paths(schema.resolve({ schema: "geo", name: "city" }))).to.deep.equal(["geo.city"]);
      expect(paths(schema.resolve({ schema: "public", name: "city" }))).to.deep.equal(["city"]);
    });

    it("an unknown name or schema means none", () => {
      expect(schema.resolve({ schema: undefined, name: "nothing" })).to.deep.equal([]);
      expect(schema.resolve({ schema: "other", name: "post" })).to.deep.equal([]);
    });
  });

  it("mentioned() finds tables among any identifiers, whatever their case", () => {
    const schema = schemaOf(table("post"), table("geo.city"), table("tag"));
    const identifiers = new Set(["Post", "x", "CITY"]);
    const mentioned = schema.mentioned({ kind: "identifiers", identifiers, sources: new Set(["Post"]) });
    expect(paths(mentioned.tables)).to.deep.equal(["post", "geo.city"]);
    expect(mentioned.unknown).to.equal(undefined);
  });

  it("mentioned() tells a source that is not known: it may be a view of any table", () => {
    const schema = schemaOf(table("post"));
    const identifiers = new Set(["post", "a_view"]);
    expect(schema.mentioned({ kind: "identifiers", identifiers, sources: identifiers }).unknown).to.equal(
      "a_view",
    );
  });

  describe("base()", () => {
    const base = (schema: Schema, path: string): unknown => {
      const found = schema.base(path);
      return found.kind === "tables" ? [...found.paths].sort() : found.kind;
    };

    it("of a table is itself", () => {
      expect(base(schemaOf(table("post")), "post")).to.deep.equal(["post"]);
    });

    it("of a view are its tables at any depth, and its own name", () => {
      const schema = schemaOf(
        table("post"),
        table("tag"),
        view("outer_view", "SELECT * FROM inner_view i, tag"),
        view("inner_view", "SELECT * FROM post"),
      );
      expect(base(schema, "outer_view")).to.deep.equal(["inner_view", "outer_view", "post", "tag"]);
    });

    it("of a materialized view is its own name alone", () => {
      expect(
        base(schemaOf(table("post"), view("total", "SELECT count(*) FROM post", true)), "total"),
      ).to.deep.equal(["total"]);
    });

    it("of a view with a volatile function cannot be cached", () => {
      expect(base(schemaOf(table("post"), view("v", "SELECT now(), p.* FROM post p")), "v")).to.equal(
        "volatile",
      );
    });

    it("of a view of a table that no entity declares is unknown, and so of a view that refers to itself", () => {
      expect(base(schemaOf(view("v", "SELECT * FROM elsewhere")), "v")).to.equal("unknown");
      expect(base(schemaOf(view("v", "SELECT * FROM v")), "v")).to.equal("unknown");
    });
  });

  it("affected() by a write through a view are its base tables and their cascades", () => {
    const schema = schemaOf(
      table("post"),
      table("comment", references("post", { onDelete: "CASCADE" })),
      view("headline", "SELECT id FROM post"),
    );
    expect([...schema.affected("headline", "delete")].sort()).to.deep.equal(["comment", "headline", "post"]);
    expect([...schema.affected("headline", "insert")].sort()).to.deep.equal(["headline", "post"]);
  });

  it("pathsOf() an entity are the tables that it lives in", () => {
    const schema = schemaOf(
      table("person", { entities: ["Person", "Student"] }),
      table("post", { entities: ["Post"] }),
    );
    expect(schema.pathsOf("Student")).to.deep.equal(["person"]);
  });
});
