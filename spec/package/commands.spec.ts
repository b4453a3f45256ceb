import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import ts from "typescript";

const SCRIPTS = join(process.cwd(), "scripts");

/** All that a module imports before its first line runs, through modules of the project. */
function importsOf(file: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const parsed = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  return parsed.statements
    .flatMap((each) => (ts.isImportDeclaration(each) || ts.isExportDeclaration(each) ? [each] : []))
    .flatMap(({ moduleSpecifier }) =>
      moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier.text] : [],
    )
    .flatMap((name) => (name.startsWith(".") ? importsOf(join(dirname(file), name), seen) : [name]));
}

describe("commands that install what is missing", () => {
  const installing = readdirSync(SCRIPTS)
    .filter((name) => name.endsWith(".mjs") && name !== "install.mjs")
    .filter((name) => /^installIfNeeded\(\);/m.test(readFileSync(join(SCRIPTS, name), "utf8")));

  it("are those of the README, among others", () => {
    expect(installing).to.include.members(["start.mjs", "test.mjs"]);
  });

  for (const name of installing)
    it(`need no package to begin: ${name}`, () => {
      const packages = importsOf(join(SCRIPTS, name)).filter((each) => !each.startsWith("node:"));
      expect(packages).to.deep.equal([]);
    });
});
