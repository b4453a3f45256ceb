import type { DataSource } from "typeorm";
import { CacheopsConfigError } from "../errors";
import { everyInstalled, type Installed, installedOn } from "../typeorm/registry";
import { knowsSample, unknownSample } from "../typeorm/samples";
import type { Sample } from "./samples";

/** Data sources whose store may be meant. */
export function candidates(dataSource: DataSource | undefined): readonly Installed[] {
  if (dataSource === undefined) return everyInstalled();
  const installation = installedOn(dataSource);
  if (installation) return [installation];
  throw new CacheopsConfigError(
    "dataSource: it is not initialised, or it has no `cache: cacheops(…)` option.",
  );
}

/**
 * The one data source that knows all of these: an entry lives in one store.
 *
 * @param what Names in errors what is to be kept.
 * @throws CacheopsConfigError if there is none, or more than one.
 */
export function installationFor(
  samples: readonly Sample[],
  dataSource: DataSource | undefined,
  what: string,
): Installed {
  const all = candidates(dataSource);
  const known = all.filter((each) => samples.every((sample) => knowsSample(each, sample)));
  const [only, another] = known;
  if (only && !another) return only;
  if (only) throw ambiguous(what, known);
  const unknown = samples.find((sample) => !all.some((each) => knowsSample(each, sample)));
  if (unknown !== undefined) throw unknownSample(unknown);
  throw new CacheopsConfigError(
    samples.length > 0
      ? `${what}: no single data source knows all of its samples, and results are kept in one store.`
      : `${what}: no data source with \`cache: cacheops(…)\` is initialised.`,
  );
}

function ambiguous(what: string, known: readonly Installed[]): CacheopsConfigError {
  const names = known.map(({ name }) => name).join(", ");
  return new CacheopsConfigError(
    `${what}: the data sources ${names} all know what it depends on. Say whose store keeps the results: give the option \`dataSource\`.`,
  );
}
