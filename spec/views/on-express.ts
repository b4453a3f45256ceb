import type { AddressInfo } from "node:net";
import { once } from "node:events";
import express, { type RequestHandler, type Response } from "express";
import type { Samples } from "../../src";
import { cachedView, cachedViewAs } from "../../src/integrations/express";
import type { Answer, Page, Serve } from "./site";

export const onExpress: Serve = async (pages) => {
  const app = express().set("env", "test"); // no error is logged
  const views = new Map(pages.map((page) => [page.path, viewOf(page)]));
  for (const page of pages) {
    const handler: RequestHandler = async (request, response) => send(response, await page.answer(request));
    app.all(page.path, views.get(page.path) as unknown as RequestHandler, handler);
  }
  const server = app.listen(0);
  await once(server, "listening");
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    invalidate: async (path, address) => views.get(path)?.invalidate(address),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
};

function viewOf({ samples, options }: Page) {
  return samples === undefined
    ? cachedView(options as object)
    : cachedViewAs(samples as Samples, options as object);
}

function send(response: Response, { status = 200, headers = {}, body, pieces }: Answer): void {
  response.status(status);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (pieces) {
    for (const piece of pieces) response.write(piece);
    response.end();
  } else if (body === undefined) response.end();
  else response.send(body);
}
