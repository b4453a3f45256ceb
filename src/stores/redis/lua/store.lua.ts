import { RECORD } from "./record.lua";

/**
 * Stores an entry if nothing that it depends on has changed or is about to.
 *
 * KEYS   entry, epoch, record...
 * ARGV   the versions under which it was read, joined by " "; payload; ttl in ms
 * Reply  1 stored, 0 refused
 *
 * A mark that ran out refuses too: it counts as a replaced version, and the next lookup makes it one.
 * Notes need no look: who was told these versions looked before the mark was set, and a record that
 * lost its mark lost its version with it.
 */
export const STORE = `${RECORD}
local expected, payload, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local versions = {}
for i = 2, #KEYS do
  local version, marks = read(KEYS[i])
  if not version or marks then return 0 end
  versions[i - 1] = version
end
if table.concat(versions, " ") ~= expected then return 0 end
for i = 2, #KEYS do keep(KEYS[i], ttl) end
redis.call("DEL", KEYS[1])
redis.call("HSET", KEYS[1], "versions", expected, "payload", payload)
redis.call("PEXPIRE", KEYS[1], ttl)
return 1
`;
