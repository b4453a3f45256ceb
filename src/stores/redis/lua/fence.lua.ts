import { DESPITE_FULL } from "./full.lua";
import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * Marks what a writer is about to change. Each mark is noted in the epoch, too.
 *
 * KEYS   epoch, then of each claim the record and its parts
 * ARGV   nonce, writer, lease in ms, claims as JSON: [{stamp, schemes: [id], parts: how many}], without these where
 *        it is on all of the record
 * Reply  of each record {stamp, id, text, id, text...}
 *
 * The record outlives the lease, or the mark would be lost with it. A mark that ran out counts as a replacement, also
 * the writer's own: this one takes its place, and may be on less. Two claims on one record in one call: the second
 * would take the place of the first, so the mark is on all of it.
 */
export const FENCE = `${DESPITE_FULL}${RECORD}${SCHEMES}${MARKS}${NOTES}
local epoch, writer, lease = KEYS[1], ARGV[2], tonumber(ARGV[3])
local deadline, marked, registries = now + lease, {}, {}
ensureEpoch(epoch, lease)
keep(epoch, WEEK)
for i, claim in ipairs(attach(ARGV[4], 2)) do
  local key = claim.key
  local record = settle(key)
  mark(record, writer, deadline, claim.stamp and not marked[key] and claim or nil)
  keep(key, lease)
  if key ~= epoch then note(epoch, key, writer, deadline, record.born) end
  marked[key], registries[i] = true, registry(record, claim.stamp)
end
return registries
`;
