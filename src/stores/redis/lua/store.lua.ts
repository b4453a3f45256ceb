import { UNLESS_FULL } from "./full.lua";
import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { PARTS } from "./parts.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * Stores an entry if nothing that it relies on has changed or is about to.
 *
 * KEYS   entry, then of each dependency the record and its parts; the first is the epoch
 * ARGV   nonce, ttl in ms, payload, dependencies as JSON: [{version, schemes: [id], parts: how many}], without
 *        the latter two where it is whole, ms that the load took
 * Reply  1 stored, 0 refused
 *
 * A mark that ran out refuses too: it counts as a replacement, and the next lookup makes it one.
 */
export const STORE = `${UNLESS_FULL}${RECORD}${SCHEMES}${MARKS}${NOTES}${PARTS}
local ttl, dependencies, stored = tonumber(ARGV[2]), attach(ARGV[4], 2), true
for _, dependency in ipairs(dependencies) do
  stored = holds(KEYS[2], dependency, ttl) and stored
end
if not stored then return 0 end
for _, dependency in ipairs(dependencies) do
  local record = read(dependency.key)
  keep(record.key, ttl)
  for _, id in ipairs(dependency.schemes or {}) do register(record, id, nil, ttl) end
end
redis.call("DEL", KEYS[1])
redis.call("HSET", KEYS[1], "relies", cmsgpack.pack(dependencies), "payload", ARGV[3], "took", ARGV[5])
redis.call("PEXPIRE", KEYS[1], ttl)
return 1
`;
