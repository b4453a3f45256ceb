/**
 * What scripts do where Redis is out of memory and may evict nothing. It then refuses commands that may take memory, but
 * only as long as a script has written nothing: what comes after its first write passes, whatever it takes.
 */

/**
 * For scripts that must not fail: an invalidation that is refused leaves old entries behind, and those are read without a
 * need for memory. They begin with a write that takes none and changes nothing. (`#!lua flags=allow-oom` is for Redis 7.)
 * What they add is small, and goes with the write or its lease.
 */
export const DESPITE_FULL = `
redis.pcall("HDEL", KEYS[1], "")
`;

/** For those that add what is large: they begin with a command that would be refused, and on no list changes nothing. */
export const UNLESS_FULL = `
local room = redis.pcall("LPUSHX", KEYS[1], "")
if type(room) == "table" and string.find(room.err, "OOM", 1, true) then return room end
`;
