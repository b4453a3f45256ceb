/**
 * The contract of a backend. The protocol that the two methods of the read flow and the two of the
 * write flow make up is argued in DESIGN.md; `spec/contract` holds the suite that every store passes.
 */

/** Opaque token of one record. Never reused: a record that was lost comes back with a new one. */
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
 * What an entry relies on, each with a record of its own in the store.
 * `everything` is the epoch: the first of every lookup, replaced by `invalidateAll` and after outages.
 * `table` is a table of the database, `id` an identifier of TypeORM's `cache: { id }`.
 */
export interface Dependency {
  readonly namespace: Namespace;
  readonly kind: "everything" | "table" | "id";
  /** Qualified table name or the identifier; empty for `everything`. */
  readonly name: string;
}

/** Address of a stored result. */
export interface EntryKey {
  readonly namespace: Namespace;
  /** Hash of the statement, its parameters and the schema that it was read under. */
  readonly hash: string;
  /** The first dependency's name, so that a cluster store can keep the entry beside its record. */
  readonly home: Dependency;
}

/** The versions of a list of dependencies, in its order, at one moment. */
export interface Snapshot {
  readonly versions: readonly Version[];
  /** A write is in flight on at least one of them: neither hit nor store. */
  readonly fenced: boolean;
}

export interface Lookup {
  readonly snapshot: Snapshot;
  /**
   * Milliseconds, on the store's own clock, since the youngest of the versions came to be: since the
   * last replacement, or since the record was created, as nobody knows what came before that.
   */
  readonly age: number;
  /** What is stored, current or not; `versions` are those under which it was read. */
  readonly entry: { readonly payload: Buffer; readonly versions: readonly Version[] } | undefined;
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
  open(epoch: Dependency): Promise<void>;

  /**
   * ONE round trip: the entry, if there is one, and the current version of every dependency, the first
   * of which is the epoch. A missing record is created with a version never used before, a missing
   * epoch with a mark for `lease` milliseconds as well, in which whoever had marks then has renewed
   * them or replaced. A mark whose lease ran out is removed and its record's version replaced. Records
   * live at least `ttl` milliseconds longer from now, epochs at least a week.
   */
  lookup(entry: EntryKey, dependencies: readonly Dependency[], ttl: number, lease: number): Promise<Lookup>;

  /**
   * Stores `payload` for `ttl` milliseconds, unless a dependency's version differs from
   * `versions` by now or is marked: then nothing is stored and the answer is false.
   */
  store(
    entry: EntryKey,
    dependencies: readonly Dependency[],
    versions: readonly Version[],
    payload: Buffer,
    ttl: number,
  ): Promise<boolean>;

  /** Drops entries (values that could not be decoded). */
  remove(entries: readonly EntryKey[]): Promise<void>;

  /**
   * Puts `writer`'s mark on each record (created if missing), valid for `lease` milliseconds of the
   * store's own clock. Again with the same writer: the lease starts anew. No mark may be lost with its
   * record: it stands in the epoch as well, by which every lookup comes. A missing epoch is made as by
   * `lookup`.
   */
  fence(writer: string, epoch: Dependency, dependencies: readonly Dependency[], lease: number): Promise<void>;

  /**
   * Gives each record a new version and removes `writer`'s mark, and only that one. What is missing
   * stays so, the epoch above all: it must not come back as if nothing had been lost.
   */
  replace(writer: string, epoch: Dependency, dependencies: readonly Dependency[]): Promise<void>;

  /**
   * Deletes every key that this package made under `prefix`, of all databases, and nothing else; epochs
   * stay, under new versions. Marks of writes in flight survive: dropping one would let a reader store
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
}
