"use strict";
const { reporters, Runner } = require("mocha");

/** The usual output; and the numbers for the process that started the run and sums up several. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      process.send?.({ passed: passes, failed: failures, pending });
    });
  }
};
