import { DataSource } from "typeorm";
import { cacheops, CacheopsConfigError, type ProfileOptions } from "../../../src";

export type Granularity = "table" | "row";

/** Everything is cached, and nothing leaves but by invalidation. */
const PROFILE: ProfileOptions = { ops: "all", timeout: "1h" };

/** A profile for each granularity that this version of the library has; one without the option knows tables alone. */
export async function profilesByGranularity(): Promise<ReadonlyMap<Granularity, ProfileOptions>> {
  const table = withGranularity("table");
  if (!(await isAccepted(table))) return new Map([["table", PROFILE]]);
  return new Map([
    ["table", table],
    ["row", withGranularity("row")],
  ]);
}

function withGranularity(granularity: Granularity): ProfileOptions {
  // Not as a literal, whose type would be wrong where the library does not have the option.
  const profile = { ...PROFILE, granularity };
  return profile;
}

async function isAccepted(defaults: ProfileOptions): Promise<boolean> {
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
