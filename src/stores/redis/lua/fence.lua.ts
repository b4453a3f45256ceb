import { RECORD } from "./record.lua";

/**
 * Marks records: this writer is about to change what they cover. Each mark is noted in the epoch, too.
 *
 * KEYS   epoch, record...
 * ARGV   nonce for new versions, writer, lease in ms
 * Reply  nothing
 *
 * The record outlives the lease, or the mark would be lost with it. Marks of others that ran out stay
 * in their record, where the next lookup counts them as a replacement; their notes have no such use.
 */
export const FENCE = `${RECORD}
local nonce, writer, lease, now = ARGV[1], ARGV[2], tonumber(ARGV[3]), clock()
local epoch, own = KEYS[1], string.format("%s %.0f", writer, now + lease)
local function mark(key, field, marks)
  marks[#marks + 1] = own
  write(key, field, marks)
end
ensureEpoch(epoch, nonce, lease, now)
keep(epoch, WEEK)
for i = 2, #KEYS do
  local key, note = KEYS[i], "note:" .. KEYS[i]
  local version, marks = read(key)
  if not version then renew(key, nonce .. "." .. (i - 1), now) end
  mark(key, "marks", others(marks, writer))
  keep(key, lease)
  if key ~= epoch then mark(epoch, note, others(redis.call("HGET", epoch, note), writer, now)) end
end
`;
