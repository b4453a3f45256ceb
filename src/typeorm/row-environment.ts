import type { DataSource } from "typeorm";

/** What this package asks of `pg`'s types, or of those that `extra: { types }` puts in their place. */
interface PgTypes {
  readonly builtins?: Readonly<Record<string, number>>;
  getTypeParser?(oid: number): unknown;
}

/**
 * Texts that differ where the process, not the data source's options, makes the same rows arrive
 * otherwise. Timestamps without a zone become Dates by the zone of the process. Parsers that the
 * application has registered with pg are told apart by their source, as far as that goes: two
 * closures of one text are not.
 */
export function rowEnvironmentOf({ driver, options }: DataSource): readonly string[] {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const { types } = (driver as { postgres?: { types?: PgTypes } }).postgres ?? {};
  const parsing = (options.extra as { types?: PgTypes } | undefined)?.types ?? types;
  const parsers = Object.values(types?.builtins ?? {}).map((oid) => String(parsing?.getTypeParser?.(oid)));
  return [timeZone, ...parsers];
}
