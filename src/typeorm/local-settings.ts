import { CacheopsConfigError } from "../errors";
import type { ResolvedOptions } from "../resolved-options";
import type { SqlDialect } from "../sql/analysis";

/** The declared ones in lower case, as PostgreSQL compares them. No other database has any. */
export function localSettingsOf(
  { localSettings }: Pick<ResolvedOptions, "localSettings">,
  dialect: SqlDialect,
): ReadonlySet<string> {
  if (localSettings.length > 0 && dialect !== "postgres")
    throw new CacheopsConfigError(
      "localSettings: only PostgreSQL has settings that end with the transaction. Leave the option out here.",
    );
  return new Set(localSettings.map((name) => name.toLowerCase()));
}
