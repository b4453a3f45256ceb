import { expect } from "chai";
import { cascade } from "../../../src/schema/cascade";
import type { ReferentialAction, Table } from "../../../src/schema/table";
import type { WriteKind } from "../../../src/sql/analysis";
import { byPath, foreignKey, references, table } from "./tables";

const reached = (tables: readonly Table[], path: string, write: WriteKind): string[] =>
  [...cascade(byPath(tables), path, write)].sort();

describe("cascade (trap 13)", () => {
  const OF_WRITE: Record<WriteKind, readonly ReferentialAction[]> = {
    insert: [],
    update: [],
    delete: ["CASCADE", "SET NULL", "SET DEFAULT"],
    truncate: ["CASCADE", "SET NULL", "SET DEFAULT"],
    "truncate-cascade": ["CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"],
    replace: ["CASCADE", "SET NULL", "SET DEFAULT"],
    unknown: ["CASCADE", "SET NULL", "SET DEFAULT"],
  };
  const ACTIONS: readonly ReferentialAction[] = [
    "CASCADE",
    "SET NULL",
    "SET DEFAULT",
    "RESTRICT",
    "NO ACTION",
  ];

  for (const [write, acting] of Object.entries(OF_WRITE) as [WriteKind, readonly ReferentialAction[]][]) {
    it(`${write}: ON DELETE acts with ${acting.join(", ") || "nothing"}`, () => {
      for (const onDelete of ACTIONS) {
        const tables = [table("parent"), table("child", references("parent", { onDelete }))];
        const expected = acting.includes(onDelete) ? ["child", "parent"] : ["parent"];
        expect(reached(tables, "parent", write), onDelete).to.deep.equal(expected);
      }
    });
  }

  it("ON UPDATE acts on updates and on what may be one", () => {
    for (const write of ["update", "replace", "unknown"] as const) {
      for (const onUpdate of ["CASCADE", "SET NULL", "SET DEFAULT"] as const) {
        const tables = [table("parent"), table("child", references("parent", { onUpdate }))];
        expect(reached(tables, "parent", write), `${write} ${onUpdate}`).to.deep.equal(["child", "parent"]);
      }
    }
    const tables = [table("parent"), table("child", references("parent", { onUpdate: "CASCADE" }))];
    for (const write of ["insert", "delete", "truncate"] as const) {
      expect(reached(tables, "parent", write), write).to.deep.equal(["parent"]);
    }
  });

  it("goes on from rows that were deleted as a delete", () => {
    const tables = [
      table("a"),
      table("b", references("a", { onDelete: "CASCADE" })),
      table("c", references("b", { onDelete: "CASCADE" })),
      table("d", references("c", { onDelete: "SET NULL" })),
    ];
    expect(reached(tables, "a", "delete")).to.deep.equal(["a", "b", "c", "d"]);
  });

  it("goes on from rows whose reference was emptied as an update", () => {
    const tables = [
      table("a"),
      table("b", references("a", { onDelete: "SET NULL" })),
      table("deleted", references("b", { onDelete: "CASCADE" })),
      table("updated", references("b", { onUpdate: "CASCADE" })),
    ];
    expect(reached(tables, "a", "delete")).to.deep.equal(["a", "b", "updated"]);
  });

  it("ends in circles and self-references", () => {
    const tables = [
      table("a", references("c", { onDelete: "CASCADE" })),
      table("b", references("a", { onDelete: "CASCADE" })),
      table("c", references("b", { onDelete: "CASCADE" })),
      table("self", references("self", { onDelete: "CASCADE" })),
    ];
    expect(reached(tables, "b", "delete")).to.deep.equal(["a", "b", "c"]);
    expect(reached(tables, "self", "delete")).to.deep.equal(["self"]);
  });

  it("visits a table again that was first reached by an update and then by a delete", () => {
    const tables = [
      table("a"),
      table("b", references("a", { onDelete: "SET NULL" })),
      table("z", references("a", { onDelete: "CASCADE" })),
      table("leaf", references("b", { onDelete: "CASCADE" })),
    ];
    const both = tables.map((each) =>
      each.path === "b"
        ? {
            ...each,
            foreignKeys: [...each.foreignKeys, foreignKey("z", { onDelete: "CASCADE" })],
          }
        : each,
    );
    expect(reached(both, "a", "delete")).to.deep.equal(["a", "b", "leaf", "z"]);
  });
});
