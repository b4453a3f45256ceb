import { CacheopsUnsupportedError } from "../errors";
import type { KnownClass, KnownClasses } from "./known-classes";
import { bytesOf, classOf, MAX_DEPTH, typeName, viewFrom, viewName } from "./value-class";

/**
 * Values that JSON cannot hold, as JSON that can: strings, booleans, null and ordinary numbers stand
 * for themselves, everything else is an array that begins with a tag. Real arrays are tagged too, so
 * no value of the user can be taken for a tag.
 */
export type Tagged = string | number | boolean | null | readonly Tagged[];

/** Whether JSON.parse(JSON.stringify(value)) deep-equals it, prototypes included. */
export function isJson(value: unknown, depth = 0): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      return value === null || (depth < MAX_DEPTH && isJsonObject(value, depth + 1));
    default:
      return false;
  }
}

function isJsonObject(value: object, depth: number): boolean {
  switch (classOf(value)) {
    case "array":
      return (value as unknown[]).every((item) => isJson(item, depth));
    case "plain":
      return Object.values(value).every((item) => isJson(item, depth));
    default:
      return false;
  }
}

/** @throws CacheopsUnsupportedError for what would not come back as it was. */
export function tag(value: unknown, classes: KnownClasses, depth = 0): Tagged {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return isJson(value) ? value : ["number", Object.is(value, -0) ? "-0" : String(value)];
    case "bigint":
      return ["bigint", value.toString()];
    case "undefined":
      return ["undefined"];
    case "object":
      return value === null ? null : tagObject(value, classes, depth + 1);
    default:
      throw unsupported(value);
  }
}

function tagObject(value: object, classes: KnownClasses, depth: number): Tagged {
  if (depth > MAX_DEPTH)
    throw new CacheopsUnsupportedError("A cyclic or very deeply nested value cannot be cached");
  const nested = (item: unknown): Tagged => tag(item, classes, depth);
  const properties = (): Tagged[] => Object.entries(value).flatMap(([key, item]) => [key, nested(item)]);
  const kind = classOf(value);
  switch (kind) {
    case "array":
      return ["array", ...(value as unknown[]).map(nested)];
    case "plain":
    case "null-prototype":
      return [kind, ...properties()];
    case "date":
      // An invalid Date's NaN becomes JSON's null.
      return ["date", (value as Date).getTime()];
    case "buffer":
      return ["buffer", (value as Buffer).toString("base64")];
    case "view":
      return ["view", viewName(value), bytesOf(value as Uint8Array).toString("base64")];
    case "map":
      return [
        "map",
        ...[...(value as Map<unknown, unknown>)].flatMap(([key, item]) => [nested(key), nested(item)]),
      ];
    case "set":
      return ["set", ...[...(value as Set<unknown>)].map(nested)];
    case "other": {
      const known = classOfInstance(value, classes);
      return ["instance", known.name, ...stateOf(value, known).flatMap(([key, item]) => [key, nested(item)])];
    }
    default:
      return kind satisfies never;
  }
}

function classOfInstance(value: object, classes: KnownClasses): KnownClass {
  const found = classes.of(value);
  if (!found || Object.getOwnPropertySymbols(value).length > 0) throw unsupported(value);
  return found;
}

/** Own enumerable properties, and what lies behind accessors of the class. */
function stateOf(value: object, { accessors = [], omits = () => false }: KnownClass): [string, unknown][] {
  const behind = accessors.map((name): [string, unknown] => [name, (value as Record<string, unknown>)[name]]);
  return [...behind, ...Object.entries(value).filter(([name, item]) => !omits(name, item))];
}

function unsupported(value: unknown): CacheopsUnsupportedError {
  return new CacheopsUnsupportedError(`A value of type ${typeName(value)} cannot be cached`);
}

/** The value that `tag` was given, of fresh objects. @throws CacheopsUnsupportedError for an unknown tag. */
export function untag(tagged: Tagged, classes: KnownClasses): unknown {
  if (typeof tagged !== "object" || tagged === null) return tagged;
  const [kind, ...content] = tagged;
  const items = (): unknown[] => content.map((item) => untag(item, classes));
  const [first, second] = content;
  switch (kind) {
    case "number":
      return Number(first);
    case "bigint":
      return BigInt(first as string);
    case "undefined":
      return undefined;
    case "array":
      return items();
    case "plain":
      return withProperties({}, items());
    case "null-prototype":
      return withProperties(Object.create(null) as object, items());
    case "instance":
      return instanceOf(known(classes.named(String(first)), first), items().slice(1));
    case "date":
      return new Date(first === null ? NaN : (first as number));
    case "buffer":
      return Buffer.from(first as string, "base64");
    case "view":
      return known(viewFrom(String(first), Buffer.from(second as string, "base64")), first);
    case "map":
      return new Map(pairs(items()));
    case "set":
      return new Set(items());
    default:
      throw new CacheopsUnsupportedError("A stored value has an unknown tag");
  }
}

function known<T>(value: T | undefined, name: unknown): T {
  if (value === undefined)
    throw new CacheopsUnsupportedError(`A stored value is of the unknown class ${String(name)}`);
  return value;
}

function instanceOf({ create, accessors = [] }: KnownClass, keysAndValues: unknown[]): object {
  const instance = create();
  const state = pairs(keysAndValues) as [string, unknown][];
  const names = new Set(state.map(([name]) => name));
  // What the constructor has set and the original did not have.
  for (const name of Object.keys(instance)) if (!names.has(name)) Reflect.deleteProperty(instance, name);
  for (const [name, value] of state) if (accessors.includes(name)) Reflect.set(instance, name, value);
  return withProperties(instance, state.filter(([name]) => !accessors.includes(name)).flat());
}

/** Defined, not assigned: assigning `__proto__` (a possible key of a json column) sets the prototype. */
function withProperties(target: object, keysAndValues: unknown[]): object {
  for (const [key, value] of pairs(keysAndValues)) {
    Object.defineProperty(target, key as string, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return target;
}

function pairs(list: unknown[]): [unknown, unknown][] {
  return Array.from({ length: list.length / 2 }, (_, i) => [list[2 * i], list[2 * i + 1]]);
}
