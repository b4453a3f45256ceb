"use strict";

/**
 * Required before the specs: every `typeorm` and `typeorm/…` is the alias `typeorm-0.3` instead.
 * @type {{ _resolveFilename(request: string, ...rest: unknown[]): string }}
 */
const Module = /** @type {any} */ (require("node:module"));

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request.replace(/^typeorm(?=\/|$)/, "typeorm-0.3"), ...rest);
};
