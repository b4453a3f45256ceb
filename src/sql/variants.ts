import { words } from "./words";

/**
 * Variants of syntax tree nodes whose parts the walk may simply visit: they hold tables and functions
 * only in nodes that it knows. A variant that is not here makes the statement's tree uncertain, so that a
 * newer parser's new node can cost precision but never hide a table.
 */
export const KNOWN_VARIANTS = words(
  `
  Query Select SetOperation Values Subquery Exists InSubquery InList InUnnest Between Like ILike RLike SimilarTo
  Identifier CompoundIdentifier CompoundFieldAccess Dot Subscript Index Slice Value Number SingleQuotedString
  DoubleQuotedString DollarQuotedString EscapedStringLiteral UnicodeStringLiteral NationalStringLiteral
  HexStringLiteral SingleQuotedByteStringLiteral DoubleQuotedByteStringLiteral Boolean Null Placeholder
  BinaryOp UnaryOp Nested IsNull IsNotNull IsTrue IsFalse IsNotTrue IsNotFalse IsUnknown IsNotUnknown
  IsDistinctFrom IsNotDistinctFrom IsNormalized AnyOp AllOp Cast Convert AtTimeZone Extract Ceil Floor Position
  Substring Trim Overlay Collate Prefixed TypedString Case Tuple Array Interval MatchAgainst JsonAccess
  GroupingSets Cube Rollup Struct Named Wildcard QualifiedWildcard ObjectName Expr MemberOf
  UnnamedExpr ExprWithAlias ExprWithAliases Unnamed ExprNamed
  List DistinctOn On Distinct All Expressions WithModifiers WindowSpec NamedWindow WindowFrame Preceding Following
  OrderBy Limit OnOverflow Having Separator JsonNullClause JsonReturningClause IgnoreOrRespectNulls Truncate Error
  LimitOffset OffsetCommaLimit LimitBy Using
  Derived NestedJoin UNNEST JsonTable Inner Left LeftOuter Right RightOuter FullOuter CrossJoin Join StraightJoin
  CrossApply OuterApply BeforeTableAlias AfterTableAlias
  WithFromKeyword WithoutKeyword AfterSet BeforeSet ColumnName TableName OnConflict DuplicateKeyUpdate DoUpdate
  Columns OnConstraint PGCustomBinaryOperator Custom Default
  Quantity Bucket Percent Range Rows ByPosition Exact Merge FunctionKeyPathElem Key Bracket Path
  Char Character CharVarying CharacterVarying Varchar Nvarchar Varbinary Binary Decimal Numeric Dec Float Double Real
  TinyInt SmallInt MediumInt Int Integer BigInt Int2 Int4 Int8 Float4 Float8 Date Time Timestamp TimestampNtz Datetime
  Text Blob Bytea Bit BitVarying Uuid JSON JSONB Json Jsonb Regclass String GeometricType Precision
  PrecisionAndScale IntegerLength SquareBracket AngleBracket Parenthesis Unsigned Enum Set
  `,
);
