import { DESPITE_FULL } from "./full.lua";
import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * Replaces what a writer has changed, and removes its marks and notes.
 *
 * KEYS   the epoch if it is here, then of each claim that is here the record and its parts
 * ARGV   nonce, writer, how many epochs (0 or 1), claims as JSON: [{stamp, schemes: [id], parts: how many}], without
 *        these where it is on all of the record; [{unchanged}] where nothing was changed after all; keys of records that
 *        are noted as JSON
 * Reply  of each record {stamp, id, text, id, text...}, {""} of one that is missing
 *
 * What is missing stays missing: a record comes back as a new incarnation anyway, a part with the count of then, and
 * the epoch has to come back marked.
 */
export const REPLACE = `${DESPITE_FULL}${RECORD}${SCHEMES}${MARKS}${NOTES}
local writer, epochs = ARGV[2], tonumber(ARGV[3])

local function replaceSome(record, claim)
  record.count = record.count + 1
  redis.call("HSET", record.key, "count", int(record.count), "at", now)
  local function replaceAllOf(id)
    local scheme = find(record, id)
    if scheme then
      scheme.replaced = record.count
      save(record, scheme, redis.call)
    end
  end
  for _, id in ipairs(claim.schemes) do replaceAllOf(id) end
  -- 1. writer: the registry. 2. reader: registers a scheme, looks up, loads. 3. writer: replaces what it knew of.
  if claim.stamp ~= stampOf(record) then
    for _, id in ipairs(schemesOf(record)) do
      local scheme = find(record, id)
      if scheme and not knew(record, scheme, claim.stamp) then replaceAllOf(id) end
    end
  end
  local value = record.incarnation .. " " .. int(record.count)
  for _, key in ipairs(claim.keys) do redis.call("SET", key, value, "XX", "KEEPTTL") end
end

local registries = {}
for i, claim in ipairs(attach(ARGV[4], 1 + epochs)) do
  local record = read(claim.key)
  if record then
    if claim.stamp then replaceSome(record, claim) elseif not claim.unchanged then renew(record) end
    if claim.altered then redis.call("HSET", record.key, "altered", token()) end
    unmark(record, writer)
  end
  registries[i] = record and registry(record, claim.stamp) or { "" }
end
if epochs == 1 and read(KEYS[1]) then
  for _, key in ipairs(cjson.decode(ARGV[5])) do note(KEYS[1], key, writer) end
end
return registries
`;
