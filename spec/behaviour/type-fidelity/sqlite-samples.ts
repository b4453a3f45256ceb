import type { ColumnSample, TypeSamples } from "./column-samples";

/** Any column of SQLite takes a value of any storage class, so each type gets them all. */
const values = [
  "0",
  "1",
  "-9007199254740991",
  "9223372036854775807",
  "0.1",
  "-0.0",
  "9e999",
  "-9e999",
  "''",
  "'plain'",
  "'line' || char(10) || 'ü 漢 😀'",
  "' 1 '",
  "x''",
  "x'00017f80ff'",
];
const anything: ColumnSample = { values };
const json: ColumnSample = {
  values: [
    "'null'",
    "'0'",
    "'\"text\"'",
    "'[]'",
    `'{"b": 1, "a": [null, {"deep": [["ü😀"]]}], "10": "x", "9": "y"}'`,
    `'{"__proto__": {"polluted": true}}'`,
  ],
};

export const sqliteSamples: TypeSamples = {
  types: {
    int: anything,
    integer: anything,
    tinyint: anything,
    smallint: anything,
    mediumint: anything,
    bigint: anything,
    "unsigned big int": anything,
    int2: anything,
    int8: anything,
    character: anything,
    varchar: anything,
    "varying character": anything,
    nchar: anything,
    "native character": anything,
    nvarchar: anything,
    text: anything,
    clob: anything,
    blob: anything,
    real: anything,
    double: anything,
    "double precision": anything,
    float: anything,
    numeric: anything,
    decimal: anything,
    boolean: { values: ["0", "1"] },
    date: { values: ["'2024-02-29'", "'0001-01-01'", "'9999-12-31'"] },
    time: { values: ["'00:00:00'", "'23:59:59.999'"] },
    datetime: { values: ["'2024-02-29 12:34:56.789'", "'2024-03-31T02:30:00Z'", "'no date'", "0"] },
    json,
    jsonb: json,
  },
  unavailable: {},
};
