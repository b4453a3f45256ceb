import type { RedlockClient } from "redlock";
import { CacheopsStoreError } from "../../errors";
import type { Connection } from "./connection";

/** One of the Redis nodes that vote on locks, as redlock asks it. */
export class LockNode implements RedlockClient {
  constructor(readonly connection: Connection) {}

  evalsha(sha: string, keys: number, args: readonly (string | number)[]): Promise<unknown> {
    return this.#send(String(args[0]), ["EVALSHA", sha, String(keys), ...args.map(String)]);
  }

  eval(script: string, keys: number, args: readonly (string | number)[]): Promise<unknown> {
    return this.#send(String(args[0]), ["EVAL", script, String(keys), ...args.map(String)]);
  }

  /** Connections are opened and closed by their owner. */
  async quit(): Promise<void> {}

  /** Whether anybody holds the lock here. A node that does not answer does not hold it. */
  async holds(key: string): Promise<boolean> {
    return this.#send(key, ["EXISTS", key]).then(
      (found) => found === 1,
      () => false,
    );
  }

  /** Milliseconds. Rejects with `CacheopsStoreError`. */
  async roundTrip(): Promise<number> {
    const start = performance.now();
    await this.connection.perform("lock", (send) => send("", ["PING"]));
    return performance.now() - start;
  }

  /** Rejects with the server's own error: redlock tells NOSCRIPT by how its message begins. */
  async #send(key: string, command: readonly [string, ...string[]]): Promise<unknown> {
    try {
      return await this.connection.perform("lock", (send) => send(key, command));
    } catch (error) {
      throw error instanceof CacheopsStoreError && error.cause instanceof Error ? error.cause : error;
    }
  }
}
