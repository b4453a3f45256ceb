import type { ValueType } from "../schema/column";

/**
 * Whether values that the database calls equal are the same to the last character. Else a row that was found by
 * `name = 'a'` may hold `A`, `á` or `a ` instead: what is asked by another way than equality, the `'a'` does not answer.
 */
export function isSpelledOneWay(type: ValueType): boolean {
  switch (type.kind) {
    case "integer":
    case "boolean":
    case "uuid":
    case "date":
      return true;
    case "text":
      return type.equality === "exact" || type.equality === "filled";
    case "enum":
      return type.equality === "exact";
    case "opaque":
      return false;
    default:
      return type satisfies never;
  }
}
