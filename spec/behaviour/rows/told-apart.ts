import { expect } from "chai";
import { withoutCache } from "../../../src";
import type { DatabaseName } from "../../support/databases";
import type { House } from "../../support/doors";
import type { Lab } from "../../support/lab";
import { expectSameValues } from "../../support/same-values";
import { expectCached, expectFollows } from "../../support/soundness";

type Act = (lab: Lab) => Promise<unknown>;

/** A read, and writes on both sides of what it relies on. */
export interface Precision {
  readonly name: string;
  /** Default: all. */
  readonly databases?: readonly DatabaseName[];
  /** Rows beyond the seed. */
  readonly prepare?: Act;
  readonly read: Act;
  /** By what they do: none of them touches the entry. */
  readonly unrelated: Readonly<Record<string, Act>>;
  /** One after the other, each changes the answer. */
  readonly related: Readonly<Record<string, Act>>;
}

/** The unrelated writes leave each read a hit, without a statement; the related ones make it stale. */
export function itTellsApart(precisions: readonly Precision[], { database, lab, seed }: House): void {
  for (const precision of precisions.filter(({ databases }) => databases?.includes(database) ?? true)) {
    it(precision.name, async () => {
      await lab().wipe();
      await seed(lab());
      await precision.prepare?.(lab());
      await expectToldApart(lab(), precision);
    });
  }
}

/** Rows are read before they are written where a transaction can hold them: on SQLite only in one of the caller's. */
export function exactly(lab: Lab, write: Act): Promise<unknown> {
  const { dataSource } = lab;
  // Its only runner is everybody's.
  return dataSource.options.type === "sqljs" ? dataSource.transaction(() => write(lab)) : write(lab);
}

export async function expectToldApart(
  lab: Lab,
  { read, unrelated, related }: Pick<Precision, "read" | "unrelated" | "related">,
): Promise<void> {
  const ask = (): Promise<unknown> => read(lab);
  for (const [what, write] of Object.entries(unrelated)) {
    await expectCached(lab, ask);
    await exactly(lab, write);
    const outcomes = new Set(await lab.outcomes(ask));
    expect([...outcomes], what).to.deep.equal(["hit"]);
    expectSameValues(await ask(), await withoutCache(ask));
  }
  for (const [what, write] of Object.entries(related)) {
    await expectFollows(lab, ask, () => write(lab)).catch((error: unknown) => {
      throw new Error(what, { cause: error });
    });
  }
}
