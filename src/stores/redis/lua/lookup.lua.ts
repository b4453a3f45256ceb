import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { PARTS } from "./parts.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";
import { SIGHT } from "./sight.lua";

/**
 * An entry and the current versions of everything it may depend on, in one step.
 *
 * KEYS   entry, then of each dependency the record and its parts; the first is the epoch
 * ARGV   nonce, ttl in ms that all of it must live from now, lease in ms for a lost epoch,
 *        dependencies as JSON: [{schemes: [id], texts: {id: text}, parts: how many}], without these where it is whole
 * Reply  {1 if a write in flight concerns them else 0, versions joined by " ", ms since the youngest of them came to
 *        be, ids of schemes that were refused joined by " ", 1 if the entry is current else 0, the token of the
 *        epoch's last alteration, ms that the entry's load took, ms until it expires, the entry's payload or nil}
 *
 * All keys in one call: that serves a single node. A cluster needs one call per slot of the records. The keys that
 * the entry relies on are taken from the entry: parts among them may be known from the result alone. They are
 * those of the same records, hence in the same slots.
 */
export const LOOKUP = `${RECORD}${SCHEMES}${MARKS}${NOTES}${PARTS}${SIGHT}
local ttl, dependencies = tonumber(ARGV[2]), attach(ARGV[4], 2)
local epoch, fenced, youngest, versions = KEYS[2], 0, 0, {}

local function isCurrent(relies)
  for _, dependency in ipairs(cmsgpack.unpack(relies)) do
    if not holds(epoch, dependency, ttl) then return false end
  end
  return true
end

ensureEpoch(epoch, tonumber(ARGV[3]))
for i, dependency in ipairs(dependencies) do
  local record, marked = look(epoch, dependency, ttl)
  if marked then fenced = 1 end
  youngest = math.max(youngest, record.at)
  versions[i] = version(record)
end
-- Of a key of another type: an error, which has no [1], [2] and [3].
local entry = redis.pcall("HMGET", KEYS[1], "relies", "payload", "took")
local relies, payload, took = entry[1], entry[2], entry[3]
local current = relies and payload and isCurrent(relies) and 1 or 0
return { fenced, table.concat(versions, " "), now - youngest, table.concat(refused, " "), current,
  read(epoch).altered, tonumber(took or 0) or 0, relies and redis.call("PTTL", KEYS[1]) or 0, relies and payload }
`;
