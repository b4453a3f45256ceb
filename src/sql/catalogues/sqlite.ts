import type { FunctionCatalogue } from "./catalogue";
import { words } from "../words";

/** SQLite 3.5x with its usual extensions (JSON1, FTS5's auxiliary functions, R*Tree, math). */
export const sqliteFunctions: FunctionCatalogue = {
  stable: words(
    `abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely lower
     ltrim nullif octet_length printf quote replace round rtrim sign soundex substr substring trim typeof unhex
     unicode unistr unistr_quote unlikely upper zeroblob regexp match row values`,
    `acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow
     power radians sin sinh sqrt tan tanh trunc`,
    `json jsonb json_array jsonb_array json_array_length json_array_insert jsonb_array_insert json_error_position
     json_extract jsonb_extract json_insert jsonb_insert json_object jsonb_object json_patch jsonb_patch json_pretty
     json_quote json_remove jsonb_remove json_replace jsonb_replace json_set jsonb_set json_type json_valid json_each
     json_tree jsonb_each jsonb_tree generate_series`,
    `row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value`,
    `bm25 highlight snippet matchinfo offsets cast subtype`,
    // The math and string extension that sql.js is built with.
    `atn2 charindex cot coth difference leftstr padc padl padr proper replicate reverse rightstr square strfilter`,
  ),
  volatile: words(
    `random randomblob changes total_changes last_insert_rowid sqlite_version sqlite_source_id
     sqlite_compileoption_get sqlite_compileoption_used sqlite_offset current_date current_time current_timestamp
     pragma_table_info pragma_table_xinfo pragma_table_list pragma_index_list pragma_index_info pragma_index_xinfo
     pragma_foreign_key_list pragma_foreign_key_check pragma_database_list pragma_collation_list
     pragma_function_list pragma_module_list pragma_pragma_list pragma_compile_options pragma_integrity_check`,
  ),
  // The moment is the default of the first argument, behind the format.
  stableFrom: new Map([
    ["date", 1],
    ["time", 1],
    ["datetime", 1],
    ["julianday", 1],
    ["unixepoch", 1],
    ["strftime", 2],
    ["timediff", 2],
  ]),
  keywords: words(`CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP`),
  aggregates: words(`avg count group_concat max min string_agg sum total json_group_array jsonb_group_array
    json_group_object jsonb_group_object median percentile percentile_cont percentile_disc lower_quartile upper_quartile mode
    stdev variance`),
};
