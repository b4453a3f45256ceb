import { expect } from "chai";
import {
  changedBy,
  changedRows,
  type DescribedWrite,
  isEmpty,
  NOTHING,
  union,
  whole,
  type WriteSet,
} from "../../../src/dependencies/writes";
import { Schema } from "../../../src/schema/schema";
import { references, table } from "../schema/tables";

describe("what a write changes", () => {
  const schema = new Schema(
    [
      table("post"),
      table("comment", references("post", { onDelete: "CASCADE" })),
      table("geo.city"),
      table("old.city"),
    ],
    ["public"],
    () => ({ statements: [] }),
  );
  const tables = (...names: string[]): WriteSet => whole(names);
  const named = (name: string, of?: string) => ({ schema: of, name });

  it("nothing, if it writes nothing", () => {
    expect(changedBy({ kind: "none" }, schema)).to.equal(NOTHING);
    expect(isEmpty(NOTHING)).to.equal(true);
  });

  it("the tables that it names, with their cascades", () => {
    const write = (kind: "insert" | "delete") =>
      changedBy({ kind: "tables", tables: [{ table: named("post"), write: kind }] }, schema);
    expect(write("insert")).to.deep.equal(tables("post"));
    expect(write("delete")).to.deep.equal(tables("post", "comment"));
  });

  it("every table of an unqualified name", () => {
    const write = changedBy({ kind: "tables", tables: [{ table: named("city"), write: "update" }] }, schema);
    expect(write).to.deep.equal(tables("geo.city", "old.city"));
  });

  it("everything, if one of the tables is unknown", () => {
    const list = [named("post"), named("elsewhere")].map((each) => ({
      table: each,
      write: "update" as const,
    }));
    expect(changedBy({ kind: "tables", tables: list }, schema).everything).to.equal(
      "unknown table elsewhere",
    );
    const qualified = [{ table: named("post", "other"), write: "update" as const }];
    expect(changedBy({ kind: "tables", tables: qualified }, schema).everything).to.equal(
      "unknown table post",
    );
  });

  it("every known table that is mentioned, as if all had happened to it", () => {
    const write = changedBy(
      { kind: "identifiers", identifiers: new Set(["POST", "x"]), sources: new Set() },
      schema,
    );
    expect(write).to.deep.equal(tables("post", "comment"));
  });

  it("everything, if no known table is mentioned or nobody knows", () => {
    expect(
      changedBy({ kind: "identifiers", identifiers: new Set(["x"]), sources: new Set() }, schema).everything,
    ).to.be.a("string");
    expect(changedBy({ kind: "everything", why: "CALL" }, schema).everything).to.equal("CALL");
  });

  it("union() keeps tables and the first reason for everything", () => {
    const everything: WriteSet = { everything: "CALL", tables: new Map() };
    const { identifiers, ...both } = union(tables("a"), { ...tables("b"), identifiers: new Set(["c"]) });
    expect(both).to.deep.equal({ ...tables("a", "b"), altered: false });
    expect(identifiers).to.deep.equal(new Set(["c"]));
    expect(union(NOTHING, tables("a"))).to.deep.equal(tables("a"));
    expect(union(tables("a"), NOTHING)).to.deep.equal(tables("a"));
    expect(union(tables("a"), everything).everything).to.equal("CALL");
    expect(isEmpty(union(NOTHING, everything))).to.equal(false);
  });

  describe("with declared triggers", () => {
    const triggering = new Schema([table("post"), table("audit"), table("mail")], ["public"], () => ({
      statements: [],
    }));
    triggering.declareTriggers(
      new Map([
        ["post", ["audit"]],
        ["audit", ["mail"]],
      ]),
    );
    const write = { path: "post" } as DescribedWrite;

    it("what they change, and what theirs do", () => {
      const post = [{ table: named("post"), write: "update" as const }];
      expect([...changedBy({ kind: "tables", tables: post }, triggering).tables.keys()]).to.deep.equal([
        "post",
        "audit",
        "mail",
      ]);
    });

    it("also where no row of the table itself is changed: they run for rows that keep their values, and for none", () => {
      expect(changedRows(write, [], triggering).tables).to.deep.equal(tables("audit", "mail").tables);
      expect(changedRows(write, [], schema)).to.equal(NOTHING);
    });
  });
});
