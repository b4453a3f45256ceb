import { CacheopsUnsupportedError } from "../errors";

/**
 * The class in which a cached method was declared: part of its key, since methods of two classes may have
 * the same name and text. The call's own class would not do: whoever invalidates names no object.
 */
export class MethodHome {
  /** The prototype, or the class itself of a static method. */
  #home: object | undefined;

  constructor(
    readonly method: string | symbol,
    home?: object,
  ) {
    this.#home = home;
  }

  /** Called with an object that has the method, perhaps by inheritance. */
  learn(self: object, wrapped: unknown): void {
    if (this.#home) return;
    const holders = chainOf(self).filter((each) => Object.hasOwn(each, this.method));
    const holder = holders.find(
      (each) => Object.getOwnPropertyDescriptor(each, this.method)?.value === wrapped,
    );
    // Another decorator may have put its own function around ours.
    this.#home = holder ?? (holders.length === 1 ? holders[0] : undefined);
  }

  get name(): string {
    if (!this.#home) {
      throw new CacheopsUnsupportedError(
        `The class of the cached method ${String(this.method)} is not known before it has an instance.`,
      );
    }
    return typeof this.#home === "function"
      ? `static ${this.#home.name}`
      : (this.#home.constructor as { name: string }).name;
  }

  /** What an inherited method returns may depend on what a subclass overrides. */
  refuseHeirs(self: unknown): void {
    if (typeof self !== "object" && typeof self !== "function") return;
    if (self === null || !this.#home || self === this.#home) return;
    if (typeof self === "object" && Object.getPrototypeOf(self) === this.#home) return;
    if (!chainOf(self).includes(this.#home)) return;
    throw new CacheopsUnsupportedError(
      `${this.name}.${String(this.method)} is cached and was called on a subclass, whose results the key would not ` +
        "tell from those of its class. Cache the subclass's own method, or give a `key` that tells them apart.",
    );
  }
}

function chainOf(self: object): object[] {
  const chain: object[] = [];
  for (let each: object | null = self; each; each = Object.getPrototypeOf(each) as object | null)
    chain.push(each);
  return chain;
}
