import type { SqlDialect } from "../../../src/sql/analysis";
import type { Random } from "./random";

/** A random condition on the columns a (a number), b (a string) and c (a truth value); all of them may be NULL. */
export function predicate(random: Random, dialect: SqlDialect, depth = 3): string {
  const inner = (): string => predicate(random, dialect, depth - 1);
  switch (depth > 0 ? random.below(9) : 8) {
    case 0:
    case 1:
      return `${inner()} AND ${inner()}`;
    case 2:
      return `${inner()} OR ${inner()}`;
    case 3:
      return `(${inner()})`;
    case 4:
      return `NOT (${inner()})`;
    case 5:
      return `NOT ${inner()}`;
    case 6:
      return `(${inner()}) IS ${random.pick(["TRUE", "FALSE", "NOT TRUE", "NOT FALSE"])}`;
    default:
      return simple(random, dialect);
  }
}

function simple(random: Random, dialect: SqlDialect): string {
  const number = (): string => String(random.below(4) - 1);
  const not = random.pick(["", "", "NOT "]);
  switch (random.below(10)) {
    case 0:
      return `a ${random.pick(["=", "<>", "!=", "<", "<=", ">", ">="])} ${number()}`;
    case 1:
      return `${number()} ${random.pick(["=", "<", ">="])} a`;
    case 2:
      return `a ${not}IN (${number()}, ${number()}, ${random.pick(["NULL", number(), "a + 1"])})`;
    case 3:
      return `a ${not}BETWEEN ${number()} AND ${random.pick([number(), number(), "a", "NULL"])}`;
    case 4:
      return `b ${not}LIKE '${random.pick(["x%", "_", "%y", "X"])}'`;
    case 5:
      return `${random.pick(["a", "b", "c"])} IS ${not}NULL`;
    case 6:
      return `c IS ${not}${random.pick(["TRUE", "FALSE"])}`;
    case 7:
      return random.pick(["c", "c = TRUE", "a = NULL", "a = a", "b = b", "a + 1 = 2", "(a, b) = (1, 'x')"]);
    case 8:
      return random.pick(OWN[dialect]);
    default:
      return `b = '${random.pick(["x", "X", "y", ""])}'`;
  }
}

/** What the parser reads otherwise than the database, or is not shown as it stands. */
const OWN: Readonly<Record<SqlDialect, readonly string[]>> = {
  postgres: [
    ...[
      "a BETWEEN SYMMETRIC 2 AND 0",
      "a IS DISTINCT FROM 1",
      "b ILIKE 'X%'",
      "c IS UNKNOWN",
      "a = ANY(ARRAY[1])",
    ],
    ...[
      "a = 1 IS NULL",
      "a ISNULL",
      "b NOTNULL",
      "b ~ '^x'",
      "b ^@ 'x'",
      "b SIMILAR TO 'x_'",
      "a::text = '1'",
    ],
    ...[
      "b COLLATE \"C\" = 'x'",
      "b || 'y' = 'xy'",
      "- a = 1",
      "a % 2 = 0",
      "a # 1 = 0",
      "c IN (a = 1)",
      "c = (a = 1)",
    ],
    ...[
      "a BETWEEN 0 AND 1 = c",
      "b LIKE 'x' ESCAPE '!'",
      "b IS NFC NORMALIZED",
      "CASE a WHEN 1 THEN c ELSE a = 0 END",
    ],
    ...[
      "a OPERATOR(pg_catalog.=) 1",
      "a | 1 = 1",
      "b = E'x'",
      "a = 1::int",
      "a << 1 = 2",
      "@ a = 1",
      "a ^ 2 = 1",
    ],
  ],
  mysql: [
    ...["a = 1 || a = 2", "a = 1 XOR c", "a <=> NULL", "b = 'x' 'y'", "c && a", "a = 0 DIV 2", "a MOD 2 = 0"],
    ...[
      "b REGEXP '^x'",
      "b RLIKE 'x'",
      "BINARY b = 'x'",
      "a | 1 = 1",
      "a << 1 = 2",
      "~ a = 0",
      "! c",
      "! a = 1",
    ],
    ...[
      "b LIKE 'x' ESCAPE '!'",
      "a IN (1) = c",
      "b SOUNDS LIKE 'x'",
      "a = 1 IS TRUE",
      "a IS NULL = 0",
      "c = a IS NULL",
    ],
    ...[
      "a BETWEEN 0 AND 1 = c",
      "CASE a WHEN 1 THEN c END",
      "b = _latin1'x'",
      "a = 1 = c",
      "a < 1 = c",
      "a % 2 = 0",
    ],
    ...["b COLLATE utf8mb4_bin = 'x'", "- a = 1", "a = 1 -- a comment\n", 'b = "x"', "a = 5--4", "a ^ 1 = 0"],
  ],
  sqlite: [
    ...[
      "b GLOB 'x*'",
      "a == 1",
      "b NOT GLOB '[xX]'",
      "a IS NOT DISTINCT FROM 1",
      "b = 'x' COLLATE NOCASE",
      "a IS 1",
    ],
    ...[
      "a IS NOT 1",
      "a NOT NULL",
      "a ISNULL",
      "b NOTNULL",
      "b || 'y' = 'xy'",
      "a = 1 = c",
      "a < 1 = c",
      "a = 1 < c",
    ],
    ...[
      "a & 1",
      "~ a = 0",
      "+ a = 1",
      "- a = 1",
      "b COLLATE NOCASE IN ('x')",
      "b LIKE 'x' ESCAPE '!'",
      "a = 1 IS NULL",
    ],
    ...[
      "a BETWEEN 0 AND 1 = c",
      "CASE a WHEN 1 THEN c END",
      "a IS NULL = 0",
      "c = a IS NULL",
      'b = "x"',
      "a % 2 = 0",
    ],
  ],
};
