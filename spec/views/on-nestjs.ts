import { Readable } from "node:stream";
import {
  All,
  Controller,
  Module,
  Req,
  Res,
  StreamableFile,
  type Type,
  UseInterceptors,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { Response } from "express";
import type { Samples } from "../../src";
import { cachedView, cachedViewAs, type ViewInterceptor } from "../../src/integrations/nestjs";
import type { Answer, Asked, Page, Serve } from "./site";

export const onNestjs: Serve = async (pages) => {
  const views = new Map(pages.map((page) => [page.path, viewOf(page)]));
  const controllers = pages.map((page) => controllerOf(page, views.get(page.path) as ViewInterceptor));
  const app = await NestFactory.create(moduleOf(controllers), {
    logger: false,
    forceCloseConnections: true,
    abortOnError: false,
  });
  await app.listen(0);
  const { port } = app.getHttpServer().address() as { port: number };
  return {
    origin: `http://localhost:${port}`,
    invalidate: async (path, address) => views.get(path)?.invalidate(address),
    close: () => app.close(),
  };
};

function moduleOf(controllers: Type<unknown>[]): Type<unknown> {
  @Module({ controllers })
  class PagesModule {}
  return PagesModule;
}

function controllerOf(page: Page, view: ViewInterceptor): Type<unknown> {
  @Controller()
  class PageController {
    @All(page.path)
    @UseInterceptors(view)
    async answer(@Req() request: Asked, @Res({ passthrough: true }) response: Response): Promise<unknown> {
      return resultOf(response, await page.answer(request));
    }
  }
  return PageController;
}

function viewOf({ samples, options }: Page): ViewInterceptor {
  return samples === undefined
    ? cachedView(options as object)
    : cachedViewAs(samples as Samples, options as object);
}

function resultOf(response: Response, { status = 200, headers = {}, body, pieces }: Answer): unknown {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (pieces) return new StreamableFile(Readable.from(pieces.map((piece) => Buffer.from(piece))));
  return body;
}
