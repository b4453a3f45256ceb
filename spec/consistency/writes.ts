import type { EntityManager } from "typeorm";
import { ENTITIES } from "./writes/entities";
import { STATEMENTS } from "./writes/statements";
import type { Step, WriteContext } from "./writes/target";

export type { WriteContext } from "./writes/target";

/** The doors. Each writes once, to rows of `table` or to the junction. */
const STEPS: Readonly<Record<string, Step>> = { ...ENTITIES, ...STATEMENTS };

/** By the names of `writes/`. */
const WRITE_KINDS: readonly string[] = Object.keys(STEPS);

/** Rows that go have to come back, or soon there would be none; and a write of one row is the usual thing. */
const WEIGHTED: readonly string[] = [
  ...WRITE_KINDS,
  ...["refill", "refill", "refill", "refill", "insert", "insert", "link", "link", "restore", "restore"],
  ...["update", "update", "updateSome", "updateSome", "updateSome", "raw", "deleteGenerated"],
];

/** Of these kinds; none given: of any. */
export async function writeOnce(
  manager: EntityManager,
  context: WriteContext,
  kinds: readonly string[] = WEIGHTED,
): Promise<void> {
  const { random, family } = context;
  const table = random.pick(family.tables);
  const step = STEPS[random.pick(kinds)] as Step;
  await step({ ...context, manager, table, id: 1 + random.below(family.ids) });
}
