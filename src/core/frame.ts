import { NOTHING, union, type WriteSet } from "../dependencies/writes";

/** Writes since the transaction began or since a savepoint. */
export interface Frame {
  readonly savepoint: string | undefined;
  /** Of those that nothing more will be learnt of. */
  settled: WriteSet;
  readonly running: Set<Recorded>;
  /** Declared settings that hold until the transaction ends, or what came since the savepoint is undone. */
  readonly settings: Map<string, string>;
  dirty: boolean;
  /** Nobody knows whether the transaction is still open: what is written may be visible at once. */
  doubtful: boolean;
}

/** A write that is under way, of which its end may tell more. */
export class Recorded {
  /** Another one on the connection, under way at the same time, may have changed the same rows. */
  met = false;

  constructor(readonly writes: WriteSet) {}
}

export function frame(savepoint: string | undefined): Frame {
  return {
    savepoint,
    settled: NOTHING,
    running: new Set(),
    settings: new Map(),
    dirty: false,
    doubtful: false,
  };
}

export function writesOf({ settled, running }: Frame): WriteSet {
  return [...running].reduce((all, { writes }) => union(all, writes), settled);
}

/** RELEASE: what the savepoint held becomes its parent's. */
export function mergeInto(parent: Frame, released: Frame): void {
  parent.settled = union(parent.settled, released.settled);
  for (const each of released.running) parent.running.add(each);
  for (const [name, value] of released.settings) parent.settings.set(name, value);
  parent.dirty ||= released.dirty;
  parent.doubtful ||= released.doubtful;
}

/** As part of a key; empty if nothing is set. */
export function settingsOf(frames: readonly Frame[]): string {
  if (frames.every(({ settings }) => settings.size === 0)) return "";
  const last = new Map(frames.flatMap(({ settings }) => [...settings]));
  return JSON.stringify([...last].sort(([one], [other]) => (one < other ? -1 : 1)));
}
