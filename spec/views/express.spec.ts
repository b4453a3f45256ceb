import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { once } from "node:events";
import { Readable } from "node:stream";
import { expect } from "chai";
import express, { type Express, type Request, type Response as Answer } from "express";
import { CacheopsConfigError } from "../../src";
import { cachedView, cachedViewAs } from "../../src/integrations/express";
import { gate } from "../support/gates";
import { Lab } from "../support/lab";
import { Post } from "../support/posts";

describe("cached views between other middleware", () => {
  let lab: Lab;
  let app: Express;
  let origin: string;
  let close: (() => Promise<void>) | undefined;
  let runs = 0;
  before(async () => {
    lab = await Lab.open({ database: "sqljs", store: "memory", entities: [Post] });
  });
  beforeEach(async () => {
    await lab.wipe();
    runs = 0;
    app = express().set("env", "test");
  });
  afterEach(async () => {
    await close?.();
    close = undefined;
  });
  after(() => lab.close());

  async function serve(listener: RequestListener = app): Promise<void> {
    const server = createServer(listener).listen(0);
    await once(server, "listening");
    origin = `http://localhost:${(server.address() as AddressInfo).port}`;
    close = async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    };
  }

  const get = (headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${origin}/page`, { headers });
  const numbered = (_request: Request, response: Answer): void => void response.send(`run ${++runs}`);

  it("leave headers alone that are set before them, and set them no second time", async () => {
    let requests = 0;
    app.use((_request, response, next) => {
      response.set({ "X-Request": String(++requests), "X-Frame-Options": "DENY", Vary: "Origin" });
      next();
    });
    app.get("/page", cachedView({ vary: "accept" }), (_request, response) => {
      response.removeHeader("X-Frame-Options");
      response.send(`run ${++runs}`);
    });
    await serve();
    for (const request of ["1", "2"]) {
      const response = await get();
      expect(await response.text()).to.equal("run 1");
      expect(response.headers.get("x-request")).to.equal(request);
      expect(response.headers.get("x-frame-options")).to.equal(null);
      expect(response.headers.get("vary")).to.equal("Origin, Accept");
    }
  });

  it("do not store what middleware before them forbids, unless the option says what browsers may do", async () => {
    app.use((_request, response, next) => void next(response.set("Cache-Control", "no-store") && undefined));
    app.get("/page", cachedView(), numbered);
    await serve();
    for (const run of [1, 2]) expect(await (await get()).text()).to.equal(`run ${run}`);
    await close?.();
    app = express();
    app.use((_request, response, next) => void next(response.set("Cache-Control", "no-store") && undefined));
    app.get("/page", cachedView({ cacheControl: "no-cache" }), numbered);
    await serve();
    for (const _ of ["miss", "hit"]) {
      const response = await get();
      expect(response.headers.get("cache-control")).to.equal("no-cache");
      expect(await response.text()).to.equal("run 3");
    }
  });

  it("work within each other, alike or not", async () => {
    const view = cachedView();
    app.use(view);
    app.get("/page", view, cachedViewAs(Post, { extra: "inner", etag: true }), numbered);
    await serve();
    expect(await (await get()).text()).to.equal("run 1");
    expect(await (await get()).text()).to.equal("run 1");
    await view.invalidate("/page");
    expect(await (await get()).text()).to.equal("run 1");
    await lab.repository(Post).insert({ title: "a", categoryId: 1 });
    await view.invalidate("/page");
    expect(await (await get()).text()).to.equal("run 2");
  });

  it("know what is mounted by its whole address", async () => {
    for (const path of ["/a", "/b"]) app.use(path, express.Router().use(cachedView()).get("/page", numbered));
    await serve();
    const text = async (path: string): Promise<string> => (await fetch(origin + path)).text();
    expect([await text("/a/page"), await text("/b/page")]).to.deep.equal(["run 1", "run 2"]);
    expect([await text("/a/page"), await text("/b/page")]).to.deep.equal(["run 1", "run 2"]);
  });

  const STREAMS: Record<string, (response: Answer) => void> = {
    "a pipe": (response) => void Readable.from(["a", "b"]).pipe(response),
    "writes with a known length": (response) => {
      response.set("Content-Length", "2");
      response.write("a");
      response.end("b");
    },
    "headers that are sent ahead": (response) => {
      response.flushHeaders();
      response.end("ab");
    },
    "a head, and then pieces": (response) => {
      response.writeHead(200, { "X-Head": "1" }).write("a");
      setImmediate(() => response.end("b"));
    },
    "a file": (response) => response.set("X-Head", "1").sendFile(__filename.replace(/\.js$/, ".js")),
  };
  for (const [what, send] of Object.entries(STREAMS)) {
    it(`let through ${what}`, async () => {
      app.get("/page", cachedView({ etag: true }), (_request, response) => {
        runs++;
        send(response);
      });
      await serve();
      for (const run of [1, 2]) {
        const response = await get();
        const body = await response.text();
        if (what !== "a file") expect(body).to.equal("ab");
        if (/head,|file/.test(what)) expect(response.headers.get("x-head")).to.equal("1");
        expect(runs).to.equal(run);
      }
    });
  }

  it("hold an ended response until it is stored, and tell when it has been sent", async () => {
    const finished: string[] = [];
    app.get("/page", cachedView(), (_request, response) => {
      response.on("finish", () => finished.push("finish"));
      response.writeHead(201, "Made", ["X-Head", "1"]);
      response.end("YQ==", "base64", () => finished.push("ended"));
      response.end("more");
    });
    await serve();
    for (const _ of ["miss", "hit"]) {
      const response = await get();
      expect(response.status).to.equal(201);
      expect(response.headers.get("x-head")).to.equal("1");
      expect(await response.text()).to.equal("a");
    }
    expect(finished).to.have.members(["finish", "ended"]);
  });

  it("serve whoever waits for a handler whose client goes away", async () => {
    const first = gate();
    app.get("/page", cachedView(), async (request, response) => {
      runs++;
      if (request.query.id === undefined && runs === 1) {
        void first.pass();
        return; // it never answers
      }
      response.send("answered");
    });
    await serve();
    const socket = connect(Number(new URL(origin).port), "localhost");
    socket.write(`GET /page HTTP/1.1\r\nHost: ${new URL(origin).host}\r\n\r\n`);
    await first.reached;
    const second = get();
    await new Promise((done) => setImmediate(done));
    socket.destroy();
    expect(await (await second).text()).to.equal("answered");
  });

  it("hand on an error of an option's function, before any handler runs", async () => {
    const vary = (): string => {
      throw new Error("spec: who?");
    };
    app.get("/page", cachedView({ vary }), numbered);
    await serve();
    expect((await get()).status).to.equal(500);
    expect(runs).to.equal(0);
  });

  it("are middleware of anything that has requests and responses of Node", async () => {
    const view = cachedView();
    await serve((request: IncomingMessage, response: ServerResponse) =>
      view(request, response, () => response.end(`run ${++runs}`)),
    );
    expect(await (await get()).text()).to.equal("run 1");
    expect(await (await get()).text()).to.equal("run 1");
    await view.invalidate({ url: "/page" });
    expect(await (await get()).text()).to.equal("run 2");
  });

  const WRONG: [options: object, message: RegExp][] = [
    [{ timeout: "soon" }, /timeout: "soon" is not a duration/],
    [{ vary: "*" }, /vary: give names of request headers or functions/],
    [{ vary: [1] }, /vary/],
    [{ statuses: [206] }, /statuses: give a list of HTTP statuses/],
    [{ statuses: 404 }, /statuses/],
    [{ etag: "yes" }, /etag: give true or false/],
    [{ cacheControl: 60 }, /cacheControl: give the value of a header/],
    [{ staleFor: "30s" }, /staleFor: it is for cachedViewAs/],
    [{ ttl: 60 }, /ttl: it is no option/],
  ];
  for (const [options, message] of WRONG) {
    it(`refuse ${JSON.stringify(options)}`, () => {
      expect(() => cachedView(options)).to.throw(CacheopsConfigError, message);
    });
  }

  it("refuse samples that are none", () => {
    expect(() => cachedViewAs([] as never)).to.throw(CacheopsConfigError);
    expect(() => cachedViewAs(undefined as never)).to.throw(CacheopsConfigError);
  });
});
