import type { SqlDialect } from "../sql/analysis";
import type { TextType, ValueType } from "./column";

/** Ranks are whole numbers from 0 to 2 ** RANK_BITS - 1. */
export const RANK_BITS = 23;

/**
 * A number by the canonical text of a value, so that of two values the one that the database sorts behind the other never
 * has the smaller one; they may have the same. `undefined`: the order is not known. `side`: the least (-1) or the greatest (1)
 * that a value may have which equals this one, as others read it.
 */
export function rankOf(
  type: ValueType,
  dialect: SqlDialect,
  text: string,
  side: -1 | 0 | 1 = 0,
): number | undefined {
  // SQLite keeps other values in such columns, too, and sorts by what they are.
  if (dialect === "sqlite" && type.kind !== "integer") return undefined;
  switch (type.kind) {
    case "integer":
      return ofNumber(BigInt(text));
    case "date":
      return ofNumber(BigInt(Date.parse(`${text}T00:00:00Z`) / DAY));
    case "text":
      return type.ordering && ofBytes(type, text);
    case "opaque":
      return type.ordering && ofNumber(BigInt(text) + BigInt(side * VAGUE));
    case "boolean":
    case "enum":
    case "uuid":
      return undefined;
  }
}

/**
 * A timestamp becomes a Date by the time zone of whoever reads it, 26 hours from that of another process, and some zones
 * have left out a day: in whole days, three.
 */
const VAGUE = 3;

/** What stands for a moment that the driver has read: its day. */
export function dayOf(moment: Date, dialect: SqlDialect): string | undefined {
  const time = moment.getTime();
  // Drivers take the year 50 for 1950, and have no Date for the day 0 that MySQL stores.
  if (Number.isNaN(time) || (dialect === "mysql" && time < CERTAIN)) return undefined;
  return Math.floor(time / DAY).toString();
}

const DAY = 86_400_000;
const CERTAIN = Date.UTC(2001);

const ZERO = 2 ** (RANK_BITS - 1);

function ofNumber(value: bigint): number {
  return value < 0n ? ZERO - magnitude(-value) : ZERO + magnitude(value);
}

/** Behind the first bit of a number as many are kept. */
const KEPT = 15;

/** Like a float: how many bits there are, then the leading ones. So few nodes of a tree cover all larger numbers. */
function magnitude(value: bigint): number {
  if (value === 0n) return 0;
  const below = value.toString(2).length - 1;
  const rest = value - (1n << BigInt(below));
  const kept = below > KEPT ? rest >> BigInt(below - KEPT) : rest << BigInt(KEPT - below);
  return (below + 1) * 2 ** KEPT + Number(kept);
}

/** The first bytes; shorter texts are filled up with what they are compared with. */
function ofBytes({ equality }: TextType, text: string): number {
  const filled = Buffer.alloc(3, equality === "padded" ? " " : "\0");
  Buffer.from(text).copy(filled);
  return filled.readUIntBE(0, 3) >> (24 - RANK_BITS);
}
