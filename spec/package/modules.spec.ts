import { expect } from "chai";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Packed } from "./packed";

interface Compared {
  readonly required: string[];
  readonly imported: string[];
  readonly different: string[];
}

/** Of the tarball. It was 387 kB when this was set: grow it knowingly. */
const SIZE_BUDGET = 470_000;

const COMPARE = `
  import { createRequire } from "node:module";
  const required = createRequire(process.cwd() + "/x.js")(process.argv[1]);
  const imported = await import(process.argv[1]);
  const names = (exports) => Object.keys(exports).filter((name) => name !== "default").sort();
  const different = names(required).filter((name) => required[name] !== imported[name]);
  console.log(JSON.stringify({ required: names(required), imported: names(imported), different }));
`;

describe("the package, required and imported", function () {
  this.timeout(60_000);
  let packed: Packed;
  before(() => (packed = Packed.install()));
  after(() => packed.remove());

  it("has the same names and the very same objects, so that there is one state", () => {
    for (const entry of packed.entries) {
      const output = packed.node("--input-type=module", "--eval", COMPARE, entry);
      const { required, imported, different } = JSON.parse(output) as Compared;
      expect(required, entry).to.not.be.empty;
      expect(imported, entry).to.deep.equal(required);
      expect(different, entry).to.deep.equal([]);
    }
  });

  it("caches when it is used from ES modules, and is seen from CommonJS", () => {
    const script = `
      import "reflect-metadata";
      import { DataSource, EntitySchema } from "typeorm";
      import { cacheops } from "typeorm-cacheops";
      import { createRequire } from "node:module";
      const { cacheopsOf } = createRequire(process.cwd() + "/x.js")("typeorm-cacheops");
      const Post = new EntitySchema({ name: "Post", columns: { id: { type: Number, primary: true } } });
      const dataSource = new DataSource({
        type: "sqljs", entities: [Post], synchronize: true, cache: cacheops({ defaults: { ops: "all" } , profiles: { Post: {} } }),
      });
      await dataSource.initialize();
      const outcomes = [];
      cacheopsOf(dataSource).on("read", (read) => outcomes.push(read.outcome));
      const posts = dataSource.getRepository("Post");
      await posts.find();
      await posts.find();
      await posts.insert({ id: 1 });
      await posts.find();
      console.log(outcomes.join(" "));
      await dataSource.destroy();
    `;
    const output = packed.node("--input-type=module", "--eval", script);
    expect(output.trim()).to.equal("miss hit stale");
  });

  it("brings its command line along, ready to run", () => {
    const program = join(
      packed.folder,
      "node_modules/typeorm-cacheops",
      packed.manifest.bin["typeorm-cacheops"],
    );
    expect(statSync(program).mode & 0o111).to.equal(0o111);
    expect(packed.node(program, "--help")).to.match(/^Usage: typeorm-cacheops/);
  });

  it("stays small", () => {
    expect(packed.bytes).to.be.below(SIZE_BUDGET);
  });

  it("holds what is meant to be published and nothing else", () => {
    const files = packed.files();
    expect(files).to.include.members(["package.json", "README.md", "dist/index.js", "dist/index.mjs"]);
    expect(files.filter((file) => !/^(dist\/|package\.json$|[A-Z]+(\.md)?$)/.test(file))).to.deep.equal([]);
    expect(
      files.filter((file) => /(^|\/)(spec|test)\b|\.map$|\.ts$/.test(file) && !/\.d\.m?ts$/.test(file)),
    ).to.deep.equal([]);
  });
});
