import { MARKS } from "./marks.lua";
import { NOTES } from "./notes.lua";
import { PARTS } from "./parts.lua";
import { RECORD } from "./record.lua";
import { SCHEMES } from "./schemes.lua";
import { SIGHT } from "./sight.lua";

/**
 * Tokens of what dependencies rely on, in one step.
 *
 * KEYS   of each dependency the record and its parts; the first is the epoch
 * ARGV   as of LOOKUP
 * Reply  {1 if a write in flight concerns them else 0, tokens joined by " "}
 *
 * A token is the version that the record had when what the dependency relies on was replaced last.
 */
export const FRESHNESS = `${RECORD}${SCHEMES}${MARKS}${NOTES}${PARTS}${SIGHT}
local ttl, fenced, tokens = tonumber(ARGV[2]), 0, {}
ensureEpoch(KEYS[1], tonumber(ARGV[3]))
for i, dependency in ipairs(attach(ARGV[4], 1)) do
  local record, marked, last = look(KEYS[1], dependency, ttl)
  if marked then fenced = 1 end
  tokens[i] = record.incarnation .. "." .. int(last or record.count)
end
return { fenced, table.concat(tokens, " ") }
`;
