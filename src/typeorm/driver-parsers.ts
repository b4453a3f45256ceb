import type { DataSource } from "typeorm";

/** What this package asks of `pg`'s types, or of those that `extra: { types }` puts in their place. */
interface PgTypes {
  readonly builtins?: Readonly<Record<string, number>>;
  getTypeParser?(oid: number): unknown;
}

/**
 * Texts of the parsers that pg makes values with: an application that registers one of its own
 * (`types.setTypeParser`) must not be answered with what it stored before. Two closures of one text
 * cannot be told apart.
 */
export function parsersOf({ driver, options }: DataSource): readonly string[] {
  const { types } = (driver as { postgres?: { types?: PgTypes } }).postgres ?? {};
  const parsing = (options.extra as { types?: PgTypes } | undefined)?.types ?? types;
  return Object.values(types?.builtins ?? {}).map((oid) => String(parsing?.getTypeParser?.(oid)));
}
