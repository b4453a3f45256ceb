import type { ColumnFacts, ValueType } from "../schema/column";
import { RANK_BITS, rankOf } from "../schema/rank";
import type { SqlDialect } from "../sql/analysis";
import type { Value } from "./predicate";

/**
 * Rows that have a value in some range of a column. Ranges differ from read to read, and each as a scheme of its own
 * would be too many. So the values are put into a tree: a range is covered by few of its nodes, and a row is in all
 * those on the way to its value.
 */
export interface Span {
  readonly column: string;
  /** `order`: halves of the numbers that `rankOf` gives. `start`: what texts begin with. */
  readonly by: "order" | "start";
}

/** A node of the tree of a span, by its name. */
export type Node = string;

/** All rows with any value. */
export const EVERYWHERE: Node = "0 0";
/** Rows whose value is NULL. */
export const NULLS: Node = "null";
/** Rows whose value is not known: they may be anywhere. */
export const SOMEWHERE: Node = "?";

/** Ranges that are told exactly are told in nodes of this level; where one ends, a row that stays may cross its end. */
const EDGE_LEVEL = 17;
/** Of nodes that tell a range exactly: more are not asked for, but fewer that cover it. */
const MOST_EXACT = 30;
/** As others read it, an end may be in any of some nodes. */
const MOST_EDGES = 4;

/** A range is taken to be larger where more nodes would be needed: each is a key that every look-up asks for. */
const MOST_COVERING = 16;
/** In characters: what begins with more is asked for by these alone. */
const LONGEST_START = 12;

/** How many nodes a range has at the most, SOMEWHERE and NULLS among them. */
export const MOST_NODES = MOST_EXACT + 2 * MOST_EDGES + 2;

/** Whether values of the column are known to be in the order of their ranks. */
export function isRanked(column: ColumnFacts | undefined, dialect: SqlDialect): boolean {
  switch (column?.type.kind) {
    case "integer":
      return true;
    case "date":
      return dialect !== "sqlite";
    case "text":
    case "opaque":
      return dialect !== "sqlite" && column.type.ordering !== undefined;
    default:
      return false;
  }
}

/** All nodes that a row with this value is in. */
export function nodesOf(
  { by }: Span,
  value: Value,
  type: ValueType | undefined,
  dialect: SqlDialect,
): readonly Node[] {
  if (value === null) return [EVERYWHERE, NULLS];
  const path = value !== undefined && type ? pathTo(by, value, type, dialect) : undefined;
  return path ?? [SOMEWHERE];
}

function pathTo(
  by: Span["by"],
  value: string,
  type: ValueType,
  dialect: SqlDialect,
): readonly Node[] | undefined {
  if (by === "start") {
    const start = [...value].slice(0, LONGEST_START);
    return [EVERYWHERE, ...start.map((_, at) => startNode(start.slice(0, at + 1)))];
  }
  const rank = rankOf(type, dialect, value);
  if (rank === undefined) return undefined;
  const nodes = Array.from({ length: RANK_BITS + 1 }, (_, level) =>
    orderNode(level, rank >> (RANK_BITS - level)),
  );
  return [...nodes, edgeNode(rank >> (RANK_BITS - EDGE_LEVEL))];
}

/** Whether a row that was in the node and is in it is in the same ranges as before. */
export function keeps(node: Node): boolean {
  return node !== SOMEWHERE && !node.startsWith(EDGE);
}

/** Nodes that cover all rows whose value begins like this. */
export function coverStart(start: string): readonly Node[] {
  return [startNode([...start].slice(0, LONGEST_START)), SOMEWHERE];
}

/** What a range reaches from and to: canonical texts that belong to it; `undefined`: it is open there. */
export interface Range {
  readonly low?: string | undefined;
  readonly high?: string | undefined;
}

/** Nodes that cover all rows whose value is in the range; `undefined` where that is not known. */
export function coverRange(
  { low, high }: Range,
  type: ValueType,
  dialect: SqlDialect,
): readonly Node[] | undefined {
  const first = low === undefined ? 0 : rankOf(type, dialect, low, -1);
  const last = high === undefined ? LAST_RANK : rankOf(type, dialect, high, 1);
  return first === undefined || last === undefined
    ? undefined
    : [...cover(first, last, MOST_COVERING), SOMEWHERE];
}

/**
 * The same where a row matters only when it comes into the range or leaves it: nodes that are wholly in it, and those at
 * its ends. `undefined` also where that would be too many.
 */
export function exactRange(
  { low, high }: Range,
  type: ValueType,
  dialect: SqlDialect,
): readonly Node[] | undefined {
  const from = low === undefined ? NO_EDGE : edgeAt(low, type, dialect);
  const to = high === undefined ? NO_EDGE : edgeAt(high, type, dialect);
  if (!from || !to) return undefined;
  const first = low === undefined ? 0 : from.last + 1;
  const last = high === undefined ? 2 ** EDGE_LEVEL - 1 : to.first - 1;
  const size = 2 ** (RANK_BITS - EDGE_LEVEL);
  const inside = first <= last ? cover(first * size, (last + 1) * size - 1, Infinity) : [];
  const edges = [from, to].flatMap((edge) => edge.nodes);
  return inside.length > MOST_EXACT ? undefined : [...inside, ...new Set(edges), SOMEWHERE];
}

const LAST_RANK = 2 ** RANK_BITS - 1;
const NO_EDGE = { first: 0, last: 0, nodes: [] };

/** Nodes of the edge level in which the end of a range may be. */
function edgeAt(
  value: string,
  type: ValueType,
  dialect: SqlDialect,
): { readonly first: number; readonly last: number; readonly nodes: readonly Node[] } | undefined {
  const [least, greatest] = [rankOf(type, dialect, value, -1), rankOf(type, dialect, value, 1)];
  if (least === undefined || greatest === undefined) return undefined;
  const [first, last] = [least, greatest].map((rank) => rank >> (RANK_BITS - EDGE_LEVEL)) as [number, number];
  if (last - first >= MOST_EDGES) return undefined;
  return { first, last, nodes: Array.from({ length: last - first + 1 }, (_, at) => edgeNode(first + at)) };
}

function cover(first: number, last: number, most: number): readonly Node[] {
  const inside: Node[] = [];
  let across = [{ level: 0, at: 0 }];
  for (let level = 0; level <= RANK_BITS; level += 1) {
    const cut: typeof across = [];
    for (const node of across) {
      const from = node.at * 2 ** (RANK_BITS - level);
      const to = (node.at + 1) * 2 ** (RANK_BITS - level) - 1;
      if (first <= from && to <= last) inside.push(orderNode(level, node.at));
      else if (from <= last && first <= to) cut.push(node);
    }
    if (inside.length + 2 * cut.length > most)
      return [...inside, ...cut.map(({ at }) => orderNode(level, at))];
    across = cut.flatMap(({ at }) => [2 * at, 2 * at + 1].map((half) => ({ level: level + 1, at: half })));
  }
  return inside;
}

function orderNode(level: number, at: number): Node {
  return `${level} ${at}`;
}

const EDGE = "edge ";

function edgeNode(at: number): Node {
  return `${EDGE}${at}`;
}

function startNode(start: readonly string[]): Node {
  return `= ${start.join("")}`;
}
