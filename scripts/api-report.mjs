// npm run api: writes down the public API, names and types of every entry of the package, so that a change of
// it shows in the diff of a change. With --check: fails if what is written differs from what is built.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./install.mjs";

const REPORT = "spec/package/api.md";

const printer = ts.createPrinter({ removeComments: true });
const report = `The public API, as \`npm run api\` finds it in the built package.\n${entries().map(section).join("")}`;

if (!process.argv.includes("--check")) writeFileSync(join(root, REPORT), report);
else if (report !== readFileSync(join(root, REPORT), "utf8")) {
  console.error(`The public API differs from ${REPORT}. If that is meant, run npm run api and commit it.`);
  process.exitCode = 1;
}

/** Subpaths and the files of their declarations. */
function entries() {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  /** @type {[string, string | { require: { types: string } }][]} */
  const all = Object.entries(manifest.exports);
  return all.flatMap(([subpath, target]) =>
    typeof target === "string" ? [] : [{ subpath, file: join(root, target.require.types) }],
  );
}

/** @param {{ subpath: string, file: string }} entry */
function section({ subpath, file }) {
  const program = ts.createProgram([file], { module: ts.ModuleKind.NodeNext, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is missing or exports nothing`);
  const symbols = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1));
  const declarations = symbols.map((symbol) => declaration(symbol, checker));
  return `\n## ${join("typeorm-cacheops", subpath)}\n\n\`\`\`ts\n${declarations.join("\n\n")}\n\`\`\`\n`;
}

/**
 * @param {ts.Symbol} symbol
 * @param {ts.TypeChecker} checker
 */
function declaration(symbol, checker) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const texts = (target.declarations ?? []).map((node) =>
    printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()),
  );
  return texts.join("\n");
}
