import type { QueryRunner } from "typeorm";
import type { TableFacts } from "../../schema/column";
import { Drafts, type NamedTable } from "./drafts";
import { postgresType, type PostgresColumnType } from "./postgres-types";

interface ColumnRow extends PostgresColumnType {
  readonly place: number;
  readonly name: string;
  readonly nullable: boolean;
  readonly generated: boolean;
  readonly filled: boolean;
}

interface KeyRow {
  readonly place: number;
  readonly primary: boolean;
  readonly columns: readonly string[];
}

/**
 * Tables by their place in the list, found as a statement on this connection would find them. Not those with row level
 * security: a policy hides rows by columns that no statement names, so nothing but the whole table can be relied on.
 */
const WANTED = `
  WITH RECURSIVE named AS (
    SELECT place::int AS place, pg_catalog.to_regclass(CASE
      WHEN schema IS NULL THEN pg_catalog.format('%I', name) ELSE pg_catalog.format('%I.%I', schema, name) END) AS oid
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS list(schema, name, place)
  ), wanted AS (
    SELECT named.place, class.oid, class.relkind FROM named JOIN pg_catalog.pg_class class ON class.oid = named.oid
    WHERE class.relkind IN ('r', 'p') AND class.relpersistence <> 't' AND NOT class.relrowsecurity
  )`;

// Columns of the catalogue that older servers lack are asked for by to_jsonb().
const COLUMNS = `${WANTED}
  SELECT wanted.place, a.attname::text AS name, NOT a.attnotnull AS nullable,
    CASE WHEN space.nspname = 'pg_catalog' THEN type.typname::text END AS type,
    type.typtype = 'e' AS enumerated,
    CASE WHEN type.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 END AS length,
    coalesce(pg_catalog.to_jsonb(a)->>'attgenerated', '') <> '' AS generated,
    coalesce(pg_catalog.to_jsonb(a)->>'attidentity', '') <> '' OR coalesce(
      pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false) AS filled,
    coalesce(pg_catalog.to_jsonb(co)->>'collisdeterministic', 'true') = 'true' AS deterministic,
    CASE WHEN co.collprovider = 'd' THEN coalesce(pg_catalog.to_jsonb(db)->>'datlocprovider', 'c')
      ELSE co.collprovider::text END AS provider,
    CASE WHEN co.collprovider = 'd' THEN db.datcollate::text ELSE co.collcollate::text END AS locale,
    pg_catalog.pg_encoding_to_char(db.encoding)::text AS "serverEncoding",
    pg_catalog.current_setting('client_encoding') AS "clientEncoding"
  FROM wanted
  JOIN pg_catalog.pg_database db ON db.datname = pg_catalog.current_database()
  JOIN pg_catalog.pg_attribute a ON a.attrelid = wanted.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type type ON type.oid = a.atttypid
  JOIN pg_catalog.pg_namespace space ON space.oid = type.typnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
  ORDER BY wanted.place, a.attnum`;

// A key of a table that others inherit from says nothing of their rows. GiST: WITHOUT OVERLAPS.
const KEYS = `${WANTED}
  SELECT wanted.place, i.indisprimary AS primary, ARRAY(
    SELECT a.attname::text FROM pg_catalog.generate_series(
      0, coalesce((pg_catalog.to_jsonb(i)->>'indnkeyatts')::int, i.indnatts) - 1) n
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n] ORDER BY n) AS columns
  FROM wanted
  JOIN pg_catalog.pg_index i ON i.indrelid = wanted.oid
  JOIN pg_catalog.pg_class class ON class.oid = i.indexrelid
  JOIN pg_catalog.pg_am am ON am.oid = class.relam
  WHERE i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
    AND am.amname = 'btree' AND (wanted.relkind = 'p' OR NOT EXISTS (
      SELECT FROM pg_catalog.pg_inherits child WHERE child.inhparent = wanted.oid))
  ORDER BY wanted.place, i.indisprimary DESC, i.indexrelid`;

// NOT VALID and NOT ENFORCED: there may be rows that refer to none.
const REFERENCES = `${WANTED}
  SELECT wanted.place, target.place AS "to", own.attname::text AS column, other.attname::text AS referenced
  FROM wanted
  JOIN pg_catalog.pg_constraint con ON con.conrelid = wanted.oid AND con.contype = 'f' AND con.convalidated
  JOIN wanted target ON target.oid = con.confrelid
  JOIN pg_catalog.pg_attribute own ON own.attrelid = con.conrelid AND own.attnum = con.conkey[1]
  JOIN pg_catalog.pg_attribute other ON other.attrelid = con.confrelid AND other.attnum = con.confkey[1]
  WHERE pg_catalog.cardinality(con.conkey) = 1
    AND coalesce(pg_catalog.to_jsonb(con)->>'conenforced', 'true') = 'true'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgconstraint = con.oid AND t.tgenabled <> 'O')
  ORDER BY wanted.place, con.conname`;

// Triggers that run BEFORE a row is written, or INSTEAD, change it; the others can by statements of their own. Those of
// a partition run for what is written to the whole.
const REWRITTEN = `${WANTED}, family AS (
    SELECT place, oid, relkind, false AS inherited FROM wanted
    UNION
    SELECT family.place, child.inhrelid, family.relkind, true
    FROM family JOIN pg_catalog.pg_inherits child ON child.inhparent = family.oid
  )
  SELECT family.place,
    bool_or((family.inherited AND family.relkind = 'r')
      OR EXISTS (SELECT FROM pg_catalog.pg_trigger t
        WHERE t.tgrelid = family.oid AND NOT t.tgisinternal AND ((t.tgtype & 3) = 3 OR (t.tgtype & 64) <> 0))
      OR EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = family.oid)) AS rewrites,
    bool_or(EXISTS (SELECT FROM pg_catalog.pg_trigger t
      WHERE t.tgrelid = family.oid AND NOT t.tgisinternal)) AS triggered
  FROM family GROUP BY family.place`;

interface ReferenceRow {
  readonly place: number;
  readonly to: number;
  readonly column: string;
  readonly referenced: string;
}

interface TriggerRow {
  readonly place: number;
  readonly rewrites: boolean;
  readonly triggered: boolean;
}

export async function postgresCatalogue(
  queryRunner: QueryRunner,
  tables: readonly NamedTable[],
): Promise<ReadonlyMap<string, TableFacts>> {
  const parameters = [tables.map(({ schema }) => schema ?? null), tables.map(({ name }) => name)];
  const ask = async <Row>(sql: string): Promise<Row[]> => (await queryRunner.query(sql, parameters)) as Row[];
  const pathAt = (place: number): string => (tables[place - 1] as NamedTable).path;

  const drafts = new Drafts();
  for (const row of await ask<ColumnRow>(COLUMNS)) {
    const { name, nullable, generated, filled } = row;
    const column = { name, nullable, generated, autoIncrement: filled, onUpdate: false };
    drafts.addColumn(pathAt(row.place), { ...column, type: postgresType(row) });
  }
  for (const row of await ask<KeyRow>(KEYS)) drafts.addKey(pathAt(row.place), row.columns, row.primary);
  for (const { place, to, column, referenced } of await ask<ReferenceRow>(REFERENCES))
    drafts.addReference(pathAt(place), { column, to: pathAt(to), referenced });
  for (const { place, rewrites, triggered } of await ask<TriggerRow>(REWRITTEN)) {
    if (rewrites) drafts.markRewritten(pathAt(place));
    if (triggered) drafts.markTriggered(pathAt(place));
  }
  return drafts.facts();
}
