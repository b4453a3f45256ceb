/** A table as the statement spells it, unquoted; identifiers are folded as the dialect folds them. */
export interface TableName {
  /** MySQL's database or PostgreSQL's schema, if the statement gives one. */
  readonly schema: string | undefined;
  readonly name: string;
}
