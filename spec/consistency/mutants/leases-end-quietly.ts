import * as fence from "../../../src/stores/redis/lua/fence.lua";
import * as lookup from "../../../src/stores/redis/lua/lookup.lua";

/** A mark whose lease ran out just goes: its writer is dead, and its COMMIT forgotten. */
const mutated = (source: string) => source.replace("if over or record.at > now", "if record.at > now");
const LOOKUP = mutated(lookup.LOOKUP);
const FENCE = mutated(fence.FENCE);
if (LOOKUP === lookup.LOOKUP || FENCE === fence.FENCE)
  throw new Error("The scripts are others by now: correct this mutant.");
Object.assign(lookup, { LOOKUP });
Object.assign(fence, { FENCE });
