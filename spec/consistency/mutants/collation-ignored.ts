import * as canonical from "../../../src/schema/canonical";
import type { ValueType } from "../../../src/schema/column";

const original = canonical.canonical;

/** Texts are taken to be equal only if every character is. */
const exactly = (type: ValueType): ValueType =>
  type.kind === "text" ? { ...type, equality: "exact" } : type;

Object.assign(canonical, {
  canonical: (...[type, dialect, value]: Parameters<typeof original>) =>
    original(exactly(type), dialect, value),
});
