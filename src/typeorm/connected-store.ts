import { randomUUID } from "node:crypto";
import { StoreGuard } from "../core/store-guard";
import { CacheopsConfigError, CacheopsLockError } from "../errors";
import type { CacheopsEmitter } from "../events";
import type { ResolvedOptions } from "../resolved-options";
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
  const store = storeOf(options, warn);
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
    const wrong =
      error instanceof CacheopsLockError ? error : error instanceof Error ? error.cause : undefined;
    if (wrong instanceof CacheopsConfigError || wrong instanceof CacheopsLockError) {
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

function storeOf(
  { store, redis, operationTimeout, lockLease, lockNodes }: ResolvedOptions,
  warn: (message: string) => void,
): CacheStore {
  if (store) return store;
  if (redis === undefined) return createMemoryStore();
  return createRedisStore({ redis, operationTimeout, lockLease, lockNodes, warn });
}
