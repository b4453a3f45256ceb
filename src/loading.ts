import { CacheopsConfigError } from "./errors";
import { shown } from "./wrong-option";

/** Throws `CacheopsConfigError` that names the option by `where`. */
export function checkLoading(
  { lock, earlyRefresh }: { readonly lock?: boolean; readonly earlyRefresh?: boolean | number },
  where: string,
): void {
  if (lock !== undefined && typeof lock !== "boolean")
    throw new CacheopsConfigError(`${where}.lock: ${shown(lock)} is neither true nor false.`);
  eagerness(earlyRefresh, `${where}.earlyRefresh`);
}

/** As a factor, 0 for not at all. */
export function eagerness(earlyRefresh: boolean | number | undefined, where: string): number | undefined {
  if (earlyRefresh === undefined) return undefined;
  if (typeof earlyRefresh === "boolean") return earlyRefresh ? 1 : 0;
  if (typeof earlyRefresh === "number" && Number.isFinite(earlyRefresh) && earlyRefresh >= 0)
    return earlyRefresh;
  throw new CacheopsConfigError(
    `${where}: ${shown(earlyRefresh)} is not valid. Give true, false, or a factor such as 2 (earlier) or 0.5 (later).`,
  );
}
