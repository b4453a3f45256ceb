import { expect } from "chai";
import fastify, { type FastifyInstance } from "fastify";
import { cachedView } from "../../src/integrations/fastify";
import { Lab } from "../support/lab";
import { Post } from "../support/posts";

describe("the Fastify plugin", () => {
  let lab: Lab;
  let app: FastifyInstance;
  let runs = 0;
  before(async () => {
    lab = await Lab.open({ database: "sqljs", store: "memory", entities: [Post] });
  });
  beforeEach(async () => {
    await lab.wipe();
    runs = 0;
    app = fastify();
  });
  afterEach(() => app.close());
  after(() => lab.close());

  const get = async (url: string): Promise<string> => (await fetch((await address()) + url)).text();
  const address = async (): Promise<string> => {
    if (!app.server.listening) await app.listen({ port: 0, host: "localhost" });
    return `http://localhost:${(app.server.address() as { port: number }).port}`;
  };
  const numbered = async (): Promise<string> => `run ${++runs}`;

  it("caches the scope that registers it, and what is within, and no other", async () => {
    void app.register(async (scope) => {
      scope.get("/early", numbered);
      void scope.register(cachedView());
      scope.get("/page", numbered);
      void scope.register(async (inner) => void inner.get("/inner", numbered));
    });
    app.get("/other", numbered);
    for (const [path, first, second] of [
      ["/early", "run 1", "run 1"],
      ["/page", "run 2", "run 2"],
      ["/inner", "run 3", "run 3"],
      ["/other", "run 4", "run 5"],
    ]) {
      expect([await get(path as string), await get(path as string)]).to.deep.equal([first, second]);
    }
  });

  it("caches a single route by its hooks", async () => {
    const view = cachedView();
    app.get("/page", { ...view.hooks }, numbered);
    app.get("/other", numbered);
    expect([await get("/page"), await get("/page")]).to.deep.equal(["run 1", "run 1"]);
    expect([await get("/other"), await get("/other")]).to.deep.equal(["run 2", "run 3"]);
    await view.invalidate("/page");
    expect(await get("/page")).to.equal("run 4");
  });

  it("stores what later hooks have not changed yet, and sends what they make of it", async () => {
    void app.register(cachedView());
    app.addHook("onSend", async (_request, _reply, payload) => `${String(payload)}!`);
    app.get("/page", numbered);
    await app.ready();
    expect([await get("/page"), await get("/page")]).to.deep.equal(["run 1!", "run 1!"]);
  });

  it("lets through what is hijacked and what is piped", async () => {
    const view = cachedView();
    app.get("/page", { ...view.hooks }, (_request, reply) => {
      reply.hijack();
      reply.raw.end(`run ${++runs}`);
    });
    expect([await get("/page"), await get("/page")]).to.deep.equal(["run 1", "run 2"]);
  });
});
