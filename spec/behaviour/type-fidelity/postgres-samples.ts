import type { ColumnSample, TypeSamples } from "./column-samples";

const sample = (values: readonly string[], column?: ColumnSample["column"]): ColumnSample => ({
  values,
  column,
});

const integer = (bits: number): ColumnSample => {
  const limit = 2n ** BigInt(bits - 1);
  return sample(["0", "1", `'${-limit}'`, `'${limit - 1n}'`]);
};
const numeric = sample([
  "0",
  "1.50",
  "-0.000000000000000000000000000001",
  `${"9".repeat(60)}.${"9".repeat(40)}`,
  "'NaN'",
  "'-Infinity'",
]);
const single = sample(["0", "1.5", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "3.4028235e38", "1e-45"]);
const double = sample([
  "0",
  "0.1",
  "'-0'",
  "'NaN'",
  "'Infinity'",
  "'-Infinity'",
  "1.7976931348623157e308",
  "5e-324",
]);
const text = sample([
  "''",
  "'plain'",
  "E'line\\nbreak \\\\ \"quotes\" '' \\t'",
  "'ü 漢 😀'",
  "' 1 '",
  "'null'",
  "'{\"a\":1}'",
  "repeat('x', 5000)",
]);
const characters = { ...text, column: { length: 6000 } };
const bits = sample(["B'00000000'", "B'10101010'", "B'11111111'"], { length: 8 });
const date = sample([
  "'2024-02-29'",
  "'0001-01-01'",
  "'0044-03-15 BC'",
  "'9999-12-31'",
  "'infinity'",
  "'-infinity'",
]);
const timestamp = sample([
  "'2024-02-29 12:34:56.789'",
  "'2024-03-31 02:30:00.123456'",
  "'0044-03-15 12:00:00 BC'",
  "'294276-12-31 23:59:59'",
  "'infinity'",
  "'-infinity'",
]);
const zonedTimestamp = sample([...timestamp.values, "'1901-01-01 00:00:00+13:45'"]);
const time = sample(["'00:00:00'", "'23:59:59.999999'", "'24:00:00'"]);
const zonedTime = sample(["'00:00:00+00'", "'23:59:59.999999-12:34'"]);
const boolean = sample(["true", "false"]);
const json = [
  "'null'",
  "'0'",
  "'-0.0'",
  "'1.5e300'",
  "'true'",
  "'\"text\"'",
  "'[]'",
  "'{}'",
  `'{"b": 1, "a": [null, {"deep": [[["ü😀"]]]}], "10": "x", "9": "y", "": {}}'`,
  `'{"__proto__": {"polluted": true}, "constructor": 1, "toJSON": "x"}'`,
  '\'["undefined", ["date", 5], "2024-01-01T00:00:00.000Z"]\'',
  "'12345678901234567890'",
];
const ranges = (low: string, high: string): ColumnSample =>
  sample(["'empty'", "'(,)'", `'[${low},${high})'`, `'(${low},)'`, `'(,${high}]'`]);
const multiranges = (low: string, high: string): ColumnSample =>
  sample(["'{}'", "'{(,)}'", `'{[${low},${high})}'`]);

const types: TypeSamples["types"] = {
  int: integer(32),
  int2: integer(16),
  int4: integer(32),
  int8: integer(64),
  smallint: integer(16),
  integer: integer(32),
  bigint: integer(64),
  decimal: numeric,
  numeric,
  real: single,
  float: double,
  float4: single,
  float8: double,
  "double precision": double,
  money: sample(["0", "'-92233720368547758.08'", "'92233720368547758.07'"]),
  "character varying": characters,
  varchar: characters,
  character: characters,
  char: characters,
  text,
  citext: text,
  hstore: sample(["''", `'a=>1, "b c"=>NULL, "q"=>"\\"x\\""'`]),
  bytea: sample(["''", "'\\x00017f80ff'", "decode(repeat('ab', 3000), 'hex')"]),
  bit: bits,
  varbit: bits,
  "bit varying": bits,
  timetz: zonedTime,
  timestamptz: zonedTimestamp,
  timestamp,
  "timestamp without time zone": timestamp,
  "timestamp with time zone": zonedTimestamp,
  date,
  time,
  "time without time zone": time,
  "time with time zone": zonedTime,
  interval: sample([
    "'0'",
    "'1 day'",
    "'-1 years -2 months +3 days -04:05:06.789'",
    "'00:00:00.000001'",
    "'178000000 years'",
    "'1 year 2 months 3 days 4 hours 5 minutes 6.5 seconds'",
  ]),
  bool: boolean,
  boolean,
  enum: sample(["'red'", "'it''s'", "'1'"], { enum: ["red", "it's", "1"], enumName: "colour" }),
  point: sample(["'(0,0)'", "'(-1.5,1e300)'", "'(NaN,Infinity)'"]),
  line: sample(["'{1,-1,0}'"]),
  lseg: sample(["'[(0,0),(1,1)]'"]),
  box: sample(["'((0,0),(1,1))'"]),
  path: sample(["'[(0,0),(1,1)]'", "'((0,0),(1,1),(2,0))'"]),
  polygon: sample(["'((0,0),(1,1),(2,0))'"]),
  circle: sample(["'<(0,0),1>'", "'<(-1.5,2),0>'"]),
  cidr: sample(["'192.168.0.0/24'", "'::/0'"]),
  inet: sample(["'192.168.0.1/24'", "'2001:db8::1'"]),
  macaddr: sample(["'08:00:2b:01:02:03'"]),
  macaddr8: sample(["'08:00:2b:01:02:03:04:05'"]),
  tsvector: sample(["''", "'a:1 fat:2A cat:3'"]),
  tsquery: sample(["'fat & !cat:*'"]),
  uuid: sample(["'00000000-0000-0000-0000-000000000000'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"]),
  xml: sample(["'<a b=\"c\">d</a>'"]),
  json: sample([...json, "'\"\\ud800\"'", "'[1e400, -0]'", '\'{"twice": 1, "twice": 2}\'']),
  jsonb: sample(json),
  jsonpath: sample(["'$.a[*] ? (@ > 1)'"]),
  int4range: ranges("1", "5"),
  int8range: ranges("1", "9223372036854775806"),
  numrange: ranges("-1.5", "2.50"),
  tsrange: ranges("2024-01-01 00:00", "2024-12-31 12:34:56.789"),
  tstzrange: ranges("2024-01-01 00:00+01", "2024-12-31 12:34:56.789-08"),
  daterange: ranges("2024-01-01", "2024-12-31"),
  int4multirange: multiranges("1", "5"),
  int8multirange: multiranges("1", "5"),
  nummultirange: multiranges("-1.5", "2.50"),
  tsmultirange: multiranges("2024-01-01 00:00", "2024-12-31 12:34:56.789"),
  tstzmultirange: multiranges("2024-01-01 00:00+01", "2024-12-31 12:34:56.789-08"),
  datemultirange: multiranges("2024-01-01", "2024-12-31"),
  cube: sample(["'(1,2,3)'", "'(0.5)'"]),
  ltree: sample(["''", "'Top.Science.Astronomy'"]),
};

export const postgresSamples: TypeSamples = {
  types,
  unavailable: {
    geometry: "PostGIS is not among the extensions that PostgreSQL brings along",
    geography: "PostGIS is not among the extensions that PostgreSQL brings along",
    vector: "pgvector is not among the extensions that PostgreSQL brings along",
    halfvec: "pgvector is not among the extensions that PostgreSQL brings along",
  },
};
