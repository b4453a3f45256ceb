import { RECORD } from "./record.lua";

/**
 * New versions, and this writer's mark gone.
 *
 * KEYS   record...
 * ARGV   nonce for new versions, writer
 * Reply  nothing
 *
 * A missing record stays missing: it comes back with a new version anyway. The version goes first:
 * where Redis is out of memory HSET fails and the mark stays, so readers keep out until it runs out.
 */
export const REPLACE = `${RECORD}
local nonce, mark, now = ARGV[1], "mark:" .. ARGV[2], clock()
for i, key in ipairs(KEYS) do
  if read(key, now) then
    redis.call("HSET", key, "version", nonce .. "." .. i)
    redis.call("HDEL", key, mark)
  end
end
`;
