import { expect } from "chai";
import { Session } from "../../../src/core/session";
import { NOTHING, whole, type WriteSet } from "../../../src/dependencies/writes";

const wrote = (...tables: string[]): WriteSet => whole(tables);
const written = (session: Session): string[] => [...session.writes.tables.keys()].sort();

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
    expect(session.settle(recorded, wrote("a"))).to.equal(true);
    const overtaken = session.record(wrote("b"));
    session.rollbackTo("s");
    expect(session.settle(overtaken, wrote("b"))).to.equal(false);
    expect(session.settle(undefined, wrote("b"))).to.equal(false);
    expect(written(session)).to.deep.equal([]);
  });

  it("counts a write that is under way as all that it may change, and one that has ended as what it did", () => {
    const session = new Session("mysql");
    session.begin(undefined);
    const first = session.record(wrote("a", "b"));
    const second = session.record(wrote("c"));
    expect(written(session)).to.deep.equal(["a", "b", "c"]);
    expect(session.settle(first, wrote("a"))).to.equal(true);
    expect(written(session)).to.deep.equal(["a", "c"]);
    expect(session.settle(second, NOTHING)).to.equal(true);
    expect(written(session)).to.deep.equal(["a"]);
    expect(session.dirty).to.equal(true);
  });

  it("hands what is under way to the parent, where a savepoint is released meanwhile", () => {
    const session = new Session("postgres");
    session.begin(undefined);
    session.savepoint("s");
    const recorded = session.record(wrote("a"));
    session.release("s");
    expect(written(session)).to.deep.equal(["a"]);
    expect(session.settle(recorded, wrote("b"))).to.equal(true);
    expect(written(session)).to.deep.equal(["b"]);
  });

  it("does not take a write for settled that the next transaction knows nothing of", () => {
    const session = new Session("postgres");
    session.begin(undefined);
    const recorded = session.record(wrote("a"));
    session.end();
    session.begin(undefined);
    expect(session.settle(recorded, wrote("a"))).to.equal(false);
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

  it("takes a write that a BEGIN has overtaken for one of the transaction, if it ends there", () => {
    const session = new Session("postgres");
    const recorded = session.track(wrote("a"));
    expect(written(session)).to.deep.equal([]);
    session.begin(undefined);
    expect([session.dirty, written(session)]).to.deep.equal([true, ["a"]]);
    expect(session.settle(recorded, wrote("b"))).to.equal(true);
    expect(written(session)).to.deep.equal(["b"]);
    session.end();
    const alone = session.track(wrote("c"));
    expect(session.settle(alone, wrote("c"))).to.equal(true);
    session.begin(undefined);
    expect([session.dirty, written(session)]).to.deep.equal([false, []]);
  });

  it("takes it for one of SQLite's, too, which begin with a savepoint", () => {
    const session = new Session("sqlite");
    session.track(wrote("a"));
    session.savepoint("s");
    expect([session.releaseCommits("s"), written(session)]).to.deep.equal([true, ["a"]]);
  });

  it("knows which writes are under way, also those that a boundary has forgotten", () => {
    const session = new Session("mysql");
    const alone = session.track(wrote("a"));
    session.begin(undefined);
    const inside = session.record(wrote("b"));
    expect([...session.underWay]).to.deep.equal([alone, inside]);
    session.end();
    expect([...session.underWay]).to.deep.equal([alone, inside]);
    session.settle(inside, NOTHING);
    session.settle(alone, NOTHING);
    expect([...session.underWay]).to.deep.equal([]);
  });
});
