import type { FaultName } from "../faults";
import type { Mix } from "../messages";
import { MIX } from "../mix";

/** A way to break the library, by the name of its module here, and the work in which it is found soonest. */
export interface Mutant {
  readonly name: string;
  readonly broken: string;
  readonly mix: Mix;
  readonly faults: readonly FaultName[] | false;
  readonly policy?: "bypass" | "throw";
}

const FAST: Mix = { ...MIX, rest: 30, readTransaction: 0, savepoint: 0 };
const SAVEPOINTS: Mix = { ...FAST, autocommit: 0, rollback: 0, savepoint: 0.8 };

export const MUTANTS: readonly Mutant[] = [
  { name: "versions-after-load", broken: "versions read after the load", mix: FAST, faults: false },
  { name: "no-fence", broken: "no fence", mix: FAST, faults: false },
  { name: "fence-ignored", broken: "readers that do not mind the fence", mix: FAST, faults: false },
  {
    name: "dirty-reads-fill",
    broken: "dirty reads that hit and fill",
    mix: { ...FAST, autocommit: 0, rollback: 0.5 },
    faults: false,
  },
  {
    name: "snapshots-fill",
    broken: "snapshots that are shared",
    mix: { ...FAST, readTransaction: 0.7 },
    faults: false,
  },
  { name: "replaced-before-commit", broken: "replacement before COMMIT", mix: FAST, faults: false },
  { name: "missing-cascade", broken: "missing cascade", mix: FAST, faults: false },
  { name: "release-forgets", broken: "a lost savepoint", mix: SAVEPOINTS, faults: false },
  {
    name: "rollback-to-forgets-all",
    broken: "ROLLBACK TO that forgets too much",
    mix: SAVEPOINTS,
    faults: false,
  },
  {
    name: "no-healing",
    broken: "no new epoch after an outage",
    mix: { ...FAST, rest: 150 },
    faults: ["Redis cut off from all"],
    policy: "bypass",
  },
  {
    name: "leases-end-quietly",
    broken: "a lease that runs out and replaces nothing",
    // Few writes, as most entries have to be there yet when the lease runs out.
    mix: { ...FAST, readers: 5, rest: 600 },
    faults: ["worker killed before it replaces"],
  },
];
