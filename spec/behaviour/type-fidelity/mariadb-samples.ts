import type { ColumnSample, TypeSamples } from "./column-samples";

const sample = (values: readonly string[], column?: ColumnSample["column"]): ColumnSample => ({
  values,
  column,
});

const integer = (bits: number): ColumnSample => {
  const limit = 2n ** BigInt(bits - 1);
  return sample(["0", "1", `${-limit}`, `${limit - 1n}`]);
};
const double = sample(["0", "0.1", "-0e0", "-1.7976931348623157e308", "2.2250738585072014e-308"]);
const decimal = sample(["0", "1.50", `-${"9".repeat(35)}.${"9".repeat(30)}`], { precision: 65, scale: 30 });
const boolean = sample(["true", "false"]);
const text = sample(
  ["''", "'plain'", "'line\\nbreak \\\\ \"quotes\" '' \\t'", "'ü 漢 😀'", "' 1 '", "'null'"],
  { charset: "utf8mb4" },
);
const characters = { ...text, column: { ...text.column, length: 100 } };
const national = sample(["''", "'plain'", "'ü 漢'"], { length: 100 });
const bytes = ["x''", "x'00017f80ff'", "'text'"];
const geometry = (...texts: string[]): ColumnSample =>
  sample(texts.map((each) => `ST_GeomFromText('${each}')`));

const POINT = "POINT(-1.5 2)";
const LINE = "LINESTRING(0 0, 1 1, 2 0)";
const POLYGON = "POLYGON((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))";

const types: TypeSamples["types"] = {
  bit: sample(["b'0'", "b'1'"]),
  int: integer(32),
  integer: integer(32),
  tinyint: integer(8),
  smallint: integer(16),
  mediumint: integer(24),
  bigint: integer(64),
  float: sample(["0", "1.5", "-3.4e38", "0.1"]),
  double,
  "double precision": double,
  real: double,
  decimal,
  dec: decimal,
  numeric: decimal,
  fixed: decimal,
  bool: boolean,
  boolean,
  date: sample(["'2024-02-29'", "'1000-01-01'", "'9999-12-31'", "'0000-00-00'"]),
  datetime: sample(
    [
      "'2024-03-31 02:30:00.123456'",
      "'1000-01-01 00:00:00'",
      "'9999-12-31 23:59:59'",
      "'0000-00-00 00:00:00'",
    ],
    {
      precision: 6,
    },
  ),
  timestamp: sample(
    ["'2024-02-29 12:34:56.789'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'", "'0000-00-00 00:00:00'"],
    {
      precision: 3,
    },
  ),
  time: sample(["'00:00:00'", "'-838:59:59'", "'838:59:59'", "'12:34:56'"]),
  year: sample(["0", "1901", "2155"]),
  char: characters,
  nchar: national,
  "national char": national,
  varchar: characters,
  nvarchar: national,
  "national varchar": national,
  blob: sample(bytes),
  text,
  tinyblob: sample(bytes),
  tinytext: text,
  mediumblob: sample([...bytes, "repeat(x'ab', 3000)"]),
  mediumtext: text,
  longblob: sample(bytes),
  longtext: sample([...text.values, "repeat('x', 5000)"], text.column),
  enum: sample(["'red'", "'it''s'", "'1'"], { enum: ["red", "it's", "1"] }),
  set: sample(["''", "'red'", "'red,blue'"], { enum: ["red", "blue", "1"] }),
  binary: sample(bytes, { length: 8 }),
  varbinary: sample(bytes, { length: 8 }),
  json: sample([
    "'null'",
    "'0'",
    "'-0.0'",
    "'true'",
    "'\"text\"'",
    "'[]'",
    "'{}'",
    `'{"b": 1, "a": [null, {"deep": [[["ü😀"]]]}], "10": "x", "9": "y", "": {}}'`,
    `'{"__proto__": {"polluted": true}, "constructor": 1, "toJSON": "x"}'`,
    "'12345678901234567890'",
  ]),
  geometry: geometry(POINT, LINE, POLYGON),
  point: geometry(POINT, "POINT(0 0)"),
  linestring: geometry(LINE),
  polygon: geometry(POLYGON),
  multipoint: geometry("MULTIPOINT(0 0, 1 1)"),
  multilinestring: geometry("MULTILINESTRING((0 0, 1 1), (2 2, 3 3))"),
  multipolygon: geometry("MULTIPOLYGON(((0 0, 4 0, 4 4, 0 0)))"),
  geometrycollection: geometry(`GEOMETRYCOLLECTION(${POINT}, ${LINE})`),
  uuid: sample(["'00000000-0000-0000-0000-000000000000'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"]),
  inet4: sample(["'192.168.0.1'"]),
  inet6: sample(["'2001:db8::1'"]),
};

export const mariadbSamples: TypeSamples = {
  types,
  unavailable: { vector: "MariaDB has it from 11.7 on" },
};
