import { AsyncLocalStorage } from "node:async_hooks";
import type { Op } from "../profiles/profile";
import type { Session } from "./session";
import type { Postponement } from "./postponement";
import type { Recording } from "./recording";

/** What the surrounding calls say about the statements that are started inside them. */
export interface Scope {
  /** Reads go to the database: the caller asked for it, or TypeORM compares rows before it writes. */
  readonly bypass?: "without-cache" | "persistence";
  /** `withCache`: replaces these of every profile. */
  readonly caching?: {
    readonly ops?: ReadonlySet<Op>;
    readonly timeout?: number;
    readonly lock?: boolean;
    readonly earlyRefresh?: number;
  };
  readonly noInvalidation?: boolean;
  readonly postponement?: Postponement;
  /** What the cached function that is running has read so far. */
  readonly recording?: Recording | undefined;
  /** The transaction that `dataSource.transaction()` runs, for invalidations asked for by hand. */
  readonly transaction?: { readonly owner: object; readonly session: Session };
}

// Scopes belong to the caller's asynchronous context, not to a data source: withCache() governs
// statements of every data source that are started inside it.
const scopes = new AsyncLocalStorage<Scope>();
const NONE: Scope = Object.freeze({});

export function currentScope(): Scope {
  return scopes.getStore() ?? NONE;
}

export function inScope<T>(changes: Scope, fn: () => T): T {
  return scopes.run({ ...currentScope(), ...changes }, fn);
}
