import { StoreGuard } from "../../../src/core/store-guard";

const { lookup } = StoreGuard.prototype;

/** Readers do not care that a write is in flight. */
StoreGuard.prototype.lookup = async function (...args) {
  const found = await lookup.apply(this, args);
  return { ...found, snapshot: { ...found.snapshot, fenced: false } };
};
