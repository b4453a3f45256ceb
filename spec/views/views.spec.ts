import { STORES } from "../support/stores";
import { behavesAsCachedViews } from "./contract";
import { onExpress } from "./on-express";
import { onFastify } from "./on-fastify";
import { onNestjs } from "./on-nestjs";

for (const [framework, serve] of Object.entries({ onExpress, onFastify, onNestjs })) {
  for (const store of STORES) {
    describe(`cached views ${framework} [${store}]`, () => behavesAsCachedViews(store, serve));
  }
}
