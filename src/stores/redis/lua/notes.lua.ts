/**
 * The notes of marks in the epoch's record. Needs record.lua.ts and marks.lua.ts.
 *
 * A note is for the case that its record is lost: 1. writer: note, and then mark. 2. the record is lost. 3. reader:
 * makes it anew, unmarked and unproven. As long as it is unproven, all of it counts as marked if the epoch has a live
 * note of a writer whose mark the record does not have. Once there is none, the record is proven: whoever
 * marked an earlier one has replaced, or is dead and its lease over, and whoever comes marks this one. Notes that ran
 * out go when they are met: while they were live, nothing was stored.
 */
export const NOTES = `
-- Notes that the writer marks the record, or does not any more.
local function note(epoch, key, writer, deadline)
  local field, left = "note:" .. key, {}
  for name, ends in string.gmatch(redis.call("HGET", epoch, field) or "", "(%S+) (%d+)") do
    if name ~= writer and tonumber(ends) > now then left[#left + 1] = name .. " " .. ends end
  end
  if deadline then left[#left + 1] = writer .. " " .. int(deadline) end
  if #left > 0 then redis.call("HSET", epoch, field, table.concat(left, " ")) else redis.call("HDEL", epoch, field) end
end

-- Whether a write is in flight whose mark is not among these of the record.
local function hasLostMark(epoch, key, marks)
  local found, lost, live, over = {}, false, false, false
  for writer in string.gmatch(marks, "(%S+) %d+") do found[writer] = true end
  for writer, ends in string.gmatch(redis.call("HGET", epoch, "note:" .. key) or "", "(%S+) (%d+)") do
    if tonumber(ends) <= now then over = true else live = true end
    lost = lost or tonumber(ends) > now and not found[writer]
  end
  if over and not live then redis.call("HDEL", epoch, "note:" .. key) end
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

-- Tells whether a record with these marks is proven. A marked epoch may have lost its notes.
local function proves(epoch, key, marks)
  return read(epoch).marks == "" and not hasLostMark(epoch, key, marks)
end
`;
