import type { EntityMetadata } from "typeorm";
import type { KeyPage } from "../core/read-request";
import { pathOf } from "./describe";

/** What is used of the builder of TypeORM's own that picks the rows of a page; some of it is private. */
interface PageBuilder {
  readonly expressionMap: {
    readonly mainAlias?: { readonly name: string; readonly hasMetadata: boolean };
    readonly selects: readonly { readonly selection: string }[];
    readonly offset?: number;
  };
  clone(): PageBuilder;
  select(selection: string): PageBuilder;
  orderBy(): PageBuilder;
  limit(): PageBuilder;
  offset(): PageBuilder;
  getQueryAndParameters(): [string, unknown[]];
}

/**
 * With `skip` or `take` and joined tables, TypeORM sends two statements: SELECT DISTINCT with the primary keys of a page
 * and whatever it is sorted by, then the rows of those keys, sorted once more. Of the first it takes the keys alone.
 * `undefined` if the builder is not the one of the first.
 *
 * @param metadata Of the main entity of the builder that was called.
 */
export function keyPageOf(builder: unknown, metadata: EntityMetadata): KeyPage | undefined {
  const page = builder as PageBuilder;
  const { mainAlias, selects, offset } = page.expressionMap;
  if (mainAlias?.name !== "distinctAlias" || mainAlias.hasMetadata) return undefined;
  const keys = selects[0]?.selection ?? "";
  const names = keys.startsWith("DISTINCT ")
    ? [...keys.matchAll(/ AS (["`])(.+?)\1(?:, |$)/g)].map((match) => match[2] as string)
    : [];
  const columns = metadata.primaryColumns.map(({ databaseName }) => databaseName);
  if (names.length === 0 || names.length !== columns.length) return undefined;
  return {
    of: { path: pathOf(metadata), columns, names },
    uncut: offset ? undefined : () => withoutCut(page, keys),
  };
}

function withoutCut(page: PageBuilder, keys: string): ReturnType<NonNullable<KeyPage["uncut"]>> {
  const [sql, parameters] = page.clone().select(keys).orderBy().limit().offset().getQueryAndParameters();
  return { sql, parameters };
}
