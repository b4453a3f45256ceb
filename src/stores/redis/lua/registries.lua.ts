import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";

/**
 * The schemes of records.
 *
 * KEYS   record...
 * Reply  of each {stamp, id, text, id, text...}; of a missing one {""}
 */
export const REGISTRIES = `${RECORD}${SCHEMES}
local registries = {}
for i, key in ipairs(KEYS) do
  local record = read(key)
  registries[i] = record and registry(record) or { "" }
end
return registries
`;
