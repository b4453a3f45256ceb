import { CacheopsStoreError } from "../errors";

/**
 * The contract of a backend. The protocol that the methods of the read flow and those of the write flow
 * make up is argued in DESIGN.md; `spec/contract` holds the suite that every store passes.
 */

/**
 * Opaque token of one record at one moment: its incarnation, never reused, and how often it has been
 * replaced since. A record that was lost comes back as another incarnation.
 */
export type Version = string;

/**
 * Where a record or an entry lives: `prefix` is the user's, `database` names the data source's
 * database, so that equal SQL of two data sources never meets.
 */
export interface Namespace {
  readonly prefix: string;
  readonly database: string;
}

/**
 * What has versions. `everything` is the epoch: the first of every lookup, replaced by `invalidateAll` and
 * after outages. `table` is a table of the database, `id` an identifier of TypeORM's `cache: { id }`.
 */
export interface RecordName {
  readonly namespace: Namespace;
  readonly kind: "everything" | "table" | "id";
  /** Qualified table name or the identifier; empty for `everything`. */
  readonly name: string;
}

/**
 * A way in which reads rely on rows of a table: which columns pick the rows and which are looked at. In use
 * as long as the table's record lists it; opaque to the store.
 */
export interface Scheme {
  /** Of a limited alphabet (base64url), the same for the same text everywhere. */
  readonly id: string;
  /** What it says, for whoever writes. */
  readonly text: string;
}

/** The rows of one scheme whose values are these. */
export interface Part {
  /** Id of the scheme. */
  readonly scheme: string;
  /** Hash of the values, base64url. */
  readonly key: string;
}

/** What an entry relies on. Of `everything` and of identifiers always all. */
export interface Dependency {
  readonly record: RecordName;
  /**
   * Absent: any replacement of the record counts. Else those that concern these parts: the part itself, all of its
   * scheme, or all of the record.
   */
  readonly parts?: readonly Part[] | undefined;
  /** Schemes of the parts, and of parts that will be known when the result is there. Absent without `parts`. */
  readonly schemes?: readonly Scheme[] | undefined;
}

/** Address of a stored result. */
export interface EntryKey {
  readonly namespace: Namespace;
  /** Hash of the statement, its parameters and the schema that it was read under. */
  readonly hash: string;
  /** The first table's record, so that a cluster store can keep the entry beside it. */
  readonly home: RecordName;
}

/** The versions of a list of dependencies, in its order, at one moment. */
export interface Snapshot {
  readonly versions: readonly Version[];
  /**
   * A write in flight concerns at least one of them: neither hit nor store. A mark on single parts does not
   * concern a scheme of which the parts are still to be told: `store` looks again, at those of the result.
   */
  readonly fenced: boolean;
  /** Ids of schemes for which a record had no room: nothing can be stored that relies on them. */
  readonly refused: readonly string[];
}

export interface Lookup {
  readonly snapshot: Snapshot;
  /**
   * Milliseconds, on the store's own clock, since the youngest of the records was last replaced, or was
   * created, as nobody knows what came before that.
   */
  readonly age: number;
  /**
   * Token of the epoch that changes when a claim on it says `altered`, and when the epoch was lost: whoever sees
   * another one than before may know the tables' columns wrongly.
   */
  readonly altered: string;
  /**
   * What is stored; `current` if nothing that it relied on when it was stored has been replaced since or is
   * marked. (That may be more than the dependencies of this lookup: parts that only the result told.) `took` is as it
   * was stored, `left` the milliseconds until it expires.
   */
  readonly entry:
    | {
        readonly payload: Buffer;
        readonly current: boolean;
        readonly took: number;
        readonly left: number;
      }
    | undefined;
}

/** Whether what dependencies rely on is what it was. */
export interface Freshness {
  /**
   * One for each dependency, in order, that another look tells again unless something that it relies on has been replaced
   * in between, or was lost. Of a dependency whose schemes the record had no room for, that of the whole record.
   */
  readonly tokens: readonly string[];
  /** A write in flight concerns at least one of them: what the tokens stand for may have changed already. */
  readonly fenced: boolean;
}

/** The schemes of a record that are in use. */
export interface Registry {
  /** Differs whenever the schemes do. */
  readonly stamp: string;
  readonly schemes: readonly Scheme[];
}

/**
 * What a writer is about to change, or has changed, of one record. Of `everything` and of identifiers always all.
 */
export interface Claim {
  readonly record: RecordName;
  /** Nothing was changed after all: `replace` removes the writer's mark and replaces nothing. */
  readonly unchanged?: true;
  /** Of the epoch: tables themselves were changed, not just their rows. */
  readonly altered?: true;
  /** Absent: all of it. */
  readonly changes?: {
    /**
     * Stamp of the registry that the writer knew. Schemes registered after it are taken to be concerned as a whole;
     * after the empty stamp, or one of another incarnation, those are all.
     */
    readonly stamp: string;
    /** Ids of schemes of which all parts are concerned. */
    readonly schemes: readonly string[];
    readonly parts: readonly Part[];
  };
}

/** How many schemes a record has room for. One that no look-up has used for its `ttl` makes room for another. */
export const MAX_SCHEMES = 64;

/**
 * What a look-up or `store` rejects with where there is no room for what it would add: all that the store holds is as
 * good as before. Marks and replacements always find room.
 */
export class StoreFullError extends CacheopsStoreError {}

/**
 * Keeps processes from loading the same at one time. It only saves work: locks may be lost, or held by two, without
 * anything being stored that should not be.
 */
export interface LoadLocks {
  /**
   * Calls `load` and resolves with what it gave, unless somebody else holds the lock of this entry: then `undefined`. Where
   * nobody can be asked for the lock it is called without. The lock of a process that dies comes free by itself.
   */
  hold<T>(entry: EntryKey, load: () => Promise<T>): Promise<{ readonly value: T } | undefined>;
  /**
   * Waits until nobody holds the lock of this entry any more, at most for `ms` milliseconds: then `"late"`. `"never
   * held"` if it was free when it was first looked at.
   */
  freed(entry: EntryKey, ms: number): Promise<"freed" | "never held" | "late">;
}

export interface CacheStore {
  /** Short name for events and messages: `"redis"`, `"memory"`. */
  readonly name: string;

  /** Resolves once the store answers; rejects within the store's own time limit if it does not. */
  connect(): Promise<void>;
  /** Closes what `connect` opened (never a client that the user handed in). */
  disconnect(): Promise<void>;

  /**
   * Called when this process begins to use a namespace: makes its epoch if there is none. From then on
   * an epoch that is missing was lost, and what was in flight with it.
   */
  open(epoch: RecordName): Promise<void>;

  /**
   * ONE round trip (over several slots of a cluster one wave of calls, and rarely another): the entry, if there is one,
   * and the current version of every dependency, the first of which is the epoch. A missing record is created as a new incarnation, a missing epoch with a mark for
   * `lease` milliseconds as well, in which whoever had marks then has renewed them or replaced. A scheme that is
   * not registered is registered, if there is room; a part that is missing counts as replaced just now. A mark
   * whose lease ran out is removed and its record gets a new incarnation. Records, schemes and parts live at least
   * `ttl` milliseconds longer from now, epochs at least a week.
   */
  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Lookup>;

  /** As `lookup` without an entry, to compare with what it answers another time: of each dependency, not its record. */
  freshness(dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Freshness>;

  /**
   * Stores `payload` for `ttl` milliseconds, unless something that a dependency relies on has been replaced
   * since its version in `versions` or is marked: then nothing is stored and the answer is false. May rely on
   * parts that the lookup was not told, if it was told their schemes. Of those that are missing nobody knows
   * whether they were replaced: they are refused if anything of the record was, and made for the next time.
   * `took` is how many milliseconds it took to load, which the store keeps for its readers.
   */
  store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
    took?: number,
  ): Promise<boolean>;

  /** Drops entries (values that could not be decoded). */
  remove(entries: readonly EntryKey[]): Promise<void>;

  /** The schemes in use of each record, in order; of a missing one none, and the empty stamp. */
  registries(records: readonly RecordName[]): Promise<readonly Registry[]>;

  /**
   * Puts `writer`'s mark on what each claim names (records are created if missing), valid for `lease`
   * milliseconds of the store's own clock, in place of the writer's earlier mark on that record; of several claims
   * on one record it makes a mark on all of it. A mark whose lease ran out counts as by `lookup`, the writer's own
   * as well. No mark may be lost with its record: it is noted in the epoch before, and a note whose record was lost marks
   * all of it. A missing epoch is made as by `lookup`. Answers with the
   * registries as they are then, in the order of the claims, `undefined` where the claim's stamp is still that.
   */
  fence(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
    lease: number,
  ): Promise<readonly (Registry | undefined)[]>;

  /**
   * Replaces what each claim names and removes `writer`'s mark, and only that one. A claim on all of a record makes
   * it a new incarnation without schemes. What is missing stays so, the epoch above all: it must not come
   * back as if nothing had been lost. Answers as `fence` does, of a missing record with none.
   */
  replace(
    writer: string,
    epoch: RecordName,
    claims: readonly Claim[],
  ): Promise<readonly (Registry | undefined)[]>;

  /**
   * Deletes every key that this package made under `prefix`, of all databases, and nothing else; epochs
   * stay, as new incarnations. Marks of writes in flight survive: dropping one would let a reader store
   * what that write changes.
   */
  clear(prefix: string): Promise<void>;

  /**
   * Calls `listener` each time the connection is lost, before any call made on it rejects: what other
   * processes invalidated meanwhile is unknown, so the epoch has to be replaced before the next hit.
   * A call that ran out of time rejects without it. Returns what undoes the registration. Absent where
   * there is no connection.
   */
  onInterruption?(listener: (cause: Error) => void): () => void;

  /** Absent where no other process uses the store. */
  readonly locks?: LoadLocks;
}
