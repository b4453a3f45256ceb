import { RECORD } from "./record.lua";

/**
 * An entry and the current versions of everything it may depend on, in one step.
 *
 * KEYS   entry, record...
 * ARGV   nonce for new versions, ttl in ms that the records must live from now
 * Reply  {1 if a write is in flight else 0, versions joined by " ", the entry's versions or nil, its payload or nil}
 *
 * All keys in one call: that serves a single node. A cluster needs one call per slot of the records.
 */
export const LOOKUP = `${RECORD}
local nonce, ttl, now = ARGV[1], tonumber(ARGV[2]), clock()
local inFlight, versions = 0, {}
for i = 2, #KEYS do
  local version, fenced, expired = read(KEYS[i], now)
  for _, mark in ipairs(expired) do redis.call("HDEL", KEYS[i], mark) end
  if not version or #expired > 0 then
    version = nonce .. "." .. (i - 1)
    redis.call("HSET", KEYS[i], "version", version)
  end
  keep(KEYS[i], ttl)
  if fenced then inFlight = 1 end
  versions[i - 1] = version
end
-- Of a key of another type: an error, which has no [1] and [2].
local entry = redis.pcall("HMGET", KEYS[1], "versions", "payload")
return { inFlight, table.concat(versions, " "), entry[1], entry[2] }
`;
