import { RECORD } from "./record.lua";

/**
 * Makes the epoch of a namespace that this process begins to use, unmarked, if there is none.
 *
 * KEYS   epoch
 * ARGV   nonce for a new version
 * Reply  nothing
 */
export const OPEN = `${RECORD}
local epoch = KEYS[1]
if not read(epoch) then renew(epoch, ARGV[1] .. ".0", clock()) end
keep(epoch, WEEK)
`;
