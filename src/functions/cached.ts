import { milliseconds } from "../duration";
import { CacheopsConfigError } from "../errors";
import { wrongOption } from "../wrong-option";
import type {
  AsyncFunction,
  CachedFunction,
  FileCached,
  FileCachedOptions,
  MethodContext,
} from "./cached-function";
import { disguise } from "./disguise";
import { FunctionKey } from "./function-key";
import { MethodHome } from "./method-home";
import type { SharedLoads } from "./shared-loads";
import type { FileValues } from "./file-values";

/** What cached functions of one cache have in common. */
export interface CachedContext {
  readonly values: FileValues;
  readonly loads: SharedLoads;
  /** Milliseconds. */
  readonly timeout: number;
}

type Args = readonly unknown[];
type Run = (this: unknown, ...args: Args) => Promise<unknown>;

/** @throws CacheopsConfigError for options that cannot be used. */
export function createCached(context: CachedContext, options: FileCachedOptions): FileCached {
  const timeout =
    options.timeout === undefined ? context.timeout : milliseconds(options.timeout, "cached.timeout");
  if (options.key !== undefined && typeof options.key !== "function")
    throw wrongOption("cached.key", options.key, "a function of the arguments");
  const wrap = (fn: unknown, home?: MethodHome): Run => {
    if (typeof fn !== "function") throw wrongOption("cached", fn, "an async function or a method");
    return wrapped(context, { ...options, timeout }, fn as Run, home);
  };
  const decorate = (
    target: unknown,
    at?: MethodContext | string | symbol,
    descriptor?: PropertyDescriptor,
  ): unknown => {
    if (at === undefined) return wrap(target);
    if (typeof at === "object") return standard(wrap, target, at, options);
    const home = new MethodHome(at, target as object);
    return { ...descriptor, value: wrap(descriptor?.value, home) };
  };
  return decorate as FileCached;
}

function standard(
  wrap: (fn: unknown, home?: MethodHome) => Run,
  method: unknown,
  context: MethodContext,
  { extra }: FileCachedOptions,
): Run {
  if (context.private && extra === undefined) {
    throw new CacheopsConfigError(
      `cached: nothing tells the class of the private method ${String(context.name)}. Give \`extra\`.`,
    );
  }
  if (context.private) return wrap(method);
  const home = new MethodHome(context.name);
  const wrapper = wrap(method, home);
  context.addInitializer(function (this: object) {
    home.learn(this, wrapper);
  });
  return wrapper;
}

function wrapped(
  { values, loads }: CachedContext,
  { extra, key: keyed, timeout }: FileCachedOptions & { timeout: number },
  fn: Run,
  home: MethodHome | undefined,
): Run {
  const identity = new FunctionKey(home ? String(home.method) : fn.name, fn, extra);
  const keyOf = (self: unknown, args: Args): string => {
    if (!keyed) home?.refuseHeirs(self);
    const counting = keyed ? [(keyed as (...all: Args) => unknown).apply(self, [...args])] : args;
    return identity.of(counting, home?.name);
  };
  const load = (self: unknown, args: Args) => ({ run: async () => fn.apply(self, [...args]), timeout });
  const wrapper: Run = async function (...args) {
    return loads.call(keyOf(this, args), load(this, args));
  };
  /** Called as a method of the wrapper, a companion knows no object. */
  const selfOf = (self: unknown): unknown => (self === wrapper ? undefined : self);
  const companions: Companions = {
    async invalidate(...args) {
      await values.files.remove(keyOf(selfOf(this), args));
    },
    async refresh(...args) {
      const self = selfOf(this);
      return loads.refresh(keyOf(self, args), load(self, args));
    },
    async peek(...args) {
      return (await values.find(keyOf(selfOf(this), args)))?.value;
    },
    key(...args) {
      return keyOf(selfOf(this), args);
    },
  };
  return Object.assign(disguise(wrapper, fn), companions);
}

type Companions = {
  readonly [K in keyof Omit<CachedFunction<AsyncFunction>, never>]: (this: unknown, ...args: Args) => unknown;
};
