import picomatch from "picomatch";
import { CacheopsConfigError } from "../errors";
import { type Profile, type ProfileOptions, resolveProfile } from "./profile";

/** What names an entity in `profiles`. */
export interface EntityNames {
  /** Entity name, as TypeORM knows it. */
  readonly name: string;
  readonly table: string;
  readonly schema: string | undefined;
  /** From `@Cached`: `undefined` if not decorated. */
  readonly declared: ProfileOptions | null | undefined;
  /** Names of the entities whose rows a read of this one shows as well (single table inheritance). */
  readonly children: readonly string[];
}

export type Profiles = Readonly<Record<string, ProfileOptions | null>>;

/**
 * The profile of each entity, by entity name. Later layers win: `defaults`, `@Cached`, globs in the
 * order in which they are written, the exact name.
 * Throws if a name matches no entity; a glob that matches none is reported to `warn`.
 */
export function matchProfiles(
  entities: readonly EntityNames[],
  profiles: Profiles,
  defaults: ProfileOptions,
  warn: (message: string) => void,
): ReadonlyMap<string, Profile> {
  const patterns = Object.entries(profiles).flatMap(([name, options]) => patternOf(name, options) ?? []);
  for (const { pattern, glob, matches } of patterns) {
    if (entities.some((entity) => spellings(entity).some((name) => matches(name)))) continue;
    if (glob) warn(`profiles: the pattern "${pattern}" matches no entity.`);
    else throw new CacheopsConfigError(unmatched(pattern, entities));
  }
  // Array.sort is stable: among globs the order of writing decides.
  const byPrecision = [...patterns].sort((a, b) => Number(b.glob) - Number(a.glob));
  const own = new Map(
    entities.map((entity) => {
      const matching = byPrecision.filter(({ matches }) => spellings(entity).some((name) => matches(name)));
      const layers = [defaults, ...(entity.declared === undefined ? [] : [entity.declared])];
      return [
        entity.name,
        resolveProfile([...layers, ...matching.map((p) => p.options)], `profile of ${entity.name}`),
      ];
    }),
  );
  return withForbiddenChildren(own, entities);
}

/** A read of the parent would carry rows of a forbidden child into the store. */
function withForbiddenChildren(
  own: ReadonlyMap<string, Profile>,
  entities: readonly EntityNames[],
): ReadonlyMap<string, Profile> {
  const profiles = new Map(own);
  for (const { name, children } of entities) {
    const profile = own.get(name);
    const shows = children.some((child) => own.get(child)?.forbidden);
    if (profile && shows) profiles.set(name, Object.freeze({ ...profile, forbidden: true }));
  }
  return profiles;
}

/** `undefined` stands for the default, as in every option: there is no such profile. */
function patternOf(pattern: string, options: ProfileOptions | null | undefined) {
  if (options === undefined) return undefined;
  const lower = pattern.toLowerCase();
  const glob = /[*?[\]{}!]/.test(pattern);
  // Not all names mean themselves to picomatch: `a+(b)` is a table's name here.
  const isMatch = glob ? picomatch(lower) : undefined;
  return { pattern, options, glob, matches: (name: string) => (isMatch ? isMatch(name) : name === lower) };
}

function spellings({ name, table, schema }: EntityNames): string[] {
  const bare = [name, table];
  return (schema ? [...bare, `${schema}.${table}`, `${schema}.${name}`] : bare).map((text) =>
    text.toLowerCase(),
  );
}

function unmatched(pattern: string, entities: readonly EntityNames[]): string {
  const known = entities.map((entity) => entity.name).sort();
  return (
    `profiles: "${pattern}" is no entity and no table of this data source. ` +
    `Its entities are ${known.slice(0, 20).join(", ")}${known.length > 20 ? ", …" : ""}; a glob such as "geo.*" is allowed.`
  );
}
