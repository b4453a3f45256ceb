import { LRUCache } from "lru-cache";
import type { Version } from "../store";

/** Writer's id -> when its lease runs out, on the store's clock. */
type Marks = Map<string, number>;

interface Issued {
  readonly version: Version;
  /** On the store's clock. */
  readonly at: number;
}

export interface RecordState extends Issued {
  readonly fenced: boolean;
}

/**
 * Versions and marks by record key. Versions may be evicted: the record then comes back with a new
 * one. Marks live in a map of their own, so that an eviction never lets a reader in behind a write
 * that is in flight; they are as many as there are such writes.
 */
export class Records {
  private readonly versions: LRUCache<string, Issued>;
  private readonly marks = new Map<string, Marks>();
  private issued = 0;

  constructor(
    maxRecords: number,
    private readonly clock: () => number,
  ) {
    this.versions = new LRUCache({ max: maxRecords });
  }

  /** The record as a reader sees it: created if missing, expired marks counted as a replacement. */
  read(key: string): RecordState {
    const expired = this.dropExpiredMarks(key);
    const known = expired ? undefined : this.versions.get(key);
    return { ...(known ?? this.renew(key)), fenced: this.marks.has(key) };
  }

  mark(key: string, writer: string, lease: number): void {
    if (!this.versions.has(key)) this.renew(key);
    const marks: Marks = this.marks.get(key) ?? new Map<string, number>();
    this.marks.set(key, marks.set(writer, this.clock() + lease));
  }

  /** A missing record stays missing: it will come back with a new version anyway. */
  replace(key: string, writer: string): void {
    if (this.versions.has(key)) this.renew(key);
    const marks = this.marks.get(key);
    if (marks?.delete(writer) && marks.size === 0) this.marks.delete(key);
  }

  /** Forgets versions, not marks: a write in flight goes on keeping readers out. */
  clear(keyStart: string): void {
    for (const key of [...this.versions.keys()]) if (key.startsWith(keyStart)) this.versions.delete(key);
  }

  private dropExpiredMarks(key: string): boolean {
    const marks = this.marks.get(key);
    if (!marks) return false;
    const before = marks.size;
    const now = this.clock();
    for (const [writer, deadline] of marks) if (deadline <= now) marks.delete(writer);
    if (marks.size === 0) this.marks.delete(key);
    return marks.size < before;
  }

  /** A counter is enough where versions and entries die together with the process. */
  private renew(key: string): Issued {
    const issued = { version: (++this.issued).toString(36), at: this.clock() };
    this.versions.set(key, issued);
    return issued;
  }
}
