import { CacheopsConfigError } from "../errors";
import { wrongOption } from "../wrong-option";
import type {
  AnyFunction,
  AsyncFunction,
  CachedFunction,
  FileCachedOptions,
  FunctionCaching,
  MethodContext,
} from "./cached-function";
import { disguise } from "./disguise";
import { FunctionKey } from "./function-key";
import { MethodHome } from "./method-home";

/** One call of a function that is cached. */
export interface Call {
  /** The function's name, with its class if it is a method. */
  readonly func: string;
  /** Of the function and what counts of the arguments. */
  readonly key: string;
  readonly self: unknown;
  readonly args: Args;
  readonly run: () => Promise<unknown>;
}

/** What becomes of calls; each of the wrapper's companions has one. */
export interface CallCache {
  call(call: Call): Promise<unknown>;
  invalidate(call: Call): Promise<void>;
  refresh(call: Call): Promise<unknown>;
  peek(call: Call): Promise<unknown>;
  key(call: Call): string;
}

/** Part of every caching of functions. */
type KeyOptions = Pick<FileCachedOptions, "extra" | "key">;

type Args = readonly unknown[];
type Run = (this: unknown, ...args: Args) => Promise<unknown>;
type Wrap = (fn: unknown, home?: MethodHome) => Run;

/** @throws CacheopsConfigError for options that cannot be used. */
export function createCached(cache: CallCache, options: KeyOptions): FunctionCaching {
  if (options.key !== undefined && typeof options.key !== "function")
    throw wrongOption("cached.key", options.key, "a function of the arguments");
  const wrap: Wrap = (fn, home) => {
    if (typeof fn !== "function") throw wrongOption("cached", fn, "a function or a method");
    return wrapped(cache, options, fn as Run, home);
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
  return decorate as FunctionCaching;
}

function standard(wrap: Wrap, method: unknown, context: MethodContext, { extra }: KeyOptions): Run {
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
  cache: CallCache,
  { extra, key: keyed }: KeyOptions,
  fn: AnyFunction,
  home?: MethodHome,
): Run {
  const name = home ? String(home.method) : fn.name;
  const identity = new FunctionKey(name, fn, extra);
  const callOf = (self: unknown, args: Args): Call => {
    if (!keyed) home?.refuseHeirs(self);
    const counting = keyed ? [(keyed as (...all: Args) => unknown).apply(self, [...args])] : args;
    const run = async (): Promise<unknown> => (fn as (...all: Args) => unknown).apply(self, [...args]);
    const key = identity.of(counting, home?.name);
    return { func: home ? `${home.name}.${name}` : name || "(anonymous)", key, self, args, run };
  };
  const wrapper: Run = async function (...args) {
    return cache.call(callOf(this, args));
  };
  /** Called as a method of the wrapper, a companion knows no object. */
  const companionCall = (self: unknown, args: Args): Call =>
    callOf(self === wrapper ? undefined : self, args);
  const companions: Companions = {
    async invalidate(...args) {
      await cache.invalidate(companionCall(this, args));
    },
    async refresh(...args) {
      return cache.refresh(companionCall(this, args));
    },
    async peek(...args) {
      return cache.peek(companionCall(this, args));
    },
    key(...args) {
      return cache.key(companionCall(this, args));
    },
  };
  return Object.assign(disguise(wrapper, fn), companions);
}

type Companions = {
  readonly [K in keyof Omit<CachedFunction<AsyncFunction>, never>]: (this: unknown, ...args: Args) => unknown;
};
