import { expect } from "chai";
import { Column, DataSource, type DataSourceOptions, Entity, PrimaryColumn } from "typeorm";
import { cacheops, type CacheopsOptions } from "../../../src";
import { type FreshDatabase, freshDatabase, onPostgres } from "../../support/databases";
import { services } from "../../support/services";
import { urlOf } from "../../support/two-databases";
import { Note, type TenantDatabase, withUser } from "./databases";

@Entity()
class Plain {
  @PrimaryColumn("int") id!: number;
  @Column("varchar") text!: string;
}

const SECURED = "ALTER TABLE note ENABLE ROW LEVEL SECURITY";
const HIDDEN = /^CacheopsWarning: Row level security .* of note are seen\. .*`prefix`.*`localSettings`.*null/;
const FOUND =
  /^CacheopsWarning: The search_path .* decides what note means\. .*`prefix`.*`localSettings`.*null/;

describe("what is hidden from some is warned of at initialise (trap 7)", () => {
  let database: FreshDatabase;
  let user: TenantDatabase;
  let role: string;
  beforeEach(async () => {
    database = await freshDatabase("postgres");
    user = await withUser(database);
    role = new URL(user.url).username;
    await asSuperuser("CREATE TABLE note (id int PRIMARY KEY, text varchar); CREATE TABLE plain (LIKE note)");
    await asSuperuser(`GRANT ALL ON note, plain TO ${role}; GRANT CREATE ON SCHEMA public TO ${role}`);
  });
  afterEach(() => user.drop());

  const asSuperuser = (sql: string): Promise<void> => onPostgres(urlOf(database.options), sql);

  async function warnings(
    cache: CacheopsOptions = {},
    dataSource: Partial<DataSourceOptions> = {},
  ): Promise<string[]> {
    const told: Error[] = [];
    const listener = (warning: Error): unknown => told.push(warning);
    process.on("warning", listener);
    try {
      const options = { ...database.options, url: user.url, entities: [Note, Plain], ...dataSource };
      const opened = new DataSource({ ...options, cache: cacheops(cache) } as DataSourceOptions);
      await opened.initialize();
      await new Promise(setImmediate);
      await opened.destroy();
    } finally {
      process.off("warning", listener);
    }
    return told.map(({ name, message }) => `${name}: ${message}`);
  }

  it("nothing, where there is nothing", async () => {
    expect(await warnings()).to.deep.equal([]);
  });

  it("row level security, by the tables that it hides rows of", async () => {
    await asSuperuser(SECURED);
    const told = await warnings();
    expect(told).to.have.length(1);
    expect(told[0]).to.match(HIDDEN);
  });

  const sees: Readonly<Record<string, () => Promise<string[]>>> = {
    "a superuser": () => warnings({}, { url: urlOf(database.options) }),
    "a role with BYPASSRLS": async () => {
      await asSuperuser(`ALTER ROLE ${role} BYPASSRLS`);
      return warnings();
    },
    "the owner": async () => {
      await asSuperuser(`ALTER TABLE note OWNER TO ${role}`);
      return warnings();
    },
  };
  for (const [who, open] of Object.entries(sees))
    it(`not ${who}, who sees every row`, async () => {
      await asSuperuser(SECURED);
      expect(await open()).to.deep.equal([]);
    });

  it("the owner, where it is forced", async () => {
    await asSuperuser(`${SECURED}; ALTER TABLE note FORCE ROW LEVEL SECURITY, OWNER TO ${role}`);
    expect((await warnings())[0]).to.match(HIDDEN);
  });

  it("not who has thought of it, nor of what is never cached", async () => {
    await asSuperuser(SECURED);
    expect(await warnings({ prefix: () => "tenant" })).to.deep.equal([]);
    expect(await warnings({ localSettings: ["app.tenant"] })).to.deep.equal([]);
    expect(await warnings({ profiles: { Note: null } })).to.deep.equal([]);
  });

  const elsewhere = "CREATE SCHEMA elsewhere; ALTER TABLE note SET SCHEMA elsewhere";
  const paths: Readonly<Record<string, () => Promise<void>>> = {
    "of the role": () => asSuperuser(`${elsewhere}; ALTER ROLE ${role} SET search_path = elsewhere, public`),
    "of the database": () =>
      asSuperuser(`${elsewhere}; DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET search_path = elsewhere, public', current_database()); END $$`),
    "that names the user": () => asSuperuser(`CREATE SCHEMA ${role}; ALTER TABLE note SET SCHEMA ${role}`),
  };
  for (const [what, set] of Object.entries(paths))
    it(`a search_path ${what} that finds tables in another schema`, async () => {
      await set();
      await asSuperuser(
        `GRANT USAGE ON SCHEMA ${what === "that names the user" ? role : "elsewhere"} TO ${role}`,
      );
      const told = await warnings();
      expect(told).to.have.length(1);
      expect(told[0]).to.match(FOUND);
      expect(await warnings({ prefix: () => "tenant" })).to.deep.equal([]);
    });

  it("not a search_path that finds them where they would be found anyway, nor a schema that entities name", async () => {
    await asSuperuser(
      `${elsewhere}; CREATE TABLE note (LIKE plain); ALTER ROLE ${role} SET search_path = public, elsewhere`,
    );
    await asSuperuser(`GRANT USAGE ON SCHEMA elsewhere TO ${role}; GRANT ALL ON note TO ${role}`);
    expect(await warnings()).to.deep.equal([]);
    expect(await warnings({}, { schema: "elsewhere" })).to.deep.equal([]);
  });

  it("settings that end with the transaction are PostgreSQL's", async () => {
    const { mysqlUrl } = services();
    const opened = new DataSource({
      type: "mariadb",
      url: mysqlUrl,
      entities: [Plain],
      cache: cacheops({ localSettings: ["app.tenant"] }),
    });
    const error = await opened.initialize().catch((reason: unknown) => reason);
    expect(error)
      .to.have.property("message")
      .that.matches(/localSettings: only PostgreSQL/);
    expect(await warnings({ localSettings: "x" as unknown as string[] }).catch(String)).to.match(
      /localSettings: "x" .*array of setting names/,
    );
  });
});
