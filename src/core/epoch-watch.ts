import type { RecordName, Version } from "../stores/store";
import { recordId } from "./namespaces";

/**
 * Notices that somebody else has replaced the epoch: perhaps with a migration, after which what this process knows of
 * the database's columns may be wrong.
 */
export class EpochWatch {
  readonly #seen = new Map<string, Version>();

  /** Whether another version was seen before. */
  changed(epoch: RecordName, version: Version): boolean {
    const id = recordId(epoch);
    const before = this.#seen.get(id);
    this.#seen.set(id, version);
    return before !== undefined && before !== version;
  }

  /** This process has replaced it itself, and knows why. */
  forget(): void {
    this.#seen.clear();
  }
}
