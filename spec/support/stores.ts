import { randomBytes } from "node:crypto";
import type { CacheopsOptions } from "../../src";
import { services } from "./services";

export const STORES = ["redis", "memory"] as const;
export type StoreName = (typeof STORES)[number];

/** Options of a store that no other spec shares: the prefix keeps them apart on one Redis. */
export function freshStore(store: StoreName): Pick<CacheopsOptions, "redis" | "prefix"> {
  const prefix = `spec-${randomBytes(6).toString("hex")}`;
  return store === "redis" ? { redis: services().redisUrl, prefix } : { prefix };
}
