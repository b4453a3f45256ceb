import { resolve } from "node:path";
import { createCodec } from "../core/codec";
import { type Duration, milliseconds } from "../duration";
import type { CacheopsStoreError } from "../errors";
import { wrongOption } from "../wrong-option";
import { createCached } from "./cached";
import type { FileCached, FileCachedOptions } from "./cached-function";
import { EntryFiles } from "./entry-files";
import { FileCalls } from "./file-calls";
import { FileValues } from "./file-values";

export interface FileCacheOptions {
  /** How long values are kept that come without a timeout of their own. Default: 30 days. */
  timeout?: Duration;
  /**
   * Told when files could not be read or written and a call went on without them. Default: the first time,
   * a warning of the process.
   */
  onError?: (error: CacheopsStoreError) => void;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  now?: () => number;
}

/**
 * Values in the files of a folder, which any number of processes share. Values keep their types (Date,
 * Buffer, bigint, Map, Set, undefined …); instances of classes are refused.
 */
export interface FileCache {
  /** `undefined` for a miss. Files that cannot be read are one. */
  get(key: string): Promise<unknown>;
  /**
   * Rejects with `CacheopsStoreError` if the files fail, with `CacheopsUnsupportedError` for a value of an
   * unknown class; the old value does not stay then.
   */
  set(key: string, value: unknown, timeout?: Duration): Promise<void>;
  delete(key: string): Promise<void>;
  /**
   * Caches an async function or method. Null and undefined are results, a rejection is none; identical calls
   * of a process at one time are one.
   *
   * Results are told apart by the function's class, name and text, and by all arguments; not by `this` nor
   * by what the function closes over (see `extra` and `key`). Two calls with arguments that are deeply equal
   * are the same; an argument of an unknown class rejects with `CacheopsError`, unless it has `[cacheKey]()`.
   *
   * @example `const f = files.cached({ timeout: "5m" })(async (id: number) => …)`
   */
  cached(options?: FileCachedOptions): FileCached;
}

/** @throws CacheopsConfigError for options that cannot be used. The folder is made when it is first needed. */
export function fileCache(dir: string, options: FileCacheOptions = {}): FileCache {
  if (typeof dir !== "string" || dir === "") throw wrongOption("fileCache", dir, "the path of a folder");
  const { timeout = "30d", onError = warnOnce(), now = Date.now } = options;
  const byDefault = milliseconds(timeout, "fileCache.timeout");
  const files = new EntryFiles(resolve(dir));
  const values = new FileValues(files, createCodec(), now, onError);
  const calls = new FileCalls(values);
  return {
    async get(key) {
      return (await values.find(checked(key)))?.value;
    },
    async set(key, value, own) {
      await values.set(
        checked(key),
        value,
        own === undefined ? byDefault : milliseconds(own, "set: timeout"),
      );
    },
    async delete(key) {
      await files.remove(checked(key));
    },
    cached: (own = {}) => {
      const kept = own.timeout === undefined ? byDefault : milliseconds(own.timeout, "cached.timeout");
      return createCached(calls.keptFor(kept), own);
    },
  };
}

function checked(key: unknown): string {
  if (typeof key === "string") return key;
  throw wrongOption("key", key, "a string");
}

function warnOnce(): (error: CacheopsStoreError) => void {
  let told = false;
  return ({ message }) => {
    if (!told) process.emitWarning(message, { type: "CacheopsWarning" });
    told = true;
  };
}
