import { Session } from "../../../src/core/session";

/** ROLLBACK TO SAVEPOINT takes back what was written before the savepoint, too. */
Session.prototype.rollbackTo = function (name) {
  this.end();
  this.begin(undefined);
  this.savepoint(name);
};
