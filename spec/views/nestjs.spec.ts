import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Header,
  HttpCode,
  Injectable,
  type INestApplication,
  Module,
  type NestInterceptor,
  Param,
  Sse,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { expect } from "chai";
import { map, of, timer, type Observable } from "rxjs";
import { cachedView, cachedViewAs } from "../../src/integrations/nestjs";
import { Lab } from "../support/lab";
import { Post } from "../support/posts";

let runs = 0;
const seen: unknown[] = [];

@Injectable()
class Wrapping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((data: { run: number }) => {
        seen.push(data);
        return { data: { run: data.run } };
      }),
    );
  }
}

class Secret {
  constructor(
    readonly run: number,
    readonly password: string,
  ) {}
}

@Injectable()
class Serializing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data) => (data instanceof Secret ? { run: data.run } : data)));
  }
}

@Injectable()
class Guard implements CanActivate {
  static closed = false;
  canActivate(): boolean {
    if (Guard.closed) throw new ForbiddenException();
    return true;
  }
}

const posts = cachedViewAs(Post, { etag: true });

@Controller()
class PagesController {
  @Get("observable")
  @UseInterceptors(cachedView())
  observable(): Observable<unknown> {
    return of({ run: 0 }, { run: ++runs });
  }

  @Get("wrapped")
  @UseInterceptors(Wrapping, cachedView())
  @HttpCode(203)
  @Header("X-Page", "1")
  wrapped(): object {
    return { run: ++runs };
  }

  @Get("secret")
  @UseInterceptors(Serializing, cachedView())
  secret(): Secret {
    return new Secret(++runs, "hunter2");
  }

  @Get("guarded")
  @UseGuards(Guard)
  @UseInterceptors(cachedView())
  guarded(): string {
    return `run ${++runs}`;
  }

  @Get("posts/:id")
  @UseInterceptors(posts)
  post(@Param("id") id: string): string {
    return `post ${id}, run ${++runs}`;
  }

  @Get("forbidden")
  @UseInterceptors(cachedView())
  forbidden(): never {
    runs++;
    throw new ForbiddenException("no");
  }

  @Sse("events")
  @UseInterceptors(cachedView())
  events(): Observable<{ data: string }> {
    return timer(1).pipe(map(() => ({ data: `run ${++runs}` })));
  }
}

@Module({ controllers: [PagesController] })
class PagesModule {}

describe("the NestJS interceptor", () => {
  let lab: Lab;
  let app: INestApplication;
  before(async () => {
    lab = await Lab.open({ database: "sqljs", store: "memory", entities: [Post] });
    app = await NestFactory.create(PagesModule, {
      logger: false,
      forceCloseConnections: true,
      abortOnError: false,
    });
    await app.listen(0);
  });
  beforeEach(async () => {
    await lab.wipe();
    runs = seen.length = 0;
  });
  after(async () => {
    await app.close();
    await lab.close();
  });

  async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const { port } = app.getHttpServer().address() as { port: number };
    return fetch(`http://localhost:${port}/${path}`, { headers });
  }

  async function twice(path: string): Promise<[Response, string][]> {
    const responses = [await get(path), await get(path)];
    return Promise.all(
      responses.map(async (response): Promise<[Response, string]> => [response, await response.text()]),
    );
  }

  it("stores the last value of an Observable", async () => {
    for (const [, text] of await twice("observable")) expect(text).to.equal('{"run":1}');
    expect(runs).to.equal(1);
  });

  it("stores what outer interceptors made of it, and sends that once", async () => {
    for (const [response, text] of await twice("wrapped")) {
      expect(text).to.equal('{"data":{"run":1}}');
      expect(response.status).to.equal(203);
      expect(response.headers.get("x-page")).to.equal("1");
      expect(response.headers.get("content-type")).to.equal("application/json; charset=utf-8");
    }
    expect(runs).to.equal(1);
    expect(seen).to.have.length(2);
  });

  it("stores no more of an object than clients are shown", async () => {
    for (const [, text] of await twice("secret")) expect(text).to.equal('{"run":1}');
    expect(runs).to.equal(1);
  });

  it("asks the guards each time", async () => {
    expect(await (await get("guarded")).text()).to.equal("run 1");
    Guard.closed = true;
    expect((await get("guarded")).status).to.equal(403);
    Guard.closed = false;
    expect(await (await get("guarded")).text()).to.equal("run 1");
  });

  it("is invalidated by samples and by hand, and answers conditional requests", async () => {
    const first = await get("posts/1");
    expect(await first.text()).to.equal("post 1, run 1");
    const etag = first.headers.get("etag") as string;
    expect((await get("posts/1", { "if-none-match": etag })).status).to.equal(304);
    expect(await (await get("posts/2")).text()).to.equal("post 2, run 2");
    await lab.repository(Post).insert({ title: "a", categoryId: 1 });
    expect(await (await get("posts/1", { "if-none-match": etag })).text()).to.equal("post 1, run 3");
    await posts.invalidate("/posts/1");
    expect(await (await get("posts/1")).text()).to.equal("post 1, run 4");
  });

  it("stores no exception", async () => {
    for (const [response, text] of await twice("forbidden")) {
      expect(response.status).to.equal(403);
      expect(text).to.contain("no");
    }
    expect(runs).to.equal(2);
  });

  it("lets events through", async () => {
    const texts = (await twice("events")).map(([, text]) => text);
    expect(texts[0]).to.contain("data: run 1");
    expect(texts[1]).to.contain("data: run 2");
  });
});
