import { expect } from "chai";
import { CacheopsConfigError } from "../../../src/errors";
import { type EntityNames, matchProfiles, type Profiles } from "../../../src/profiles/match";
import type { ProfileOptions } from "../../../src/profiles/profile";

const entity = (name: string, more: Partial<EntityNames> = {}): EntityNames => ({
  name,
  table: name.toLowerCase(),
  schema: undefined,
  declared: undefined,
  children: [],
  ...more,
});

const ENTITIES = [
  entity("City", { schema: "geo", declared: { ops: "get", timeout: "15m" } }),
  entity("Country", { schema: "geo", table: "countries" }),
  entity("User", { table: "app_users" }),
  entity("AuditLog", { table: "audit_log", declared: null }),
  entity("Weird", { table: "a+(b)" }),
];

function match(profiles: Profiles, defaults: ProfileOptions = {}) {
  const warnings: string[] = [];
  const matched = matchProfiles(ENTITIES, profiles, defaults, (message) => warnings.push(message));
  const of = (name: string) => {
    const { ops, timeout, forbidden } = matched.get(name) ?? expect.fail(`no profile of ${name}`);
    return forbidden ? "forbidden" : `${[...ops].join("+")} ${timeout}`;
  };
  return { of, warnings };
}

const HOUR = 3_600_000;
const QUARTER = 900_000;

describe("matching profiles", () => {
  it("without any, the decorator's and the defaults count", () => {
    const { of } = match({}, { ops: "count", timeout: "2h" });
    expect(of("City")).to.equal(`get ${QUARTER}`);
    expect(of("Country")).to.equal(`count ${2 * HOUR}`);
    expect(of("AuditLog")).to.equal("forbidden");
  });

  for (const name of ["City", "city", "geo.city", "geo.City", "GEO.CITY"]) {
    it(`finds an entity by "${name}"`, () => {
      expect(match({ [name]: { ops: "fetch" } }).of("City")).to.equal(`fetch ${QUARTER}`);
    });
  }

  for (const name of ["Country", "countries", "geo.countries", "geo.Country"]) {
    it(`finds an entity with a table of another name by "${name}"`, () => {
      expect(match({ [name]: { ops: "fetch" } }).of("Country")).to.equal(`fetch ${HOUR}`);
    });
  }

  it("a name with the signs of patterns that are none means itself", () => {
    expect(match({ "a+(b)": { ops: "get" } }).of("Weird")).to.equal(`get ${HOUR}`);
  });

  it("globs match names, tables and schemas, and merge with what the decorator says", () => {
    const { of } = match({ "geo.*": { ops: "count" }, "app_*": { ops: "exists", timeout: 5 } });
    expect(of("City")).to.equal(`count ${QUARTER}`);
    expect(of("Country")).to.equal(`count ${HOUR}`);
    expect(of("User")).to.equal("exists 5");
    expect(of("Weird")).to.equal(` ${HOUR}`);
  });

  it("an exact name beats a glob, wherever it stands; of globs the later one wins", () => {
    const exactFirst = { City: { ops: "get" }, "*": { ops: "count" } } as const;
    const exactLast = { "*": { ops: "count" }, City: { ops: "get" } } as const;
    for (const profiles of [exactFirst, exactLast])
      expect(match(profiles).of("City")).to.equal(`get ${QUARTER}`);
    expect(match({ "*": { ops: "count" }, "c*": { ops: "fetch" } }).of("City")).to.equal(`fetch ${QUARTER}`);
    expect(match({ "c*": { ops: "fetch" }, "*": { ops: "count" } }).of("City")).to.equal(`count ${QUARTER}`);
  });

  it("null forbids, and an exact name lifts what a glob forbids", () => {
    const { of } = match({ "geo.*": null, City: {}, User: null });
    expect([of("City"), of("Country"), of("User")]).to.deep.equal([
      `get ${QUARTER}`,
      "forbidden",
      "forbidden",
    ]);
    expect(match({ AuditLog: { ops: "get" } }).of("AuditLog")).to.equal(`get ${HOUR}`);
  });

  it("a name that is no entity throws and says which there are", () => {
    expect(() => match({ Cty: { ops: "get" } })).to.throw(
      CacheopsConfigError,
      /"Cty".*AuditLog, City, Country/,
    );
  });

  it("a glob that matches none only warns", () => {
    expect(match({ "shop.*": { ops: "get" } }).warnings).to.deep.equal([
      'profiles: the pattern "shop.*" matches no entity.',
    ]);
  });

  it("a forbidden child forbids the reads of its parent that would show it", () => {
    const family = [
      entity("Animal", { children: ["Dog", "Ghost"] }),
      entity("Dog", { table: "animal" }),
      entity("Ghost", { table: "animal", declared: null }),
    ];
    const matched = matchProfiles(family, {}, { ops: "all" }, () => undefined);
    expect([...matched].map(([name, { forbidden }]) => [name, forbidden])).to.deep.equal([
      ["Animal", true],
      ["Dog", false],
      ["Ghost", true],
    ]);
  });
});
