import { StoreGuard } from "../../../src/core/store-guard";

const { store } = StoreGuard.prototype;

/** The versions that an entry is stored with are read when its rows have been loaded. */
StoreGuard.prototype.store = async function (entry, dependencies, _versions, payload, ttl) {
  const { snapshot } = await this.lookup(entry, dependencies, ttl);
  return !snapshot.fenced && store.call(this, entry, dependencies, snapshot.versions, payload, ttl);
};
