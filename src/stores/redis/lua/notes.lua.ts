/**
 * The notes of marks in the epoch's record. Needs record.lua.ts and marks.lua.ts.
 *
 * A note is for the case that its record is lost: 1. writer: mark. 2. the record is lost. 3. reader: makes it anew,
 * unmarked and born again. The note says that it was born otherwise when it was marked, so all of it counts as
 * marked. As long as it is the one that was born then, it holds the mark itself, perhaps on a few parts only, and
 * the note is not looked at. Those that ran out go when they are met, as they have done what they are for: while they were live,
 * nothing was stored.
 */
export const NOTES = `
-- Notes this mark of the writer, or nothing any more.
local function note(epoch, key, writer, deadline, born)
  local field, left = "note:" .. key, {}
  for name, ends, origin in string.gmatch(redis.call("HGET", epoch, field) or "", "(%S+) (%d+) (%S+)") do
    if name ~= writer and tonumber(ends) > now then left[#left + 1] = name .. " " .. ends .. " " .. origin end
  end
  if deadline then left[#left + 1] = writer .. " " .. int(deadline) .. " " .. born end
  if #left > 0 then redis.call("HSET", epoch, field, table.concat(left, " ")) else redis.call("HDEL", epoch, field) end
end

-- Whether a write is in flight whose mark was lost with an earlier record of this key.
local function hasLostMark(epoch, record)
  if record.lost ~= nil then return record.lost end
  local lost, live, over = false, false, false
  for ends, born in string.gmatch(redis.call("HGET", epoch, "note:" .. record.key) or "", "%S+ (%d+) (%S+)") do
    if tonumber(ends) <= now then over = true else live = true end
    lost = lost or tonumber(ends) > now and born ~= record.born
  end
  if over and not live then redis.call("HDEL", epoch, "note:" .. record.key) end
  record.lost = lost
  return lost
end

-- The epoch is never missing while it is in use: where it is, it was lost, and with it the notes of writes in
-- flight and perhaps their marks. It comes back marked by a writer whom nobody knows.
local function ensureEpoch(key, lease)
  if read(key) then return end
  local record = create(key)
  record.altered = token()
  redis.call("HSET", key, "altered", record.altered)
  mark(record, "%lost", now + lease)
end
`;
