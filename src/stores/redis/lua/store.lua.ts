import { UNLESS_FULL } from "./full.lua";
import { MARKS } from "./marks.lua";
import { PARTS } from "./parts.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * Tells whether nothing that dependencies rely on has changed or is about to; stores the entry, if there is one, then.
 *
 * KEYS   the entry if there is one, then of each dependency the record and its parts
 * ARGV   nonce, ttl in ms, how many entries (0 or 1), dependencies as JSON: [{version, schemes: [id], parts: how many}],
 *        without the latter two where it is whole; of an entry what it relies on in other slots, the payload, and ms that
 *        its load took
 * Reply  1 nothing has changed, 0 something has
 *
 * A mark that ran out refuses too: it counts as a replacement, and the next lookup makes it one.
 */
export const STORE = `${UNLESS_FULL}${RECORD}${SCHEMES}${MARKS}${PARTS}
local ttl, entries, unchanged = tonumber(ARGV[2]), tonumber(ARGV[3]), true
local dependencies = attach(ARGV[4], 1 + entries)
for _, dependency in ipairs(dependencies) do unchanged = holds(dependency, ttl) and unchanged end
if not unchanged then return 0 end
for _, dependency in ipairs(dependencies) do
  local record = read(dependency.key)
  keep(record.key, ttl)
  for _, id in ipairs(dependency.schemes or {}) do register(record, id, nil, ttl) end
end
if entries == 1 then
  redis.call("DEL", KEYS[1])
  redis.call("HSET", KEYS[1], "relies", cmsgpack.pack(dependencies), "elsewhere", ARGV[5], "payload", ARGV[6], "took", ARGV[7])
  redis.call("PEXPIRE", KEYS[1], ttl)
end
return 1
`;
