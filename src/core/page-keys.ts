import { outputsTelling } from "../dependencies/late-parts";
import type { CachingPlan } from "./caching-plan";
import type { KeyPage, Rows } from "./read-request";
import { parameterKey } from "./statement-key";

type Row = Readonly<Record<string, unknown>>;

/** Keys, and what tells which rows they rely on. Nobody looks at the rest, which may be outdated when these are not. */
export function keptOfPage(rows: Rows, { of }: KeyPage, { reliances }: CachingPlan): Rows {
  if (!Array.isArray(rows)) return rows;
  const telling = reliances.flatMap(({ late }) => late.flatMap(outputsTelling));
  const kept = [...new Set([...of.names, ...telling])];
  return (rows as readonly Row[]).map((row) => Object.fromEntries(kept.map((name) => [name, row[name]])));
}

/**
 * In an order that the keys alone decide: the statement by which TypeORM then asks for their rows names them in the order in
 * which they come, and would be another entry for each, and one more when what is cached has an order of before.
 */
export function inKeyOrder(rows: Rows, { of }: KeyPage): Rows {
  if (!Array.isArray(rows)) return rows;
  const placed = (rows as readonly Row[]).map((row) => {
    const key = parameterKey(of.names.map((name) => row[name]));
    return { row, key: key.ok ? key.key : "" };
  });
  return placed
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0))
    .map(({ row }) => row);
}
