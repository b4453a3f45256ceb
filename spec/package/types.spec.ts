import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Packed, project } from "./packed";

/** The ways in which consumers' compilers find a package's types. `.mts` files are ES modules, `.cts` are not. */
const CONSUMERS = {
  "node16, CommonJS": { file: "consumer.cts", module: "node16", moduleResolution: "node16" },
  "node16, ES modules": { file: "consumer.mts", module: "node16", moduleResolution: "node16" },
  "nodenext, CommonJS": { file: "consumer.cts", module: "nodenext", moduleResolution: "nodenext" },
  "nodenext, ES modules": { file: "consumer.mts", module: "nodenext", moduleResolution: "nodenext" },
  bundler: { file: "consumer.ts", module: "esnext", moduleResolution: "bundler" },
  "legacy (node10)": { file: "consumer.ts", module: "commonjs", moduleResolution: "node10" },
};

describe("the package's types", function () {
  this.timeout(60_000);
  let packed: Packed;
  before(() => (packed = Packed.install()));
  after(() => packed.remove());

  for (const [name, { file, ...resolution }] of Object.entries(CONSUMERS)) {
    it(`resolve under ${name}`, () => {
      copyFileSync(join(project, "spec/package/fixtures/consumer.ts"), join(packed.folder, file));
      writeFileSync(join(packed.folder, "tsconfig.json"), JSON.stringify(settings(file, resolution)));
      const compiler = join(project, "node_modules/typescript/bin/tsc");
      const { stdout, status } = spawnSync(process.execPath, [compiler], {
        cwd: packed.folder,
        encoding: "utf8",
      });
      expect(stdout).to.equal("");
      expect(status).to.equal(0);
    });
  }
});

function settings(file: string, resolution: object): object {
  return {
    compilerOptions: {
      ...resolution,
      target: "es2022",
      strict: true,
      noEmit: true,
      experimentalDecorators: true,
      skipLibCheck: true, // TypeORM's own declarations name drivers that are not installed
      types: ["node"],
    },
    files: [file],
  };
}
