import picomatch from "picomatch";
import type { DataSource, EntityMetadata } from "typeorm";
import type { Entity } from "../invalidation";

export const EVERYTHING = "everything";

/**
 * The entities and tables that names on the command line stand for; case does not matter. Throws for a name
 * that stands for none.
 */
export function entitiesNamed(
  dataSource: DataSource,
  names: readonly string[],
): typeof EVERYTHING | readonly [Entity, ...Entity[]] {
  const found = names.filter((name) => !isAll(name)).flatMap((name) => metadatasNamed(dataSource, name));
  const [first, ...rest] = new Set(found);
  if (!first || names.some(isAll)) return EVERYTHING;
  return [entityOf(first), ...rest.map(entityOf)];
}

function isAll(name: string): boolean {
  return name.toLowerCase() === "all";
}

function metadatasNamed({ entityMetadatas }: DataSource, name: string): readonly EntityMetadata[] {
  if (name === "") throw new Error(unknown(name, entityMetadatas));
  const wanted = name.toLowerCase();
  const glob = picomatch(wanted);
  // The first meaning that exists counts: an entity `geo` hides a schema of that name.
  const meanings: (() => EntityMetadata[])[] = [
    () => entityMetadatas.filter((metadata) => spellings(metadata).includes(name)),
    () => entityMetadatas.filter((metadata) => folded(metadata).includes(wanted)),
    () => entityMetadatas.filter(({ schema }) => schema?.toLowerCase() === wanted),
    () => entityMetadatas.filter((metadata) => folded(metadata).some((each) => glob(each))),
    () => rowOf(entityMetadatas, name),
  ];
  for (const meaning of meanings) {
    const found = meaning();
    if (found.length > 0) return found;
  }
  throw new Error(unknown(name, entityMetadatas));
}

/**
 * `Article.34`, `geo.city.34`: the longest part before a dot that is an entity; keys may hold dots. A row is
 * invalidated with its whole table.
 */
function rowOf(entityMetadatas: readonly EntityMetadata[], name: string): EntityMetadata[] {
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
    const entity = name.slice(0, dot).toLowerCase();
    const found = entityMetadatas.filter((metadata) => folded(metadata).includes(entity));
    if (found.length > 0 && dot < name.length - 1) return found;
  }
  return [];
}

function spellings({ name, tableName, schema }: EntityMetadata): string[] {
  const bare = [name, tableName];
  return schema === undefined ? bare : [...bare, ...bare.map((each) => `${schema}.${each}`)];
}

function folded(metadata: EntityMetadata): string[] {
  return spellings(metadata).map((each) => each.toLowerCase());
}

/** Junction tables have no target of their own. */
function entityOf({ target, tablePath }: EntityMetadata): Entity {
  return target === "" ? tablePath : target;
}

function unknown(name: string, entityMetadatas: readonly EntityMetadata[]): string {
  const known = [...new Set(entityMetadatas.map((metadata) => metadata.name))].sort();
  return (
    `"${name}" is no entity, table or schema of the data source, and as a glob it matches none. ` +
    `Its entities are ${known.slice(0, 20).join(", ")}${known.length > 20 ? ", …" : ""}.`
  );
}
