import type { ValueType } from "../../../src/schema/column";
import type { PerDatabase } from "../../support/databases";

/** Declarations of columns, and what kind of type the catalogue is to find. */
type Declarations = Readonly<Record<string, ValueType["kind"]>>;

/** Statements that make the types and collations of the declarations. */
export const PREPARATIONS: PerDatabase<readonly string[]> = {
  postgres: [
    "CREATE EXTENSION citext",
    "CREATE TYPE number_word AS ENUM ('one', 'two', 'two words', 'ONE', 'zwei', '1', 'one ')",
    "CREATE DOMAIN whole AS int",
    "CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
    "CREATE COLLATION swedish (provider = icu, locale = 'sv')",
  ],
  // Without strict mode values are clipped and cut, not refused.
  mariadb: ["SET SESSION sql_mode = ''"],
  sqljs: [],
};

const MARIADB_INSENSITIVE = [
  ...["utf8mb4_general_ci", "utf8mb4_general_nopad_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_nopad_ci"],
  ...["utf8mb4_unicode_520_ci", "utf8mb4_unicode_520_nopad_ci", "utf8mb3_general_ci", "utf8mb3_unicode_ci"],
  ...["utf8mb4_uca1400_ai_ci", "utf8mb4_uca1400_as_ci", "utf8mb4_uca1400_nopad_ai_ci"],
  ...["utf8mb4_uca1400_nopad_as_ci", "utf8mb3_uca1400_ai_ci", "latin1_general_ci", "latin1_swedish_ci"],
  ...["latin1_swedish_nopad_ci", "ascii_general_ci", "ascii_general_nopad_ci"],
];
const MARIADB_SENSITIVE = [
  ...["utf8mb4_uca1400_as_cs", "utf8mb4_uca1400_ai_cs", "utf8mb4_uca1400_nopad_as_cs"],
  ...["utf8mb4_bin", "utf8mb4_nopad_bin", "utf8mb3_bin", "latin1_bin", "latin1_nopad_bin", "ascii_bin"],
];
const MARIADB_UNKNOWN = ["utf8mb4_turkish_ci", "utf8mb4_danish_ci", "latin1_german2_ci", "latin1_general_cs"];

const collated = (names: readonly string[], kind: ValueType["kind"]): Declarations =>
  Object.fromEntries(names.map((name) => [`varchar(50) COLLATE ${name}`, kind]));

export const COLUMNS: PerDatabase<Declarations> = {
  postgres: {
    ...{ smallint: "integer", int: "integer", bigint: "integer", boolean: "boolean" },
    ...{ text: "text", varchar: "text", "varchar(3)": "text", 'text COLLATE "C"': "text" },
    ...{
      'text COLLATE "und-x-icu"': "text",
      "text COLLATE swedish": "text",
      "text COLLATE ucs_basic": "text",
    },
    ...{ "text COLLATE blind": "opaque", citext: "opaque", "char(3)": "text", name: "opaque" },
    ...{ uuid: "uuid", date: "date", number_word: "enum", whole: "opaque", "int[]": "opaque" },
    ...{ numeric: "opaque", real: "opaque", "double precision": "opaque", timestamptz: "opaque" },
    ...{ timestamp: "opaque", jsonb: "opaque", bytea: "opaque", interval: "opaque", '"char"': "opaque" },
  },
  mariadb: {
    ...{ tinyint: "integer", "tinyint(1)": "integer", "tinyint unsigned": "integer", smallint: "integer" },
    ...{ mediumint: "integer", int: "integer", "int(8) unsigned zerofill": "integer", bigint: "integer" },
    ...{ "bigint unsigned": "integer", boolean: "integer", "bit(1)": "opaque", year: "opaque" },
    ...{ "decimal(10,2)": "opaque", float: "opaque", double: "opaque", date: "date", datetime: "opaque" },
    ...{ timestamp: "opaque", time: "opaque", uuid: "uuid", "varbinary(50)": "opaque", blob: "opaque" },
    ...{ "char(3)": "text", "char(50) COLLATE utf8mb4_bin": "text", "varchar(3)": "text", text: "text" },
    ...{ "char(50) COLLATE utf8mb4_nopad_bin": "text", "tinytext COLLATE utf8mb4_bin": "text" },
    ...{ "varchar(3) COLLATE utf8mb4_bin": "text", "longtext COLLATE utf8mb4_nopad_bin": "text" },
    ...{ "enum('one', 'two words', 'zwei', '2', 'it''s')": "enum", "set('one', 'two')": "opaque" },
    ...{ "enum('one', 'ONE', '1', '2', '-') COLLATE utf8mb4_bin": "enum" },
    ...collated([...MARIADB_INSENSITIVE, ...MARIADB_SENSITIVE], "text"),
    ...collated(MARIADB_UNKNOWN, "opaque"),
  },
  sqljs: {
    ...{ integer: "integer", int: "integer", bigint: "integer", "unsigned big int": "integer" },
    ...{
      boolean: "integer",
      text: "text",
      "varchar(3)": "text",
      clob: "text",
      "text COLLATE NOCASE": "opaque",
    },
    ...{
      "text COLLATE RTRIM": "opaque",
      date: "date",
      datetime: "opaque",
      real: "opaque",
      numeric: "opaque",
    },
    ...{ "decimal(10,2)": "opaque", blob: "opaque", "": "opaque" },
  },
};
