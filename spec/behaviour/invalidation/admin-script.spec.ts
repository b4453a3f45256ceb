import { expect } from "chai";
import { BLOG, Post, Tag } from "../../support/blog/entities";
import { Lab } from "../../support/lab";
import { UserProject } from "../../support/user-project";

const SETUP = `
  const id = { type: Number, primary: true, generated: true };
  const Post = new EntitySchema({ name: "Post", columns: { id, title: { type: String } } });
  const { DATABASE, REDIS_URL, PREFIX } = process.env;
  const dataSource = new DataSource({
    type: "postgres", url: DATABASE, entities: [Post], cache: cacheops({ redis: REDIS_URL, prefix: PREFIX }),
  });
`;

const COMMON_JS = `
  const { DataSource, EntitySchema } = require("typeorm");
  const { cacheops, invalidateAll, invalidateModel } = require("typeorm-cacheops");
  ${SETUP}
  dataSource.initialize().then(async () => {
    await (process.env.WORK === "all" ? invalidateAll() : invalidateModel(Post));
    await dataSource.destroy();
  });
`;

const ES_MODULE = `
  import { DataSource, EntitySchema } from "typeorm";
  import { cacheops, invalidateModel } from "typeorm-cacheops";
  ${SETUP}
  await dataSource.initialize();
  await invalidateModel("post");
  await dataSource.destroy();
`;

/** Ends without destroy(): what was invalidated by then has to have arrived. */
const KILLED = `
  const { DataSource, EntitySchema } = require("typeorm");
  const { cacheops } = require("typeorm-cacheops");
  ${SETUP}
  dataSource.initialize().then(async () => {
    await dataSource.getRepository(Post).update({ title: "old" }, { title: "new" });
    process.kill(process.pid, "SIGKILL");
  });
`;

describe("an admin script in a process of its own", function () {
  this.timeout(20_000);
  let project: UserProject;
  let lab: Lab;
  before(async () => {
    project = new UserProject({ "script.js": COMMON_JS, "script.mjs": ES_MODULE, "killed.js": KILLED });
    lab = await Lab.open({ database: "postgres", store: "redis", entities: BLOG });
  });
  beforeEach(async () => {
    await lab.wipe();
    await lab.repository(Post).insert({ title: "old" });
    await read();
    lab.forget();
  });
  after(async () => {
    project.remove();
    await lab.close();
  });

  async function read(): Promise<Post[]> {
    await lab.repository(Tag).find();
    return lab.repository(Post).find();
  }

  async function run(script: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { url } = lab.dataSource.options as { url: string };
    const { code, stderr } = await project.node([script], { DATABASE: url, PREFIX: lab.prefix, ...env });
    return `${code} ${stderr}`.trim();
  }

  it("invalidates what the application has cached, and ends (cacheops: invalidate command)", async () => {
    expect(await lab.outcomes(read)).to.deep.equal(["hit", "hit"]);
    expect(await run("script.js")).to.equal("0");
    expect(await lab.outcomes(read)).to.deep.equal(["hit", "stale"]);
    expect(await run("script.mjs")).to.equal("0");
    expect(await lab.outcomes(read)).to.deep.equal(["hit", "stale"]);
    expect(await run("script.js", { WORK: "all" })).to.equal("0");
    expect(await lab.outcomes(read)).to.deep.equal(["stale", "stale"]);
  });

  it("that writes and is killed as soon as the write has returned leaves nothing stale", async () => {
    expect(await run("killed.js")).to.equal("null");
    expect((await read()).map(({ title }) => title)).to.deep.equal(["new"]);
  });
});
