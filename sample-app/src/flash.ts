import { randomUUID } from "node:crypto";
import type { Request, Response } from "express";
import { LRUCache } from "lru-cache";
import { currentLog, type RequestLog } from "./request-log";

/** What the page after a form says of it: its outcome in words, and what it did to database and cache. */
export interface Flash {
  readonly message: string;
  readonly log: RequestLog;
}

const COOKIE = "flash";

/**
 * Carries a flash from the POST to the page that it redirects to. Only its id goes into a cookie: the
 * statements would exceed the 4 KB of one. Kept in this process, bounded, for a minute.
 */
export class Flashes {
  readonly #pending = new LRUCache<string, Flash>({ max: 1000, ttl: 60_000 });

  /** Ends a POST (or any request that changed or found something) by sending the browser to `location`. */
  redirect(res: Response, location: string, message: string): void {
    const id = randomUUID();
    this.#pending.set(id, { message, log: currentLog() });
    res.cookie(COOKIE, id, { httpOnly: true, sameSite: "lax", maxAge: 60_000 });
    res.redirect(303, location);
  }

  /** Gives the flash once: a reload shows the page alone. */
  take(req: Request, res: Response): Flash | undefined {
    const id: unknown = (req.cookies as Record<string, unknown>)[COOKIE];
    if (typeof id !== "string") return undefined;
    res.clearCookie(COOKIE);
    const flash = this.#pending.get(id);
    this.#pending.delete(id);
    return flash;
  }
}
