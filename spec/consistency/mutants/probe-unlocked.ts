import { setTimeout as wait } from "node:timers/promises";
import { RowWrite } from "../../../src/core/row-writes";
import * as probes from "../../../src/sql/probe";

const { probe } = RowWrite.prototype;
const { probeOf } = probes;

/** The rows that are about to be written are read without a lock: others may change them before. */
Object.assign(probes, {
  probeOf: (...[sql, dialect, columns, , limit]: Parameters<typeof probeOf>) =>
    probeOf(sql, dialect, columns, "none", limit),
});

/** It takes its time, as where client and server are far from each other. */
RowWrite.prototype.probe = async function (...args) {
  await probe.apply(this, args);
  await wait(10);
};
