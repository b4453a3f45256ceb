import { createSentinel } from "redis";
import { CacheopsConfigError } from "../../../errors";
import type { Link, NodeSend, Send } from "./link";
import { listen, Listening, Owners } from "./loss";
import {
  type AnySentinelOptions,
  COMMAND_OPTIONS,
  type ReadyRedisSentinel,
  reconnectStrategy,
} from "./node-redis";
import { OwnClient } from "./own-client";
import { noSentinel, unknownMaster, unusableSentinel } from "./wrong-redis";

type OwnSentinel = ReadyRedisSentinel & { connect(): Promise<unknown>; destroy(): unknown };

/** A node-redis client that Sentinel tells where the master is. Replicas are never asked. */
export class SentinelLink implements Link {
  readonly slotted = false;
  private readonly listening = new Listening();
  private readonly owners = new Owners((reason) => this.tell(reason));
  private lost: ((reason: unknown) => void) | undefined;
  private failed: ((reason: unknown) => void) | undefined;

  private constructor(
    private readonly given: ReadyRedisSentinel | undefined,
    readonly address: string,
    private readonly name: string,
    private readonly own?: OwnClient<OwnSentinel>,
  ) {}

  static over(client: ReadyRedisSentinel): SentinelLink {
    return new SentinelLink(client, "a Sentinel", "");
  }

  static own(options: AnySentinelOptions, connectTimeout: number): SentinelLink {
    const { name, sentinelRootNodes: roots } = (options ?? {}) as Partial<AnySentinelOptions>;
    if (typeof name !== "string" || name === "" || !Array.isArray(roots) || roots.length === 0)
      throw unusableSentinel();
    const complete = withDefaults(options, connectTimeout);
    const client = new OwnClient(() => link.attend(make(complete)), connectTimeout);
    const address = roots.map(({ host, port }) => `${host}:${port}`).join(", ");
    const link: SentinelLink = new SentinelLink(undefined, address, name, client);
    make(complete); // what is wrong with the options is said now
    return link;
  }

  get isReady(): boolean {
    return this.client?.isReady === true;
  }

  /** node-redis asks unavailing Sentinels again and again: the first reason that waiting does not mend ends it. */
  async open(): Promise<void> {
    if (this.isReady) return this.see();
    if (!this.own) throw new Error("the client is not connected. Await its connect() before initialize()");
    let reason: unknown;
    const hopeless = new Promise<never>((_, reject) => {
      this.failed = (error) => {
        reason = error;
        const explained = this.explained(error);
        if (explained) reject(explained);
      };
    });
    try {
      await Promise.race([this.own.open(), hopeless]);
    } catch (error) {
      throw error instanceof CacheopsConfigError ? error : (reason ?? error);
    } finally {
      this.failed = undefined;
    }
    this.see();
  }

  close(): void {
    this.own?.close();
  }

  readonly send: Send = (_, args) => this.command(args);

  nodes(): readonly NodeSend[] {
    return [(args) => this.command(args)];
  }

  watch(lost: (reason: unknown) => void): void {
    this.lost = lost;
    if (this.given) this.listening.to(this.given, this.listeners);
  }

  unwatch(): void {
    this.lost = undefined;
    this.listening.end();
  }

  check(): void {
    this.see();
  }

  private see(): void {
    const master = this.client?.getMasterNode();
    if (master) this.owners.see([`${master.host}:${master.port}`]);
  }

  private async command(args: Parameters<NodeSend>[0]): Promise<unknown> {
    if (!this.client) throw new Error("not connected");
    return this.client.sendCommand(false, args, COMMAND_OPTIONS);
  }

  private get client(): ReadyRedisSentinel | undefined {
    return this.given ?? this.own?.current;
  }

  /** The events of node-redis 6 first; 5 has the latter two alone. */
  private readonly listeners = {
    reconnecting: () => this.tell(undefined),
    end: () => this.tell(undefined),
    "topology-change": ({ type }: { readonly type: string }) => {
      if (type === "MASTER_CHANGE" && this.isReady) this.tell(new Error("another master"));
    },
  };

  private tell(reason: unknown): void {
    this.lost?.(reason);
  }

  private attend(client: OwnSentinel): OwnSentinel {
    client.on("error", (error: unknown) => {
      this.failed?.(error);
      if (client.isReady && String(error).includes("Master Client")) this.tell(error);
    });
    listen(client, this.listeners);
    return client;
  }

  private explained(error: unknown): CacheopsConfigError | undefined {
    const reason = error instanceof Error ? error.message : String(error);
    if (/no such master/i.test(reason)) return unknownMaster(this.name, this.address);
    if (/unknown command/i.test(reason)) return noSentinel(this.address);
    return undefined;
  }
}

function make(options: AnySentinelOptions): OwnSentinel {
  try {
    return createSentinel(options);
  } catch {
    throw unusableSentinel();
  }
}

/** The connection to the master fails fast while it is away; that it does is told as an error event. */
function withDefaults(options: AnySentinelOptions, connectTimeout: number): AnySentinelOptions {
  const { nodeClientOptions: node, sentinelClientOptions: sentinel } = options;
  return {
    ...options,
    replicaPoolSize: 0,
    passthroughClientErrorEvents: true,
    nodeClientOptions: {
      ...node,
      disableOfflineQueue: true,
      socket: { connectTimeout, reconnectStrategy, ...node?.socket },
    },
    sentinelClientOptions: { ...sentinel, socket: { connectTimeout, ...sentinel?.socket } },
  };
}
