import * as reached from "../../../src/dependencies/reached-parts";

const original = reached.reachedPartsOf;

/** The last row bounds a result whether or not there is room for more. */
Object.assign(reached, {
  reachedPartsOf: (...[reaching, rows, dialect]: Parameters<typeof original>) =>
    original({ ...reaching, limit: Math.min(reaching.limit, Math.max(rows.length, 1)) }, rows, dialect),
});
