import type { CacheStore } from "../../src";

/** The store, which says each time that somebody begins to wait for another process's load. */
export function watchedLocks(inner: CacheStore, waiting: () => void): CacheStore {
  const { locks } = inner;
  const watched = locks && {
    hold: locks.hold.bind(locks),
    freed: (...args: Parameters<typeof locks.freed>) => {
      waiting();
      return locks.freed(...args);
    },
  };
  return new Proxy(inner, {
    get: (target, name) => {
      if (name === "locks") return watched;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
}
