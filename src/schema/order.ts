import type { SqlDialect } from "../sql/analysis";
import { isExact } from "./canonical";
import type { TextType, ValueType } from "./column";

/** How the database orders two values by their canonical texts: negative, zero or positive; `undefined`: not known. */
export function compare(type: ValueType, dialect: SqlDialect, a: string, b: string): number | undefined {
  switch (type.kind) {
    case "integer":
      // Of the same text, but one of them may have been rounded.
      if (a === b) return isExact(type, dialect, a) ? 0 : undefined;
      return BigInt(a) < BigInt(b) ? -1 : 1;
    case "date":
      if (!isExact(type, dialect, a)) return undefined;
      return a === b ? 0 : a < b ? -1 : 1;
    case "text":
      return type.ordering && compareBytes(type, a, b);
    case "boolean":
    case "enum":
    case "uuid":
    case "opaque":
      return undefined;
  }
}

/** UTF-8's bytes are in the order of code points, UTF-16's units are not. */
function compareBytes({ equality }: TextType, a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  if (equality !== "padded") return Buffer.compare(left, right);
  const length = Math.max(left.length, right.length);
  return Buffer.compare(blankPadded(left, length), blankPadded(right, length));
}

function blankPadded(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(length - bytes.length, " ")]);
}
