import { RECORD } from "./record.lua";

/**
 * An entry and the current versions of everything it may depend on, in one step.
 *
 * KEYS   entry, epoch, record...
 * ARGV   nonce for new versions, ttl in ms that the records must live from now, lease in ms for a lost epoch
 * Reply  {1 if a write is in flight else 0, versions joined by " ", ms since the youngest of them came to be,
 *        the entry's versions or nil, its payload or nil}
 *
 * All keys in one call: that serves a single node. A cluster needs one call per slot of the records.
 * A version from the future (the clock was set back) has an unknown age: it is replaced.
 */
export const LOOKUP = `${RECORD}
local nonce, ttl, lease, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), clock()
local epoch, inFlight, youngest, versions = KEYS[2], 0, 0, {}
ensureEpoch(epoch, nonce, lease, now)
for i = 2, #KEYS do
  local key = KEYS[i]
  local version, marks, at = read(key)
  local live, expired = judge(marks, now)
  if not version or expired or at > now then
    version, at = nonce .. "." .. (i - 1), now
    renew(key, version, now)
    if expired then write(key, "marks", others(marks, nil, now)) end
  end
  if live or judge(redis.call("HGET", epoch, "note:" .. key), now) then inFlight = 1 end
  keep(key, key == epoch and math.max(ttl, WEEK) or ttl)
  youngest = math.max(youngest, at)
  versions[i - 1] = version
end
-- Of a key of another type: an error, which has no [1] and [2].
local entry = redis.pcall("HMGET", KEYS[1], "versions", "payload")
return { inFlight, table.concat(versions, " "), now - youngest, entry[1], entry[2] }
`;
