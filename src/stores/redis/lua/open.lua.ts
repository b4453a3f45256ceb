import { DESPITE_FULL } from "./full.lua";
import { RECORD } from "./record.lua";

/**
 * Makes the epoch of a namespace that this process begins to use, unmarked, if there is none.
 *
 * KEYS   epoch
 * ARGV   nonce
 * Reply  nothing
 */
export const OPEN = `${DESPITE_FULL}${RECORD}
if not read(KEYS[1]) then create(KEYS[1]) end
keep(KEYS[1], WEEK)
`;
