// npm run build: CommonJS and types by tsc, and beside each entry of package.json's exports a wrapper for ES
// modules that hands on the very same objects, so that both kinds of importers share one state.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { root } from "./install.mjs";

const require = createRequire(import.meta.url);
/** @type {{ exports: Record<string, string | { require: { default: string } }>, bin: Record<string, string> }} */
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const compiler = findCompiler();
const draft = makeDraft();
compile();
for (const entry of Object.values(manifest.exports))
  if (typeof entry !== "string") wrap(entry.require.default);
publish();
for (const program of Object.values(manifest.bin)) makeExecutable(program);

/** Built aside and moved at the end: whoever reads dist meanwhile, or after a failure, finds it whole. */
function makeDraft() {
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  return mkdtempSync(join(cache, "build-"));
}

function publish() {
  const dist = join(root, "dist");
  rmSync(dist, { recursive: true, force: true });
  renameSync(draft, dist);
  chmodSync(dist, 0o755);
}

function compile() {
  const args = [compiler, "-p", "tsconfig.build.json", "--outDir", draft];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) giveUp();
}

/** @returns {never} */
function giveUp() {
  rmSync(draft, { recursive: true, force: true });
  process.exit(1);
}

/** `npm install --omit=dev` runs this as "prepare", and has no compiler. */
function findCompiler() {
  try {
    return require.resolve("typescript/bin/tsc");
  } catch {
    console.error("typeorm-cacheops is not built: typescript, a development dependency, is not installed.");
    process.exit(0);
  }
}

function wrap(/** @type {string} */ entry) {
  const file = join(draft, relative("dist", entry));
  const stem = basename(entry, ".js");
  const names = Object.keys(require(file)).filter((name) => name !== "default" && name !== "__esModule");
  const values = names.length > 0 ? `export const { ${names.join(", ")} } = cjs;\n` : "";
  writeFileSync(file.replace(/\.js$/, ".mjs"), `import cjs from "./${stem}.js";\n${values}`);
  writeFileSync(file.replace(/\.js$/, ".d.mts"), `export * from "./${stem}.js";\n`);
}

function makeExecutable(/** @type {string} */ program) {
  const file = join(root, program);
  const text = readFileSync(file, "utf8");
  if (!text.startsWith("#!")) throw new Error(`${program} has to start with #!/usr/bin/env node`);
  chmodSync(file, 0o755);
}
