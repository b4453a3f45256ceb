/** One dependency as whoever looks sees it: what is missing of it is made. Needs all of the other shared scripts. */
export const SIGHT = `
local refused = {}

-- Tells whether all of the dependency's schemes are registered now.
local function registerAll(record, dependency, ttl)
  local before = #refused
  for _, id in ipairs(dependency.schemes or {}) do
    if not register(record, id, dependency.texts[id], ttl) then refused[#refused + 1] = id end
  end
  return #refused == before
end

-- Proves the record where the epoch is at hand, and tells whether marks of it were lost.
local function hasLost(epoch, record)
  if not epoch or record.unproven == "" then return false end
  if not proves(epoch, record.key, record.marks) then return true end
  redis.call("HDEL", record.key, "unproven")
  record.unproven = ""
  return false
end

-- The record, whether a write in flight concerns the dependency, and when what it relies on was replaced last, as the
-- record's count; nothing if the record has no room for its schemes.
local function look(epoch, dependency, ttl)
  local record, last = settle(dependency.key), nil
  if registerAll(record, dependency, ttl) then last = lastReplacement(record, dependency, ttl) end
  keep(record.key, record.key == epoch and math.max(ttl, WEEK) or ttl)
  return record, isMarked(record, dependency) or hasLost(epoch, record), last
end
`;
