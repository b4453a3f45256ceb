/**
 * What the scripts share: how a record is read. A record is a hash of
 *   version          token of what it covers
 *   mark:<writer>    a write in flight -> when its lease runs out, in ms of Redis's own clock
 */
export const RECORD = `
local function clock()
  local time = redis.call("TIME")
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Gives the version or nil, whether a live mark is on it, and the fields of marks that ran out.
-- A value of another type is not ours and cannot be used: it is dropped, the record is missing.
local function read(key, now)
  local fields = redis.pcall("HGETALL", key)
  if fields.err then
    redis.call("DEL", key)
    return nil, false, {}
  end
  local version, fenced, expired = nil, false, {}
  for i = 1, #fields, 2 do
    if fields[i] == "version" then
      version = fields[i + 1]
    elseif string.sub(fields[i], 1, 5) == "mark:" then
      if tonumber(fields[i + 1]) > now then fenced = true else expired[#expired + 1] = fields[i] end
    end
  end
  return version, fenced, expired
end

-- Makes the key live at least ms longer. Twice that is set, so that it is needed once per period.
local function keep(key, ms)
  if redis.call("PTTL", key) < ms then redis.call("PEXPIRE", key, ms * 2) end
end
`;
