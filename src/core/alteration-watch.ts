import type { RecordName } from "../stores/store";
import { recordId } from "./namespaces";

/**
 * Notices that somebody else has altered tables, by the token that lookups bring along: what this process knows of the
 * database's columns may be wrong from then on.
 */
export class AlterationWatch {
  readonly #seen = new Map<string, string>();

  /** What was seen last. */
  seen(epoch: RecordName): string | undefined {
    return this.#seen.get(recordId(epoch));
  }

  /**
   * Whether another token was seen before; `seen` is what was seen when the tables were last looked at: others may have
   * come with the news since.
   */
  changed(epoch: RecordName, token: string, seen: string | undefined): boolean {
    this.#seen.set(recordId(epoch), token);
    return seen !== undefined && seen !== token;
  }

  /** This process has altered tables itself, and knows. */
  forget(): void {
    this.#seen.clear();
  }
}
