import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * Whether records that somebody has just seen in other slots are proven. One of which nothing is noted is.
 *
 * KEYS   epoch
 * ARGV   nonce, lease in ms for a lost epoch, then of each record its key and its marks
 * Reply  of each record 1 if it is proven else 0
 */
export const PROOF = `${RECORD}${SCHEMES}${MARKS}${NOTES}
local proofs = {}
ensureEpoch(KEYS[1], tonumber(ARGV[2]))
for i = 3, #ARGV, 2 do proofs[#proofs + 1] = proves(KEYS[1], ARGV[i], ARGV[i + 1]) and 1 or 0 end
return proofs
`;

/**
 * Writes down that a record is proven, if it still is the one that was seen.
 *
 * KEYS   record
 * ARGV   nonce, the token that was seen
 * Reply  nothing
 */
export const PROVEN = `${RECORD}
local record = read(KEYS[1])
if record and record.unproven == ARGV[2] then redis.call("HDEL", KEYS[1], "unproven") end
`;
