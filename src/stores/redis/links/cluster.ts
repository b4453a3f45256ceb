import { setTimeout as pause } from "node:timers/promises";
import { createCluster } from "redis";
import { CacheopsConfigError } from "../../../errors";
import type { Link, NodeSend, Send } from "./link";
import { listen, Listening, Owners } from "./loss";
import {
  addressOfSocket,
  addressOfUrl,
  type AnyClusterOptions,
  COMMAND_OPTIONS,
  type ReadyRedisCluster,
  reconnectStrategy,
} from "./node-redis";
import { OwnClient } from "./own-client";
import type { TimeLimits } from "./time-limits";
import { noCluster, unusableCluster } from "./wrong-redis";

type OwnCluster = ReadyRedisCluster & { connect(): Promise<unknown>; destroy(): void };
interface Address {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds between attempts while a slot is on its way to another node. */
const MIGRATION_PAUSE = 10;

/** A node-redis client of a Redis Cluster. */
export class ClusterLink implements Link {
  readonly slotted = true;
  private readonly listening = new Listening();
  private readonly owners = new Owners((reason) => this.tell(reason));
  /** Nodes whose connection is lost and has been told of. */
  private readonly down = new Set<string>();
  private lost: ((reason: unknown) => void) | undefined;
  private failure: unknown;

  private constructor(
    private readonly given: ReadyRedisCluster | undefined,
    private readonly limits: TimeLimits,
    readonly address: string,
    private readonly own?: OwnClient<OwnCluster>,
  ) {}

  static over(client: ReadyRedisCluster, limits: TimeLimits): ClusterLink {
    return new ClusterLink(client, limits, "a cluster");
  }

  static own(options: AnyClusterOptions, limits: TimeLimits): ClusterLink {
    const address = addressesOf(options);
    const complete = withDefaults(options, limits.connect);
    const client = new OwnClient(() => link.attend(make(complete)), limits.connect);
    const link: ClusterLink = new ClusterLink(undefined, limits, address, client);
    make(complete); // what is wrong with the options is said now
    return link;
  }

  get isReady(): boolean {
    const { client } = this;
    return client !== undefined && client.isOpen && (client.isReady ?? client.masters.length > 0);
  }

  async open(): Promise<void> {
    if (this.isReady) return this.see();
    if (!this.own) throw new Error("the client is not connected. Await its connect() before initialize()");
    try {
      await this.own.open();
    } catch (error) {
      throw this.explained(error);
    }
    this.see();
  }

  close(): void {
    this.own?.close();
  }

  readonly send: Send = async (key, args) => {
    const until = performance.now() + this.limits.operation;
    for (;;) {
      try {
        return await this.connected().sendCommand(key, false, args, COMMAND_OPTIONS);
      } catch (error) {
        if (!isMigrating(error) || performance.now() > until) throw error;
        await pause(MIGRATION_PAUSE);
      }
    }
  };

  nodes(): readonly NodeSend[] {
    const client = this.connected();
    return client.masters.map((node): NodeSend => async (args) => {
      return (await client.nodeClient(node as never)).sendCommand(args, COMMAND_OPTIONS);
    });
  }

  watch(lost: (reason: unknown) => void): void {
    this.lost = lost;
    if (this.given) this.listening.to(this.given, this.listeners);
  }

  unwatch(): void {
    this.lost = undefined;
    this.listening.end();
    this.down.clear();
  }

  /** Where the owner of slots has changed while its connection held, no event tells: it was demoted. */
  check(): void {
    if (this.down.size > 0) {
      const nodes = this.client?.nodeByAddress;
      for (const address of this.down)
        if (nodes?.get(address)?.client?.isReady !== false) this.down.delete(address);
    }
    this.see();
  }

  private see(): void {
    this.owners.see(this.client?.masters.map(({ address }) => address) ?? []);
  }

  private get client(): ReadyRedisCluster | undefined {
    return this.given ?? this.own?.current;
  }

  private connected(): ReadyRedisCluster {
    if (!this.client) throw new Error("not connected");
    return this.client;
  }

  private readonly listeners = {
    "node-error": (reason: unknown, node: Address) => this.onTrouble(node, reason),
    "node-reconnecting": (node: Address) => this.onTrouble(node),
    "node-disconnect": (node: Address) => this.onTrouble(node),
    "node-ready": ({ host, port }: Address) => this.down.delete(`${host}:${port}`),
  };

  private onTrouble({ host, port }: Address, reason?: unknown): void {
    const address = `${host}:${port}`;
    // An error of a connection that stands is no loss.
    if (this.down.has(address) || this.client?.nodeByAddress.get(address)?.client?.isReady) return;
    this.down.add(address);
    if (this.isReady) this.tell(reason);
  }

  private tell(reason: unknown): void {
    this.lost?.(reason);
  }

  private attend(client: OwnCluster): OwnCluster {
    client.on("error", (error: unknown) => (this.failure = error));
    listen(client, this.listeners);
    return client;
  }

  /** node-redis says that no node is available, and in an event before that, why. */
  private explained(error: unknown): unknown {
    const reason = this.failure instanceof Error ? this.failure.message : "";
    if (/cluster support disabled/i.test(reason)) return noCluster(this.address);
    return reason ? this.failure : error;
  }
}

/** Of a slot that is being moved, some keys are here and some there: soon they are all there. */
function isMigrating(error: unknown): boolean {
  return error instanceof Error && /^TRYAGAIN|non local key/.test(error.message);
}

function make(options: AnyClusterOptions): OwnCluster {
  try {
    // Its own type is in the way of what is used here: masters and replicas are of one kind to us.
    return createCluster(options);
  } catch (error) {
    if (error instanceof CacheopsConfigError) throw error;
    throw unusableCluster();
  }
}

function addressesOf(options: AnyClusterOptions | null | undefined): string {
  const rootNodes = options?.rootNodes;
  if (!Array.isArray(rootNodes) || rootNodes.length === 0) throw unusableCluster();
  try {
    return rootNodes.map(({ url, socket }) => (url ? addressOfUrl(url) : addressOfSocket(socket))).join(", ");
  } catch {
    throw unusableCluster();
  }
}

/**
 * Nodes fail fast while they are away, and reconnect for ever. At each attempt the others are asked whether it has a successor:
 * node-redis itself would ask after five seconds.
 */
function withDefaults(options: AnyClusterOptions, connectTimeout: number): AnyClusterOptions {
  const { defaults } = options;
  const socket = { connectTimeout, reconnectStrategy, ...defaults?.socket };
  return {
    topologyRefreshOnReconnectionAttemptStrategy: 1,
    ...options,
    defaults: { ...defaults, disableOfflineQueue: true, socket },
  };
}
