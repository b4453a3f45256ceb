import { MAX_SCHEMES } from "../../store";

/**
 * The schemes of a record. Each has
 *   number     which registration of the record's incarnation it was
 *   replaced   the record's count when all of its parts were replaced last; at first, when it was registered,
 *              as nobody replaced for it what had changed before
 *   ends       when it may make room for another one
 *   text       for writers
 *
 * A stamp is "incarnation.registered". Who knows it knows the schemes of that incarnation up to that number:
 * 1. a writer: the registry, stamp 7. 2. a scheme makes room. 3. it is registered again, as number 8.
 * 4. the writer: a claim with stamp 7, which holds for it as for any newer one.
 */
export const SCHEMES = `
local ROOM = ${MAX_SCHEMES}

local function find(record, id)
  if record.known[id] == nil then
    local field = redis.call("HGET", record.key, "scheme:" .. id) or ""
    local number, replaced, ends, text = string.match(field, "^(%d+) (%d+) (%d+) (.*)$")
    record.known[id] = number and
      { id = id, number = tonumber(number), replaced = tonumber(replaced), ends = tonumber(ends), text = text } or false
  end
  return record.known[id]
end

local function save(record, scheme, call)
  local numbers = string.format("%.0f %.0f %.0f ", scheme.number, scheme.replaced, scheme.ends)
  call("HSET", record.key, "scheme:" .. scheme.id, numbers .. scheme.text)
end

local function makeRoom(record)
  local left = {}
  for _, id in ipairs(schemesOf(record)) do
    local scheme = find(record, id)
    if scheme and scheme.ends > now then left[#left + 1] = id else
      redis.call("HDEL", record.key, "scheme:" .. id)
      record.known[id] = nil
    end
  end
  record.schemes = left
end

-- The scheme, registered for ttl longer; nothing if it has no text to register, or the record no room. Twice that
-- is set, so that it is needed once per period.
local function register(record, id, text, ttl)
  local scheme = find(record, id)
  if not scheme then
    if #schemesOf(record) >= ROOM then makeRoom(record) end
    if not text or #record.schemes >= ROOM then return nil end
    record.registered = record.registered + 1
    scheme = { id = id, number = record.registered, replaced = record.count, ends = 0, text = text }
    record.known[id] = scheme
    table.insert(record.schemes, id)
    redis.call("HSET", record.key, "registered", record.registered, "schemes", table.concat(record.schemes, " "))
  end
  if scheme.ends < now + ttl then
    scheme.ends = now + ttl * 2
    -- Where Redis is out of memory, it makes room sooner: no reason for a hit to fail.
    save(record, scheme, redis.pcall)
  end
  return scheme
end

local function stampOf(record) return record.incarnation .. "." .. int(record.registered) end

-- Whether who knew this stamp knew the scheme.
local function knew(record, scheme, stamp)
  local incarnation, last = string.match(stamp, "^(.*)%.(%d+)$")
  return incarnation == record.incarnation and scheme.number <= tonumber(last)
end

-- {stamp, id, text, id, text...}; the stamp alone for who knows it.
local function registry(record, known)
  local list = { stampOf(record) }
  if known == list[1] then return list end
  for _, id in ipairs(schemesOf(record)) do
    local scheme = find(record, id)
    if scheme then
      list[#list + 1] = id
      list[#list + 1] = scheme.text
    end
  end
  return list
end
`;
