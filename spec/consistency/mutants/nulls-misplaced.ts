import * as reached from "../../../src/dependencies/reached-parts";

const original = reached.reachedPartsOf;

/** NULLs are taken to come first where they come last. */
Object.assign(reached, {
  reachedPartsOf: (...[reaching, rows, dialect]: Parameters<typeof original>) =>
    original({ ...reaching, nullsFirst: !reaching.nullsFirst }, rows, dialect),
});
