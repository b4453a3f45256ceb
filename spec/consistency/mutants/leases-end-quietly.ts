import * as script from "../../../src/stores/redis/lua/lookup.lua";

/** A mark whose lease ran out just goes: its writer is dead, and its COMMIT forgotten. */
const mutated = script.LOOKUP.replace("not version or expired or", "not version or");
if (mutated === script.LOOKUP) throw new Error("The script is another one by now: correct this mutant.");
Object.assign(script, { LOOKUP: mutated });
