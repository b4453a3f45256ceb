import type { CacheStore } from "../../src";
import type { Claim } from "../../src/stores/store";
import type { Random } from "../unit/sql/random";

/** Where a process can be made to die: before or after an operation of the store. */
export type DeathPoint = `${"before" | "after"} ${"lookup" | "store" | "fence" | "replace"}`;

const OPERATIONS = ["lookup", "store", "fence", "replace"];
const LONGEST_DELAY_MS = 4;

/** A store whose operations now and then take their time, so that races happen, and that can be told to die. */
export class ChaosStore {
  readonly store: CacheStore;
  /** Told what is replaced. */
  replaced: (claims: readonly Claim[]) => void = () => undefined;
  #death: DeathPoint | undefined;

  constructor(
    inner: CacheStore,
    private readonly random: Random,
  ) {
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        const call = (...args: unknown[]): unknown => member.apply(target, args) as unknown;
        return OPERATIONS.includes(String(name))
          ? (...args: unknown[]) => this.#perform(String(name), call, args)
          : call;
      },
    });
  }

  dieAt(point: DeathPoint): void {
    this.#death = point;
  }

  async #perform(name: string, call: (...args: unknown[]) => unknown, args: unknown[]): Promise<unknown> {
    await this.#step(`before ${name}`);
    const result = await call(...args);
    if (name === "replace") this.replaced(args[2] as readonly Claim[]);
    await this.#step(`after ${name}`);
    return result;
  }

  async #step(point: string): Promise<void> {
    if (this.#death === point) process.kill(process.pid, "SIGKILL");
    if (this.random.chance(0.3)) await pause(this.random);
  }
}

/** A few milliseconds, or just a turn of the event loop. */
export function pause(random: Random): Promise<unknown> {
  const delay = random.below(LONGEST_DELAY_MS + 1);
  return new Promise((resolve) => (delay === 0 ? setImmediate(resolve) : setTimeout(resolve, delay)));
}
