import { expect } from "chai";
import type { SqlDialect } from "../../../src/sql/analysis";
import { tokenize } from "../../../src/sql/tokenizer";

/** Tokens as `kind text`, so that a failure reads like the expectation. */
const TOKENS: readonly (readonly [SqlDialect, string, readonly string[] | undefined])[] = [
  ["postgres", "a.b", ["word a", "symbol .", "word b"]],
  ["postgres", '"a""b"', ['quoted "a""b"']],
  ["postgres", "'a''b'", ["string 'a''b'"]],
  ["postgres", "'a\\'", ["string 'a\\'"]],
  ["postgres", "E'a\\'b'", ["string E'a\\'b'"]],
  ["postgres", "$$a'b$$", ["string $$a'b$$"]],
  ["postgres", "$x$ $$ $x$", ["string $x$ $$ $x$"]],
  ["postgres", "a$1", ["word a$1"]],
  ["postgres", "=$1", ["symbol =", "parameter $1"]],
  ["postgres", "$12::int", ["parameter $12", "symbol ::", "word int"]],
  ["postgres", "a?|b", ["word a", "symbol ?|", "word b"]],
  ["postgres", "a#>>b", ["word a", "symbol #>>", "word b"]],
  ["postgres", "/* a /* b */ c */ d", ["word d"]],
  ["postgres", "a--b\rc", ["word a", "word c"]],
  ["postgres", "a+--b\nc", ["word a", "symbol +", "word c"]],
  ["postgres", "a[1:2]", ["word a", "symbol [", "number 1", "symbol :", "number 2", "symbol ]"]],
  ["postgres", "1.5e-3 .5 0xFF 1_000", ["number 1.5e-3", "number .5", "number 0xFF", "number 1_000"]],
  ["postgres", "N'x' B'01' X'ff' U&'x'", ["string N'x'", "string B'01'", "string X'ff'", "string U&'x'"]],
  ["postgres", 'U&"x"', undefined],
  ["postgres", "'a", undefined],
  ["postgres", '"a', undefined],
  ["postgres", "$a$ $b$", undefined],
  ["postgres", "/* /* */", undefined],
  ["postgres", "`a`", undefined],
  ["postgres", "tür", ["word tür"]],
  ["mysql", "'a\\'b'", ["string 'a\\'b'"]],
  ["mysql", '"a"', ['string "a"']],
  ["mysql", "`a``b`", ["quoted `a``b`"]],
  ["mysql", "a#b\nc", ["word a", "word c"]],
  ["mysql", "5--1", ["number 5", "symbol -", "symbol -", "number 1"]],
  ["mysql", "5-- 1", ["number 5"]],
  ["mysql", "a --", ["word a"]],
  ["mysql", "1st 1e5", ["word 1st", "number 1e5"]],
  ["mysql", "@a @@b.c @`d` @'e'", ["variable @a", "variable @@b.c", "variable @`d`", "variable @'e'"]],
  ["mysql", "@a:=1", ["variable @a", "symbol :=", "number 1"]],
  ["mysql", "a=?", ["word a", "symbol =", "parameter ?"]],
  ["mysql", "a=??", undefined],
  ["mysql", "/*!50000 a */ b /* c */", ["word a", "word b"]],
  ["mysql", "/*M! a */", ["word a"]],
  ["mysql", "/*! a", undefined],
  ["mysql", "/* /* */ a", ["word a"]],
  ["sqlite", "[a b]", ["quoted [a b]"]],
  ["sqlite", "`a` \"b\" 'c'", ["quoted `a`", 'quoted "b"', "string 'c'"]],
  [
    "sqlite",
    ":a @b $c ?1 ?",
    ["parameter :a", "parameter @b", "parameter $c", "parameter ?1", "parameter ?"],
  ],
  ["sqlite", "'a\\'", ["string 'a\\'"]],
  ["sqlite", "a->>'$.b'", ["word a", "symbol ->>", "string '$.b'"]],
  ["sqlite", "[a", undefined],
];

describe("tokenize", () => {
  for (const [dialect, sql, expected] of TOKENS) {
    it(`${dialect}: ${JSON.stringify(sql)}`, () => {
      const tokens = tokenize(sql, dialect)?.tokens;
      expect(tokens?.map((token) => `${token.kind} ${token.text}`)).to.deep.equal(expected);
    });
  }

  it("notices code that only some versions of MySQL run", () => {
    expect(tokenize("SELECT 1 /*!80000 , 2 */", "mysql")?.conditional).to.equal(true);
    expect(tokenize("SELECT 1 /*+ HINT */", "mysql")?.conditional).to.equal(false);
  });
});
