import { parameterKey } from "../core/statement-key";
import { classOf, MAX_DEPTH, typeName } from "../core/value-class";
import { CacheopsError } from "../errors";

/**
 * Name of the method by which instances of a class say what they count as in a key: `[cacheKey]()` returns
 * any value that can be keyed itself. Registered, so that all copies of the package mean the same one.
 */
export const cacheKey: unique symbol = Symbol.for("typeorm-cacheops:key") as never;

/** An object that may be an argument of a cached function, though its class is not known to the package. */
export interface Keyed {
  [cacheKey](): unknown;
}

/**
 * A text that two values share only if they are deeply equal, in which the order of an object's keys, of a
 * Map's and of a Set's elements does not count. Every part begins with a letter of its own and tells its
 * length, so no content can imitate a boundary, and a sorted list of parts is as good as one in order.
 *
 * @param where Names the value in the error for one that cannot be keyed.
 */
export function valueKey(value: unknown, where: string): string {
  return keyOf(value, { where, path: "", depth: 0 });
}

/** The key of a whole list of arguments; `call` names the function in errors. */
export function argumentKey(args: readonly unknown[], call: string): string {
  return framed(
    "A",
    args.map((arg, at) => valueKey(arg, `${call}: argument ${at + 1}`)),
  );
}

interface Place {
  readonly where: string;
  readonly path: string;
  readonly depth: number;
}

function keyOf(value: unknown, place: Place): string {
  if (typeof value !== "object" || value === null) return leaf(value, place);
  if (place.depth > MAX_DEPTH) throw refusal(place, "is cyclic or very deeply nested");
  const kind = classOf(value);
  switch (kind) {
    case "array":
      return framed(
        "A",
        (value as unknown[]).map((item, at) => keyOf(item, inside(place, `[${at}]`))),
      );
    case "plain":
      return sorted("O", properties(value, place));
    case "null-prototype":
      return sorted("P", properties(value, place));
    case "map":
      return sorted("M", pairs(value as Map<unknown, unknown>, place));
    case "set":
      return sorted(
        "S",
        [...(value as Set<unknown>)].map((item) => keyOf(item, inside(place, " of a Set"))),
      );
    case "date":
    case "buffer":
    case "view":
      return leaf(value, place);
    case "other":
      return declared(value, place);
    default:
      return kind satisfies never;
  }
}

function leaf(value: unknown, place: Place): string {
  const key = parameterKey([value]);
  if (key.ok) return key.key;
  throw refusal(place, `is of type ${key.type}, which cannot be part of a key`);
}

function properties(value: object, place: Place): string[] {
  return Object.entries(value).map(
    ([name, item]) => leaf(name, place) + keyOf(item, inside(place, `.${name}`)),
  );
}

function pairs(map: Map<unknown, unknown>, place: Place): string[] {
  return [...map].map(
    ([key, item]) =>
      keyOf(key, inside(place, " key of a Map")) + keyOf(item, inside(place, " value of a Map")),
  );
}

function declared(value: object, place: Place): string {
  const name = typeName(value);
  if (typeof (value as Partial<Keyed>)[cacheKey] !== "function") {
    throw refusal(
      place,
      `is an instance of ${name}, which does not say how it is keyed. Give the class a [cacheKey]() method, ` +
        "pass plain values, or give the function a `key`",
    );
  }
  return framed("C", [leaf(name, place), keyOf((value as Keyed)[cacheKey](), inside(place, "[cacheKey]()"))]);
}

function inside(place: Place, step: string): Place {
  return { ...place, path: place.path + step, depth: place.depth + 1 };
}

function refusal({ where, path }: Place, problem: string): CacheopsError {
  const at = path.length > 80 ? `${path.slice(0, 80)}…` : path;
  return new CacheopsError("CACHEOPS_ARGUMENT", `${where}${at && `, at ${at.trim()},`} ${problem}.`);
}

function sorted(letter: string, parts: string[]): string {
  return framed(letter, parts.sort());
}

function framed(letter: string, parts: readonly string[]): string {
  return `${letter}${parts.length}:${parts.join("")}`;
}
