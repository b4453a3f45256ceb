import { expect } from "chai";
import { CacheopsConfigError } from "../../../src/errors";
import { OPS, opsOf, type ProfileOptions, resolveProfile } from "../../../src/profiles/profile";

const HOUR = 3_600_000;

describe("resolving a profile", () => {
  const resolve = (...layers: (ProfileOptions | null)[]) => {
    const { ops, ...rest } = resolveProfile(layers, "profile of Post");
    return { ops: [...ops], ...rest };
  };

  it("of nothing caches nothing by itself, for an hour by hand", () => {
    const loading = { staleFor: undefined, lock: false, earlyRefresh: 0 };
    const rest = { ...loading, cacheOnSave: false, granularity: "row", dbAgnostic: false, forbidden: false };
    expect(resolve({})).to.deep.equal({ ops: [], timeout: HOUR, ...rest });
  });

  it("merges layers option by option, the last one first", () => {
    expect(resolve({ ops: "all", timeout: 5, staleFor: "1m" }, { timeout: "2h" })).to.deep.include({
      ops: [...OPS],
      timeout: 2 * HOUR,
      staleFor: 60_000,
    });
    expect(resolve({ ops: "get" }, { ops: [], timeout: undefined })).to.deep.include({
      ops: [],
      timeout: HOUR,
    });
    expect(resolve({ timeout: 7 }, { timeout: undefined })).to.deep.include({ timeout: 7 });
  });

  it("null forbids, unless a later layer says otherwise", () => {
    expect(resolve({ ops: "all" }, null).forbidden).to.equal(true);
    expect(resolve({ ops: "all" }, null, {})).to.deep.include({ ops: [...OPS], forbidden: false });
    expect(resolve(null, { ops: "get" }).forbidden).to.equal(false);
  });

  it("names what is wrong with it, and what would be right", () => {
    const wrong: [ProfileOptions, RegExp][] = [
      [{ ops: "gets" as never }, /profile of Post\.ops.*"gets".*"get"/],
      [{ ops: ["get", "sum"] as never }, /profile of Post\.ops.*"sum"/],
      [{ ops: 5 as never }, /profile of Post\.ops.*5/],
      [{ timeout: "soon" }, /profile of Post\.timeout.*"soon"/],
      [{ timeout: 0 }, /profile of Post\.timeout.*0/],
      [{ timeout: -1 }, /profile of Post\.timeout.*-1/],
      [{ timeout: Number.NaN }, /profile of Post\.timeout/],
      [{ staleFor: "later" }, /profile of Post\.staleFor.*"later"/],
      [{ cacheOnSave: 1 as never }, /profile of Post\.cacheOnSave: 1 is neither/],
      [{ ttl: 5 } as never, /profile of Post\.ttl.*timeout/],
    ];
    for (const [options, message] of wrong) {
      expect(() => resolveProfile([options], "profile of Post")).to.throw(CacheopsConfigError, message);
    }
  });

  it("cannot be changed afterwards", () => {
    const profile = resolveProfile([{ ops: "get" }], "x");
    expect(() => Object.assign(profile, { forbidden: true })).to.throw(TypeError);
  });
});

describe("ops", () => {
  it("are one, several, all or none", () => {
    expect(opsOf("count", "ops")).to.deep.equal(["count"]);
    expect(opsOf(["get", "exists"], "ops")).to.deep.equal(["get", "exists"]);
    expect(opsOf("all", "ops")).to.have.members(["get", "fetch", "count", "aggregate", "exists"]);
    expect(opsOf([], "ops")).to.deep.equal([]);
  });
});
