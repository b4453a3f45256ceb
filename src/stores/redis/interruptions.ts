import type { ReadyRedisClient } from "./client";

export type Interruption = (cause: Error) => void;

/** Says once per lost connection that it is lost, in the same tick in which node-redis notices. */
export class Interruptions {
  private readonly listeners = new Set<Interruption>();
  private connected = false;

  constructor(private readonly client: ReadyRedisClient) {}

  add(listener: Interruption): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  watch(): void {
    this.unwatch();
    this.connected = this.client.isReady;
    this.client.on("ready", this.onReady);
    // Not "error": on a client made by the user a listener would hide that it has none of its own.
    this.client.on("reconnecting", this.onLost);
    this.client.on("end", this.onLost);
    this.client.on("terminated", this.onLost);
  }

  unwatch(): void {
    this.client.off("ready", this.onReady);
    for (const event of ["reconnecting", "end", "terminated"]) this.client.off(event, this.onLost);
  }

  private readonly onReady = (): void => {
    this.connected = true;
  };

  private readonly onLost = (): void => {
    if (!this.connected || this.client.isReady) return;
    this.connected = false;
    const cause = new Error("The connection to Redis was lost.");
    for (const listener of this.listeners) listener(cause);
  };
}
