import type { DataSource } from "typeorm";
import { CacheopsConfigError } from "../errors";
import type { SqlDialect } from "../sql/analysis";
import { dialectOf } from "./describe";
import { nameOf } from "./namespace";
import { everyInstalled } from "./registry";

/**
 * The data source whose database another one reads, if this process has it, else its name. Of one in memory the
 * database is gone with the process, so there has to be one.
 *
 * @throws CacheopsConfigError if it cannot be the same database.
 */
export function sharedWith(
  dataSource: DataSource,
  dialect: SqlDialect,
  given: DataSource | string,
): DataSource | string {
  const other = typeof given === "string" ? named(given, dataSource) : given;
  if (other === dataSource)
    throw new CacheopsConfigError(
      "shareWith: this is the data source itself. Name the one that it reads like.",
    );
  if (typeof other === "string" || dialectOf(other) === dialect) return other;
  throw new CacheopsConfigError(
    `shareWith: a data source of type "${dataSource.options.type}" cannot read the database of one of type ` +
      `"${other.options.type}".`,
  );
}

function named(name: string, dataSource: DataSource): DataSource | string {
  const all = everyInstalled().map((each) => each.dataSource);
  return all.find((each) => each !== dataSource && nameOf(each) === name) ?? name;
}
