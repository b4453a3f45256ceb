import { RECORD } from "./record.lua";

/**
 * Marks records: this writer is about to change what they cover.
 *
 * KEYS   record...
 * ARGV   nonce for new versions, writer, lease in ms
 * Reply  nothing
 *
 * The record outlives the lease, or the mark would be lost with it.
 */
export const FENCE = `${RECORD}
local nonce, mark, lease, now = ARGV[1], "mark:" .. ARGV[2], tonumber(ARGV[3]), clock()
for i, key in ipairs(KEYS) do
  if not read(key, now) then redis.call("HSET", key, "version", nonce .. "." .. i) end
  redis.call("HSET", key, mark, now + lease)
  keep(key, lease)
end
`;
