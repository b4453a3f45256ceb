import { CacheopsConfigError, CacheopsStoreError } from "../../errors";
import { linkTo, type RedisOption } from "./client";
import type { Link, NodeSend, Send } from "./links/link";
import type { TimeLimits } from "./links/time-limits";
import { partOfCluster } from "./links/wrong-redis";
import { withinTime } from "./time-limit";

export type Interruption = (cause: Error) => void;

/** A client, the user's or one of our own, behind time limits and errors of this package. */
export class Connection {
  private readonly link: Link;
  private readonly listeners = new Set<Interruption>();

  constructor(
    option: RedisOption,
    private readonly limits: TimeLimits,
  ) {
    this.link = linkTo(option, limits);
  }

  /** Scripts may use keys of one slot alone. */
  get isSlotted(): boolean {
    return this.link.slotted;
  }

  /** Rejects at the first failure; an own client then goes on trying in the background. */
  async connect(): Promise<void> {
    const { connect } = this.limits;
    const waiting = new AbortController();
    this.link.unwatch();
    this.link.watch((reason) => this.interrupted(reason));
    try {
      const late = () => new Error(`no answer within ${connect} ms`);
      await withinTime(this.established(waiting.signal), connect, late);
    } catch (error) {
      if (error instanceof CacheopsConfigError) throw error;
      throw new CacheopsStoreError(`Cannot use Redis at ${this.link.address}: ${reasonOf(error)}`, {
        cause: error,
      });
    } finally {
      waiting.abort();
    }
  }

  async disconnect(): Promise<void> {
    this.link.unwatch();
    this.link.close();
  }

  onInterruption(listener: Interruption): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** For each node that owns keys, one that sends to it. */
  nodes(): readonly NodeSend[] {
    return this.link.isReady ? this.link.nodes() : [() => Promise.reject(new Error("not connected"))];
  }

  /** One operation, of one command or a few, within its time limit. `name` is for messages. */
  async perform<T>(name: string, work: (send: Send) => Promise<T>): Promise<T> {
    const { operation } = this.limits;
    try {
      // Asked here, as a client made by the user may queue commands for ever while it is offline.
      if (!this.link.isReady) throw new Error("not connected");
      const late = () => new Error(`no answer within ${operation} ms`);
      return await withinTime(work(this.link.send), operation, late);
    } catch (error) {
      throw new CacheopsStoreError(`Redis at ${this.link.address}, ${name}: ${this.reasonOf(error)}`, {
        cause: error,
      });
    } finally {
      this.link.check?.();
    }
  }

  private interrupted(reason: unknown): void {
    const cause = new CacheopsStoreError("The connection to Redis was lost.", { cause: reason });
    for (const listener of this.listeners) listener(cause);
  }

  private async established(giveUp: AbortSignal): Promise<void> {
    await this.link.open(giveUp);
    await Promise.all(this.link.nodes().map((node) => node(["PING"])));
    if (!this.link.slotted && (await this.isPartOfCluster())) throw partOfCluster(this.link.address);
  }

  /** Who may not ask gets to know when a key is asked for that lives on another node. */
  private async isPartOfCluster(): Promise<boolean> {
    const [node] = this.link.nodes();
    const info = await node?.(["INFO", "cluster"]).catch(() => "");
    return /cluster_enabled:1/.test(String(info));
  }

  private reasonOf(error: unknown): string {
    const reason = reasonOf(error);
    const isRedirected = /^(MOVED|CROSSSLOT|ASK) /.test(reason) && !this.link.slotted;
    return isRedirected ? partOfCluster(this.link.address).message : reason;
  }
}

/** An AggregateError (several addresses tried) has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
