import { expect } from "chai";
import { BLOG, Category, Post } from "../support/blog/entities";
import { Lab } from "../support/lab";
import { type Ended, UserProject } from "../support/user-project";

const DATA_SOURCE = `
  const { DataSource, EntitySchema } = require("typeorm");
  const { cacheops } = require("typeorm-cacheops");
  const id = { type: Number, primary: true, generated: true };
  const entity = (name) => new EntitySchema({ name, tableName: name.toLowerCase(), columns: { id } });
  const { DATABASE, REDIS_URL, PREFIX } = process.env;
  const options = {
    type: "postgres", url: DATABASE, entities: [entity("Post"), entity("Category")],
    synchronize: true, dropSchema: true, subscribers: [class { constructor() { throw new Error("subscriber"); } }],
    cache: cacheops(PREFIX ? { redis: REDIS_URL, prefix: PREFIX, onStoreError: process.env.POLICY } : {}),
  };
`;

const FILES = {
  "data-source.js": `${DATA_SOURCE} exports.AppDataSource = new DataSource(options);`,
  "default.cjs": `${DATA_SOURCE} exports.default = exports.AppDataSource = new DataSource(options); exports.other = 1;`,
  "bare.js": `${DATA_SOURCE} module.exports = new DataSource(options);`,
  "promised.js": `${DATA_SOURCE} exports.AppDataSource = (async () => new DataSource(options))();`,
  "initialized.js": `${DATA_SOURCE} exports.AppDataSource = new DataSource({ ...options, synchronize: false, dropSchema: false, subscribers: [] }).initialize();`,
  "module.mjs": `
    import { createRequire } from "node:module";
    await null;
    const { AppDataSource } = createRequire(import.meta.url)("./data-source.js");
    export default AppDataSource;`,
  "open-handle.js": `${DATA_SOURCE} setInterval(() => {}, 1000); exports.AppDataSource = new DataSource(options);`,
  "none.js": `exports.dataSource = { options: {} };`,
  "two.js": `${DATA_SOURCE} exports.a = new DataSource(options); exports.b = new DataSource(options);`,
  "broken.js": `throw new Error("from inside the file");`,
  "uncached.js": `${DATA_SOURCE} exports.AppDataSource = new DataSource({ ...options, cache: false });`,
  "typed.ts": `const x: number = ;`,
};

describe("npx typeorm-cacheops invalidate", function () {
  this.timeout(30_000);
  let project: UserProject;
  let lab: Lab;
  before(async () => {
    project = new UserProject(FILES);
    lab = await Lab.open({ database: "postgres", store: "redis", entities: BLOG });
  });
  beforeEach(() => lab.wipe());
  after(async () => {
    project.remove();
    await lab.close();
  });

  const posts = (): Promise<unknown> => lab.repository(Post).find();
  const categories = (): Promise<unknown> => lab.repository(Category).find();

  function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const { url } = lab.dataSource.options as { url: string };
    return project.cli(["invalidate", ...args], { DATABASE: url, PREFIX: lab.prefix, ...env });
  }

  /** What becomes of the running application's cached lists of posts and categories. */
  async function outcomesAfter(work: () => Promise<unknown>): Promise<string[]> {
    await lab.repository(Post).save({ title: "one" });
    await posts();
    await categories();
    await work();
    return lab.outcomes(async () => {
      await posts();
      await categories();
    });
  }

  async function expectDone(ended: Promise<Ended>, printed: string): Promise<void> {
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout, stderr }).to.deep.equal({ code: 0, stdout: `${printed}\n`, stderr: "" });
  }

  async function expectFailure(ended: Promise<Ended>, code: number, ...texts: string[]): Promise<void> {
    const { code: actual, stdout, stderr } = await ended;
    for (const text of texts) expect(stderr).to.include(text);
    expect({ code: actual, stdout }, stderr).to.deep.equal({ code, stdout: "" });
  }

  it("makes the application's cached reads of an entity stale, and no others (cachalot command: Model)", async () => {
    const outcomes = await outcomesAfter(() =>
      expectDone(run(["Post", "-d", "data-source.js"]), "Invalidated post."),
    );
    expect(outcomes).to.deep.equal(["stale", "hit"]);
    expect(await lab.repository(Post).count(), "the schema is not dropped").to.equal(1);
  });

  it("takes several names, rows and globs, and all (cachalot command: all, several)", async () => {
    const several = (): Promise<void> =>
      expectDone(run(["Post.34", "cat*", "post", "-d", "data-source"]), "Invalidated category, post.");
    expect(await outcomesAfter(several)).to.deep.equal(["stale", "stale"]);
    const all = (): Promise<void> =>
      expectDone(run(["all", "--dataSource", "data-source"]), "Invalidated everything.");
    expect(await outcomesAfter(all)).to.deep.equal(["stale", "stale"]);
  });

  for (const file of [
    "default.cjs",
    "bare.js",
    "promised.js",
    "initialized.js",
    "module.mjs",
    "open-handle.js",
  ]) {
    it(`opens the data source of ${file}, and ends`, async () => {
      const outcomes = await outcomesAfter(() => expectDone(run(["Post", "-d", file]), "Invalidated post."));
      expect(outcomes).to.deep.equal(["stale", "hit"]);
    });
  }

  it("fails for a name that nothing has, and invalidates nothing", async () => {
    const outcomes = await outcomesAfter(() =>
      expectFailure(
        run(["Post", "Psot", "-d", "data-source.js"]),
        1,
        `"Psot" is no entity`,
        "Category, Post",
      ),
    );
    expect(outcomes).to.deep.equal(["hit", "hit"]);
  });

  const PROBLEMS: Record<string, string[]> = {
    "missing.js": ["there is no file", "missing.js"],
    missing: ["there is no file", ".mjs"],
    "none.js": ["none.js exports no data source"],
    "two.js": ["two.js exports 2 data sources"],
    "broken.js": ["Cannot load", "broken.js", "from inside the file"],
    "typed.ts": ["Cannot load", "typed.ts", "compiled file"],
    "uncached.js": ["cache: cacheops("],
  };
  for (const [file, texts] of Object.entries(PROBLEMS)) {
    it(`says what is wrong with ${file}`, () => expectFailure(run(["Post", "-d", file]), 1, ...texts));
  }

  it("fails if the application's store cannot be reached, under either policy", async () => {
    const redis = { REDIS_URL: "redis://127.0.0.1:1" };
    for (const POLICY of ["bypass", "throw"]) {
      await expectFailure(run(["Post", "-d", "data-source.js"], { ...redis, POLICY }), 1, "127.0.0.1:1");
    }
  });

  it("fails if the database cannot be reached", () =>
    expectFailure(
      run(["Post", "-d", "data-source.js"], { DATABASE: "postgres://127.0.0.1:1/none" }),
      1,
      "ECONNREFUSED",
    ));

  it("fails for the in-process store, which belongs to another process", () =>
    expectFailure(run(["Post", "-d", "data-source.js"], { PREFIX: "" }), 1, "in-process store"));

  it("ends with 2 and the usage for a wrong command line, and with 0 for help", async () => {
    await expectFailure(run(["Post"]), 2, "--dataSource", "Usage:");
    await expectFailure(run(["-d", "data-source.js"]), 2, "names", "Usage:");
    await expectFailure(run(["Post", "-d", "data-source.js", "--frobnicate"]), 2, "--frobnicate");
    await expectFailure(project.cli(["frobnicate"]), 2, "frobnicate");
    await expectFailure(project.cli([]), 2, "Usage:");
    const { code, stdout } = await project.cli(["invalidate", "--help"]);
    expect(code).to.equal(0);
    expect(stdout).to.include("--dataSource").and.to.include("Article.34");
  });
});
