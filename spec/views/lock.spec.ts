import { request as httpRequest, type RequestOptions } from "node:http";
import { expect } from "chai";
import type { DataSource } from "typeorm";
import { createRedisStore } from "../../src";
import { type Gate, gate } from "../support/gates";
import { Lab } from "../support/lab";
import { Category, Post } from "../support/posts";
import { services } from "../support/services";
import { watchedLocks } from "../support/watched-locks";
import { onExpress } from "./on-express";
import { onFastify } from "./on-fastify";
import { onNestjs } from "./on-nestjs";
import type { Answer, Page, Serve, Site } from "./site";

/** Every way to say when a response is thrown away. */
const SAMPLES: readonly [what: string, samples: Page["samples"]][] = [
  ["without samples", undefined],
  ["with samples", Post],
  ['with "auto"', "auto"],
];

/** Of both servers: responses are told apart by it. */
const HOST = "shop.example";

for (const [framework, serve] of Object.entries({ onExpress, onFastify, onNestjs })) {
  describe(`cached views of several servers ${framework} [redis]`, () => lockSpecs(serve));
}

function lockSpecs(serve: Serve): void {
  let lab: Lab;
  let waited: () => void;
  let waits: number;
  let runs: string[];
  let sites: Site[];
  let dataSources: DataSource[];

  before(async () => {
    lab = await Lab.open({ database: "postgres", store: "redis", entities: [Category, Post] });
  });
  beforeEach(async () => {
    await lab.wipe();
    runs = [];
    sites = [];
    dataSources = [];
    waits = 0;
    waited = () => undefined;
  });
  afterEach(async () => {
    for (const site of sites) await site.close();
    for (const dataSource of dataSources) await dataSource.destroy();
  });
  after(() => lab.close());

  /** A server with a data source of its own, whose handler notes each run. */
  async function open(
    name: string,
    answer: (dataSource: DataSource) => Answer | Promise<Answer>,
    page: Partial<Page> = {},
  ): Promise<Site> {
    const inner = createRedisStore({ redis: services().redisUrl, operationTimeout: 5000 });
    const dataSource = await lab.sibling({ store: watchedLocks(inner, () => (waits++, waited())) });
    dataSources.push(dataSource);
    const site = await serve([
      {
        path: "/page",
        ...page,
        options: { lock: true, dataSource, ...page.options },
        answer: () => {
          runs.push(name);
          return answer(dataSource);
        },
      },
    ]);
    sites.push(site);
    return site;
  }

  const someoneWaits = (): Promise<void> => new Promise((resolve) => (waited = resolve));

  /** Fetch does not let anybody choose a host. */
  function get({ origin }: Site, options: Pick<RequestOptions, "headers" | "signal"> = {}): Promise<string> {
    const headers = { host: HOST, ...options.headers };
    return new Promise((resolve, reject) => {
      const asked = httpRequest(`${origin}/page`, { ...options, headers }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => resolve(`${response.statusCode} ${body}`));
      });
      asked.on("error", reject).end();
    });
  }

  const held =
    ({ pass }: Gate, answer: Answer): (() => Promise<Answer>) =>
    async () => {
      await pass();
      return answer;
    };

  for (const [what, samples] of SAMPLES) {
    it(`one handler answers for both, ${what}`, async () => {
      const handler = gate();
      const counted = async (dataSource: DataSource): Promise<Answer> => {
        const posts = await dataSource.getRepository(Post).count();
        await handler.pass();
        return { status: 203, body: `${posts} posts` };
      };
      const one = await open("one", counted, { samples });
      const other = await open("other", counted, { samples });
      const first = get(one);
      await handler.reached;
      const waiting = someoneWaits();
      const second = get(other);
      await waiting;
      handler.release();
      expect(await Promise.all([first, second])).to.deep.equal(["203 0 posts", "203 0 posts"]);
      expect(runs).to.deep.equal(["one"]);
      expect([await get(other), await get(one)]).to.deep.equal(["203 0 posts", "203 0 posts"]);
      expect(runs).to.deep.equal(["one"]);
    });
  }

  it("two handlers answer without it", async () => {
    const handler = gate();
    const options = { lock: false };
    const one = await open("one", held(handler, { body: "by one" }), { options });
    const other = await open("other", () => ({ body: "by the other" }), { options });
    const first = get(one);
    await handler.reached;
    expect(await get(other)).to.equal("200 by the other");
    handler.release();
    expect(await first).to.equal("200 by one");
    expect([waits, ...runs]).to.deep.equal([0, "one", "other"]);
  });

  const UNSTORED: Record<string, [answer: Answer, sent: string]> = {
    fails: [{ status: 500, body: "broken" }, "500 broken"],
    "forbids to store": [{ headers: { "cache-control": "no-store" }, body: "secret" }, "200 secret"],
    "answers in pieces": [{ pieces: ["a", "b"] }, "200 ab"],
  };
  for (const [what, [answer, sent]] of Object.entries(UNSTORED)) {
    it(`a handler that ${what} frees the other server's`, async () => {
      const handler = gate();
      const one = await open("one", held(handler, answer));
      const other = await open("other", () => ({ body: "by the other" }));
      const first = get(one);
      await handler.reached;
      const waiting = someoneWaits();
      const second = get(other);
      await waiting;
      handler.release();
      expect(await first).to.equal(sent);
      expect(await second).to.equal("200 by the other");
      expect(await get(one)).to.equal("200 by the other");
      expect(runs).to.deep.equal(["one", "other"]);
    });
  }

  it("a client that goes away frees the other server's handler", async () => {
    const [handler, gone] = [gate(), new AbortController()];
    const one = await open("one", held(handler, { body: "too late" }));
    const other = await open("other", () => ({ body: "by the other" }));
    const first = get(one, { signal: gone.signal }).catch((error: Error) => error.name);
    await handler.reached;
    const waiting = someoneWaits();
    const second = get(other);
    await waiting;
    gone.abort();
    expect(await first).to.equal("AbortError");
    expect(await second).to.equal("200 by the other");
    handler.release();
    expect(await get(one)).to.equal("200 by the other");
  });

  it("samples that change while one handler runs are asked about by the other", async () => {
    const handler = gate();
    const counted =
      (pass: () => Promise<void>) =>
      async (dataSource: DataSource): Promise<Answer> => {
        const posts = await dataSource.getRepository(Post).count();
        await pass();
        return { body: `${posts} posts` };
      };
    const one = await open("one", counted(handler.pass), { samples: Post });
    const other = await open(
      "other",
      counted(async () => undefined),
      { samples: Post },
    );
    const first = get(one);
    await handler.reached;
    await lab.repository(Post).insert({ title: "a", categoryId: 1 });
    const waiting = someoneWaits();
    const second = get(other);
    await waiting;
    handler.release();
    expect(await first).to.equal("200 0 posts");
    expect(await second).to.equal("200 1 posts");
    expect(runs).to.deep.equal(["one", "other"]);
  });

  it("a request that shares nothing waits for nobody", async () => {
    const handler = gate();
    const one = await open("one", held(handler, { body: "by one" }));
    const other = await open("other", () => ({ body: "by the other" }));
    const first = get(one);
    await handler.reached;
    expect(await get(other, { headers: { cookie: "session=1" } })).to.equal("200 by the other");
    expect(await get(other, { headers: { host: "other.example" } })).to.equal("200 by the other");
    expect(waits).to.equal(0);
    handler.release();
    expect(await first).to.equal("200 by one");
  });
}
