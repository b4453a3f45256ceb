/**
 * What all scripts share: how a record is read and written. A record is a hash of
 *   incarnation     token, new whenever all of the record is replaced
 *   count           how often some of it was replaced in this incarnation; both together are its version
 *   at              when the last of these happened, in ms of Redis's own clock
 *   registered      how often a scheme was registered in this incarnation (schemes.lua.ts)
 *   schemes         ids of the schemes in use
 *   scheme:<id>     "number replaced ends text"
 *   marks           writes in flight (marks.lua.ts), "writer deadline writer deadline"
 *   mark:<writer>   what the mark is on, packed: {stamp, schemes: [id], keys: [part]}; absent: all of the record
 *   unproven        token, as long as marks may have been lost with an earlier record of this key (notes.lua.ts)
 *   altered         in the epoch's record alone: token, new whenever tables were altered
 *   note:<record>   in the epoch's record alone: the marks of another record once more,
 *                   "writer deadline writer deadline"
 *
 * A part (parts.lua.ts) is a string of its own, "incarnation count".
 *
 * The first argument of every script that may make tokens is a nonce, new for each call. Each script sees one
 * moment of the clock, and reads each record once.
 */
export const RECORD = `
local WEEK = 7 * 24 * 3600 * 1000
local FIELDS = { "incarnation", "count", "at", "registered", "schemes", "marks", "unproven", "altered" }
local records, tokens = {}, 0
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function token()
  tokens = tokens + 1
  return ARGV[1] .. ":" .. tokens
end

local function int(number) return string.format("%.0f", number) end

-- Nothing if it is missing. A value of another type is not ours and cannot be used: it is dropped, the record is
-- missing.
local function read(key)
  if records[key] then return records[key] end
  local values = redis.pcall("HMGET", key, unpack(FIELDS))
  if values.err then redis.call("DEL", key) end
  if values.err or not (values[1] and values[2] and values[3]) then return nil end
  -- In one piece, and the list of schemes only where it is asked for: each look-up comes by here for each record.
  local record = {
    key = key, incarnation = values[1], count = tonumber(values[2]), at = tonumber(values[3]),
    registered = tonumber(values[4] or 0), ids = values[5] or "", marks = values[6] or "",
    unproven = values[7] or "", altered = values[8] or "", known = {}, changes = {},
  }
  records[key] = record
  return record
end

-- Ids of the schemes in use.
local function schemesOf(record)
  if not record.schemes then
    record.schemes = {}
    for id in string.gmatch(record.ids, "%S+") do table.insert(record.schemes, id) end
  end
  return record.schemes
end

local function version(record) return record.incarnation .. "." .. int(record.count) end

-- All of the record is replaced. Its parts carry the incarnation and are void with it; whoever uses schemes
-- registers them anew. The version goes first: where Redis is out of memory, HSET fails before anything is changed.
local function renew(record)
  record.incarnation, record.count, record.at = token(), 0, now
  redis.call("HSET", record.key, "incarnation", record.incarnation, "count", 0, "at", now)
  redis.call("HDEL", record.key, "registered", "schemes")
  for _, id in ipairs(schemesOf(record)) do redis.call("HDEL", record.key, "scheme:" .. id) end
  record.registered, record.schemes, record.known = 0, {}, {}
end

-- Without a version, a record is missing: so what comes first is there where the rest is.
local function create(key, unproven)
  local record = { key = key, ids = "", marks = "", unproven = "", altered = "", known = {}, changes = {} }
  if unproven then
    record.unproven = token()
    redis.call("HSET", key, "unproven", record.unproven)
  end
  renew(record)
  records[key] = record
  return record
end

-- Makes the key live at least ms longer. Twice that is set, so that it is needed once per period.
local function keep(key, ms)
  if redis.call("PTTL", key) < ms then redis.call("PEXPIRE", key, ms * 2) end
end

-- Dependencies or claims from JSON, with their keys, which begin at this position of KEYS: of each the record, then
-- as many as it has parts.
local function attach(json, position)
  local list = cjson.decode(json)
  for _, item in ipairs(list) do
    item.key, item.keys = KEYS[position], {}
    for i = 1, item.parts or 0 do item.keys[i] = KEYS[position + i] end
    item.parts, position = nil, position + 1 + #item.keys
  end
  return list
end
`;
