import { DESPITE_FULL } from "./full.lua";
import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * Notes in the epoch what a writer is about to mark, and marks it.
 *
 * KEYS   the epoch if it is here, then of each claim that is here the record and its parts
 * ARGV   nonce, writer, lease in ms, how many epochs (0 or 1), claims as JSON: [{stamp, schemes: [id], parts: how
 *        many}], without these where it is on all of the record; keys of records to be noted as JSON
 * Reply  of each record {stamp, id, text, id, text...}
 *
 * The record outlives the lease, or the mark would be lost with it. A mark that ran out counts as a replacement, also
 * the writer's own: this one takes its place, and may be on less. Two claims on one record in one call: the second
 * would take the place of the first, so the mark is on all of it.
 */
export const FENCE = `${DESPITE_FULL}${RECORD}${SCHEMES}${MARKS}${NOTES}
local writer, lease, epochs = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local deadline, marked, registries = now + lease, {}, {}
if epochs == 1 then
  ensureEpoch(KEYS[1], lease)
  keep(KEYS[1], WEEK)
  for _, key in ipairs(cjson.decode(ARGV[6])) do note(KEYS[1], key, writer, deadline) end
end
for i, claim in ipairs(attach(ARGV[5], 1 + epochs)) do
  local key = claim.key
  local record = settle(key)
  mark(record, writer, deadline, claim.stamp and not marked[key] and claim or nil)
  keep(key, lease)
  marked[key], registries[i] = true, registry(record, claim.stamp)
end
return registries
`;
