import type { FunctionCatalogue } from "./catalogue";
import { words } from "../words";

/** MySQL 5.7-9 and MariaDB 10-12. */
export const mysqlFunctions: FunctionCatalogue = {
  stable: words(
    `ascii bin bit_length char character_length char_length concat concat_ws elt export_set field find_in_set format
     from_base64 hex insert instr lcase left length like lower lpad ltrim make_set mid oct octet_length ord position
     quote regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse right rpad rtrim sformat
     natural_sort_key soundex space strcmp substr substring substring_index to_base64 to_char trim ucase unhex upper
     weight_string chr translate`,
    `abs acos asin atan atan2 ceil ceiling conv cos cot crc32 crc32c degrees exp floor ln log log10 log2 mod pi pow
     power radians round sign sin sqrt tan truncate greatest least interval isnull coalesce nullif ifnull nvl nvl2 if
     decode decode_oracle row values value default bit_count convert cast binary`,
    `adddate addtime convert_tz date datediff date_add date_format date_sub day dayname dayofmonth dayofweek dayofyear
     extract from_days from_unixtime get_format hour last_day makedate maketime microsecond minute month monthname
     period_add period_diff quarter sec_to_time second str_to_date subdate subtime time timediff timestamp
     timestampadd timestampdiff time_format time_to_sec to_date to_days to_seconds week weekday weekofyear year
     yearweek add_months months_between`,
    `json_array json_array_append json_array_insert json_arrayagg json_array_intersect json_compact json_contains
     json_contains_path json_depth json_detailed json_equals json_exists json_extract json_insert json_key_value
     json_keys json_length json_loose json_merge json_merge_patch json_merge_preserve json_normalize json_object
     json_object_filter_keys json_object_to_array json_overlaps json_pretty json_query json_quote json_remove
     json_replace json_schema_valid json_schema_validation_report json_search json_set json_storage_free
     json_storage_size json_table json_type json_unquote json_valid json_value member`,
    `row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value percentile_cont
     percentile_disc`,
    `aes_decrypt aes_encrypt compress uncompress uncompressed_length des_decrypt des_encrypt md5 sha sha1 sha2
     password old_password statement_digest statement_digest_text extractvalue updatexml inet_aton inet_ntoa
     inet6_aton inet6_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 is_uuid uuid_to_bin bin_to_uuid any_value
     grouping collation charset coercibility match column_get column_add column_create column_delete column_exists
     column_json column_list column_check string_to_vector vector_to_string to_vector from_vector distance vector_dim
     vec_distance vec_distance_euclidean vec_distance_cosine vec_fromtext vec_totext`,
    `area astext asbinary astext aswkb aswkt boundary buffer centroid contains convexhull crosses dimension disjoint
     distance_sphere endpoint envelope equals exteriorring geomcollfromtext geometrycollection geometryfromtext
     geometryn geometrytype geomfromtext geomfromwkb glength interiorringn intersects isclosed isempty isring issimple
     linefromtext linefromwkb linestring linestringfromtext mbrcontains mbrcoveredby mbrcovers mbrdisjoint mbrequal
     mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin mlinefromtext mpointfromtext mpolyfromtext
     multilinestring multipoint multipolygon numgeometries numinteriorrings numpoints overlaps point pointfromtext
     pointfromwkb pointn pointonsurface polyfromtext polyfromwkb polygon polygonfromtext srid startpoint touches
     within x y`,
    `st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_boundary st_buffer st_buffer_strategy st_centroid
     st_collect st_contains st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance
     st_distance_sphere st_endpoint st_envelope st_equals st_exteriorring st_frechetdistance st_geohash
     st_geomcollfromtext st_geomcollfromwkb st_geomfromgeojson st_geomfromtext st_geomfromwkb
     st_geometrycollectionfromtext st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype
     st_hausdorffdistance st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple
     st_isvalid st_latfromgeohash st_latitude st_length st_linefromtext st_linefromwkb st_lineinterpolatepoint
     st_lineinterpolatepoints st_linestringfromtext st_longfromgeohash st_longitude st_makeenvelope st_mlinefromtext
     st_mpointfromtext st_mpolyfromtext st_numgeometries st_numinteriorring st_numinteriorrings st_numpoints
     st_overlaps st_pointatdistance st_pointfromgeohash st_pointfromtext st_pointfromwkb st_pointn st_pointonsurface
     st_polyfromtext st_polyfromwkb st_polygonfromtext st_relate st_simplify st_srid st_startpoint st_swapxy
     st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y`,
  ),
  volatile: words(
    `now curdate current_date curtime current_time current_timestamp localtime localtimestamp sysdate utc_date
     utc_time utc_timestamp rand random_bytes uuid uuid_short uuid_v4 uuid_v7 sys_guid sleep benchmark connection_id
     current_user current_role session_user system_user user database schema version found_rows row_count rownum
     last_insert_id lastval nextval setval get_lock release_lock release_all_locks is_free_lock is_used_lock
     load_file master_pos_wait master_gtid_wait source_pos_wait wait_for_executed_gtid_set gtid_subset gtid_subtract
     icu_version ps_current_thread_id ps_thread_id format_bytes format_pico_time name_const encrypt encode
     can_access_table roles_graphml`,
  ),
  stableFrom: new Map([["unix_timestamp", 1]]),
  keywords: words(`CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME
    UTC_TIMESTAMP CURRENT_USER CURRENT_ROLE`),
  aggregates:
    words(`avg bit_and bit_or bit_xor count group_concat json_arrayagg json_objectagg max median min std
    stddev stddev_pop stddev_samp sum var_pop var_samp variance`),
};
