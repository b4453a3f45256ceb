import type { DataSource } from "typeorm";
import type { PlanContext } from "../core/caching-plan";
import type { ResolvedOptions } from "../resolved-options";
import type { SqlDialect } from "../sql/analysis";
import { pathOf } from "./describe";

/**
 * Tables of which the same text may show other rows to others. `hidden`: row level security applies to the role of this
 * connection (not to a superuser or one with BYPASSRLS, nor to the owner without FORCE: they see every row, unless they
 * SET ROLE, which the session is told). `found`: without a schema in the statement, found by a search path that
 * belongs to the role, the database or the connection, in a schema that the usual path would not have led to.
 */
const QUESTION = `
  SELECT list.name, pg_catalog.row_security_active(class.oid) AS hidden,
    list.schema IS NULL AND space.nspname <> 'public'
      AND (path.source NOT IN ('default', 'configuration file') OR space.nspname = current_user) AS found
  FROM unnest($1::text[], $2::text[]) AS list(schema, name)
  JOIN pg_catalog.pg_class class ON class.oid = pg_catalog.to_regclass(CASE
    WHEN schema IS NULL THEN pg_catalog.format('%I', name) ELSE pg_catalog.format('%I.%I', schema, name) END)
  JOIN pg_catalog.pg_namespace space ON space.oid = class.relnamespace
  CROSS JOIN (SELECT source FROM pg_catalog.pg_settings WHERE pg_settings.name = 'search_path') path
  WHERE class.relkind IN ('r', 'p')
  ORDER BY list.name`;

interface Visible {
  readonly name: string;
  readonly hidden: boolean;
  readonly found: boolean;
}

const REMEDY =
  "If connections of this data source differ in that, give `prefix` a function by tenant, or name the settings in " +
  "`localSettings`; else a profile of null keeps them out of the cache (CAVEATS.md, 11).";

/** Asked for once, at install. Nobody is warned who has said how tenants are told apart, nor of what is never cached. */
export async function warnOfVisibleRows(
  dataSource: DataSource,
  dialect: SqlDialect,
  { prefix, localSettings }: ResolvedOptions,
  { profiles }: Pick<PlanContext, "profiles">,
  warn: (message: string) => void,
): Promise<void> {
  if (dialect !== "postgres" || typeof prefix === "function" || localSettings.length > 0) return;
  const visible = await visibleRows(dataSource, profiles);
  const hidden = visible.filter((each) => each.hidden).map(({ name }) => name);
  const found = visible.filter((each) => each.found).map(({ name }) => name);
  if (hidden.length > 0) warn(`Row level security decides which rows of ${list(hidden)} are seen. ${REMEDY}`);
  if (found.length > 0)
    warn(
      `The search_path of the role, the database or the connection decides what ${list(found)} means. ${REMEDY}`,
    );
}

async function visibleRows(
  dataSource: DataSource,
  profiles: PlanContext["profiles"],
): Promise<readonly Visible[]> {
  const cacheable = dataSource.entityMetadatas.filter(
    ({ name, tableType }) => tableType !== "view" && !profiles.get(name)?.forbidden,
  );
  const tables = [...new Map(cacheable.map((each) => [pathOf(each), each])).values()];
  if (tables.length === 0) return [];
  const queryRunner = dataSource.createQueryRunner("master");
  try {
    return (await queryRunner.query(QUESTION, [
      tables.map(({ schema }) => schema ?? null),
      tables.map(({ tableName }) => tableName),
    ])) as readonly Visible[];
  } catch {
    // A warning that cannot be given is no reason not to start.
    return [];
  } finally {
    await queryRunner.release();
  }
}

function list(names: readonly string[]): string {
  return [...new Set(names)].join(", ");
}
