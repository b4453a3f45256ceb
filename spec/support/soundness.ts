import { expect } from "chai";
import { withoutCache } from "../../src";
import type { Lab } from "./lab";
import { expectSameValues } from "./same-values";

export type Read<T> = () => Promise<T>;

/** The second call of `read` is answered without the database, and with what the database would say. */
export async function expectCached<T>(lab: Lab, read: Read<T>): Promise<T> {
  const first = await read();
  const again = await lab.expectStatements(0, read);
  expectSameValues(again, first);
  expectSameValues(again, await withoutCache(read));
  return again;
}

/** No call of `read` is answered or kept by the cache; `reason` is why. */
export async function expectBypassed(lab: Lab, read: Read<unknown>, reason: string): Promise<void> {
  for (const call of ["first", "second"]) {
    const outcomes = await lab.outcomes(read);
    expect(outcomes.length, `reads of the ${call} call`).to.be.above(0);
    for (const outcome of outcomes)
      expect(outcome, `outcome of the ${call} call`).to.equal(`bypass: ${reason}`);
  }
}

/**
 * `read` is cached, `write` changes its answer, and the next `read` has the new one. The comparison
 * is with the database itself, so a write that changes nothing is a mistake of the spec and fails.
 */
export async function expectFollows<T>(lab: Lab, read: Read<T>, write: () => Promise<unknown>): Promise<T> {
  const before = await expectCached(lab, read);
  await write();
  const after = await read();
  expectSameValues(after, await withoutCache(read));
  expect(() => expectSameValues(after, before), "the write changed nothing that the read shows").to.throw();
  return after;
}
