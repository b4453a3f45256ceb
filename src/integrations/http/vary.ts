import { CacheopsConfigError } from "../../index";
import type { ViewRequest } from "./view-request";

/** Name of a request header, or a function that gives what makes a difference: who the user is, which language. */
export type VaryBy<R> = string | ((request: R) => string | readonly string[] | undefined);

/** Headers that may say who asks, so that what the handler answers may be meant for nobody else. */
const CREDENTIALS = ["authorization", "cookie"];

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;

/** What responses to one address differ by. */
export class Vary<R> {
  readonly #names: readonly string[];
  readonly #functions: readonly Exclude<VaryBy<R>, string>[];

  /** @throws CacheopsConfigError */
  constructor(by: readonly VaryBy<R>[]) {
    const names: string[] = [];
    const functions: Exclude<VaryBy<R>, string>[] = [];
    for (const each of by) {
      if (typeof each === "function") functions.push(each);
      else if (typeof each === "string" && each !== "*" && HEADER_NAME.test(each))
        names.push(each.toLowerCase());
      else
        throw new CacheopsConfigError(
          "cachedView: vary: give names of request headers or functions of the request.",
        );
    }
    this.#names = names;
    this.#functions = functions;
  }

  /** For the response's `Vary` header. What functions look at is not known, but that they may tell users apart. */
  get names(): readonly string[] {
    return this.#functions.length > 0 ? [...new Set([...this.#names, ...CREDENTIALS])] : this.#names;
  }

  /** Whether it is known who else may get the response to this request. */
  covers({ headers }: ViewRequest<R>): boolean {
    return (
      this.#functions.length > 0 ||
      CREDENTIALS.every((name) => headers[name] === undefined || this.#names.includes(name))
    );
  }

  /** The part of the key. */
  of({ headers, native }: ViewRequest<R>): unknown[] {
    return [
      this.#names.map((name) => [name, headers[name] ?? null]),
      this.#functions.map((by) => by(native) ?? null),
    ];
  }
}

/** Names in `Vary` headers, in lower case. */
export function varyNames(header: unknown): string[] {
  return headerText(header)
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}

/** The header with further names, spelled as headers usually are. */
export function varyWith(header: unknown, names: readonly string[]): string {
  const there = varyNames(header);
  if (there.includes("*")) return "*";
  const missing = names.filter((name) => !there.includes(name)).map(capitalised);
  return [...(there.length > 0 ? [headerText(header)] : []), ...missing].join(", ");
}

/** A header's value as one text. */
export function headerText(header: unknown): string {
  if (Array.isArray(header)) return header.join(", ");
  return typeof header === "string" || typeof header === "number" ? String(header) : "";
}

function capitalised(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
