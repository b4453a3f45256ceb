import * as lookup from "../../../src/stores/redis/lua/lookup.lua";
import * as store from "../../../src/stores/redis/lua/store.lua";

const LOOKS = 'if record.marks == "" then return false end';

/** Readers do not care that a write is in flight. */
function mutated(source: string): string {
  if (!source.includes(LOOKS)) throw new Error("The scripts are others by now: correct this mutant.");
  return source.replace(LOOKS, "if true then return false end");
}

Object.assign(lookup, { LOOKUP: mutated(lookup.LOOKUP) });
Object.assign(store, { STORE: mutated(store.STORE) });
