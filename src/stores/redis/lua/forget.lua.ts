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
  local _, marks = read(key)
  if not judge(marks, now) then redis.call("DEL", key) end
end
`;
