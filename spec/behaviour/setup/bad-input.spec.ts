import { expect } from "chai";
import {
  Column,
  DataSource,
  Entity,
  type EntitySchema,
  type EntityTarget,
  type ObjectLiteral,
  PrimaryColumn,
} from "typeorm";
import {
  Cached,
  cacheops,
  CacheopsConfigError,
  type CacheopsOptions,
  cacheopsOf,
  createMemoryStore,
  withCache,
} from "../../../src";
import { BLOG } from "../../support/blog/entities";

@Entity()
@Cached("gte" as "get")
class WrongOp {
  @PrimaryColumn()
  id!: number;
}

@Entity()
@Cached("get", "soon")
class WrongTimeout {
  @PrimaryColumn()
  id!: number;

  @Column()
  title!: string;
}

async function open(
  options: unknown,
  entities: readonly EntityTarget<ObjectLiteral>[] = BLOG,
): Promise<DataSource> {
  const cache = cacheops(options as CacheopsOptions);
  const dataSource = new DataSource({ type: "sqljs", entities: [...entities] as EntitySchema[], cache });
  try {
    return await dataSource.initialize();
  } catch (error) {
    expect(dataSource.isInitialized, "initialised in spite of the error").to.equal(false);
    expect(() => cacheopsOf(dataSource)).to.throw(CacheopsConfigError);
    throw error;
  }
}

/** `initialize()` rejects with a `CacheopsConfigError` whose message holds all of `texts`. */
async function expectRefusal(opening: Promise<DataSource>, ...texts: string[]): Promise<void> {
  const outcome = await opening.then(
    (dataSource) => dataSource.destroy().then(() => "nothing was thrown"),
    (error: unknown) => error,
  );
  expect(outcome).to.be.instanceOf(CacheopsConfigError).with.property("code", "CACHEOPS_CONFIG");
  for (const text of texts) expect((outcome as Error).message).to.include(text);
}

const circular: Record<string, unknown> = {};
circular["self"] = circular;

/** What is given -> what the message has to hold: the option, the value, what would be right. */
const REFUSED: readonly [title: string, options: unknown, ...texts: string[]][] = [
  ["an unknown option", { profile: {} }, "profile is not an option", "profiles"],
  ["null for options", null, "cacheops(options)", "an object"],
  ["a list for options", [], "cacheops(options)", "an object"],
  ["enabled that is no boolean", { enabled: "yes" }, "enabled", '"yes"', "true or false"],
  ["null, which is no default", { enabled: null }, "enabled", "null"],
  ["an empty prefix", { prefix: "" }, "prefix", "not empty"],
  ["a prefix of another type", { prefix: 7 }, "prefix", "7", "function"],
  [
    "an unknown consistency",
    { consistency: "eventual" },
    "consistency",
    '"eventual"',
    '"strict" or "relaxed"',
  ],
  ["an unknown policy", { onStoreError: "ignore" }, "onStoreError", '"ignore"', '"bypass" or "throw"'],
  ["a size below one", { maxEntrySize: 0 }, "maxEntrySize", "0", "bytes"],
  ["a limit that is no number", { compressAbove: "1kb" }, "compressAbove", "1kb", "bytes"],
  [
    "compression of a codec that is the user's",
    { compressAbove: 1, codec: { name: "own", encode: () => Buffer.of(), decode: () => [] } },
    "codec and compressAbove",
  ],
  ["a shared data source that is none", { shareWith: { name: "main" } }, "shareWith", "DataSource"],
  ["a size as bigint", { maxEntrySize: 10n }, "maxEntrySize", "10n", "bytes"],
  ["a circular value", { maxEntrySize: circular }, "maxEntrySize", "bytes"],
  [
    "an unparsable duration",
    { operationTimeout: "half a second" },
    "operationTimeout",
    '"half a second"',
    '"15m"',
  ],
  ["a duration as bigint", { operationTimeout: 10n }, "operationTimeout", "10n"],
  ["an endless duration", { operationTimeout: Infinity }, "operationTimeout", "Infinity"],
  ["an operation longer than timers count", { operationTimeout: "1y" }, "operationTimeout", '"1y"', "1h"],
  ["a replica that lags for over an hour", { replicaLag: "2h" }, "replicaLag", '"2h"', "1h"],
  ["a place to read that is none", { readAfterWrite: "slave" }, "readAfterWrite", '"replica" or "master"'],
  ["a negative lease", { lease: -1 }, "lease", "-1"],
  ["a lease longer than timers count", { lease: "1y" }, "lease", '"1y"', "1h"],
  ["waiting for nobody", { lockTimeout: 0 }, "lockTimeout", "0"],
  ["a lock's lease too short to be renewed", { lockLease: 50 }, "lockLease", "50", "100ms"],
  ["nodes that are no list", { redis: "redis://x", lockNodes: "redis://y" }, "lockNodes", "array"],
  ["nodes of locks without Redis", { lockNodes: ["redis://localhost"] }, "lockNodes", "redis"],
  ["a lock that is no boolean", { profiles: { Post: { lock: "yes" } } }, 'profiles["Post"].lock', '"yes"'],
  ["a negative eagerness", { defaults: { earlyRefresh: -1 } }, "defaults.earlyRefresh", "-1", "factor"],
  [
    "a lease shorter than two operations",
    { lease: 1500, operationTimeout: 900 },
    "lease",
    "1500",
    "operationTimeout",
  ],
  ["a lease too short to be renewed", { lease: 10 }, "lease", "10", "1s"],
  ["two stores", { redis: "redis://localhost", store: createMemoryStore() }, "redis", "store", "one of them"],
  ["a store that is none", { store: { lookup: () => undefined } }, "store", "CacheStore", "connect"],
  ["null for a store", { store: null }, "store", "null", "CacheStore"],
  ["a codec that is none", { codec: { encode: () => Buffer.alloc(0) } }, "codec", "encode and decode"],
  ["null for a codec", { codec: null }, "codec", "null", "encode and decode"],
  ["function names that are no list", { stableFunctions: "f" }, "stableFunctions", '"f"', "array"],
  ["function names that are no names", { volatileFunctions: [7] }, "volatileFunctions", "array"],
  ["defaults that are no profile", { defaults: "all" }, "defaults", '"all"', "{ ops, timeout }"],
  ["an unknown op in defaults", { defaults: { ops: ["get", "gets"] } }, "defaults.ops", '"gets"', '"fetch"'],
  ["ops of another type", { defaults: { ops: 7 } }, "defaults.ops", "7", '"all"'],
  ["null for ops", { defaults: { ops: null } }, "defaults.ops", "null", '"all"'],
  ["an unparsable default timeout", { defaults: { timeout: "" } }, "defaults.timeout", '""', '"15m"'],
  ["a timeout of 0", { defaults: { timeout: 0 } }, "defaults.timeout", "0", "at least 1"],
  ["an unknown profile option in defaults", { defaults: { op: "get" } }, "defaults.op", "ops, timeout"],
  ["profiles that are no object", { profiles: "all" }, "profiles", '"all"'],
  ["profiles as a Map", { profiles: new Map([["Post", {}]]) }, "profiles", "Map", "object by entity name"],
  ["an unknown op", { profiles: { Post: { ops: "gets" } } }, 'profiles["Post"].ops', '"gets"', '"aggregate"'],
  [
    "an unparsable timeout",
    { profiles: { Post: { timeout: "x" } } },
    'profiles["Post"].timeout',
    '"x"',
    '"1h"',
  ],
  ["an unknown profile option", { profiles: { Post: { ttl: 5 } } }, 'profiles["Post"].ttl', "ops, timeout"],
  [
    "one of a glob that matches none",
    { profiles: { "x*": { ttl: 5 } } },
    'profiles["x*"].ttl',
    "ops, timeout",
  ],
  [
    "a profile that is a list",
    { profiles: { Post: ["get"] } },
    'profiles["Post"]',
    "{ ops, timeout } or null",
  ],
  [
    "a profile's name that no entity has",
    { profiles: { Psot: {} } },
    '"Psot"',
    "is no entity",
    "Category",
    "glob",
  ],
  ["an empty profile's name", { profiles: { "": {} } }, '""', "is no entity"],
  ["an empty address of Redis", { redis: "" }, "redis", "redis[s]://"],
  ["an address that is none of Redis's", { redis: "http://localhost" }, "redis", "redis[s]://"],
  ["options of ioredis", { redis: { host: "localhost", port: 1 } }, "redis", "createClient()"],
  ["a list for Redis", { redis: [] }, "redis", "createClient()"],
  ["null for Redis", { redis: null }, "redis", "createClient()"],
];

describe("wrong configuration (issue: bad input)", () => {
  for (const [title, options, ...texts] of REFUSED) {
    it(`${title} is refused by initialize() (cachalot checks)`, () => expectRefusal(open(options), ...texts));
  }

  it("does not tell a password that stands in the wrong place", async () => {
    for (const options of ["redis://:secret@localhost", { redis: "rediss:/:secret@" }]) {
      const error: unknown = await open(options).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(CacheopsConfigError);
      expect(String(error)).to.not.include("secret");
    }
  });

  it("takes undefined for the default, everywhere", async () => {
    const options = {
      redis: undefined,
      enabled: undefined,
      defaults: { ops: undefined },
      profiles: { Post: undefined },
    };
    await (await open(options)).destroy();
  });

  it("refuses what stands in @Cached, naming the entity", async () => {
    await expectRefusal(open({}, [WrongOp]), "WrongOp", '"gte"', '"fetch"');
    await expectRefusal(open({}, [WrongTimeout]), "WrongTimeout", '"soon"', '"15m"');
  });

  it("refuses what is given to withCache at once", () => {
    const nothing = (): undefined => undefined;
    expect(() => withCache({ timeout: "soon" }, nothing)).to.throw(CacheopsConfigError, "withCache.timeout");
    expect(() => withCache({ ops: "gets" as "get" }, nothing)).to.throw(CacheopsConfigError, "withCache.ops");
  });

  it("only warns of a glob that matches no entity", async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): unknown => warnings.push(warning);
    process.on("warning", listener);
    try {
      const dataSource = await open({ profiles: { "geo.*": { ops: "get" } } });
      await new Promise(setImmediate);
      await dataSource.destroy();
    } finally {
      process.off("warning", listener);
    }
    expect(warnings.map(({ name, message }) => `${name}: ${message}`)).to.deep.equal([
      'CacheopsWarning: profiles: the pattern "geo.*" matches no entity.',
    ]);
  });

  it("can be corrected: the next data source works", async () => {
    await expectRefusal(open({ defaults: { ops: "gets" } }), "gets");
    const dataSource = await open({ defaults: { ops: "get" } });
    expect(cacheopsOf(dataSource).enabled).to.equal(true);
    await dataSource.destroy();
  });
});
