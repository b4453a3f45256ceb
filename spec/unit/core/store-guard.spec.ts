import { expect } from "chai";
import { StoreGuard } from "../../../src/core/store-guard";
import { CacheopsStoreError } from "../../../src/errors";
import { createMemoryStore } from "../../../src/stores/memory";
import { type CacheStore, StoreFullError } from "../../../src/stores/store";
import { all, entryBeside, epoch, freshNamespace, table } from "../../contract/addresses";
import { gate, type Gate } from "../../support/gates";

type Operation = "open" | "lookup" | "store" | "fence" | "replace" | "registries";

/** A store of which each operation can be counted, held and made to fail. */
class Faulty {
  readonly calls: string[] = [];
  readonly store: CacheStore;
  failure: Error | undefined;
  gate: Gate | undefined;

  constructor() {
    const inner = createMemoryStore();
    this.store = new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          this.calls.push(String(name));
          await this.gate?.pass();
          if (this.failure) throw this.failure;
          return member.apply(target, args) as unknown;
        };
      },
    });
  }

  /** How often each of these was asked since. */
  asked(work: () => Promise<unknown>): Promise<Operation[]> {
    const from = this.calls.length;
    return work().then(
      () => this.calls.slice(from) as Operation[],
      () => this.calls.slice(from) as Operation[],
    );
  }
}

describe("the store's guard", () => {
  const namespace = freshNamespace();
  const [everything, city] = [epoch(namespace), table(namespace, "city")];
  const dependencies = [all(everything), all(city)];
  let faulty: Faulty;
  let heard: string[];
  let guards: StoreGuard[];
  beforeEach(() => {
    faulty = new Faulty();
    heard = [];
    guards = [];
  });
  afterEach(() => {
    faulty.failure = faulty.gate = undefined;
    return Promise.all(guards.map((each) => each.disconnect()));
  });

  function guard(policy: "bypass" | "throw" = "bypass"): StoreGuard {
    const listener = {
      degraded: () => void heard.push("degrade"),
      recovered: () => void heard.push("recover"),
    };
    const made = new StoreGuard(faulty.store, { policy, writer: "me", lease: 10_000, listener });
    guards.push(made);
    return made;
  }

  const look = (on: StoreGuard) => on.lookup(entryBeside(city), dependencies, 60_000);
  const fails = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => "worked",
      (error: unknown) => error,
    );

  /** Has failed, and so has its first probe. */
  async function opened(policy?: "bypass" | "throw"): Promise<StoreGuard> {
    const made = guard(policy);
    await look(made);
    faulty.failure = new Error("gone");
    await fails(look(made));
    await fails(look(made));
    return made;
  }

  it("asks nothing of a store whose probe has failed: no read, and no write", async () => {
    const open = await opened();
    expect(await faulty.asked(() => look(open))).to.deep.equal([]);
    expect(await faulty.asked(() => open.fence("w", everything, [all(city)]))).to.deep.equal([]);
    expect(await faulty.asked(() => open.replace("w", everything, [all(city)]))).to.deep.equal([]);
    expect(await faulty.asked(() => open.registries([city]))).to.deep.equal([]);
    expect(await fails(look(open))).to.be.instanceOf(CacheopsStoreError);
    expect(heard).to.deep.equal(["degrade"]);
  });

  it("refuses writes at once then, under throw", async () => {
    const open = await opened("throw");
    const work = (): Promise<unknown> => fails(open.fence("w", everything, [all(city)]));
    expect(await work()).to.be.instanceOf(CacheopsStoreError);
    expect(await faulty.asked(work)).to.deep.equal([]);
  });

  it("tries again by itself, however often writers are refused meanwhile", async () => {
    const open = await opened();
    faulty.failure = undefined;
    while (!heard.includes("recover")) {
      await open.replace("w", everything, [all(city)]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect((await look(open)).snapshot.fenced).to.equal(false);
    expect(heard).to.deep.equal(["degrade", "recover"]);
  });

  it("lets nobody wait for a probe of a store that is known to be down", async () => {
    const open = await opened();
    faulty.failure = undefined;
    faulty.gate = gate();
    await faulty.gate.reached;
    expect(await fails(look(open)), "while the probe hangs").to.be.instanceOf(CacheopsStoreError);
    faulty.gate.release();
    while (!heard.includes("recover")) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("probes once more when a write was refused during the probe: its invalidation came after that", async () => {
    const open = await opened();
    faulty.failure = undefined;
    const probing = (faulty.gate = gate());
    await probing.reached;
    await open.replace("w", everything, [all(city)]);
    faulty.gate = undefined;
    const calls = await faulty.asked(async () => {
      probing.release();
      while (!heard.includes("recover")) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(calls.filter((name) => name === "replace")).to.have.length(1);
  });

  it("takes a full store for no outage: what it holds is as good as before", async () => {
    const full = guard();
    await look(full);
    faulty.failure = new StoreFullError("full");
    expect(await fails(look(full))).to.be.instanceOf(StoreFullError);
    expect(await full.store(entryBeside(city), dependencies, ["", ""], Buffer.alloc(0), 1000)).to.equal(
      false,
    );
    faulty.failure = undefined;
    expect(heard).to.deep.equal([]);
    expect(await faulty.asked(() => look(full))).to.deep.equal(["lookup"]);
  });

  it("takes a replacement that found no room for one", async () => {
    const full = guard();
    await look(full);
    faulty.failure = new StoreFullError("full");
    expect(await full.replace("w", everything, [all(city)])).to.equal(undefined);
    expect(heard).to.deep.equal(["degrade"]);
  });
});
