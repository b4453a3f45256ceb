/**
 * What the scripts share: how a record is read and written. A record is a hash of
 *   version       token of what it covers
 *   at            when that version came to be, in ms of Redis's own clock
 *   marks         writes in flight, "writer deadline writer deadline"; a deadline is when the lease runs out
 *   note:<key>    in the epoch's record alone: the marks of another record once more
 *
 * Why marks are noted twice, DESIGN.md argues: a record may be lost while its write is in flight.
 */
export const RECORD = `
local WEEK = 7 * 24 * 3600 * 1000

local function clock()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Gives version, marks and at, or nothing if the record is missing. A value of another type is not
-- ours and cannot be used: it is dropped, the record is missing.
local function read(key)
  local fields = redis.pcall("HMGET", key, "version", "marks", "at")
  if fields.err then redis.call("DEL", key) end
  if fields.err or not fields[1] then return nil end
  return fields[1], fields[2], tonumber(fields[3] or 0)
end

-- Whether a live mark is among these, and whether one that ran out is.
local function judge(marks, now)
  local live, expired = false, false
  for deadline in string.gmatch(marks or "", "%S+ (%d+)") do
    if tonumber(deadline) > now then live = true else expired = true end
  end
  return live, expired
end

-- A list of these marks but the writer's own; with a time, but those that ran out by then, too.
local function others(marks, writer, now)
  local left = {}
  for name, deadline in string.gmatch(marks or "", "(%S+) (%d+)") do
    if name ~= writer and tonumber(deadline) > (now or 0) then left[#left + 1] = name .. " " .. deadline end
  end
  return left
end

local function write(key, field, marks)
  if #marks > 0 then redis.call("HSET", key, field, table.concat(marks, " ")) else redis.call("HDEL", key, field) end
end

local function renew(key, version, now)
  redis.call("HSET", key, "version", version, "at", now)
end

-- Makes the key live at least ms longer. Twice that is set, so that it is needed once per period.
local function keep(key, ms)
  if redis.call("PTTL", key) < ms then redis.call("PEXPIRE", key, ms * 2) end
end

-- The epoch is never missing while it is in use: where it is, it was lost, and with it the notes of
-- writes in flight and perhaps their marks. It comes back marked by a writer whom nobody knows.
local function ensureEpoch(key, nonce, lease, now)
  if not read(key) then
    renew(key, nonce .. ".0", now)
    write(key, "marks", { string.format("%%lost %.0f", now + lease) })
  end
end
`;
