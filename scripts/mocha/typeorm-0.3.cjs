"use strict";
const Module = require("node:module");

/** Required before the specs: every `typeorm` and `typeorm/…` is the alias `typeorm-0.3` instead. */
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request.replace(/^typeorm(?=\/|$)/, "typeorm-0.3"), ...rest);
};
