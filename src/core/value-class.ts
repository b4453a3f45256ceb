/** Telling apart the classes of values that database drivers and their callers deal in. */

/** The constructors of binary views other than Buffer. */
const VIEWS = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

type View = InstanceType<(typeof VIEWS)[number]>;

const VIEW_NAME_BY_PROTOTYPE = new Map<object, string>(VIEWS.map((view) => [view.prototype, view.name]));
const VIEW_BY_NAME = new Map(VIEWS.map((view) => [view.name, view]));

/** Nesting beyond which a value is refused: deeper ones are cyclic, or would overflow the stack. */
export const MAX_DEPTH = 500;

/**
 * What a value is for encoding. Decided by the exact prototype, never by `instanceof`: a subclass
 * may carry state and behaviour that nobody here knows.
 */
export type ValueClass =
  "array" | "plain" | "null-prototype" | "date" | "buffer" | "view" | "map" | "set" | "other";

/** The class of an object; never `"other"` for one whose own keys would get lost. */
export function classOf(value: object): ValueClass {
  const prototype: unknown = Object.getPrototypeOf(value);
  switch (prototype) {
    case Object.prototype:
      return hasSymbols(value) ? "other" : "plain";
    case Array.prototype:
      return Array.isArray(value) && isDense(value) ? "array" : "other";
    case Date.prototype:
      return hasOwnKeys(value) ? "other" : "date";
    case Buffer.prototype:
      return "buffer";
    case null:
      return hasSymbols(value) ? "other" : "null-prototype";
    case Map.prototype:
      return hasOwnKeys(value) ? "other" : "map";
    case Set.prototype:
      return hasOwnKeys(value) ? "other" : "set";
    default:
      return VIEW_NAME_BY_PROTOTYPE.has(prototype as object) ? "view" : "other";
  }
}

/** A value's type in words, for events and errors; never any of its content. */
export function typeName(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "object";
}

/** Name of a view's class. */
export function viewName(view: object): string {
  return VIEW_NAME_BY_PROTOTYPE.get(Object.getPrototypeOf(view) as object) ?? typeName(view);
}

/** The bytes that a view shows, in the order of this machine, without a copy. */
export function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

/** A view of class `name` over a copy of `bytes`; undefined if there is no such class. */
export function viewFrom(name: string, bytes: Buffer): View | undefined {
  const view = VIEW_BY_NAME.get(name);
  // A copy of its own: views of wider elements need an aligned start, which pooled Buffers lack.
  return view && new view(new Uint8Array(bytes).buffer);
}

/** Neither holes nor properties besides the elements (as the arrays of RegExp matches have them). */
function isDense(array: readonly unknown[]): boolean {
  return Object.keys(array).length === array.length && !hasSymbols(array);
}

function hasSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).length > 0;
}

function hasOwnKeys(value: object): boolean {
  return Object.keys(value).length > 0 || hasSymbols(value);
}
