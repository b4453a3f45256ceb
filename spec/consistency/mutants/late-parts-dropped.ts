import * as late from "../../../src/dependencies/late-parts";

/** Rows that only the result tells are relied on by nobody. */
Object.assign(late, { latePartsOf: () => [] });
