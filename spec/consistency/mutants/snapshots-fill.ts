import { Session } from "../../../src/core/session";

const unshareableUnder = Session.prototype.unshareableUnder;

/** Isolation is not looked at: a snapshot of the past is shared with everybody. */
Session.prototype.unshareableUnder = function (this: Session, settings) {
  const reason = unshareableUnder.call(this, settings);
  return reason === "isolation" ? undefined : reason;
};
