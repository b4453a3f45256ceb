import type { DataSource, EntitySubscriberInterface } from "typeorm";
import type { CacheStore } from "../../src";

/** Something that is held where it is until it is released. */
export interface Held {
  /** Resolves when it has come to the gate. */
  readonly reached: Promise<void>;
  release(): void;
}

export interface Gate extends Held {
  /** What stands at the gate waits for this. */
  pass(): Promise<void>;
}

export function gate(): Gate {
  let reach = (): void => undefined;
  let release = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  const pass = (): Promise<void> => {
    reach();
    return released;
  };
  return { reached, release: () => release(), pass };
}

/** Keeps the next statement that matches from being sent, as a slow subscriber of the user's would. */
export function holdStatement(dataSource: DataSource, matches: RegExp): Held {
  const { reached, release, pass } = gate();
  const subscriber: EntitySubscriberInterface = {
    beforeQuery: ({ query }) => {
      if (!matches.test(query)) return undefined;
      dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
      return pass();
    },
  };
  dataSource.subscribers.push(subscriber);
  return { reached, release };
}

/** Refuses every statement that matches, at once or after a turn of the event loop. Returns what ends it. */
export function refuseStatements(
  dataSource: DataSource,
  matches: RegExp,
  how: "throws" | "rejects",
): () => void {
  const subscriber: EntitySubscriberInterface = {
    beforeQuery: ({ query }) => {
      if (!matches.test(query)) return undefined;
      const error = new Error("refused by a subscriber");
      if (how === "throws") throw error;
      return new Promise((_resolve, reject) => setImmediate(() => reject(error)));
    },
  };
  dataSource.subscribers.push(subscriber);
  return () => void dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
}

type Operation = "lookup" | "store" | "fence" | "replace";

/** A store whose operations can be held before they begin, and made to fail, one kind at a time. */
export class GatedStore {
  /** What to hand to `cacheops()`. */
  readonly store: CacheStore;
  readonly #gates = new Map<string, Gate>();
  readonly #failing = new Set<string>();

  constructor(inner: CacheStore) {
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => this.#call(String(name), () => member.apply(target, args) as unknown);
      },
    });
  }

  /** Holds the next call of `operation`; those after it pass. */
  hold(operation: Operation): Held {
    const next = gate();
    this.#gates.set(operation, next);
    return next;
  }

  /** Every call of these fails until `mend`, as if the store could not be reached. */
  fail(...operations: Operation[]): void {
    for (const each of operations) this.#failing.add(each);
  }

  mend(): void {
    this.#failing.clear();
  }

  #call(name: string, call: () => unknown): unknown {
    const held = this.#gates.get(name);
    this.#gates.delete(name);
    if (held) return held.pass().then(() => this.#call(name, call));
    if (this.#failing.has(name)) return Promise.reject(new Error(`${name}: the store cannot be reached`));
    return call();
  }
}
