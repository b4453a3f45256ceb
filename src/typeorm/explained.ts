import type { ObjectLiteral, QueryBuilder } from "typeorm";
import type { Explained } from "../core/explainer";
import { CacheopsConfigError } from "../errors";
import { type Builder, scopeOf } from "./select-query-builder";
import type { Sessions } from "./sessions";

/** What `explain` is given: a builder of whatever kind, or a text. */
export type ExplainedStatement = QueryBuilder<ObjectLiteral> | string;

export function explainedStatement(
  statement: ExplainedStatement,
  parameters: readonly unknown[],
  sessions: Sessions,
): Explained {
  const session = () => sessions.unconnected;
  const manual = { cache: undefined, timeout: undefined, id: undefined };
  if (typeof statement === "string")
    return { sql: statement, parameters, entity: undefined, manual, locks: false, session };
  if (typeof (statement as Partial<Builder> | null)?.getQueryAndParameters !== "function")
    throw new CacheopsConfigError("explain: give a query builder, or a text and its parameters.");
  const builder = statement as unknown as Builder;
  const [sql, values] = builder.getQueryAndParameters();
  const { entity, manual: own, locks } = scopeOf(builder, "many");
  return { sql, parameters: values, entity, manual: own, locks, session };
}
