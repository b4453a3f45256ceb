/**
 * The marks of a record. Needs record.lua.ts and schemes.lua.ts.
 *
 * The list of marks says nothing of what they are on: a look-up that finds none has read one field. A mark whose
 * second field was not there would be one on all of the record, never none.
 */
export const MARKS = `
local function eachMark(record) return string.gmatch(record.marks, "(%S+) (%d+)") end

local function setMarks(record, list)
  record.marks = table.concat(list, " ")
  if #list > 0 then redis.call("HSET", record.key, "marks", record.marks) else redis.call("HDEL", record.key, "marks") end
end

-- The marks but those that are to go, whose second field goes here.
local function without(record, gone)
  local left = {}
  for writer, deadline in eachMark(record) do
    if gone(writer, tonumber(deadline)) then redis.call("HDEL", record.key, "mark:" .. writer)
    else left[#left + 1] = writer .. " " .. deadline end
  end
  return left
end

local function unmark(record, writer)
  if record.marks ~= "" then setMarks(record, without(record, function(name) return name == writer end)) end
end

-- changes: {stamp, schemes, keys}, or nothing for all of the record.
local function mark(record, writer, deadline, changes)
  local list = without(record, function(name) return name == writer end)
  list[#list + 1] = writer .. " " .. int(deadline)
  setMarks(record, list)
  if changes then redis.call("HSET", record.key, "mark:" .. writer, cmsgpack.pack(changes)) end
end

local function isOver(_, deadline) return deadline <= now end

-- The record as it counts: made if it is missing. The end of a lease is a replacement of all of it, as its writer
-- may have committed before it died; so is a last replacement in the future (the clock was set back), as its age
-- is not known.
local function settle(key)
  local record, over = read(key) or create(key, true), false
  if record.marks ~= "" then
    for writer, deadline in eachMark(record) do over = over or isOver(writer, tonumber(deadline)) end
  end
  if over or record.at > now then renew(record) end
  if over then setMarks(record, without(record, isOver)) end
  return record
end

local function setOf(list)
  local set = {}
  for _, name in ipairs(list) do set[name] = true end
  return set
end

-- What the writer's mark is on: nothing for all of it.
local function changesOf(record, writer)
  if record.changes[writer] == nil then
    local packed = redis.call("HGET", record.key, "mark:" .. writer)
    local changes = packed and cmsgpack.unpack(packed)
    if changes then changes.schemes, changes.keys = setOf(changes.schemes), setOf(changes.keys) end
    record.changes[writer] = changes
  end
  return record.changes[writer]
end

-- Whether the writer's mark concerns the dependency: all that is whole; parts if they are named, if their scheme is,
-- or if the writer did not know it.
local function concerns(record, writer, dependency)
  local changes = dependency.schemes and changesOf(record, writer)
  if not changes then return true end
  for _, id in ipairs(dependency.schemes) do
    local scheme = find(record, id)
    if changes.schemes[id] or not scheme or not knew(record, scheme, changes.stamp) then return true end
  end
  for _, key in ipairs(dependency.keys) do if changes.keys[key] then return true end end
  return false
end

-- Whether any mark concerns the dependency: also one that ran out and that no look-up has met.
local function isMarked(record, dependency)
  if record.marks == "" then return false end
  for writer in eachMark(record) do if concerns(record, writer, dependency) then return true end end
  return false
end
`;
