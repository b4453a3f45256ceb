import { isDeepStrictEqual } from "node:util";
import type {
  DataSource,
  EntityMetadata,
  EntitySubscriberInterface,
  ObjectLiteral,
  QueryRunner,
} from "typeorm";
import { inScope, type Scope } from "../core/scope";
import { CacheopsConfigError } from "../errors";
import { OPS, type Profile } from "../profiles/profile";

/** What is used of TypeORM's events, whose types differ between versions. */
interface SavedEvent {
  readonly queryRunner: QueryRunner;
  readonly metadata: EntityMetadata;
  readonly entity?: ObjectLiteral | undefined;
}

/** A row to be read, as `findOneBy` of its entity will ask for it. */
interface Row {
  readonly metadata: EntityMetadata;
  readonly where: ObjectLiteral;
}

/** Of one transaction: each costs a statement. */
const MOST_ROWS = 100;

/**
 * Reads rows of entities with `cacheOnSave` into the cache, once they are committed. The row is read and not made of
 * the entity: defaults, generated values, triggers and partial entities make it another one, and a write of somebody else
 * may have come in between. It is read on the connection of the save, which takes no other one.
 */
class SavedRows implements EntitySubscriberInterface {
  readonly #profiles: ReadonlyMap<string, Profile>;
  readonly #warn: (message: string) => void;
  readonly #saved = new WeakMap<QueryRunner, Row[]>();

  constructor(profiles: ReadonlyMap<string, Profile>, warn: (message: string) => void) {
    this.#profiles = profiles;
    this.#warn = warn;
  }

  afterInsert(event: SavedEvent): Promise<void> | void {
    return this.#note(event);
  }

  afterUpdate(event: SavedEvent): Promise<void> | void {
    return this.#note(event);
  }

  afterRecover(event: SavedEvent): Promise<void> | void {
    return this.#note(event);
  }

  /** TypeORM calls it for nested transactions, too, in which nothing is committed yet. */
  afterTransactionCommit({ queryRunner }: { readonly queryRunner: QueryRunner }): Promise<void> | void {
    return queryRunner.isTransactionActive ? undefined : this.#read(queryRunner);
  }

  /** What a part of the transaction has taken back is read as it is: that costs a statement and is never wrong. */
  afterTransactionRollback({ queryRunner }: { readonly queryRunner: QueryRunner }): void {
    if (!queryRunner.isTransactionActive) this.#saved.delete(queryRunner);
  }

  #note({ queryRunner, metadata, entity }: SavedEvent): Promise<void> | void {
    const by = this.#profiles.get(metadata.name)?.cacheOnSave ?? false;
    const where = by !== false && entity ? whereOf(metadata, entity, by) : undefined;
    if (!where) return undefined;
    const rows = this.#saved.get(queryRunner) ?? [];
    this.#saved.set(queryRunner, rows);
    const isNoted = rows.some((row) => row.metadata === metadata && isDeepStrictEqual(row.where, where));
    if (!isNoted && rows.length < MOST_ROWS) rows.push({ metadata, where });
    return queryRunner.isTransactionActive ? undefined : this.#read(queryRunner);
  }

  async #read(queryRunner: QueryRunner): Promise<void> {
    const rows = this.#saved.get(queryRunner) ?? [];
    this.#saved.delete(queryRunner);
    try {
      for (const row of rows) await readCached(queryRunner, row);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warn(`cacheOnSave: a saved row could not be read: ${reason}`);
    }
  }
}

/** None where no profile asks for it: TypeORM would call it for each row. */
export function savedRowsOf(
  profiles: ReadonlyMap<string, Profile>,
  warn: (message: string) => void,
): readonly EntitySubscriberInterface[] {
  const isAskedFor = [...profiles.values()].some(({ cacheOnSave }) => cacheOnSave !== false);
  return isAskedFor ? [new SavedRows(profiles, warn)] : [];
}

/** @throws CacheopsConfigError for a profile whose field its entity does not have. */
export function checkSavedFields(
  { entityMetadatas }: DataSource,
  profiles: ReadonlyMap<string, Profile>,
): void {
  for (const metadata of entityMetadatas) {
    const by = profiles.get(metadata.name)?.cacheOnSave;
    if (typeof by !== "string" || metadata.findColumnWithPropertyName(by)) continue;
    throw new CacheopsConfigError(
      `profile of ${metadata.name}.cacheOnSave: "${by}" is no column of it. Give true for the primary key, or one of ` +
        `${metadata.columns.map(({ propertyName }) => propertyName).join(", ")}.`,
    );
  }
}

function whereOf(
  metadata: EntityMetadata,
  entity: ObjectLiteral,
  by: true | string,
): ObjectLiteral | undefined {
  if (by === true) return metadata.getEntityIdMap(entity);
  const value: unknown = entity[by];
  return value === undefined || value === null ? undefined : { [by]: value };
}

async function readCached(queryRunner: QueryRunner, { metadata, where }: Row): Promise<void> {
  const scope: Scope = { bypass: undefined, recording: undefined, caching: { ops: new Set(OPS) } };
  await inScope(scope, () => queryRunner.manager.getRepository(metadata.target).findOneBy(where));
}
