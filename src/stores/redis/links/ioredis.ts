import type { EventEmitter } from "node:events";
import { once } from "node:events";
import type { Argument, Link, NodeSend, Send } from "./link";
import { Listening, Losses, Owners } from "./loss";
import { keyPrefixed } from "./wrong-redis";

interface IoredisCommands extends EventEmitter {
  readonly status: string;
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
}

interface IoredisOptions {
  readonly keyPrefix?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
}

/** A client that is connected, for a single node or through Sentinel: `new Redis()` of ioredis 5 or 6. */
export interface ReadyIoredis extends IoredisCommands {
  readonly options?: IoredisOptions;
}

/** A client that is connected, for a Redis Cluster: `new Cluster()` of ioredis 5 or 6. */
export interface ReadyIoredisCluster extends IoredisCommands {
  readonly isCluster: boolean;
  readonly options?: { readonly keyPrefix?: string | undefined; readonly redisOptions?: IoredisOptions };
  nodes(role?: "all" | "master" | "slave"): ReadyIoredis[];
}

const EVENTS = ["close", "reconnecting", "end"];

/** What a client of one node and one of a cluster have in common. Both stay the caller's to close. */
abstract class ReadyLink<C extends IoredisCommands> {
  protected readonly listening = new Listening();

  constructor(protected readonly client: C) {}

  get isReady(): boolean {
    return this.client.status === "ready";
  }

  open(giveUp: AbortSignal): Promise<void> {
    return ready(this.client, giveUp);
  }

  close(): void {}

  readonly send: Send = (_, args) => call(this.client, args);

  unwatch(): void {
    this.listening.end();
  }
}

/** An ioredis client of one node. */
export class IoredisLink extends ReadyLink<ReadyIoredis> implements Link {
  readonly slotted = false;

  constructor(client: ReadyIoredis) {
    if (client.options?.keyPrefix) throw keyPrefixed();
    super(client);
  }

  get address(): string {
    return addressOf(this.client);
  }

  nodes(): readonly NodeSend[] {
    return [(args) => call(this.client, args)];
  }

  watch(lost: (reason: unknown) => void): void {
    const losses = new Losses(() => this.isReady, lost);
    this.listening.to(this.client, { ready: losses.onReady });
    this.listening.to(this.client, Object.fromEntries(EVENTS.map((event) => [event, losses.onTrouble])));
  }
}

/** An ioredis client of a Redis Cluster. It tries again by itself while a slot is being moved. */
export class IoredisClusterLink extends ReadyLink<ReadyIoredisCluster> implements Link {
  readonly slotted = true;
  readonly address = "a cluster";

  constructor(client: ReadyIoredisCluster) {
    if (client.options?.keyPrefix || client.options?.redisOptions?.keyPrefix) throw keyPrefixed();
    super(client);
  }

  nodes(): readonly NodeSend[] {
    return this.client.nodes("master").map(
      (node): NodeSend =>
        (args) =>
          call(node, args),
    );
  }

  /** A node's own connection comes and goes unseen by the cluster's events, if it reconnects by itself. */
  watch(lost: (reason: unknown) => void): void {
    const owners = new Owners(lost);
    const see = () => owners.see(this.client.nodes("master").map(addressOf));
    const attend = (node: ReadyIoredis) =>
      this.listening.to(node, { close: () => this.client.nodes("slave").includes(node) || lost(undefined) });
    see();
    this.client.nodes("all").forEach(attend);
    this.listening.to(this.client, { "+node": attend, refresh: see, ready: see, close: lost });
  }
}

function call(client: IoredisCommands, args: readonly Argument[]): Promise<unknown> {
  const [command, ...rest] = args;
  return client.callBuffer(String(command), ...rest);
}

async function ready(client: IoredisCommands, giveUp: AbortSignal): Promise<void> {
  if (client.status === "ready") return;
  if (client.status === "end" || client.status === "wait")
    throw new Error("the client is closed. Await its connect() before initialize()");
  await once(client, "ready", { signal: giveUp });
}

function addressOf({ options }: ReadyIoredis): string {
  return options?.path ?? `${options?.host ?? "localhost"}:${options?.port ?? 6379}`;
}
