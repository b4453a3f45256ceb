import { expect } from "chai";
import { Cached, declaredProfile } from "../../../src/profiles/cached";

@Cached("get")
class Op {}

@Cached(["get", "count"], "15m")
class Several {}

@Cached("all", 60_000)
class All {}

@Cached({ ops: ["exists"], timeout: "2h" })
class Options {}

@Cached(null)
class Forbidden {}

class Bare {}

describe("@Cached", () => {
  it("takes an op, several, all, options or null", () => {
    expect(declaredProfile(Op)).to.deep.equal({ ops: "get", timeout: undefined });
    expect(declaredProfile(Several)).to.deep.equal({ ops: ["get", "count"], timeout: "15m" });
    expect(declaredProfile(All)).to.deep.equal({ ops: "all", timeout: 60_000 });
    expect(declaredProfile(Options)).to.deep.equal({ ops: ["exists"], timeout: "2h" });
    expect(declaredProfile(Forbidden)).to.equal(null);
  });

  it("the timeout beside the ops comes before that of the options", () => {
    const decorate = (...args: Parameters<typeof Cached>) => {
      class Target {}
      Cached(...args)(Target);
      return declaredProfile(Target)?.timeout;
    };
    expect(decorate("get", "1m", { timeout: "2m" })).to.equal("1m");
    expect(decorate("get", undefined, { timeout: "2m" })).to.equal("2m");
  });

  it("is inherited, until a subclass has one of its own", () => {
    class Child extends Several {}
    @Cached(null)
    class Grandchild extends Child {}
    class GreatGrandchild extends Grandchild {}
    expect(declaredProfile(Child)).to.deep.equal(declaredProfile(Several));
    expect(declaredProfile(GreatGrandchild)).to.equal(null);
    expect(declaredProfile(Several)).to.not.equal(null);
  });

  it("of nothing is undefined: of undecorated classes, names and schemas", () => {
    for (const target of [Bare, "Name", {}, undefined]) expect(declaredProfile(target)).to.equal(undefined);
  });

  it("leaves the class as it is: no enumerable property, and it can be given another one", () => {
    expect(Object.keys(Op)).to.deep.equal([]);
    class Twice {}
    Cached("get")(Twice);
    Cached("count")(Twice);
    expect(declaredProfile(Twice)?.ops).to.equal("count");
  });
});
