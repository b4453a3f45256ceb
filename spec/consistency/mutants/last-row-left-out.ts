import * as reached from "../../../src/dependencies/reached-parts";

const original = reached.reachedPartsOf;

/** The last row is not looked at: what changes it, or comes just before it, goes unnoticed. */
Object.assign(reached, {
  reachedPartsOf: (...[reaching, rows, dialect]: Parameters<typeof original>) =>
    original({ ...reaching, limit: reaching.limit - 1 }, rows.slice(0, reaching.limit - 1), dialect),
});
