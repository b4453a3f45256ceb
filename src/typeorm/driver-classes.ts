import type { DataSource } from "typeorm";
import { type KnownClass, plainClass } from "../core/known-classes";

/** What this package asks of `pg`, which PostgresDriver carries. */
interface PgModule {
  readonly types?: { getTypeParser?(oid: number): (text: string) => unknown };
}

const INTERVAL_OID = 1186;

/**
 * Classes of the values that a driver puts into raw rows, for the codec. There is one: pg returns
 * intervals as instances of `PostgresInterval`. It is taken from pg's own parser, because any other
 * copy of `postgres-interval` that Node may find would have another prototype.
 */
export function driverClasses({ driver }: DataSource): readonly KnownClass[] {
  const { types } = (driver as { postgres?: PgModule }).postgres ?? {};
  const interval = types?.getTypeParser?.(INTERVAL_OID)("1 day");
  // By its name: a parser that the user has set may return instances whose state nobody here knows.
  if (typeof interval !== "object" || interval?.constructor.name !== "PostgresInterval") return [];
  return [plainClass("PostgresInterval", Object.getPrototypeOf(interval) as object)];
}
