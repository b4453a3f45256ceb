import { hash } from "node:crypto";
import { bytesOf, classOf, MAX_DEPTH, typeName, viewName } from "./value-class";

/** `type` is what nobody here knows how to tell apart from others of its kind, for the event of the bypass. */
export type ParameterKey =
  { readonly ok: true; readonly key: string } | { readonly ok: false; readonly type: string };

/**
 * A text that two lists of parameters share only if every driver sends the same for both: 1 and "1",
 * a Date and its text, null and undefined, 0 and -0 differ. Every value is written as a letter for
 * its type and content that is either of limited alphabet or preceded by its length, so no content
 * can imitate a boundary. Keys of objects count in their order, which a json column keeps.
 */
export function parameterKey(parameters: readonly unknown[]): ParameterKey {
  try {
    return { ok: true, key: list("a", parameters, 0) };
  } catch (error) {
    if (error instanceof UnknownType) return { ok: false, type: error.type };
    throw error;
  }
}

/**
 * SHA-256 of the parts, in 43 characters of base64url. Parts are framed by their lengths and hashed
 * as UTF-16, since in UTF-8 all lone surrogates are the same character.
 */
export function statementHash(parts: readonly string[]): string {
  return hash("sha256", Buffer.from(parts.map(framed).join(""), "utf16le"), "base64url");
}

class UnknownType extends Error {
  constructor(readonly type: string) {
    super(type);
  }
}

function encode(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return `s${framed(value)}`;
    case "number":
      return Object.is(value, -0) ? "n-0;" : `n${value};`;
    case "bigint":
      return `i${value};`;
    case "boolean":
      return value ? "t" : "f";
    case "undefined":
      return "u";
    case "object":
      return value === null ? "0" : encodeObject(value, depth + 1);
    default:
      throw new UnknownType(typeName(value));
  }
}

function encodeObject(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw new UnknownType("deeply nested or cyclic object");
  const kind = classOf(value);
  switch (kind) {
    case "array":
      return list("a", value as unknown[], depth);
    case "plain":
      return list("o", Object.entries(value).flat(), depth);
    case "null-prototype":
      return list("p", Object.entries(value).flat(), depth);
    case "date":
      return `d${(value as Date).getTime()};`;
    case "buffer":
      return `b${framed((value as Buffer).toString("base64"))}`;
    case "view":
      return `v${framed(viewName(value))}${framed(bytesOf(value as Uint8Array).toString("base64"))}`;
    // Drivers send them as an empty object or as "[object Map]": whatever is meant, it is a mistake.
    case "map":
    case "set":
    case "other":
      throw new UnknownType(typeName(value));
    default:
      return kind satisfies never;
  }
}

function list(letter: string, values: readonly unknown[], depth: number): string {
  let text = `${letter}${values.length}:`;
  for (const value of values) text += encode(value, depth);
  return text;
}

function framed(text: string): string {
  return `${text.length}:${text}`;
}
