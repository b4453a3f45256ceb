import { LRUCache } from "lru-cache";
import { isEpochKey } from "./keys";
import type { RecordState } from "./record-state";

/** Records by key. They may be evicted: a record then comes back as a new incarnation. */
export class Records {
  private readonly states: LRUCache<string, RecordState>;
  private incarnations = 0;

  constructor(
    maxRecords: number,
    private readonly clock: () => number,
  ) {
    this.states = new LRUCache({ max: maxRecords });
  }

  find(key: string): RecordState | undefined {
    return this.states.get(key);
  }

  create(key: string): RecordState {
    const state = this.replaceAll({
      incarnation: "",
      count: 0,
      at: 0,
      registered: 0,
      schemes: new Map(),
    });
    this.states.set(key, state);
    return state;
  }

  /** Its parts carry the incarnation and are void with it; whoever uses schemes registers them anew. */
  replaceAll(state: RecordState): RecordState {
    // A counter is enough where records and entries die together with the process.
    state.incarnation = (++this.incarnations).toString(36);
    state.count = state.registered = 0;
    state.at = this.clock();
    state.schemes.clear();
    return state;
  }

  /** Some of it is replaced: the caller says what, with the new count. */
  replaceSome(state: RecordState): void {
    state.count++;
    state.at = this.clock();
  }

  /** Epochs stay, as new incarnations: what else they say is no loss of theirs. */
  clear(keyStart: string): void {
    for (const [key, state] of [...this.states.entries()].filter(([key]) => key.startsWith(keyStart))) {
      if (isEpochKey(key)) this.replaceAll(state);
      else this.states.delete(key);
    }
  }
}
