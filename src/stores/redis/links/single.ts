import { once } from "node:events";
import { createClient, type RedisClientOptions } from "redis";
import { CacheopsConfigError } from "../../../errors";
import type { Link, NodeSend, Send } from "./link";
import { Listening, Losses } from "./loss";
import {
  addressOfSocket,
  type AnyClientOptions,
  COMMAND_OPTIONS,
  type ReadyRedisClient,
  reconnectStrategy,
} from "./node-redis";
import { unusable } from "./wrong-redis";

/** A client made here, opened and closed by the store. */
interface OwnRedisClient extends ReadyRedisClient {
  connect(): Promise<unknown>;
  destroy(): void;
}

/** "error" too where the client is ours: on another's, a listener would hide that it has none of its own. */
const EVENTS = ["reconnecting", "end", "terminated"];
const EVENTS_OF_OWN = ["error", ...EVENTS];

/** A node-redis client of one node. */
export class SingleLink implements Link {
  readonly slotted = false;
  private readonly listening = new Listening();

  private constructor(
    private readonly client: ReadyRedisClient,
    private readonly own?: OwnRedisClient,
  ) {
    // Without a listener the first lost connection would end the process.
    own?.on("error", () => undefined);
  }

  static over(client: ReadyRedisClient): SingleLink {
    return new SingleLink(client);
  }

  /** Not connected yet. Fails fast while it is not, and reconnects for ever. */
  static own(option: string | AnyClientOptions, connectTimeout: number): SingleLink {
    const client = createOwnClient(option, connectTimeout);
    return new SingleLink(client, client);
  }

  get address(): string {
    return addressOfSocket(this.client.options?.socket);
  }

  get isReady(): boolean {
    return this.client.isReady;
  }

  async open(giveUp: AbortSignal): Promise<void> {
    const { own, client } = this;
    if (client.isReady) return;
    if (!own && !client.isOpen)
      throw new Error("the client is closed. Call its connect() before initialize()");
    const ready = once(client, "ready", { signal: giveUp });
    // What goes wrong is an error event too, and rejects `ready`; this promise ends only when trying does.
    if (own && !own.isOpen) own.connect().catch(() => undefined);
    await ready;
  }

  close(): void {
    if (this.own?.isOpen) this.own.destroy();
  }

  readonly send: Send = (_, args) => this.client.sendCommand(args, COMMAND_OPTIONS);

  nodes(): readonly NodeSend[] {
    return [(args) => this.client.sendCommand(args, COMMAND_OPTIONS)];
  }

  watch(lost: (reason: unknown) => void): void {
    const losses = new Losses(() => this.client.isReady, lost);
    const events = this.own ? EVENTS_OF_OWN : EVENTS;
    this.listening.to(this.client, { ready: losses.onReady });
    this.listening.to(this.client, Object.fromEntries(events.map((event) => [event, losses.onTrouble])));
  }

  unwatch(): void {
    this.listening.end();
  }
}

function createOwnClient(option: string | AnyClientOptions, connectTimeout: number): OwnRedisClient {
  const given = typeof option === "string" ? { url: option } : option;
  if (given.url === "") throw unusable();
  // node-redis writes into the objects that it is given: it gets copies.
  const options = {
    ...given,
    disableOfflineQueue: true,
    socket: { connectTimeout, reconnectStrategy, ...given.socket },
  };
  try {
    return createClient(options as RedisClientOptions);
  } catch (error) {
    if (error instanceof CacheopsConfigError) throw error;
    // Without the cause: an "Invalid URL" error holds the URL with its password.
    throw unusable();
  }
}
