import * as fc from "fast-check";
import type { DataSource, EntityManager, QueryRunner } from "typeorm";
import { withoutCache } from "../../src";
import type { DatabaseName } from "../support/databases";
import { expectSameValues } from "../support/same-values";
import { CODES, IDS } from "./bookshop/stock";
import { ENTITY_WRITES } from "./entity-writes";
import { REPLAY } from "./parameters";
import { answerOf, type Read } from "./read";
import { BUILDER_WRITES, EMPTYING_WRITES, RAW_WRITES } from "./statement-writes";
import type { Act, Choice } from "./write";

/** What decides which commands make sense: nothing else is modelled, the database itself says what is right. */
interface Boundaries {
  open: boolean;
  savepoints: number;
  typed: boolean;
}

export interface Bookshop {
  readonly dataSource: DataSource;
  readonly database: DatabaseName;
  /** Asked after every command. */
  readonly reads: readonly Read[];
  /** Of the open transaction. */
  runner: QueryRunner | undefined;
}

type Command = fc.AsyncCommand<Boundaries, Bookshop>;

/** While a transaction is open, everybody writes in it: two that write would wait for each other's rows. */
function doorOf({ runner, dataSource }: Bookshop): EntityManager {
  return runner?.manager ?? dataSource.manager;
}

/** Every read, through every door, must say with the cache what it says without. */
export async function expectNothingStale(shop: Bookshop): Promise<void> {
  for (const read of shop.reads) {
    const cached = await answerOf(read, shop.dataSource.manager);
    const fresh = await withoutCache(() => answerOf(read, shop.dataSource.manager));
    expectSame(cached, fresh, read, "outside");
    if (!shop.runner) continue;
    // PostgreSQL answers nothing once a statement of the transaction has failed.
    const inside = await answerOf(read, shop.runner.manager).catch(() => "refused");
    const freshInside = await withoutCache(() => answerOf(read, doorOf(shop))).catch(() => "refused");
    expectSame(inside, freshInside, read, "in the transaction");
  }
}

function expectSame(cached: unknown, fresh: unknown, read: Read, where: string): void {
  try {
    expectSameValues(cached, fresh);
  } catch (error) {
    throw new Error(
      `${read.title} (${where})\ncached: ${JSON.stringify(cached)}\nfresh:  ${JSON.stringify(fresh)}`,
      { cause: error },
    );
  }
}

class Step implements Command {
  constructor(
    private readonly title: string,
    private readonly applies: (model: Readonly<Boundaries>) => boolean,
    private readonly changes: (model: Boundaries) => void,
    private readonly act: (shop: Bookshop, model: Readonly<Boundaries>) => Promise<unknown>,
  ) {}

  check(model: Readonly<Boundaries>): boolean {
    return this.applies(model);
  }

  async run(model: Boundaries, shop: Bookshop): Promise<void> {
    // What the database refuses (a key that is there already, an aborted transaction) is a step like any other.
    await this.act(shop, model).catch(() => undefined);
    this.changes(model);
    await expectNothingStale(shop);
  }

  toString(): string {
    return this.title;
  }
}

const choice: fc.Arbitrary<Choice> = fc.record({
  id: fc.constantFrom(...IDS),
  other: fc.constantFrom(...IDS),
  n: fc.integer({ min: 0, max: 5 }),
  code: fc.constantFrom(...CODES),
});

function writes(
  acts: Readonly<Record<string, Act>>,
  applies = (_model: Readonly<Boundaries>) => true,
): fc.Arbitrary<Command> {
  return fc.record({ name: fc.constantFrom(...Object.keys(acts)), choice }).map(
    ({ name, choice: chosen }) =>
      new Step(
        `${name} ${JSON.stringify(chosen)}`,
        applies,
        () => undefined,
        (shop) => acts[name]!(doorOf(shop), chosen, shop.database),
      ),
  );
}

const begin = fc.boolean().map(
  (typed) =>
    new Step(
      `begin, ${typed ? "typed" : "by TypeORM"}`,
      ({ open }) => !open,
      (model) => void Object.assign(model, { open: true, savepoints: 0, typed }),
      async (shop) => {
        shop.runner = shop.dataSource.createQueryRunner();
        await (typed ? shop.runner.query("BEGIN") : shop.runner.startTransaction());
      },
    ),
);

const savepoint = fc.constant(
  new Step(
    "savepoint",
    ({ open, savepoints }) => open && savepoints < 3,
    (model) => void model.savepoints++,
    ({ runner }, { typed, savepoints }) =>
      typed ? runner!.query(`SAVEPOINT s${savepoints}`) : runner!.startTransaction(),
  ),
);

const undo = fc.constant(
  new Step(
    "rollback to the savepoint",
    ({ open, savepoints }) => open && savepoints > 0,
    (model) => void model.savepoints--,
    ({ runner }, { typed, savepoints }) =>
      typed ? runner!.query(`ROLLBACK TO SAVEPOINT s${savepoints - 1}`) : runner!.rollbackTransaction(),
  ),
);

const keep = fc.constant(
  new Step(
    "release the savepoint",
    ({ open, savepoints }) => open && savepoints > 0,
    (model) => void model.savepoints--,
    ({ runner }, { typed, savepoints }) =>
      typed ? runner!.query(`RELEASE SAVEPOINT s${savepoints - 1}`) : runner!.commitTransaction(),
  ),
);

const end = fc.constantFrom("commit", "commit", "rollback").map(
  (how) =>
    new Step(
      how,
      ({ open }) => open,
      (model) => void (model.open = false),
      (shop, { typed, savepoints }) => endTransaction(shop, how, typed, savepoints),
    ),
);

async function endTransaction(
  shop: Bookshop,
  how: string,
  typed: boolean,
  savepoints: number,
): Promise<void> {
  const runner = shop.runner!;
  try {
    if (typed) await runner.query(how.toUpperCase());
    else
      for (let level = 0; level <= savepoints; level++)
        await (how === "commit" ? runner.commitTransaction() : runner.rollbackTransaction());
  } finally {
    await leaveTransaction(shop);
  }
}

/**
 * Nothing may stay open for the next command or run, whatever has failed. sql.js has one query runner for
 * good, and TypeORM miscounts its transactions when one that was typed makes its own fail.
 */
export async function leaveTransaction(shop: Bookshop): Promise<void> {
  const { runner } = shop;
  shop.runner = undefined;
  if (!runner) return;
  await runner.query("ROLLBACK").catch(() => undefined);
  Object.assign(runner, { isTransactionActive: false, transactionDepth: 0 });
  await runner.release();
}

const writing = fc.oneof(
  { arbitrary: writes(ENTITY_WRITES), weight: 4 },
  { arbitrary: writes(BUILDER_WRITES), weight: 3 },
  { arbitrary: writes(RAW_WRITES), weight: 3 },
  // In a transaction TRUNCATE would keep the readers outside waiting for its end.
  { arbitrary: writes(EMPTYING_WRITES, ({ open }) => !open), weight: 1 },
);

export const commands = fc.commands([writing, writing, begin, fc.oneof(savepoint, undo, keep, end)], {
  maxCommands: 20,
  size: "max",
  ...(REPLAY !== undefined && { replayPath: REPLAY }),
});
