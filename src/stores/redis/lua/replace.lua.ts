import { RECORD } from "./record.lua";

/**
 * New versions, and this writer's marks and notes gone.
 *
 * KEYS   epoch, record...
 * ARGV   nonce for new versions, writer
 * Reply  nothing
 *
 * What is missing stays missing: a record comes back with a new version anyway, and the epoch has to
 * come back marked. The version goes first: where Redis is out of memory HSET fails and the mark
 * stays, so readers keep out until it runs out.
 */
export const REPLACE = `${RECORD}
local nonce, writer, now = ARGV[1], ARGV[2], clock()
local epoch = KEYS[1]
local noted = read(epoch)
for i = 2, #KEYS do
  local key, note = KEYS[i], "note:" .. KEYS[i]
  local version, marks = read(key)
  if version then
    renew(key, nonce .. "." .. (i - 1), now)
    write(key, "marks", others(marks, writer))
  end
  if noted and key ~= epoch then write(epoch, note, others(redis.call("HGET", epoch, note), writer, now)) end
end
`;
