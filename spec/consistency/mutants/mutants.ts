import type { FaultName } from "../deployments";
import type { Mix } from "../messages";
import { MIX } from "../mix";
import type { CheckedDatabase } from "../recorder";

/** A way to break the library, by the name of its module here, and the work in which it is found soonest. */
export interface Mutant {
  readonly name: string;
  readonly broken: string;
  readonly mix: Mix;
  readonly faults: readonly FaultName[] | false;
  readonly policy?: "bypass" | "throw";
  /** Default: PostgreSQL. */
  readonly database?: CheckedDatabase;
  /** Default: 2. */
  readonly seed?: number;
}

const FAST: Mix = { ...MIX, rest: 30, readTransaction: 0, savepoint: 0 };
/** Few reads, by many. */
const CROWDED: Mix = { ...FAST, readers: 4, pool: 12 };
/** Few reads, again and again: they hit, and what changes their rows is found out soon. */
const ROWS: Mix = { ...FAST, pool: 40, reads: ["where", "countWhere", "raw"] };
/** Few pages, again and again. */
const PAGES: Mix = { ...FAST, rest: 10, readers: 4, pool: 20 };
const MOVES = ["updateSome", "updateWhere", "rawWhere", "move", "reparent", "savePartial", "refill"];
const TRANSACTIONS = { autocommit: 0, rollback: 0 };
const SAVEPOINTS: Mix = { ...FAST, ...TRANSACTIONS, savepoint: 0.8 };

export const MUTANTS: readonly Mutant[] = [
  { name: "versions-after-load", broken: "versions read after the load", mix: CROWDED, faults: false },
  { name: "no-fence", broken: "no fence", mix: CROWDED, faults: false },
  { name: "fence-ignored", broken: "readers that do not mind the fence", mix: CROWDED, faults: false },
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
  { name: "replaced-before-commit", broken: "replacement before COMMIT", mix: CROWDED, faults: false },
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
  {
    name: "old-values-lost",
    broken: "rows that are looked for where they are now, and not where they were",
    mix: { ...ROWS, writes: MOVES },
    faults: false,
  },
  {
    name: "probe-unlocked",
    broken: "a look at the rows before they are written that does not lock them",
    // Many transactions with the same rows, of a family that has few. MariaDB finds deadlocks at once.
    mix: { ...ROWS, ...TRANSACTIONS, writers: 4, rest: 5, pool: 20, writes: ["updateSome"] },
    seed: 54,
    faults: false,
    database: "mariadb",
  },
  { name: "column-missed", broken: "a column that is forgotten", mix: ROWS, faults: false },
  {
    name: "late-parts-dropped",
    broken: "joined rows that nobody relies on",
    mix: { ...FAST, reads: ["parents", "grandparents", "others", "kids", "kidsOfOne"] },
    faults: false,
  },
  {
    name: "joins-taken-for-unique",
    broken: "joins by result where LIMIT cuts repeated rows",
    mix: { ...FAST, pool: 20, reads: ["limitedRepeats", "countRepeats"] },
    faults: false,
  },
  {
    name: "groups-taken-for-shown",
    broken: "groups that are not all shown, and tell the rows that they are made of",
    mix: { ...FAST, pool: 20, reads: ["worthOfParents"] },
    faults: false,
  },
  {
    name: "new-rows-ignored",
    broken: "new rows that nothing has to refer to, and that nobody minds",
    mix: { ...ROWS, reads: ["where", "countWhere", "leftJoin", "groups"] },
    faults: false,
  },
  {
    name: "last-row-left-out",
    broken: "pages that reach as far as their last row but one",
    mix: { ...PAGES, reads: ["page", "pageWhere", "firstWhere", "pageOfKids"] },
    faults: false,
  },
  {
    name: "short-pages-taken-for-full",
    broken: "pages that nothing can be added to, although they are not full",
    mix: { ...PAGES, reads: ["wholePage"] },
    seed: 4,
    faults: false,
  },
  {
    name: "nulls-misplaced",
    broken: "NULLs looked for at the other end of a page's order",
    mix: { ...PAGES, reads: ["pageByParent"], writes: MOVES },
    faults: false,
  },
  {
    name: "companions-forgotten",
    broken: "rows that nothing goes along with",
    mix: { ...PAGES, reads: ["innerJoin", "orderByParent"] },
    faults: false,
  },
  {
    name: "collation-ignored",
    broken: "texts compared letter by letter where the database takes more for equal",
    mix: { ...ROWS, pool: 80 },
    faults: false,
    database: "mariadb",
  },
  {
    name: "late-schemes-ignored",
    broken: "claims that are blind to new schemes",
    // Always others.
    mix: { ...FAST, writers: 1, readers: 5, pool: 300 },
    faults: ["table records deleted"],
  },
];
