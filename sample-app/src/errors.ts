import type { ErrorRequestHandler, RequestHandler } from "express";
import { NotFound } from "./not-found";

/** Nobody answered: becomes a 404 page. */
export const notFoundPage: RequestHandler = () => {
  throw new NotFound("There is no page at this address.");
};

const TITLES: Record<number, string> = {
  400: "That request was not understood",
  404: "Not found",
  413: "That was too long",
};

/** Every error ends here. Mistakes of the visitor are explained, those of the app are logged and hidden. */
export const reportError: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) return next(error);
  const status = statusOf(error);
  if (status >= 500) console.error(`${req.method} ${req.path} failed:`, error);
  const title = TITLES[status] ?? (status < 500 ? "That did not work" : "Something went wrong");
  res.status(status).render("error", { title, status, message: messageOf(error) });
};

// Express and its body parser put the status on the errors that they throw.
function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}

function messageOf(error: unknown): string {
  if (error instanceof NotFound) return error.message;
  if (statusOf(error) < 500) return "Please go back, check what you sent and try again.";
  return "It is not your fault, and it has been logged. Please try again in a moment.";
}
