import { expect } from "chai";
import { type MemoryStoreOptions, createMemoryStore } from "../../src/stores/memory";
import type { CacheStore, RecordName } from "../../src/stores/store";
import { all, entryBeside, epoch, freshNamespace, table } from "./addresses";

describe("memory store: its bounds (trap 25)", () => {
  const namespace = freshNamespace();
  const city = table(namespace, "city");

  const put = async (store: CacheStore, hash: string, bytes = 10, of: RecordName = city) => {
    const entry = entryBeside(of, hash);
    const { versions } = (await store.lookup(entry, [all(of)], 1000, 1000)).snapshot;
    return store.store(entry, [all(of)], versions, Buffer.alloc(bytes), 1000);
  };
  const has = async (store: CacheStore, hash: string) =>
    (await store.lookup(entryBeside(city, hash), [all(city)], 1000, 1000)).entry !== undefined;
  const make = (options: MemoryStoreOptions) => createMemoryStore({ clock: () => 0, ...options });

  it("keeps maxEntries results, those used last", async () => {
    const store = make({ maxEntries: 2 });
    await put(store, "first");
    await put(store, "second");
    await has(store, "first");
    await put(store, "third");
    expect([await has(store, "first"), await has(store, "second"), await has(store, "third")]).to.deep.equal([
      true,
      false,
      true,
    ]);
  });

  it("keeps maxBytes, and says so of a result that is larger alone", async () => {
    const store = make({ maxBytes: 3000 });
    expect(await put(store, "small", 1000)).to.equal(true);
    expect(await put(store, "huge", 3000)).to.equal(false);
    expect(await has(store, "small")).to.equal(true);
    expect(await put(store, "medium", 1500)).to.equal(true);
    expect(await has(store, "small")).to.equal(false);
  });

  it("gives a record that was pushed out a new version, and keeps its marks", async () => {
    const store = make({ maxRecords: 1 });
    const look = async (of: RecordName) =>
      (await store.lookup(entryBeside(of), [all(of)], 1000, 1000)).snapshot;
    const before = await look(city);
    await store.fence("writer", epoch(namespace), [all(city)], 1000);
    await look(table(namespace, "country"));
    const after = await look(city);
    expect(after.versions).to.not.deep.equal(before.versions);
    expect(after.fenced).to.equal(true);
    await look(table(namespace, "country"));
    await store.replace("writer", epoch(namespace), [all(city)]);
    expect((await look(city)).fenced).to.equal(false);
  });
});

describe("memory store: its warning", () => {
  const environment = process.env.NODE_ENV;
  const warnings: string[] = [];
  const listen = (warning: Error & { code?: string }) => void warnings.push(String(warning.code));

  before(() => process.on("warning", listen));
  after(() => process.off("warning", listen));
  afterEach(() => {
    if (environment === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = environment;
  });

  const warningsOf = async (nodeEnv: string) => {
    warnings.length = 0;
    process.env.NODE_ENV = nodeEnv;
    const store = createMemoryStore();
    await store.connect();
    await store.connect();
    // Warnings are emitted in a later tick.
    await new Promise((resolve) => setImmediate(resolve));
    return warnings.filter((code) => code === "CACHEOPS_MEMORY_STORE");
  };

  it("comes once in production", async () => {
    expect(await warningsOf("production")).to.deep.equal(["CACHEOPS_MEMORY_STORE"]);
  });

  it("does not come elsewhere", async () => {
    expect(await warningsOf("test")).to.deep.equal([]);
  });
});
