import { RECORD } from "./record.lua";

/**
 * Deletes records that no write in flight has marked.
 *
 * KEYS   record...
 * Reply  nothing
 */
export const FORGET = `${RECORD}
for _, key in ipairs(KEYS) do
  local record, live = read(key), false
  for deadline in string.gmatch(record and record.marks or "", "%S+ (%d+)") do
    if tonumber(deadline) > now then live = true end
  end
  if not live then redis.call("DEL", key) end
end
`;
