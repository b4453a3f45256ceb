/**
 * Parts, and whether what was read under a version still holds. Needs all of the other shared scripts.
 *
 * A part is missing if nobody asked for it, if it was lost, or if it is of another incarnation. It is made with the
 * record's count, as if it had been replaced just now:
 * 1. reader: version 5. 2. the part is lost. 3. writer: replaces it, with nothing there to replace; the count is 6.
 * 4. the part is made, with 6. 5. what was read under 5 does not hold; nor does it where 4 comes after 5.
 * Where no replacement of anything came in between, the count is still 5, and rightly it holds.
 */
export const PARTS = `
local counts = {}

-- The record's count when the part was replaced last.
local function countOf(record, key, ttl)
  if counts[key] then return counts[key] end
  local value = redis.pcall("GET", key)
  local incarnation, count = string.match(type(value) == "string" and value or "", "^(%S+) (%d+)$")
  if incarnation == record.incarnation then
    count = tonumber(count)
    keep(key, ttl)
  else
    count = record.count
    redis.call("SET", key, record.incarnation .. " " .. int(count), "PX", ttl * 2)
  end
  counts[key] = count
  return count
end

-- When what the dependency relies on was replaced last, as the record's count; nothing if a scheme is not
-- registered. Makes all missing parts, also where the answer is known before: else a record that is always written
-- to would never come to have them.
local function lastReplacement(record, dependency, ttl)
  if not dependency.schemes then return record.count end
  local last = 0
  for _, id in ipairs(dependency.schemes) do
    local scheme = find(record, id)
    if not scheme then return nil end
    last = math.max(last, scheme.replaced)
  end
  for _, key in ipairs(dependency.keys) do last = math.max(last, countOf(record, key, ttl)) end
  return last
end

-- Whether nothing that the dependency relies on was replaced since its version, or is marked. Nothing relies on a
-- record that is unproven.
local function holds(dependency, ttl)
  local record = read(dependency.key)
  local incarnation, count = string.match(dependency.version, "^(.*)%.(%d+)$")
  if not record or record.incarnation ~= incarnation then return false end
  local last = lastReplacement(record, dependency, ttl)
  if not last or last > tonumber(count) then return false end
  return record.unproven == "" and not isMarked(record, dependency)
end
`;
