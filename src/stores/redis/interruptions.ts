import { CacheopsStoreError } from "../../errors";
import type { ReadyRedisClient } from "./client";

export type Interruption = (cause: Error) => void;

/** "error" too where the client is ours: on another's, a listener would hide that it has none of its own. */
const EVENTS = ["reconnecting", "end", "terminated"];
const EVENTS_OF_OWN = ["error", ...EVENTS];

/** Says once per lost connection that it is lost, in the same tick in which node-redis notices. */
export class Interruptions {
  private readonly listeners = new Set<Interruption>();
  private readonly events: readonly string[];
  private connected = false;

  constructor(
    private readonly client: ReadyRedisClient,
    own: boolean,
  ) {
    this.events = own ? EVENTS_OF_OWN : EVENTS;
  }

  add(listener: Interruption): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  watch(): void {
    this.unwatch();
    this.connected = this.client.isReady;
    this.client.on("ready", this.onReady);
    for (const event of this.events) this.client.on(event, this.onTrouble);
  }

  unwatch(): void {
    this.client.off("ready", this.onReady);
    for (const event of this.events) this.client.off(event, this.onTrouble);
  }

  private readonly onReady = (): void => {
    this.connected = true;
  };

  /** Several of the events come for one loss, and "error" comes for smaller troubles too. */
  private readonly onTrouble = (reason?: unknown): void => {
    if (!this.connected || this.client.isReady) return;
    this.connected = false;
    const cause = new CacheopsStoreError("The connection to Redis was lost.", { cause: reason });
    for (const listener of this.listeners) listener(cause);
  };
}
