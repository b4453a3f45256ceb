import type { Claim } from "../store";
import { partKey } from "./keys";
import type { RecordState } from "./record-state";
import type { Reliance } from "./reliance";
import { knew } from "./schemes";

interface Mark {
  /** When the lease runs out, on the store's clock. */
  readonly deadline: number;
  /** Absent: all of the record is marked. */
  readonly changes: Changes | undefined;
}

interface Changes {
  readonly stamp: string;
  readonly schemes: ReadonlySet<string>;
  readonly parts: ReadonlySet<string>;
}

/**
 * Marks by the record's key and the writer. They live apart from the records, so that an eviction never lets a
 * reader in behind a write that is in flight; they are as many as there are such writes. On a record that came back
 * they count for all of its parts, as a stamp of another incarnation knows none of its schemes.
 */
export class Marks {
  private readonly marks = new Map<string, Map<string, Mark>>();

  set(key: string, writer: string, deadline: number, claim: Claim | undefined): void {
    const marks = this.marks.get(key) ?? new Map<string, Mark>();
    this.marks.set(key, marks.set(writer, { deadline, changes: claim && changesOf(claim) }));
  }

  drop(key: string, writer: string): void {
    this.dropWhere(key, (name) => name === writer);
  }

  /** Tells whether there were any. */
  dropExpired(key: string, now: number): boolean {
    return this.dropWhere(key, (_, { deadline }) => deadline <= now);
  }

  /** Whether any mark concerns it: also one that ran out and that no look-up has met. */
  concern(reliance: Reliance, record: RecordState): boolean {
    const marks = this.marks.get(reliance.record);
    return !!marks && [...marks.values()].some(({ changes }) => concerns(changes, reliance, record));
  }

  private dropWhere(key: string, gone: (writer: string, mark: Mark) => boolean): boolean {
    const marks = this.marks.get(key);
    if (!marks) return false;
    const before = marks.size;
    for (const [writer, mark] of marks) if (gone(writer, mark)) marks.delete(writer);
    if (marks.size === 0) this.marks.delete(key);
    return marks.size < before;
  }
}

function changesOf({ record, changes }: Claim): Changes | undefined {
  if (!changes) return undefined;
  const { stamp, schemes, parts } = changes;
  return { stamp, schemes: new Set(schemes), parts: new Set(parts.map((part) => partKey(record, part))) };
}

/** All that is whole; parts if they are named, if their scheme is, or if the writer did not know it. */
function concerns(changes: Changes | undefined, { schemes, parts }: Reliance, record: RecordState): boolean {
  if (!changes || !schemes) return true;
  const schemeConcerned = schemes.some((id) => {
    const scheme = record.schemes.get(id);
    return changes.schemes.has(id) || !scheme || !knew(changes.stamp, record, scheme);
  });
  return schemeConcerned || parts.some((key) => changes.parts.has(key));
}
