import { DataSource } from "typeorm";
import { cacheops, CacheopsConfigError, type ProfileOptions } from "../../../src";

export const GRANULARITIES = ["table", "row"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Everything is cached, and nothing leaves but by invalidation. */
export function profileOf(granularity: Granularity): ProfileOptions {
  // A cast: not every version of the library has the option.
  return { ops: "all", timeout: "1h", granularity } as ProfileOptions;
}

/** A library without the option knows tables alone. */
export async function knownProfiles(): Promise<ReadonlyMap<Granularity, ProfileOptions>> {
  const profiles = GRANULARITIES.map((each) => [each, profileOf(each)] as const);
  if (await accepted(profileOf("row"))) return new Map(profiles);
  return new Map([["table", { ops: "all", timeout: "1h" }]]);
}

async function accepted(defaults: ProfileOptions): Promise<boolean> {
  const dataSource = new DataSource({ type: "sqljs", cache: cacheops({ defaults }) });
  try {
    await dataSource.initialize();
  } catch (error) {
    if (error instanceof CacheopsConfigError) return false;
    throw error;
  }
  await dataSource.destroy();
  return true;
}
