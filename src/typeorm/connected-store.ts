import { randomUUID } from "node:crypto";
import { StoreGuard } from "../core/store-guard";
import { CacheopsConfigError } from "../errors";
import type { CacheopsEmitter } from "../events";
import type { ResolvedOptions } from "../options";
import { createMemoryStore } from "../stores/memory";
import { createRedisStore } from "../stores/redis";
import type { CacheStore } from "../stores/store";

export interface ConnectedStore {
  readonly guard: StoreGuard;
  /** Prefixes the marks of this process. */
  readonly writer: string;
}

export async function connectStore(
  options: ResolvedOptions,
  events: CacheopsEmitter,
  warn: (message: string) => void,
): Promise<ConnectedStore> {
  const store = storeOf(options);
  const writer = randomUUID();
  const guard = new StoreGuard(store, {
    policy: options.onStoreError,
    writer,
    lease: options.lease,
    listener: {
      degraded: (cause) => void events.emit("degrade", { cause }),
      recovered: () => void events.emit("recover"),
    },
  });
  try {
    await guard.connect();
  } catch (error) {
    const wrong = error instanceof Error ? error.cause : undefined;
    if (wrong instanceof CacheopsConfigError) {
      await guard.disconnect();
      throw wrong;
    }
    const message = error instanceof Error ? error.message : String(error);
    if (options.onStoreError === "throw") {
      await guard.disconnect();
      throw new CacheopsConfigError(
        `redis: ${message}. Start it, correct the address, or set onStoreError: "bypass".`,
        {
          cause: error,
        },
      );
    }
    warn(`${message}. Reads and writes go to the database alone until it can be reached.`);
  }
  return { guard, writer };
}

function storeOf({ store, redis, operationTimeout }: ResolvedOptions): CacheStore {
  if (store) return store;
  return redis === undefined ? createMemoryStore() : createRedisStore({ redis, operationTimeout });
}
