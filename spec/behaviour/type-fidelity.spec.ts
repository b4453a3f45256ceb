import { inspect } from "node:util";
import { expect } from "chai";
import pg from "pg";
import { DataSource, type DataSourceOptions } from "typeorm";
import { cacheopsOf } from "../../src";
import type { DatabaseName, PerDatabase } from "../support/databases";
import { Lab, onEveryCombination } from "../support/lab";
import { expectSameValues } from "../support/same-values";
import { scramble } from "../support/scramble";
import { Account, ACCOUNTS } from "./type-fidelity/account";
import { EveryType, TYPE_SAMPLES } from "./type-fidelity/column-samples";

interface Variant {
  readonly options?: Partial<DataSourceOptions>;
  /** Changes the process; the answer undoes it. */
  arrange?(): () => void;
}

/** `parseInt8` is switched on by TypeORM for the whole process. */
const parsingInt8 = (): (() => void) => () => (pg.defaults.parseInt8 = false);

function parsingNumeric(): () => void {
  const { NUMERIC } = pg.types.builtins;
  const before = pg.types.getTypeParser(NUMERIC);
  pg.types.setTypeParser(NUMERIC, Number);
  return () => pg.types.setTypeParser(NUMERIC, before);
}

function elsewhere(): () => void {
  const before = Intl.DateTimeFormat().resolvedOptions().timeZone;
  process.env["TZ"] = "Pacific/Chatham";
  return () => (process.env["TZ"] = before);
}

/** What makes the same values arrive as others. */
const VARIANTS: PerDatabase<Readonly<Record<string, Variant>>> = {
  postgres: {
    parseInt8: { options: { type: "postgres", parseInt8: true }, arrange: parsingInt8 },
    "a parser of the application": { arrange: parsingNumeric },
    "another time zone": { arrange: elsewhere },
  },
  mariadb: {
    dateStrings: { options: { type: "mariadb", dateStrings: true } },
    "dateStrings of some": { options: { type: "mariadb", dateStrings: ["DATE"] } },
    supportBigNumbers: { options: { type: "mariadb", supportBigNumbers: false, bigNumberStrings: false } },
    bigNumberStrings: { options: { type: "mariadb", bigNumberStrings: false } },
    timezone: { options: { type: "mariadb", timezone: "+05:45" } },
    decimalNumbers: { options: { type: "mariadb", extra: { decimalNumbers: true } } },
    jsonStrings: { options: { type: "mariadb", extra: { jsonStrings: true } } },
    "another time zone": { arrange: elsewhere },
  },
  sqljs: {},
};

type Read = (dataSource: DataSource, cache: boolean) => Promise<unknown>;

async function outcomesOf(
  dataSource: DataSource,
  read: () => Promise<unknown>,
): Promise<[unknown, string[]]> {
  const outcomes: string[] = [];
  const listener = ({ outcome }: { outcome: string }): void => void outcomes.push(outcome);
  cacheopsOf(dataSource).on("read", listener);
  const result = await read();
  cacheopsOf(dataSource).off("read", listener);
  return [result, outcomes];
}

/** What the database gives, the miss and every hit are the same, whatever callers do to their results. */
async function expectFidelity(dataSource: DataSource, read: Read): Promise<unknown> {
  const truth = await read(dataSource, false);
  for (const expected of ["miss", "hit", "hit"]) {
    const [result, outcomes] = await outcomesOf(dataSource, () => read(dataSource, true));
    expect(new Set(outcomes)).to.deep.equal(new Set([expected]));
    expectSameValues(result, truth);
    scramble(result);
  }
  return truth;
}

/** Each has an SQL text of its own, so that none is answered with what another one stored. */
function readsOf(entity: typeof Account | EveryType["entity"]): Readonly<Record<string, Read>> {
  const repository = (dataSource: DataSource) => dataSource.getRepository<{ id: unknown }>(entity);
  const builder = (dataSource: DataSource, alias: string, cache: boolean) =>
    repository(dataSource).createQueryBuilder(alias).orderBy(`${alias}.id`).cache(cache);
  return {
    find: (dataSource, cache) =>
      repository(dataSource).find({ cache, order: { id: "ASC" }, withDeleted: true }),
    findOne: (dataSource, cache) =>
      repository(dataSource).findOne({ cache, where: {}, order: { id: "ASC" } }),
    getRawMany: (dataSource, cache) => builder(dataSource, "many", cache).getRawMany(),
    getRawOne: (dataSource, cache) => builder(dataSource, "one", cache).getRawOne(),
    getRawAndEntities: (dataSource, cache) => builder(dataSource, "both", cache).getRawAndEntities(),
  };
}

function supportedTypes(type: DatabaseName): readonly string[] {
  return new DataSource({ type }).driver.supportedDataTypes.map(String);
}

onEveryCombination("type fidelity", (combination) => {
  const { database } = combination;
  let lab: Lab;
  let everyType: EveryType;

  before(async () => {
    everyType = new EveryType(database, supportedTypes(database));
    lab = await Lab.open({ ...combination, entities: [everyType.entity, Account] });
    await everyType.fill(lab.dataSource);
    const accounts = lab.repository(Account);
    const [owner] = await accounts.save(accounts.create(ACCOUNTS as Account[]));
    await accounts.update({ name: "empty" }, { owner: { id: owner!.id } });
    await accounts.softDelete({ name: "scalar settings" });
  });
  after(() => lab.close());

  it("has samples of every type that TypeORM supports", () => {
    const { types, unavailable } = TYPE_SAMPLES[database];
    const { supportedDataTypes } = lab.dataSource.driver;
    expect([...Object.keys(types), ...Object.keys(unavailable)]).to.include.members(supportedDataTypes);
  });

  it("keeps every type through every kind of read (section 5: hit types)", async () => {
    for (const read of Object.values(readsOf(everyType.entity))) await expectFidelity(lab.dataSource, read);
  });

  it("keeps what TypeORM makes of columns: transformers, embedded, simple and special ones", async () => {
    const withRelations: Read = (dataSource, cache) =>
      dataSource
        .getRepository(Account)
        .find({ cache, relations: { owner: true, members: true }, order: { name: "ASC" } });
    const reads = [...Object.values(readsOf(Account)), withRelations];
    for (const read of reads) await expectFidelity(lab.dataSource, read);
  });

  for (const [name, variant] of Object.entries(VARIANTS[database])) {
    it(`keeps every type under ${name}, and apart from what others have stored`, async () => {
      const reads = Object.values(readsOf(everyType.entity));
      const ordinary: unknown[] = [];
      for (const read of reads) ordinary.push(await read(lab.dataSource, true));
      await inVariant(variant, async (sibling) => {
        const truths: unknown[] = [];
        for (const read of reads) truths.push(await expectFidelity(sibling, read));
        expect(inspect(truths, { depth: null })).not.to.equal(inspect(ordinary, { depth: null }));
      });
    });
  }

  async function inVariant({ options, arrange }: Variant, fn: (sibling: DataSource) => Promise<void>) {
    const undo = arrange?.();
    const sibling = await lab.sibling({}, options);
    try {
      await fn(sibling);
    } finally {
      await sibling.destroy();
      undo?.();
    }
  }
});
