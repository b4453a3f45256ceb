import type { StatementAnalysis } from "./analysis";
import { possibleCalls } from "./calls";
import {
  answering,
  controlling,
  copy,
  HARMLESS,
  isTemporary,
  load,
  pragma,
  refresh,
  truncate,
  writingEverything,
} from "./commands";
import type { Context } from "./context";
import { transactionOf } from "./control";
import { Cursor } from "./cursor";
import { analyseData } from "./data";
import { settingsOf } from "./settings";
import type { Token } from "./tokens";
import { isSymbol, isWord } from "./tokens";
import { words } from "./words";

/** One statement's analysis; several for a SET that assigns several settings. */
export function analyseStatement(tokens: readonly Token[], context: Context): readonly StatementAnalysis[] {
  const control = transactionOf(tokens, context.dialect);
  if (control !== undefined) return [controlling(control === "none" ? undefined : control)];
  if (isWord(tokens[0], "SET")) return analyseSet(tokens, context);
  return [byKeyword(tokens, context)];
}

function byKeyword(tokens: readonly Token[], context: Context): StatementAnalysis {
  const { dialect } = context;
  const cursor = new Cursor(tokens, dialect);
  const keyword = isSymbol(tokens[0], "(") ? "(" : cursor.keyword;
  if (DATA.has(keyword)) return analyseData(tokens, context);
  cursor.next();
  switch (keyword) {
    case "EXPLAIN":
    case "DESCRIBE":
    case "DESC":
      return explain(cursor, context);
    case "TRUNCATE":
      return truncate(cursor);
    case "REFRESH":
      return refresh(cursor);
    case "COPY":
      return isSymbol(cursor.peek(), "(") ? copyQuery(cursor, context) : copy(cursor);
    case "LOAD":
      return load(cursor);
    case "PRAGMA":
      return pragma(cursor);
    case "DECLARE":
      return cursor.skipPast("FOR")
        ? notCached(analyseData(cursor.rest, context), keyword)
        : writingEverything(keyword);
    case "USE":
      return controlling({ kind: "session", what: "USE" });
    case "RESET":
    case "DISCARD":
      return controlling({ kind: "session", what: keyword });
    case "CREATE":
    case "DROP":
      return isTemporary(cursor) && cursor.word("TABLE") ? temporaryTable(tokens, context) : ddl(keyword);
    case "LOCK":
    case "UNLOCK":
      return { ...HARMLESS, volatility: { kind: "lock", what: keyword }, ddl: dialect === "mysql" };
    case "ANALYZE":
      return dialect === "mysql" ? analyze(cursor, context) : answering(keyword);
    case "OPTIMIZE":
    case "CHECK":
    case "CHECKSUM":
    case "FLUSH":
      return { ...answering(keyword), ddl: dialect === "mysql" };
    default:
      if (ANSWERING.has(keyword)) return answering(keyword);
      return DDL.has(keyword) ? ddl(keyword) : writingEverything(keyword || "unknown statement");
  }
}

/** EXPLAIN runs nothing, EXPLAIN ANALYZE runs all. */
function explain(cursor: Cursor, context: Context): StatementAnalysis {
  const tokens = cursor.rest;
  const start = tokens.findIndex((token) => EXPLAINED.has(token.upper));
  if (start < 0 || !tokens.slice(0, start).some((token) => isWord(token, "ANALYZE", "ANALYSE"))) {
    return answering("EXPLAIN");
  }
  return explained(tokens.slice(start), context);
}

/** MariaDB's ANALYZE [FORMAT=JSON] statement runs what it explains; ANALYZE TABLE counts rows. */
function analyze(cursor: Cursor, context: Context): StatementAnalysis {
  const tokens = cursor.rest;
  const start = tokens.findIndex((token) => EXPLAINED.has(token.upper));
  if (start < 0) return { ...answering("ANALYZE"), ddl: true };
  return explained(tokens.slice(start), context);
}

function explained(tokens: readonly Token[], context: Context): StatementAnalysis {
  return DATA.has(tokens[0]?.upper ?? "")
    ? notCached(analyseData(tokens, context), "EXPLAIN")
    : writingEverything("EXPLAIN ANALYZE");
}

function copyQuery(cursor: Cursor, context: Context): StatementAnalysis {
  const tokens = cursor.rest;
  let depth = 0;
  const end = tokens.findIndex((token) => {
    depth += isSymbol(token, "(") ? 1 : isSymbol(token, ")") ? -1 : 0;
    return depth === 0;
  });
  return end < 0 ? writingEverything("COPY") : notCached(analyseData(tokens.slice(1, end), context), "COPY");
}

function notCached(analysis: StatementAnalysis, what: string): StatementAnalysis {
  const volatility = analysis.volatility ?? { kind: "statement", what };
  return { ...withoutUses(analysis), volatility, projection: "rows" };
}

/** The slots of a part of a text are not those of the text. */
function withoutUses(analysis: StatementAnalysis): StatementAnalysis {
  const { reads } = analysis;
  return reads.kind === "exact" ? { ...analysis, reads: { ...reads, uses: undefined } } : analysis;
}

function ddl(keyword: string): StatementAnalysis {
  return writingEverything(keyword, true);
}

/** AS SELECT may call functions that write. */
function temporaryTable(tokens: readonly Token[], context: Context): StatementAnalysis {
  if (tokens.some((token) => isWord(token, "EXECUTE"))) return writingEverything("EXECUTE");
  const query = tokens.findIndex((token) => isWord(token, "SELECT", "WITH", "VALUES"));
  const filled = query < 0 ? HARMLESS : withoutUses(analyseData(tokens.slice(query), context));
  return { ...filled, control: { kind: "session", what: "temporary table" }, projection: "rows" };
}

/** A value that is assigned may come from a function that writes. */
function analyseSet(tokens: readonly Token[], context: Context): readonly StatementAnalysis[] {
  const { dialect, functions } = context;
  if (isWord(tokens[1], "PASSWORD") || (isWord(tokens[1], "DEFAULT") && isWord(tokens[2], "ROLE")))
    return [ddl("SET")];
  const unknown = possibleCalls(tokens, dialect).find(
    (call) => functions.classify(call.path, call.args) === "unknown",
  );
  const settings = settingsOf(tokens, dialect).map(controlling);
  return unknown === undefined ? settings : [...settings, writingEverything(`${unknown.path.join(".")}()`)];
}

const DATA = words(`SELECT INSERT UPDATE DELETE REPLACE WITH VALUES MERGE TABLE (`);
/** What EXPLAIN may stand before; a TABLE x is too rare to tell it from ANALYZE TABLE. */
const EXPLAINED = words(
  `SELECT INSERT UPDATE DELETE REPLACE WITH VALUES MERGE CREATE EXECUTE DECLARE REFRESH CALL`,
);
const DDL = words(`ALTER RENAME COMMENT GRANT REVOKE REASSIGN IMPORT SECURITY INSTALL`);
const ANSWERING = words(
  `SHOW HELP LISTEN UNLISTEN NOTIFY CHECKPOINT VACUUM REINDEX CLUSTER KILL FETCH MOVE CLOSE DEALLOCATE`,
);
