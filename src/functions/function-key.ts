import { statementHash } from "../core/statement-key";
import { CacheopsConfigError } from "../errors";
import { argumentKey, valueKey } from "./argument-key";

const NATIVE = /\{\s*\[native code\]\s*\}\s*$/;

/**
 * What tells functions apart that share a cache: owner (a method's class), name and text. The text also
 * makes a deployment that changes the function compute anew. What a function closes over is in none of it,
 * therefore `extra`.
 */
export class FunctionKey {
  readonly #name: string;
  readonly #identity: string;

  /** @throws CacheopsConfigError if nothing tells the function apart, or `extra` cannot be keyed. */
  constructor(name: string, fn: (...args: never[]) => unknown, extra: unknown) {
    this.#name = name || "(anonymous)";
    const text = Function.prototype.toString.call(fn);
    if (NATIVE.test(text) && extra === undefined) {
      throw new CacheopsConfigError(
        `cached: nothing tells the bound or native function ${this.#name} apart from others. Give \`extra\`.`,
      );
    }
    this.#identity = statementHash([name, text, extraKey(extra)]);
  }

  /** @throws CacheopsError if an argument cannot be keyed. */
  of(args: readonly unknown[], owner = ""): string {
    const call = owner ? `${owner}.${this.#name}` : this.#name;
    return `fn:${call}:${statementHash([owner, this.#identity, argumentKey(args, call)])}`;
  }
}

function extraKey(extra: unknown): string {
  try {
    return valueKey(extra, "extra");
  } catch (error) {
    throw new CacheopsConfigError(`cached: ${(error as Error).message}`, { cause: error });
  }
}
