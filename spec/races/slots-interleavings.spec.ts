import { expect } from "chai";
import type { Cast, Wrong } from "./slots/model";
import { visit } from "./slots/visit";

const lives = { mayDie: false };
const mayDie = { mayDie: true };

/** The smallest last. */
const CASTS: Record<string, Cast> = {
  "two readers and two writers, one of which may die": {
    readers: 2,
    reads: 1,
    writers: [lives, mayDie],
    losses: [],
  },
  "a reader who reads twice, two writers who may die, and a record that is lost": {
    readers: 1,
    reads: 2,
    writers: [mayDie, mayDie],
    losses: ["table"],
  },
  "two readers, one writer who may die, and a record that is lost twice": {
    readers: 2,
    reads: 1,
    writers: [mayDie],
    losses: ["table", "table"],
  },
  "a reader who reads twice, a writer who may die, and both records lost": {
    readers: 1,
    reads: 2,
    writers: [mayDie],
    losses: ["table", "epoch"],
  },
};

const MUTANTS: Record<string, Wrong> = {
  "there is no fence": { withoutFence: true },
  "a mark comes before its note": { markFirst: true },
  "there are no notes": { withoutNotes: true },
  "a record that is new needs no proof": { withoutProof: true },
  "notes are read along with the epoch": { notesAlong: true },
  "the end of a lease is no replacement": { leasesEndQuietly: true },
  "an epoch that was lost comes back unmarked": { epochUnmarked: true },
};

describe("the protocol over slots, in every state (traps 1, 20, 23)", function () {
  this.timeout(300_000);

  for (const [title, cast] of Object.entries(CASTS)) {
    it(`answers with a value of its time: ${title}`, () => {
      const { states, wrong } = visit(cast);
      expect(wrong).to.equal(undefined);
      expect(states).to.be.above(1000);
    });
  }

  for (const [title, how] of Object.entries(MUTANTS)) {
    it(`would notice if ${title}`, () => {
      let found: string | undefined;
      for (const cast of Object.values(CASTS).reverse()) found ??= visit(cast, how).wrong;
      expect(found).to.be.a("string");
    });
  }
});
