import { once } from "node:events";
import { RESP_TYPES } from "redis";
import { CacheopsStoreError } from "../../errors";
import { addressOf, createOwnClient, isReadyClient } from "./client";
import type { OwnRedisClient, ReadyRedisClient, RedisOption } from "./client";
import { type Interruption, Interruptions } from "./interruptions";
import { withinTime } from "./time-limit";

export type Argument = string | Buffer;
export type Send = (args: readonly Argument[]) => Promise<unknown>;

export interface TimeLimits {
  /** Milliseconds for one operation. */
  readonly operation: number;
  /** Milliseconds until `connect` gives up waiting. An own client goes on trying. */
  readonly connect: number;
}

/**
 * Given with each command, because what a client made by the user has for defaults is the user's
 * business. `timeout: undefined` switches off node-redis's own, an AbortSignal for each command.
 */
const COMMAND_OPTIONS = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer }, timeout: undefined };

/** A node-redis client, the user's or one of our own, behind time limits and errors of this package. */
export class Connection {
  private readonly own: OwnRedisClient | undefined;
  private readonly client: ReadyRedisClient;
  private readonly address: string;
  private readonly interruptions: Interruptions;
  private readonly send: Send;

  constructor(
    option: RedisOption,
    private readonly limits: TimeLimits,
  ) {
    if (isReadyClient(option)) this.client = option;
    else this.client = this.own = createOwnClient(option, limits.connect);
    this.address = addressOf(this.client);
    this.interruptions = new Interruptions(this.client, this.own !== undefined);
    // Without a listener the first lost connection would end the process.
    this.own?.on("error", () => undefined);
    this.send = (args) => this.client.sendCommand(args, COMMAND_OPTIONS);
  }

  /** Rejects at the first failure; an own client then goes on trying in the background. */
  async connect(): Promise<void> {
    const { connect } = this.limits;
    const waiting = new AbortController();
    this.interruptions.watch();
    try {
      await withinTime(
        this.established(waiting.signal),
        connect,
        () => new Error(`no answer within ${connect} ms`),
      );
    } catch (error) {
      throw new CacheopsStoreError(`Cannot use Redis at ${this.address}: ${reasonOf(error)}`, {
        cause: error,
      });
    } finally {
      waiting.abort();
    }
  }

  async disconnect(): Promise<void> {
    this.interruptions.unwatch();
    if (this.own?.isOpen) this.own.destroy();
  }

  onInterruption(listener: Interruption): () => void {
    return this.interruptions.add(listener);
  }

  /** One operation, of one command or a few, within its time limit. `name` is for messages. */
  async perform<T>(name: string, work: (send: Send) => Promise<T>): Promise<T> {
    const { operation } = this.limits;
    try {
      // Asked here, as a client made by the user may queue commands for ever while it is offline.
      if (!this.client.isReady) throw new Error("not connected");
      return await withinTime(
        work(this.send),
        operation,
        () => new Error(`no answer within ${operation} ms`),
      );
    } catch (error) {
      throw new CacheopsStoreError(`Redis at ${this.address}, ${name}: ${reasonOf(error)}`, { cause: error });
    }
  }

  private async established(giveUp: AbortSignal): Promise<void> {
    if (!this.client.isReady) await this.ready(giveUp);
    await this.send(["PING"]);
  }

  private async ready(giveUp: AbortSignal): Promise<void> {
    const { own, client } = this;
    if (!own && !client.isOpen)
      throw new Error("the client is closed. Call its connect() before initialize()");
    const ready = once(client, "ready", { signal: giveUp });
    // What goes wrong is an error event too, and rejects `ready`; this promise ends only when trying does.
    if (own && !own.isOpen) own.connect().catch(() => undefined);
    await ready;
  }
}

/** An AggregateError (several addresses tried) has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
