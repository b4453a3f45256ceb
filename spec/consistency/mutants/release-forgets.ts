import { Session } from "../../../src/core/session";

const { release, rollbackTo } = Session.prototype;

/** RELEASE SAVEPOINT loses what was written since, instead of handing it to the transaction. */
Session.prototype.release = function (name) {
  rollbackTo.call(this, name);
  release.call(this, name);
};
