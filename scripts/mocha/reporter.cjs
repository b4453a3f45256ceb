"use strict";
const { reporters, Runner } = require("mocha");

/** The usual output; and the numbers, and what failed in a line each, for the process that started the run and sums up several. */
module.exports = class extends reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    process.once("disconnect", () => process.exit(1)); // that process is gone: nobody waits for the rest
    process.channel?.unref();
    /** @type {string[]} */
    const failures = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failures.push(`${test.fullTitle()}: ${String(error.message).split("\n", 1)[0]}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      process.send?.({ passed: this.stats.passes, failed: this.stats.failures, failures });
    });
  }
};
