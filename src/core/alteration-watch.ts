import type { RecordName } from "../stores/store";
import { recordId } from "./namespaces";

/**
 * Notices that somebody else has altered tables, by the token that lookups bring along: what this process knows of the
 * database's columns may be wrong from then on.
 */
export class AlterationWatch {
  readonly #seen = new Map<string, string>();

  /** Whether another token was seen before. */
  changed(epoch: RecordName, token: string): boolean {
    const id = recordId(epoch);
    const before = this.#seen.get(id);
    this.#seen.set(id, token);
    return before !== undefined && before !== token;
  }

  /** This process has altered tables itself, and knows. */
  forget(): void {
    this.#seen.clear();
  }
}
