import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import type { ObjectLiteral } from "typeorm";
import { withCache, withoutCache } from "../../src";
import type { DatabaseName } from "./databases";
import type { Lab } from "./lab";

/** One way to write. */
export interface Door {
  readonly name: string;
  /** Default: all. */
  readonly databases?: readonly DatabaseName[];
  /** Rows beyond the seed, or whatever else the write needs. */
  prepare?(lab: Lab): Promise<unknown>;
  write(lab: Lab): Promise<unknown>;
  /** Tables that are invalidated, and no others; `"*"` for everything. */
  readonly changes: readonly string[] | "*";
  /** The statement is valid, but no row differs afterwards. */
  readonly changesNothing?: boolean;
}

export interface House {
  readonly database: DatabaseName;
  lab(): Lab;
  /** Fills the tables that the doors write to. */
  seed(lab: Lab): Promise<unknown>;
}

type Rows = ObjectLiteral[];

/**
 * Each door must make what was cached of the tables that it changes stale, must leave the entries of all
 * other tables hits, and what is read afterwards must be what the database holds.
 */
export function itInvalidatesThrough(doors: readonly Door[], { database, lab, seed }: House): void {
  for (const door of doors.filter(({ databases }) => databases?.includes(database) ?? true)) {
    it(door.name, async () => {
      await lab().wipe();
      await seed(lab());
      await door.prepare?.(lab());
      await expectInvalidation(lab(), door);
    });
  }
}

/** The check of `itInvalidatesThrough`, on whatever rows there are. */
export async function expectInvalidation(
  lab: Lab,
  door: Omit<Door, "name" | "databases" | "prepare">,
): Promise<void> {
  const tables = tablesOf(lab);
  for (const table of tables) await cached(lab, table);
  const before = new Map<string, Rows>();
  for (const table of tables) before.set(table, await lab.expectStatements(0, () => cached(lab, table)));

  const invalidated = new Set(await lab.invalidated(() => door.write(lab)));

  expect([...invalidated].sort(), "invalidated tables").to.deep.equal([...new Set(door.changes)].sort());
  const changed: string[] = [];
  for (const table of tables) {
    const expected = invalidated.has("*") || door.changes.includes(baseOf(table)) ? "stale" : "hit";
    lab.forget();
    const rows = await cached(lab, table);
    expect(
      lab.reads.map(({ outcome }) => outcome),
      table,
    ).to.deep.equal([expected]);
    expect(rows, table).to.deep.equal(await uncached(lab, table));
    if (!isDeepStrictEqual(rows, before.get(table))) changed.push(table);
  }
  if (door.changesNothing) expect(changed, "tables whose rows differ").to.deep.equal([]);
  else expect(changed, "tables whose rows differ").not.to.have.length(0);
}

/** Every table that an entity, a junction or a closure declares; views are read by specs of their own. */
function tablesOf({ dataSource }: Lab): readonly string[] {
  const stored = dataSource.entityMetadatas.filter(({ tableType }) => tableType !== "view");
  return [...new Set(stored.map(({ tablePath }) => tablePath))];
}

function baseOf(table: string): string {
  return table.toLowerCase();
}

function cached(lab: Lab, table: string): Promise<Rows> {
  return withCache({ ops: "all", timeout: "10m" }, () => rowsOf(lab, table));
}

function uncached(lab: Lab, table: string): Promise<Rows> {
  return withoutCache(() => rowsOf(lab, table));
}

function rowsOf({ dataSource }: Lab, table: string): Promise<Rows> {
  return dataSource.createQueryBuilder().select("t.*").from(table, "t").getRawMany();
}
