import { expect } from "chai";
import { localSettingsIn } from "../../../src/sql/local-settings";

const NONE: readonly (readonly [sql: string, ...parameters: unknown[]])[] = [
  ["SET app.tenant = 'a'"],
  ["SET SESSION app.tenant = 'a'"],
  ["SET LOCAL app.tenant TO DEFAULT"],
  ["SET LOCAL app.tenant 'a'"],
  ["SET LOCAL app.tenant = f('a')"],
  ["SET LOCAL app.tenant ="],
  ["SET LOCAL app.tenant = 'a'; SELECT 1"],
  ["SELECT set_config('app.tenant', 'a', false)"],
  ["SELECT set_config('app.tenant', $1, $2)", "a", false],
  ["SELECT set_config('app.tenant', $1, true)", null],
  ["SELECT set_config('app.tenant', $1, true)", new Date(0)],
  ["SELECT set_config('app.tenant', $2, true)", "a"],
  ["SELECT set_config('app.tenant', 'a' || 'b', true)"],
  ["SELECT set_config('app.tenant', E'\\x61', true)"],
  ["SELECT set_config('app.tenant', '1'::money, true)"],
  ["SELECT set_config('app.tenant', 'a', true) FROM post"],
  ["SELECT set_config('app.tenant', 'a', true), now()"],
  ["SELECT other('app.tenant', 'a', true)"],
  ["SELECT app.set_config('app.tenant', 'a', true)"],
  ["UPDATE post SET title = 'a'"],
  ["SELECT '"],
  [""],
];

const READ: readonly (readonly [names: string, sql: string, ...parameters: unknown[]])[] = [
  ["app.tenant", "SET LOCAL app.tenant = 'a'"],
  ["app.tenant", "SET LOCAL App.Tenant TO a"],
  ["search_path", 'SET LOCAL search_path TO "A", public'],
  ["role", "SET LOCAL ROLE a"],
  ["app.tenant", "SELECT set_config('App.Tenant', 'a', true)"],
  ["app.tenant", "SELECT pg_catalog.set_config($1::text, $2, $3) AS x;", "app.tenant", 7, true],
  ["a.b,c.d", "SELECT set_config('a.b', $1, true), set_config('c.d', $2::text, true)", "x", "y"],
];

describe("settings that end with the transaction", () => {
  for (const [names, sql, ...parameters] of READ)
    it(`are read from ${sql}`, () => {
      expect(
        localSettingsIn(sql, parameters)
          ?.map(({ name }) => name)
          .join(),
      ).to.equal(names);
    });

  for (const [sql, ...parameters] of NONE)
    it(`are not read from ${sql} ${JSON.stringify(parameters)}`, () => {
      expect(localSettingsIn(sql, parameters)).to.equal(undefined);
    });

  it("of other values have other keys", () => {
    const texts = ["a", "b", "a, b", "", "'a'", '"a"'].flatMap((value) => [
      [`SELECT set_config('x.y', $1, true)`, value] as const,
      [`SET LOCAL x.y = '${value.replaceAll("'", "''")}'`] as const,
    ]);
    const all = [...texts, ["SET LOCAL x.y TO a, b"], ["SET LOCAL x.y TO A"], ['SET LOCAL x.y TO "A"']];
    const keys = all.map(([sql, ...parameters]) => localSettingsIn(sql, parameters)?.[0]?.value);
    expect(new Set(keys).size).to.equal(all.length);
    expect(keys).to.not.include(undefined);
  });
});
