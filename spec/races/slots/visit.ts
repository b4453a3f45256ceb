import { type Cast, next, start, type State, type Wrong } from "./model";

export interface Visited {
  readonly states: number;
  readonly wrong: string | undefined;
}

/** Visits every state that the cast can come to; stops at the first wrong answer. */
export function visit(cast: Cast, how: Wrong = {}): Visited {
  const first = start(cast);
  const known = new Set([keyOf(first)]);
  const waiting = [first];
  let wrong: string | undefined;
  for (let state = waiting.pop(); state && !wrong; state = waiting.pop()) {
    for (const following of next(state, how, (what) => (wrong ??= `${what}: ${JSON.stringify(state)}`))) {
      const key = keyOf(following);
      if (known.has(key)) continue;
      known.add(key);
      waiting.push(following);
    }
  }
  return { states: known.size, wrong };
}

/** Of versions it only matters which are equal; of readers in the same state not, which is which. */
function keyOf({ epoch, table, entry, commits, readers, writers, losses }: State): string {
  const names = new Map<number, number>();
  const name = (version: number | undefined): number => {
    if (version === undefined) return -1;
    if (!names.has(version)) names.set(version, names.size);
    return names.get(version)!;
  };
  const leases = (all: Readonly<Record<string, string>> = {}): string => Object.entries(all).sort().join("+");
  const entryOf = (one: State["entry"]): string =>
    one ? `${name(one.epoch)},${name(one.table)},${one.value}` : "";
  const readerOf = (one: State["readers"][number]): string =>
    [
      [one.at, one.since, one.value, one.left, one.refused, one.stored, one.reads],
      one.epoch ? [name(one.epoch.version), one.epoch.marked, leases(one.epoch.notes)] : "",
      one.table
        ? [name(one.table.version), leases(one.table.marks), one.table.unproven, entryOf(one.table.entry)]
        : "",
    ].join(";");
  return [
    commits,
    losses,
    epoch ? [name(epoch.version), leases(epoch.notes), epoch.lost, [...epoch.awaited].sort()] : "",
    table ? [name(table.version), leases(table.marks), table.unproven] : "",
    entryOf(entry),
    ...Object.values(writers).map(({ at, left, renewing }) => [at, left, renewing].join(";")),
    ...readers.map(readerOf).sort(),
  ].join("|");
}
