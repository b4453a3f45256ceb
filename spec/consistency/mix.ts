import { Random } from "../unit/sql/random";
import type { Mix } from "./messages";

/** A bit of everything. */
export const MIX: Mix = {
  writers: 2,
  readers: 3,
  rest: 100,
  autocommit: 0.4,
  rollback: 0.2,
  savepoint: 0.2,
  readTransaction: 0.2,
  pool: 80,
};

/** Some rounds write more, some read more, some are all transactions. */
export function drawMix(seed: number): Mix {
  const random = new Random(seed + 55);
  return {
    writers: 1 + random.below(3),
    readers: 1 + random.below(4),
    rest: random.pick([10, 50, 100, 200]),
    autocommit: random.next(),
    rollback: random.next() * 0.4,
    savepoint: random.next() * 0.4,
    readTransaction: random.next() * 0.4,
    pool: random.pick([10, 40, 100, 300]),
  };
}
