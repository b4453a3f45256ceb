import { randomBytes } from "node:crypto";
import type { CacheopsOptions } from "../../src";
import { services } from "./services";

/** The latter two of `npm run test:cluster` alone. */
const ALL = ["redis", "memory", "cluster", "sentinel"] as const;
export type StoreName = (typeof ALL)[number];

/** `SPEC_STORES` names others. */
export const STORES: readonly StoreName[] = process.env["SPEC_STORES"]
  ? ALL.filter((name) => process.env["SPEC_STORES"]?.split(",").includes(name))
  : ["redis", "memory"];

export type StoreOptions = Pick<CacheopsOptions, "redis"> & { readonly prefix: string };

/** Options of a store that no other spec shares: the prefix keeps them apart on one Redis. */
export function freshStore(store: StoreName): StoreOptions {
  return { ...optionOf(store), prefix: `spec-${randomBytes(6).toString("hex")}` };
}

function optionOf(store: StoreName): Pick<CacheopsOptions, "redis"> {
  switch (store) {
    case "redis":
      return { redis: services().redisUrl };
    case "cluster":
      return { redis: { cluster: { rootNodes: [{ url: services().clusterUrl }] } } };
    case "sentinel": {
      const { name, ...root } = services().sentinel;
      return { redis: { sentinel: { name, sentinelRootNodes: [root] } } };
    }
    case "memory":
      return {};
  }
}
