import { RECORD } from "./record.lua";

/**
 * Deletes records that no write in flight has marked.
 *
 * KEYS   record...
 * Reply  nothing
 */
export const FORGET = `${RECORD}
local now = clock()
for _, key in ipairs(KEYS) do
  local _, fenced = read(key, now)
  if not fenced then redis.call("DEL", key) end
end
`;
