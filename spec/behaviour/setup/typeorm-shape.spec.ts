import { expect } from "chai";
import { DataSource, EntityManager, SelectQueryBuilder } from "typeorm";
import { cacheops, CacheopsConfigError, cacheopsOf, createMemoryStore } from "../../../src";
import { BLOG, Post } from "../../support/blog/entities";

const closed = new DataSource({ type: "sqljs" });
const builder = closed.createQueryBuilder();
const PROTOTYPES = {
  SelectQueryBuilder: SelectQueryBuilder.prototype as object,
  EntityManager: EntityManager.prototype as object,
  InsertQueryBuilder: prototypeOf(builder.insert()),
  UpdateQueryBuilder: prototypeOf(builder.update()),
  DeleteQueryBuilder: prototypeOf(builder.delete()),
  SoftDeleteQueryBuilder: prototypeOf(builder.softDelete()),
  Broadcaster: prototypeOf((closed.createQueryRunner() as unknown as { broadcaster: object }).broadcaster),
};

type ClassName = keyof typeof PROTOTYPES;

function prototypeOf(instance: object): object {
  return Object.getPrototypeOf(instance) as object;
}

const METHODS: readonly [ClassName, string][] = [
  ["SelectQueryBuilder", "loadRawResults"],
  ["SelectQueryBuilder", "executeEntitiesAndRawResults"],
  ["SelectQueryBuilder", "executeCountQuery"],
  ["SelectQueryBuilder", "executeExistsQuery"],
  ["SelectQueryBuilder", "getOne"],
  ["SelectQueryBuilder", "getRawOne"],
  ["EntityManager", "save"],
  ["EntityManager", "recover"],
  ["EntityManager", "transaction"],
];

/** Every property of the prototypes, functions by identity. */
function shape(): Map<string, PropertyDescriptor> {
  const names = Object.keys(PROTOTYPES) as ClassName[];
  const all = names.flatMap((name) =>
    Object.entries(Object.getOwnPropertyDescriptors(PROTOTYPES[name])).map(
      ([property, descriptor]) => [`${name}.${property}`, descriptor] as const,
    ),
  );
  return new Map(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function expectShape(expected: ReadonlyMap<string, PropertyDescriptor>): void {
  const now = shape();
  expect([...now.keys()]).to.deep.equal([...expected.keys()]);
  for (const [name, descriptor] of expected) {
    expect(now.get(name)?.value, name).to.equal(descriptor.value);
    expect({ ...now.get(name), value: undefined }, name).to.deep.equal({ ...descriptor, value: undefined });
  }
}

function blog(options: Parameters<typeof cacheops>[0] = {}): DataSource {
  return new DataSource({ type: "sqljs", entities: [...BLOG], synchronize: true, cache: cacheops(options) });
}

describe("TypeORM's prototypes", () => {
  let original: ReadonlyMap<string, PropertyDescriptor>;
  before(() => (original = shape()));
  afterEach(() => expectShape(original));

  it("are patched while a data source is open, keeping names and lengths", async () => {
    const dataSource = await blog().initialize();
    for (const [name, method] of METHODS) {
      const before = original.get(`${name}.${method}`)?.value as CallableFunction;
      const patched = shape().get(`${name}.${method}`)?.value as CallableFunction;
      expect(patched, `${name}.${method}`).to.not.equal(before);
      expect([patched.name, patched.length]).to.deep.equal([before.name, before.length]);
    }
    await dataSource.destroy();
  });

  it("are restored with the last of several data sources, whatever the order", async () => {
    const [first, second] = await Promise.all([blog().initialize(), blog().initialize()]);
    await first.destroy();
    const outcomes: string[] = [];
    cacheopsOf(second).on("read", ({ outcome }) => outcomes.push(outcome));
    await second.getRepository(Post).find();
    await second.getRepository(Post).find();
    expect(outcomes).to.deep.equal(["miss", "hit"]);
    await second.destroy();
  });

  it("are restored when initialize() fails, before and after they were patched", async () => {
    await blog({ profiles: { Psot: {} } })
      .initialize()
      .catch(() => undefined);
    expectShape(original);
    const wrongSchema = blog();
    wrongSchema.synchronize = () => Promise.reject(new Error("from synchronize"));
    const error: unknown = await wrongSchema.initialize().catch((caught: unknown) => caught);
    expect(error).to.have.property("message", "from synchronize");
    expect(() => cacheopsOf(wrongSchema)).to.throw(CacheopsConfigError);
  });

  for (const [name, method] of METHODS) {
    it(`are refused without ${name}.${method}(), and nothing is left patched or open`, async () => {
      const prototype = PROTOTYPES[name];
      const descriptor = Object.getOwnPropertyDescriptor(prototype, method) as PropertyDescriptor;
      const store = createMemoryStore();
      let open = 0;
      store.connect = async () => void open++;
      store.disconnect = async () => void open--;
      Reflect.deleteProperty(prototype, method);
      const without = shape();
      try {
        const dataSource = blog({ store });
        const error: unknown = await dataSource.initialize().catch((caught: unknown) => caught);
        expect(error).to.be.instanceOf(CacheopsConfigError);
        expect(String(error)).to.include(`${name}.${method}()`).and.to.include("typeorm");
        expect(dataSource.isInitialized).to.equal(false);
        expectShape(without);
        expect(open, "stores left open").to.equal(0);
      } finally {
        Object.defineProperty(prototype, method, descriptor);
      }
    });
  }

  it("keep what somebody else has patched on top, which still reaches TypeORM's own method", async () => {
    const prototype = SelectQueryBuilder.prototype as unknown as {
      loadRawResults(...args: unknown[]): unknown;
    };
    const dataSource = await blog().initialize();
    const { loadRawResults } = prototype;
    let calls = 0;
    prototype.loadRawResults = function (...args) {
      calls++;
      return loadRawResults.apply(this, args);
    };
    await dataSource.destroy();
    try {
      const plain = await new DataSource({
        type: "sqljs",
        entities: [...BLOG],
        synchronize: true,
      }).initialize();
      expect(await plain.getRepository(Post).find()).to.deep.equal([]);
      expect(calls).to.equal(1);
      await plain.destroy();
    } finally {
      const descriptor = original.get("SelectQueryBuilder.loadRawResults") as PropertyDescriptor;
      Object.defineProperty(prototype, "loadRawResults", descriptor);
    }
  });
});
