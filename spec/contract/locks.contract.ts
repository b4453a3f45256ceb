import { expect } from "chai";
import type { EntryKey, LoadLocks } from "../../src/stores/store";
import { gate } from "../support/gates";
import { entryBeside, table } from "./addresses";

export const load = async (): Promise<string> => "loaded";

/** Holds the entry's lock until it is let go. */
export async function holding(by: LoadLocks, entry: EntryKey): Promise<() => Promise<unknown>> {
  const { reached, release, pass } = gate();
  const held = by.hold(entry, pass);
  await reached;
  return () => (release(), held);
}

/** What locks of loads do, wherever they are kept. `locks` gives those of another process each time. */
export function itHoldsLoads(locks: () => Promise<LoadLocks>, entryOf: () => EntryKey): void {
  it("let one hold at a time, and say when it is free", async () => {
    const [one, other] = [await locks(), await locks()];
    const entry = entryOf();
    const letGo = await holding(one, entry);
    expect(await other.hold(entry, load)).to.equal(undefined);
    expect(await one.hold(entry, load), "not even the holder once more").to.equal(undefined);
    expect(await other.freed(entry, 30)).to.equal("late");
    const freed = other.freed(entry, 10_000);
    await letGo();
    expect(await freed).to.be.oneOf(["freed", "never held"]);
    expect(await other.hold(entry, load)).to.deep.equal({ value: "loaded" });
  });

  it("are of one entry each, in whatever slot", async () => {
    const one = await locks();
    const entry = entryOf();
    const letGo = await holding(one, entry);
    const beside = [{ ...entry, hash: "other" }];
    // On a cluster of a few nodes some of these are on each.
    for (let at = 0; at < 20; at++) beside.push(entryBeside(table(entry.namespace, `t${at}`)));
    expect(await Promise.all(beside.map((each) => one.hold(each, load)))).to.deep.equal(
      beside.map(() => ({ value: "loaded" })),
    );
    await letGo();
  });

  it("are given back by loads that fail", async () => {
    const [one, other] = [await locks(), await locks()];
    const entry = entryOf();
    const failed: unknown = await one
      .hold(entry, () => Promise.reject(new Error("failed")))
      .catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error).with.property("message", "failed");
    expect(await other.freed(entry, 10_000)).to.be.oneOf(["freed", "never held"]);
    expect(await other.hold(entry, load)).to.deep.equal({ value: "loaded" });
  });
}
