import { expect } from "chai";
import { Session } from "../../../src/core/session";
import type { WriteSet } from "../../../src/dependencies/writes";

const wrote = (...tables: string[]): WriteSet => ({ everything: undefined, tables: new Set(tables) });
const written = (session: Session): string[] => [...session.writes.tables].sort();

describe("session of a connection", () => {
  it("gathers the writes of savepoints, and forgets those rolled back (trap 14)", () => {
    const session = new Session("postgres");
    session.begin(undefined);
    session.record(wrote("a"));
    session.savepoint("s");
    session.record(wrote("b"));
    session.savepoint("t");
    session.record(wrote("c"));
    session.release("t");
    expect(written(session)).to.deep.equal(["a", "b", "c"]);
    session.rollbackTo("s");
    expect(written(session)).to.deep.equal(["a"]);
    session.end();
    expect([session.inTransaction, session.dirty, written(session)]).to.deep.equal([false, false, []]);
  });

  it("knows what it recorded by the part of the transaction, which a boundary ends", () => {
    const session = new Session("mysql");
    session.begin(undefined);
    session.savepoint("s");
    const recorded = session.record(wrote("a"));
    expect(session.holds(recorded)).to.equal(true);
    session.rollbackTo("s");
    expect(session.holds(recorded)).to.equal(false);
    expect(session.holds(undefined)).to.equal(false);
  });

  it("in doubt, shares nothing until the transaction's end or a savepoint before it", () => {
    const session = new Session("postgres");
    session.doubt();
    expect(session.unshareable, "outside of a transaction there is nothing to doubt").to.equal(undefined);
    session.begin(undefined);
    session.savepoint("s");
    session.doubt();
    expect(session.unshareable).to.equal("dirty-transaction");
    session.rollbackTo("s");
    expect(session.unshareable).to.equal(undefined);
    session.doubt();
    session.release("s");
    expect(session.unshareable).to.equal("dirty-transaction");
    session.end();
    expect(session.unshareable).to.equal(undefined);
  });

  it("takes an isolation that it cannot read for the strictest (SET TRANSACTION READ ONLY, AS DEFAULT)", () => {
    const session = new Session("postgres");
    session.begin("READ COMMITTED");
    expect(session.unshareable).to.equal(undefined);
    session.isolate("next", undefined);
    expect(session.unshareable).to.equal("isolation");
  });

  it("SET TRANSACTION is for the next one, unless something else has run in between (MySQL)", () => {
    const session = new Session("mysql");
    session.isolate("next", "READ COMMITTED");
    session.begin(undefined);
    expect(session.unshareable).to.equal(undefined);
    session.end();
    session.isolate("next", "READ COMMITTED");
    session.ran();
    session.begin(undefined);
    expect(session.unshareable).to.equal("isolation");
  });

  it("READ UNCOMMITTED shows dirty rows everywhere but on PostgreSQL, in a transaction or not", () => {
    expect(new Session("mysql", "READ UNCOMMITTED").unshareable).to.equal("isolation");
    expect(new Session("postgres", "READ UNCOMMITTED").unshareable).to.equal(undefined);
  });

  it("without autocommit, the end of a transaction begins the next", () => {
    const session = new Session("mysql");
    session.setAutocommit(false);
    session.record(wrote("a"));
    session.end();
    expect([session.inTransaction, session.dirty]).to.deep.equal([true, false]);
    session.setAutocommit(true);
    expect(session.inTransaction).to.equal(false);
  });

  it("SQLite's outermost RELEASE commits, an inner one does not", () => {
    const session = new Session("sqlite");
    session.savepoint("s");
    session.savepoint("t");
    expect([session.releaseCommits("t"), session.releaseCommits("s")]).to.deep.equal([false, true]);
    expect(new Session("postgres").releaseCommits("s")).to.equal(false);
  });
});
