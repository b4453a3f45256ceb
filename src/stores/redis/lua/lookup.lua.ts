import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { PARTS } from "./parts.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";
import { SIGHT } from "./sight.lua";

/**
 * What dependencies are now, and an entry, in one step.
 *
 * KEYS   the entry if there is one, then of each dependency the record and its parts; the epoch, if it is one
 *        of them, first
 * ARGV   nonce, ttl in ms that all of it must live from now, lease in ms for a lost epoch, how many entries (0 or 1),
 *        dependencies as JSON: [{epoch: true, schemes: [id], texts: {id: text}, parts: how many}], without the latter
 *        three where it is whole
 * Reply  {of each dependency "version last marked" joined by " ": when what it relies on was replaced last, as the
 *        record's count, and 1 if a write in flight concerns it else 0; ms since the youngest record came to be; ids of
 *        schemes that were refused joined by " "; the token of the epoch's last alteration; of each record that is
 *        unproven {key, token, marks}; 1 if nothing has changed of what the entry relies on here else 0; what it relies
 *        on elsewhere, for whoever stored it; ms that its load took; ms until it expires; its payload or nil}
 *
 * The keys that the entry relies on are taken from the entry: parts among them may be known from the result alone. They
 * are those of records that are dependencies here, hence in the same slot.
 */
export const LOOKUP = `${RECORD}${SCHEMES}${MARKS}${NOTES}${PARTS}${SIGHT}
local ttl, entries = tonumber(ARGV[2]), tonumber(ARGV[4])
local epoch, altered, youngest, sights, unproven = nil, "", 0, {}, {}

local function isCurrent(relies)
  for _, dependency in ipairs(cmsgpack.unpack(relies)) do
    if not holds(dependency, ttl) then return false end
  end
  return true
end

for _, dependency in ipairs(attach(ARGV[5], 1 + entries)) do
  if dependency.epoch then
    epoch = dependency.key
    ensureEpoch(epoch, tonumber(ARGV[3]))
    altered = read(epoch).altered
  end
  local record, marked, last = look(epoch, dependency, ttl)
  youngest = math.max(youngest, record.at)
  sights[#sights + 1] = version(record) .. " " .. int(last or record.count) .. (marked and " 1" or " 0")
  if record.unproven ~= "" then unproven[#unproven + 1] = { record.key, record.unproven, record.marks } end
end
-- Of a key of another type: an error, which has no [1] and [2].
local entry = entries == 1 and redis.pcall("HMGET", KEYS[1], "relies", "elsewhere", "payload", "took") or {}
local relies, elsewhere, payload, took = entry[1], entry[2], entry[3], entry[4]
local current = relies and payload and isCurrent(relies) and 1 or 0
return { table.concat(sights, " "), now - youngest, table.concat(refused, " "), altered, unproven, current,
  elsewhere or "", tonumber(took or 0) or 0, relies and redis.call("PTTL", KEYS[1]) or 0, relies and payload }
`;
