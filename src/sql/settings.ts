import type { Control, SqlDialect } from "./analysis";
import { isolationIn } from "./control";
import { Cursor } from "./cursor";
import type { Token } from "./tokens";
import { isSymbol } from "./tokens";
import { words } from "./words";

/** What the assignments of a SET statement change, one by one; `undefined` stands for nothing of note. */
export function settingsOf(tokens: readonly Token[], dialect: SqlDialect): readonly (Control | undefined)[] {
  const cursor = new Cursor(tokens, dialect);
  cursor.word("SET");
  if (dialect === "postgres") return [postgresSetting(cursor)];
  // A scope keyword holds for the assignments after it too, until the next one.
  let scope: Scope = "session";
  return assignments(cursor.rest).map((assignment) => {
    const target = mysqlTarget(new Cursor(assignment, dialect), scope);
    scope = target.following;
    return mysqlSetting(target, assignment);
  });
}

function postgresSetting(cursor: Cursor): Control | undefined {
  if (cursor.word("CONSTRAINTS")) return undefined;
  if (cursor.words("SESSION", "CHARACTERISTICS", "AS", "TRANSACTION"))
    return isolation("session", cursor.rest);
  const local = cursor.word("LOCAL");
  cursor.word("SESSION");
  if (cursor.word("TRANSACTION")) return isolation("next", cursor.rest);
  const name = cursor.name() ?? "SET";
  if (name === "transaction_isolation") return isolation("next", cursor.rest);
  if (name === "default_transaction_isolation") return isolation("session", cursor.rest);
  return HARMLESS.has(name) || name.startsWith("enable_")
    ? undefined
    : { kind: "session", what: name, local };
}

/**
 * Settings that change how long, how fast or how safely a statement runs, not which rows it finds. Without
 * foreign keys a write cascades less than assumed, which is merely coarse.
 */
const HARMLESS = words(
  `foreign_key_checks unique_checks max_execution_time max_statement_time lock_wait_timeout innodb_lock_wait_timeout
   wait_timeout interactive_timeout net_read_timeout net_write_timeout sql_log_bin sql_notes sql_warnings
   long_query_time optimizer_switch profiling`,
  `application_name statement_timeout lock_timeout transaction_timeout idle_in_transaction_session_timeout
   idle_session_timeout client_min_messages synchronous_commit session_replication_role work_mem
   maintenance_work_mem jit deadlock_timeout log_statement log_min_duration_statement random_page_cost
   max_parallel_workers_per_gather`,
);

type Scope = "session" | "global";

interface Target {
  readonly scope: Scope | "next" | "user";
  readonly name: string;
  /** The scope of the assignments that follow without one of their own. */
  readonly following: Scope;
}

function mysqlTarget(cursor: Cursor, inherited: Scope): Target {
  if (cursor.peek()?.kind === "variable") return variableTarget(cursor.next()?.text ?? "", inherited);
  const explicit = scopeOf(cursor.keyword);
  if (explicit !== undefined) cursor.next();
  const scope = explicit ?? inherited;
  const name = cursor.name()?.toLowerCase() ?? "";
  // SET TRANSACTION without a scope is about the next transaction alone.
  const next = name === "transaction" && explicit === undefined;
  return { scope: next ? "next" : scope, name, following: scope };
}

/** `@x`, `@@x`, `@@session.x`. For the isolation level, `@@x` means the next transaction alone. */
function variableTarget(text: string, following: Scope): Target {
  if (!text.startsWith("@@")) return { scope: "user", name: text, following };
  const [first = "", second] = text.slice(2).toLowerCase().split(".");
  if (second === undefined) return { scope: "next", name: first, following };
  return { scope: scopeOf(first.toUpperCase()) ?? "session", name: second, following };
}

function scopeOf(keyword: string): Scope | undefined {
  if (keyword === "SESSION" || keyword === "LOCAL") return "session";
  return keyword === "GLOBAL" || keyword === "PERSIST" || keyword === "PERSIST_ONLY" ? "global" : undefined;
}

/** Settings of the server reach sessions that begin later, never this one. */
function mysqlSetting(target: Target, assignment: readonly Token[]): Control | undefined {
  const { scope, name } = target;
  if (scope === "global") return undefined;
  if (scope !== "user") {
    if (name === "autocommit") return { kind: "autocommit", on: switchedOn(assignment) };
    if (name === "transaction" || name === "transaction_isolation" || name === "tx_isolation") {
      return isolation(scope, assignment);
    }
  }
  return scope !== "user" && HARMLESS.has(name) ? undefined : { kind: "session", what: name };
}

/** What is not plainly "on" counts as off: then every statement is taken for part of a transaction. */
function switchedOn(assignment: readonly Token[]): boolean {
  const value = assignment[assignment.length - 1]?.text.toLowerCase() ?? "";
  return ["1", "on", "true", "default", "'on'"].includes(value);
}

function isolation(scope: "next" | "session", tokens: readonly Token[]): Control {
  return { kind: "isolation", scope, isolation: isolationIn(tokens) };
}

/** Splits at the commas that no parenthesis holds. The commas of SET TRANSACTION separate its modes, not assignments. */
function assignments(tokens: readonly Token[]): readonly (readonly Token[])[] {
  if (tokens.slice(0, 2).some((token) => token.upper === "TRANSACTION")) return [tokens];
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSymbol(token, "(")) depth += 1;
    if (isSymbol(token, ")")) depth -= 1;
    if (depth === 0 && isSymbol(token, ",")) parts.push([]);
    else parts[parts.length - 1]?.push(token);
  }
  return parts;
}
