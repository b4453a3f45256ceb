import { Readable } from "node:stream";
import fastify, { type FastifyReply } from "fastify";
import type { Samples } from "../../src";
import { cachedView, cachedViewAs } from "../../src/integrations/fastify";
import type { Answer, Page, Serve } from "./site";

export const onFastify: Serve = async (pages) => {
  const app = fastify();
  const views = new Map(pages.map((page) => [page.path, viewOf(page)]));
  for (const page of pages) {
    void app.register(async (scope) => {
      void scope.register(views.get(page.path) as never);
      scope.route({
        method: ["GET", "POST"],
        url: page.path,
        handler: async (request, reply) => send(reply, await page.answer(request)),
      });
    });
  }
  const origin = await app.listen({ port: 0, host: "localhost" });
  return {
    origin: origin.replace(/\[::1\]|127\.0\.0\.1/, "localhost"),
    invalidate: async (path, address) => views.get(path)?.invalidate(address),
    close: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
};

function viewOf({ samples, options }: Page) {
  return samples === undefined ? cachedView(options) : cachedViewAs(samples as Samples, options);
}

function send(reply: FastifyReply, { status = 200, headers = {}, body, pieces }: Answer): FastifyReply {
  void reply.code(status).headers(headers);
  return reply.send(pieces ? Readable.from(pieces) : body);
}
