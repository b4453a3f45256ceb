import { StoreGuard } from "../../../src/core/store-guard";

/** Nothing is marked before COMMIT. */
StoreGuard.prototype.fence = async () => [];
