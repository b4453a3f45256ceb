import type { BypassReason, ReadEvent } from "../events";
import type { Dependency, EntryKey, Snapshot } from "../stores/store";
import type { Relied } from "./merged-dependencies";

/** Where a result is kept, and what it depends on as far as that is known before it is there. */
export interface EntryPlan {
  readonly entry: EntryKey;
  /** The first is the epoch. */
  readonly dependencies: readonly Dependency[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds that it may be given after it went stale, while somebody loads it anew. */
  readonly staleFor: number | undefined;
}

export interface Loaded<T> {
  readonly value: T;
  /** False if it may hold rows that others must not get. */
  readonly shareable: boolean;
  /** A replica gave it, which may lag behind what has been committed. */
  readonly replica: boolean;
  /** Why it is not shareable, if that is to be told. */
  readonly reason?: BypassReason | undefined;
  readonly detail?: string | undefined;
}

export interface Complete extends Relied {
  /** Milliseconds. */
  readonly timeout: number;
  /** Bounds that the result went past, so that it relies on more, in words. */
  readonly coarser?: readonly string[];
}

export type Told = Pick<ReadEvent, "outcome"> &
  Partial<Pick<ReadEvent, "reason" | "detail" | "bytes" | "stored" | "coarser">>;

/** A result that may be answered from the store, and all that it takes to get it otherwise. */
export interface Wanted<T> {
  readonly plan: EntryPlan;
  /** What it is, for warnings. */
  readonly what: string;
  /** What is known of the connection that it is read on. */
  readonly session: () => { readonly unshareable: BypassReason | undefined; readonly connected: boolean };
  load(master: boolean): Promise<Loaded<T>>;
  readonly encode: (value: T) => Buffer;
  readonly decode: (payload: Buffer) => T;
  /** What the result relies on, now that it is there, as it was before it was read. */
  complete(value: T, snapshot: Snapshot): Complete;
  /** Loads whatever is stored. */
  readonly anew?: boolean;
  /** It has been looked for once more, after a load that could not be shared. */
  readonly again?: boolean;
  /** Other processes that want the same wait for this one's load. */
  readonly lock?: boolean;
  /** How eagerly it is loaded before it expires, as `isDueEarly` takes it. Default 0, not at all. */
  readonly earlyRefresh?: number;
  /** It relies on more than the look-up asked for, so others may have it only once it was stored. */
  readonly late?: boolean;
  tell(told: Told): void;
}

/** `snapshot` is from before it was read; without one nothing can be built on the value, and `reason` says why. */
export type Answer<T> =
  | { readonly value: T; readonly snapshot: Snapshot; readonly reason?: undefined }
  | { readonly value: T; readonly snapshot: undefined; readonly reason: BypassReason };
