import { request as httpRequest } from "node:http";
import { expect } from "chai";
import { invalidateModel } from "../../src";
import { gate } from "../support/gates";
import { Lab } from "../support/lab";
import type { StoreName } from "../support/stores";
import { Category, Post } from "../support/posts";
import type { Answer, Asked, Page, Serve, Site } from "./site";

/** What cached views do, whatever the framework. */
export function behavesAsCachedViews(store: StoreName, serve: Serve): void {
  let lab: Lab;
  let site: Site | undefined;
  let runs: string[] = [];

  before(async () => {
    lab = await Lab.open({ database: "sqljs", store, entities: [Category, Post] });
  });
  beforeEach(async () => {
    await lab.wipe();
    runs = [];
  });
  afterEach(async () => {
    await site?.close();
    site = undefined;
  });
  after(() => lab.close());

  /** Serves one page, `/page` unless it says otherwise, whose handler notes each run. */
  async function open(page: Partial<Page> & { answer: Page["answer"] }): Promise<void> {
    await openAll([{ path: "/page", ...page }]);
  }

  async function openAll(pages: readonly Page[]): Promise<void> {
    site = await serve(
      pages.map((page) => ({
        ...page,
        answer: (asked: Asked) => {
          runs.push(asked.url);
          return page.answer(asked);
        },
      })),
    );
  }

  function get(url = "/page", headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
    return fetch((site as Site).origin + url, { method, headers, redirect: "manual" });
  }

  async function text(url?: string, headers?: Record<string, string>): Promise<string> {
    return (await get(url, headers)).text();
  }

  const numbered = (answer: Answer = {}): (() => Answer) => {
    return () => ({ ...answer, body: `run ${runs.length}` });
  };

  describe("what is stored", () => {
    const bodies: [what: string, body: unknown, type: RegExp | null][] = [
      ["text", "Grüße <b>", /^text\//],
      ["JSON", { list: [1, "ü", null], at: new Date(0) }, /^application\/json/],
      ["bytes", "bytes", /^image\/png/],
      ["nothing", undefined, null],
    ];
    for (const [what, body, type] of bodies) {
      it(`is the body and its type: ${what}`, async () => {
        const headers: Answer["headers"] = what === "bytes" ? { "content-type": "image/png" } : {};
        await open({ answer: () => ({ body, headers }) });
        const first = await get();
        const second = await get();
        expect(Buffer.from(await second.arrayBuffer())).to.deep.equal(Buffer.from(await first.arrayBuffer()));
        expect(second.headers.get("content-type")).to.equal(first.headers.get("content-type"));
        if (type) expect(second.headers.get("content-type")).to.match(type);
        expect(second.headers.get("content-length")).to.equal(first.headers.get("content-length"));
        expect(runs).to.have.length(1);
      });
    }

    it("is the status, and headers, but not cookies nor what concerns one connection", async () => {
      const headers = {
        "x-page": "1",
        link: ["</a>; rel=next", "</b>; rel=last"],
        "set-cookie": ["session=secret"],
        "keep-alive": "timeout=77",
      };
      await open({ answer: () => ({ status: 203, headers, body: "made" }) });
      const first = await get();
      expect(first.headers.get("set-cookie")).to.equal("session=secret");
      const second = await get();
      expect(second.status).to.equal(203);
      expect(await second.text()).to.equal("made");
      expect(second.headers.get("x-page")).to.equal("1");
      expect(second.headers.get("link")).to.equal("</a>; rel=next, </b>; rel=last");
      expect(second.headers.get("set-cookie")).to.equal(null);
      expect(second.headers.get("keep-alive")).to.not.equal("timeout=77");
      expect(runs).to.have.length(1);
    });

    const unstored: [what: string, answer: Answer][] = [
      ["a status of 404", { status: 404, body: "none" }],
      ["a status of 500", { status: 500, body: "broken" }],
      ["a status of 302", { status: 302, headers: { location: "/" } }],
      ["a part (206)", { status: 206, body: "part" }],
      ["no-store", { headers: { "cache-control": "No-Store" }, body: "a" }],
      ["private", { headers: { "cache-control": "max-age=3, private" }, body: "a" }],
      ["private for a field", { headers: { "cache-control": 'private="x-user"' }, body: "a" }],
      ["Vary on what the view does not know of", { headers: { vary: "Accept" }, body: "a" }],
      ["Vary: *", { headers: { vary: "*" }, body: "a" }],
      ["a stream", { pieces: ["a", "b", "c"] }],
    ];
    for (const [what, answer] of unstored) {
      it(`is not a response with ${what}`, async () => {
        await open({ options: { etag: true, cacheControl: "max-age=9" }, answer: () => answer });
        const whole = answer.pieces?.join("") ?? answer.body ?? "";
        for (const run of [1, 2]) {
          const response = await get();
          expect(response.status).to.equal(answer.status ?? 200);
          expect(await response.text()).to.equal(whole);
          expect(response.headers.get("cache-control")).to.equal(answer.headers?.["cache-control"] ?? null);
          expect(runs).to.have.length(run);
        }
      });
    }

    it("is what else `statuses` names", async () => {
      await open({
        options: { statuses: [301, 404] },
        answer: ({ url }) => (url.endsWith("?gone") ? { status: 404, body: "gone" } : moved),
      });
      const moved: Answer = { status: 301, headers: { location: "/new" } };
      for (const _ of [1, 2]) expect((await get("/page?gone")).status).to.equal(404);
      for (const _ of [1, 2]) expect((await get()).headers.get("location")).to.equal("/new");
      expect(runs).to.deep.equal(["/page?gone", "/page"]);
    });

    it("is not what an error handler answered", async () => {
      await open({ answer: () => Promise.reject(new Error("spec: no answer")) });
      for (const _ of [1, 2]) expect((await get()).status).to.equal(500);
      expect(runs).to.have.length(2);
    });
  });

  describe("the key", () => {
    it("is path and query, whoever asks, and with whatever other headers", async () => {
      await open({ answer: numbered() });
      expect(await text("/page", { "user-agent": "a", "x-forwarded-for": "10.0.0.1" })).to.equal("run 1");
      expect(await text("/page", { "user-agent": "b", accept: "text/plain" })).to.equal("run 1");
      expect(await text("/page", { "cache-control": "no-cache", pragma: "no-cache" })).to.equal("run 1");
      expect(await text("/page?a=1")).to.equal("run 2");
      expect(await text("/page?a=1&b=2")).to.equal("run 3");
      expect(await text("/page?b=2&a=1")).to.equal("run 4");
      expect(await text("/page?a=1")).to.equal("run 2");
    });

    it("is the host, too", async () => {
      await open({ answer: numbered() });
      expect(await textFrom("a.example")).to.equal("run 1");
      expect(await textFrom("b.example")).to.equal("run 2");
      expect(await textFrom("A.example")).to.equal("run 1");
    });

    /** Fetch does not let anybody choose a host. */
    function textFrom(host: string): Promise<string> {
      return new Promise((resolve, reject) => {
        const asked = httpRequest(`${(site as Site).origin}/page`, { headers: { host } }, (response) => {
          let body = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
          response.on("end", () => resolve(body));
        });
        asked.on("error", reject).end();
      });
    }

    it("does not care for the order of parameters with `sortQuery`", async () => {
      await open({ options: { sortQuery: true }, answer: numbered() });
      expect(await text("/page?b=2&a=1&a=0")).to.equal("run 1");
      expect(await text("/page?a=1&a=0&b=2")).to.equal("run 1");
      expect(await text("/page?a=0&a=1&b=2")).to.equal("run 2");
    });

    it("leaves other methods to the handler", async () => {
      await open({ answer: numbered() });
      expect(await text()).to.equal("run 1");
      expect(await (await get("/page", {}, "POST")).text()).to.equal("run 2");
      expect(await text()).to.equal("run 1");
    });

    it("tells views apart that differ in `extra` or samples", async () => {
      const path = "/page";
      for (const [at, view] of [{}, { options: { extra: 2 } }, { samples: Post }].entries()) {
        await site?.close();
        await open({ path, ...view, answer: numbered() });
        expect(await textFrom("one.example")).to.equal(`run ${at + 1}`);
      }
    });
  });

  describe("HEAD", () => {
    it("is answered from what GET stored, without its body", async () => {
      await open({ options: { cacheControl: "no-cache" }, answer: numbered({ headers: { "x-page": "1" } }) });
      await text();
      const head = await get("/page", {}, "HEAD");
      expect(head.status).to.equal(200);
      expect(head.headers.get("x-page")).to.equal("1");
      expect(head.headers.get("cache-control")).to.equal("no-cache");
      expect(head.headers.get("content-length")).to.equal("5");
      expect(await head.text()).to.equal("");
      expect(runs).to.have.length(1);
    });

    it("is the handler's as long as there is none, and stores nothing", async () => {
      await open({ answer: numbered() });
      expect((await get("/page", {}, "HEAD")).status).to.equal(200);
      expect(await text()).to.equal("run 2");
    });
  });

  describe("who shares", () => {
    for (const name of ["cookie", "authorization"]) {
      const session: Record<string, string> = { [name]: "session 1" };
      it(`nobody gets what was answered to a request with ${name}, nor does that get what is stored`, async () => {
        await open({ options: { etag: true, cacheControl: "public" }, answer: numbered() });
        const own = await get("/page", session);
        expect(await own.text()).to.equal("run 1");
        expect(own.headers.get("cache-control")).to.equal(null);
        expect(await text()).to.equal("run 2");
        expect(await text("/page", session)).to.equal("run 3");
        const etag = (await get()).headers.get("etag") as string;
        expect((await get("/page", { ...session, "if-none-match": etag })).status).to.equal(200);
        expect((await get("/page", session, "HEAD")).status).to.equal(200);
        expect(await text()).to.equal("run 2");
      });

      it(`those who send the same ${name}, if \`vary\` names it`, async () => {
        await open({ options: { vary: [name.toUpperCase()] }, answer: numbered() });
        const first = await get("/page", session);
        expect(first.headers.get("vary")?.toLowerCase()).to.equal(name);
        expect(await first.text()).to.equal("run 1");
        expect(await text("/page", session)).to.equal("run 1");
        expect(await text("/page", { [name]: "another" })).to.equal("run 2");
        expect(await text()).to.equal("run 3");
        const hit = await get("/page", session);
        expect(await hit.text()).to.equal("run 1");
        expect(hit.headers.get("vary")?.toLowerCase()).to.equal(name);
      });
    }

    it("nobody, if `vary` names one of two headers that may say who asks", async () => {
      await open({ options: { vary: "cookie" }, answer: numbered() });
      const both = { cookie: "a=1", authorization: "Basic 1" };
      expect([await text("/page", both), await text("/page", both)]).to.deep.equal(["run 1", "run 2"]);
    });

    it("those for whom functions give the same", async () => {
      const user = ({ headers }: Asked): string | undefined => headers.cookie?.match(/user=(\w+)/)?.[1];
      await open({ options: { vary: [user, "accept-language"] }, answer: numbered() });
      expect(await text("/page", { cookie: "user=a; x=1" })).to.equal("run 1");
      expect(await text("/page", { cookie: "user=a; x=2" })).to.equal("run 1");
      expect(await text("/page", { cookie: "user=b" })).to.equal("run 2");
      expect(await text("/page", { cookie: "user=a", "accept-language": "pt" })).to.equal("run 3");
      expect(await text("/page", { cookie: "x=3" })).to.equal("run 4");
      expect(await text()).to.equal("run 4");
      const names = (await get()).headers.get("vary")?.toLowerCase().split(", ").sort();
      expect(names).to.deep.equal(["accept-language", "authorization", "cookie"]);
    });

    it("those who send the same headers that `vary` and the handler's own Vary name", async () => {
      const answer = numbered({ headers: { vary: "Accept-Language" } });
      await open({ options: { vary: ["accept-language", "accept"] }, answer });
      expect(await text("/page", { "accept-language": "pt" })).to.equal("run 1");
      expect(await text("/page", { "accept-language": "de" })).to.equal("run 2");
      const hit = await get("/page", { "accept-language": "pt" });
      expect(await hit.text()).to.equal("run 1");
      const names = hit.headers.get("vary")?.toLowerCase().split(", ").sort();
      expect(names).to.deep.equal(["accept", "accept-language"]);
    });

    it("those who ask at the same time", async () => {
      const { reached, release, pass } = gate();
      await open({
        answer: async () => {
          await pass();
          return numbered()();
        },
      });
      const all = Array.from({ length: 5 }, () => text());
      await reached;
      release();
      expect(await Promise.all(all)).to.deep.equal(Array(5).fill("run 1"));
    });

    it("nobody what must not be shared, even those who ask at the same time", async () => {
      const answers: Answer[] = [
        { headers: { "cache-control": "private" } },
        { status: 503 },
        { pieces: ["own"] },
      ];
      for (const answer of answers) {
        const { reached, release, pass } = gate();
        await open({
          answer: async ({ headers }) => {
            await pass();
            const own = String(headers["x-user"]);
            return answer.pieces ? { pieces: [own] } : { ...answer, body: own };
          },
        });
        const users = ["a", "b", "c"];
        const all = users.map((user) => text("/page", { "x-user": user }));
        await reached;
        release();
        expect(await Promise.all(all)).to.deep.equal(users);
        await site?.close();
      }
    });
  });

  describe("what makes it stale", () => {
    it("is its timeout, and nothing else without samples", async () => {
      await open({ options: { timeout: "1h" }, answer: numbered() });
      expect(await text()).to.equal("run 1");
      await invalidateModel(Post);
      expect(await text()).to.equal("run 1");
    });

    it("are its samples", async () => {
      await open({ samples: [Post, Category], answer: numbered() });
      expect([await text(), await text()]).to.deep.equal(["run 1", "run 1"]);
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      expect([await text(), await text()]).to.deep.equal(["run 2", "run 2"]);
      await lab.repository(Category).insert({ title: "c" });
      expect(await text()).to.equal("run 3");
    });

    it("are the samples that a function tells for the request", async () => {
      const samples = ({ url }: Asked) => (url.includes("posts") ? Post : Category);
      await open({ samples, options: { etag: true }, answer: numbered() });
      expect([await text("/page?posts"), await text("/page?cats")]).to.deep.equal(["run 1", "run 2"]);
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      expect([await text("/page?posts"), await text("/page?cats")]).to.deep.equal(["run 3", "run 2"]);
    });

    it('is what the handler read, with "auto"', async () => {
      await open({
        samples: "auto",
        answer: async () => ({ body: { posts: await lab.repository(Post).count() } }),
      });
      expect(await (await get()).json()).to.deep.equal({ posts: 0 });
      await lab.repository(Category).insert({ title: "c" });
      expect(await (await get()).json()).to.deep.equal({ posts: 0 });
      expect(runs).to.have.length(1);
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      expect(await (await get()).json()).to.deep.equal({ posts: 1 });
    });

    it("is a change while the handler runs: its response is sent and not stored", async () => {
      const { reached, release, pass } = gate();
      await open({
        samples: Post,
        options: { etag: true },
        answer: async () => {
          const posts = await lab.repository(Post).count();
          if (runs.length === 1) await pass();
          return { body: `${posts} posts` };
        },
      });
      const first = get();
      await reached;
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      release();
      const old = await first;
      expect(await old.text()).to.equal("0 posts");
      expect(await text()).to.equal("1 posts");
      const etag = old.headers.get("etag") as string;
      expect(await text("/page", { "if-none-match": etag })).to.equal("1 posts");
    });

    it("are given while the handler makes a new one, for as long as `staleFor` says", async () => {
      const { reached, release, pass } = gate();
      await open({
        samples: Post,
        options: { staleFor: "30s" },
        answer: async () => {
          const run = runs.length;
          if (run === 2) await pass();
          return { body: `run ${run}` };
        },
      });
      expect(await text()).to.equal("run 1");
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      const renewed = text();
      await reached;
      expect([await text(), await text()]).to.deep.equal(["run 1", "run 1"]);
      release();
      expect([await renewed, await text()]).to.deep.equal(["run 2", "run 2"]);
    });

    it("is `invalidate` of an address, for every variant and host, or of a request", async () => {
      let last: Asked | undefined;
      await open({
        options: { vary: "accept-language" },
        answer: (asked) => {
          last = asked;
          return numbered()();
        },
      });
      const both = async (): Promise<string[]> => [
        await text(),
        await text("/page", { "accept-language": "pt" }),
      ];
      expect(await both()).to.deep.equal(["run 1", "run 2"]);
      expect(await text("/page?a=1")).to.equal("run 3");
      await site?.invalidate("/page", "/page");
      expect(await both()).to.deep.equal(["run 4", "run 5"]);
      expect(await text("/page?a=1")).to.equal("run 3");
      await site?.invalidate("/page", `${site.origin}/page?a=1#top`);
      expect(await text("/page?a=1")).to.equal("run 6");
      await site?.invalidate("/page", last as Asked);
      expect(await text("/page?a=1")).to.equal("run 7");
      expect(await both()).to.deep.equal(["run 4", "run 5"]);
      expect(await both()).to.deep.equal(["run 4", "run 5"]);
    });

    it("is `invalidate` while the handler runs", async () => {
      const { reached, release, pass } = gate();
      await open({
        options: { etag: true },
        answer: async () => {
          const run = runs.length;
          if (run === 1) await pass();
          return { body: `run ${run}` };
        },
      });
      const first = text();
      await reached;
      await site?.invalidate("/page", "/page");
      const second = text();
      release();
      expect(await first).to.equal("run 1");
      expect(await second).to.equal("run 2");
      expect(await text()).to.equal("run 2");
    });
  });

  describe("conditional requests", () => {
    const SAMPLES: [what: string, samples: Page["samples"]][] = [
      ["with samples", Post],
      ["without samples", undefined],
      ['with "auto"', "auto"],
    ];
    for (const [what, samples] of SAMPLES) {
      it(`are answered without the handler if nothing has changed, ${what}`, async () => {
        await open({
          ...(samples ? { samples } : {}),
          options: { etag: true, vary: "accept", cacheControl: "no-cache" },
          answer: async () => {
            await lab.repository(Post).count();
            return { body: `run ${runs.length}`, headers: { "x-page": "1" } };
          },
        });
        const first = await get();
        const etag = first.headers.get("etag") as string;
        expect(etag).to.match(/^W\/".+"$/);
        const strong = etag.replace("W/", "");
        for (const ifNoneMatch of [etag, strong, `"x, y", ${etag}`, `W/"z" ,${strong}, "a"`, "*"]) {
          const unchanged = await get("/page", { "if-none-match": ifNoneMatch });
          expect(unchanged.status, ifNoneMatch).to.equal(304);
          expect(await unchanged.text()).to.equal("");
          expect(unchanged.headers.get("cache-control")).to.equal("no-cache");
          expect(unchanged.headers.get("vary")?.toLowerCase()).to.equal("accept");
          expect(unchanged.headers.get("content-type")).to.equal(null);
          expect(unchanged.headers.get("etag")).to.equal(etag);
          expect((await get("/page", { "if-none-match": ifNoneMatch }, "HEAD")).status).to.equal(304);
        }
        expect((await get("/page", { "if-none-match": '"other"' })).status).to.equal(200);
        expect((await get("/page", {}, "HEAD")).headers.get("etag")).to.equal(etag);
        expect((await get("/page?other", { "if-none-match": etag })).status).to.equal(200);
        expect(runs).to.have.length(2);
        await site?.invalidate("/page", "/page");
        expect((await get("/page", { "if-none-match": etag })).status).to.equal(200);
      });
    }

    it("are answered anew once the samples have changed", async () => {
      await open({ samples: Post, options: { etag: true }, answer: numbered() });
      const etag = (await get()).headers.get("etag") as string;
      await lab.repository(Post).insert({ title: "a", categoryId: 1 });
      const changed = await get("/page", { "if-none-match": etag });
      expect(changed.status).to.equal(200);
      expect(await changed.text()).to.equal("run 2");
      const renewed = changed.headers.get("etag") as string;
      expect(renewed).to.not.equal(etag);
      expect((await get("/page", { "if-none-match": renewed })).status).to.equal(304);
      expect(runs).to.have.length(2);
    });

    it("of a client are no answers to another one", async () => {
      await open({ samples: Post, options: { etag: true, vary: "cookie" }, answer: numbered() });
      const etag = (await get("/page", { cookie: "a" })).headers.get("etag") as string;
      expect((await get("/page", { cookie: "b", "if-none-match": etag })).status).to.equal(200);
    });

    it("and such for a part store the whole, and get it", async () => {
      await open({ answer: () => ({ body: "0123456789", headers: { etag: '"own"' } }) });
      const miss = await get("/page", { "if-none-match": '"own"', range: "bytes=0-3" });
      expect(miss.status).to.equal(304);
      const hit = await get("/page", { range: "bytes=0-3" });
      expect(hit.status).to.equal(200);
      expect(await hit.text()).to.equal("0123456789");
      expect((await get("/page", { "if-none-match": '"own"' })).status).to.equal(304);
      expect(runs).to.have.length(1);
    });

    it("by date are compared with the handler's Last-Modified", async () => {
      const at = "Sat, 28 Nov 2020 06:00:00 GMT";
      await open({ answer: () => ({ body: "a", headers: { "last-modified": at } }) });
      expect((await get()).status).to.equal(200);
      expect((await get("/page", { "if-modified-since": at })).status).to.equal(304);
      const before = "Sat, 28 Nov 2020 05:59:59 GMT";
      expect((await get("/page", { "if-modified-since": before })).status).to.equal(200);
      expect(runs).to.have.length(1);
    });
  });

  describe("Cache-Control", () => {
    it("is the option's, or what its function gives", async () => {
      const cacheControl = ({ url }: Asked): string | undefined =>
        url.includes("short") ? "max-age=1" : url.includes("none") ? undefined : "private, max-age=60";
      await open({ options: { cacheControl }, answer: numbered() });
      for (const [query, expected] of [
        ["", "private, max-age=60"],
        ["?short", "max-age=1"],
        ["?none", null],
      ]) {
        for (const _ of ["miss", "hit"])
          expect((await get(`/page${query}`)).headers.get("cache-control")).to.equal(expected);
      }
      expect(runs).to.have.length(3);
    });

    it("is the handler's before the option's", async () => {
      const answer = numbered({ headers: { "cache-control": "max-age=5" } });
      await open({ options: { cacheControl: "max-age=60" }, answer });
      for (const _ of ["miss", "hit"])
        expect((await get()).headers.get("cache-control")).to.equal("max-age=5");
      expect(runs).to.have.length(1);
    });
  });
}
