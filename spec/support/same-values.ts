import { deepStrictEqual } from "node:assert/strict";

class InvalidDate {}

/**
 * Node's deepStrictEqual, prototypes included, but for invalid Dates (MySQL's 0000-00-00), of which
 * Node 20 finds no two equal.
 */
export function expectSameValues(actual: unknown, expected: unknown): void {
  deepStrictEqual(withoutInvalidDates(actual), withoutInvalidDates(expected));
}

function withoutInvalidDates(value: unknown): unknown {
  if (value instanceof Date && Number.isNaN(value.getTime())) return new InvalidDate();
  if (Array.isArray(value)) return value.map(withoutInvalidDates);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date)
    return value;
  if (value instanceof Map || value instanceof Set) return value;
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>;
  for (const [key, item] of Object.entries(value)) {
    const property = {
      value: withoutInvalidDates(item),
      enumerable: true,
      writable: true,
      configurable: true,
    };
    Object.defineProperty(copy, key, property);
  }
  return copy;
}
