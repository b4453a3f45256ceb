import { setTimeout as wait } from "node:timers/promises";
import { RowWrite } from "../../../src/core/row-writes";
import * as probes from "../../../src/sql/probe";

const { probe } = RowWrite.prototype;
const { probeOf } = probes;

/** The rows that are about to be written are read without a lock: others may change them before. */
Object.assign(probes, {
  probeOf: (...[sql, dialect, asked, , limit]: Parameters<typeof probeOf>) =>
    probeOf(sql, dialect, asked, "none", limit),
});

/** It takes its time, now and then. */
RowWrite.prototype.probe = async function (...args) {
  await probe.apply(this, args);
  if (Math.random() < 0.5) await wait(30);
};
