import { randomBytes } from "node:crypto";
import { Column, Entity, PrimaryColumn } from "typeorm";
import { Cached } from "../../../src";
import { type FreshDatabase, freshDatabase, onPostgres } from "../../support/databases";
import { services } from "../../support/services";
import { urlOf } from "../../support/two-databases";

@Entity()
@Cached("all")
export class Note {
  @PrimaryColumn("int") id!: number;
  @Column("varchar") text!: string;
}

/** A database of the tenants `a` and `b`, each with the note 1 that bears the tenant's name, and a user who is no superuser. */
export interface TenantDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export const TENANCIES: Readonly<Record<string, (role: string) => string>> = {
  "app.tenant": (role) => `
    CREATE TABLE note (id int, text varchar NOT NULL, tenant varchar NOT NULL DEFAULT current_setting('app.tenant'),
      PRIMARY KEY (tenant, id));
    INSERT INTO note VALUES (1, 'a', 'a'), (1, 'b', 'b');
    ALTER TABLE note ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON note USING (tenant = current_setting('app.tenant', true));
    GRANT ALL ON note TO ${role}`,
  search_path: (role) =>
    [
      ["a", "a"],
      ["b", "b"],
      ["public", "nobody"],
    ]
      .map(
        ([schema, text]) => `
    CREATE SCHEMA IF NOT EXISTS ${schema};
    GRANT USAGE ON SCHEMA ${schema} TO ${role};
    CREATE TABLE ${schema}.note (id int PRIMARY KEY, text varchar NOT NULL);
    INSERT INTO ${schema}.note VALUES (1, '${text}');
    GRANT ALL ON ${schema}.note TO ${role};`,
      )
      .join("\n"),
};

export async function tenantDatabase(setUp: (role: string) => string): Promise<TenantDatabase> {
  const database = await freshDatabase("postgres");
  const { url, drop } = await withUser(database);
  await onPostgres(urlOf(database.options), setUp(new URL(url).username));
  return { url, drop };
}

/** One that row level security applies to. */
export async function withUser({ options, drop }: FreshDatabase): Promise<TenantDatabase> {
  const role = `tenants_${randomBytes(6).toString("hex")}`;
  const { postgresUrl } = services();
  await onPostgres(postgresUrl, `CREATE ROLE ${role} LOGIN`);
  const url = new URL(urlOf(options));
  url.username = role;
  return {
    url: url.href,
    drop: async () => {
      await drop();
      await onPostgres(postgresUrl, `DROP ROLE ${role}`);
    },
  };
}
