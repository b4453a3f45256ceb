import * as referred from "../../../src/dependencies/referred";
import type { Uses } from "../../../src/sql/table-use";

/** A new row is taken to matter to nobody before another one refers to it, whether or not one has to. */
Object.assign(referred, { referredIn: ({ uses }: Uses) => new Set(uses) });
