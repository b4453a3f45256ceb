import type { FunctionCatalogue } from "./catalogue";
import { words } from "../words";

/** PostgreSQL 13-18 with the extensions that TypeORM's users have: PostGIS, pg_trgm, hstore, ltree, citext, vector. */
export const postgresFunctions: FunctionCatalogue = {
  stable: words(
    `ascii bit_length btrim casefold char_length character_length chr concat concat_ws convert convert_from convert_to
     decode encode format initcap left length lower lpad ltrim md5 normalize octet_length overlay parse_ident position
     quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches
     regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim
     sha224 sha256 sha384 sha512 crc32 crc32c split_part starts_with string_to_array string_to_table strpos substr
     substring to_ascii to_bin to_hex to_oct translate trim unicode_assigned unistr upper get_bit get_byte set_bit
     set_byte bit_count is_normalized`,
    `abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cbrt ceil ceiling cos cosd cosh cot cotd
     degrees div erf erfc exp factorial floor gamma gcd lcm lgamma ln log log10 min_scale mod pi pow power radians
     round scale sign sin sind sinh sqrt tan tand tanh trim_scale trunc width_bucket greatest least coalesce nullif
     row values num_nonnulls num_nulls`,
    `date date_add date_bin date_part date_subtract date_trunc extract isfinite justify_days justify_hours
     justify_interval make_date make_interval make_time make_timestamp make_timestamptz overlaps timezone to_char
     to_date to_number to_timestamp timestamp timestamptz time timetz interval`,
    `int2 int4 int8 float4 float8 numeric text varchar bpchar bool bytea json jsonb uuid inet cidr name oid bit varbit
     box circle line lseg path point polygon int4range int8range numrange tsrange tstzrange daterange int4multirange
     int8multirange nummultirange tsmultirange tstzmultirange datemultirange multirange money macaddr xml`,
    `array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position array_positions
     array_prepend array_remove array_replace array_reverse array_sort array_to_json array_to_string
     array_to_tsvector array_upper cardinality trim_array unnest generate_series generate_subscripts any some all
     array`,
    `array_to_json json_array json_array_element json_array_elements json_array_elements_text json_array_length
     json_build_array json_build_object json_each json_each_text json_exists json_extract_path json_extract_path_text
     json_object json_object_keys json_populate_record json_populate_recordset json_query json_scalar json_serialize
     json_strip_nulls json_table json_to_record json_to_recordset json_typeof json_value jsonb_array_elements
     jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_concat jsonb_contained
     jsonb_contains jsonb_delete jsonb_delete_path jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all
     jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys
     jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
     jsonb_populate_record jsonb_populate_recordset jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls
     jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb`,
    `cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number grouping`,
    `get_current_ts_config numnode phraseto_tsquery plainto_tsquery querytree setweight strip to_tsquery to_tsvector
     ts_delete ts_filter ts_headline ts_rank ts_rank_cd tsquery_phrase tsvector_to_array
     websearch_to_tsquery json_to_tsvector jsonb_to_tsvector`,
    `isempty lower_inc lower_inf range_merge upper_inc upper_inf abbrev broadcast family host hostmask
     inet_merge inet_same_family masklen netmask network set_masklen area bound_box center diagonal diameter height
     isclosed isopen npoints pclose popen radius slope width enum_first enum_last enum_range pg_typeof
     uuid_extract_timestamp uuid_extract_version uuid_nil uuid_ns_dns uuid_ns_url uuid_ns_oid uuid_ns_x500
     uuid_generate_v3 uuid_generate_v5 hashtext hashtextextended hash_array pg_column_size`,
    `xml_is_well_formed xmlcomment xmlconcat xmlelement xmlexists xmlforest xmlparse xmlpi xmlroot xmlserialize
     xmltext xpath xpath_exists`,
    // Functions of extensions, without those whose plain names (delete, sort, index) may as well be a user's own.
    `similarity word_similarity strict_word_similarity show_trgm unaccent soundex difference metaphone dmetaphone
     dmetaphone_alt levenshtein levenshtein_less_equal daitch_mokotoff digest hmac crypt pgp_sym_decrypt
     pgp_sym_decrypt_bytea pgp_pub_decrypt akeys avals skeys svals hstore hstore_to_array hstore_to_json
     hstore_to_jsonb hstore_to_matrix nlevel subltree subpath text2ltree ltree2text earth_box earth_distance
     ll_to_earth cube_distance icount cosine_distance inner_product l1_distance l2_distance l2_norm l2_normalize
     vector_dims vector_norm binary_quantize hamming_distance jaccard_distance subvector`,
    `box2d box3d geography geometry geometrytype st_3dclosestpoint st_3ddistance st_3dintersects st_addpoint st_area
     st_asbinary st_asewkb st_asewkt st_asgeojson st_asgml st_ashexewkb st_askml st_aslatlontext st_asmvtgeom st_assvg
     st_astext st_astwkb st_azimuth st_boundary st_boundingdiagonal st_buffer st_buildarea st_centroid st_chaikinsmoothing
     st_closestpoint st_collect st_collectionextract st_collectionhomogenize st_concavehull st_contains
     st_containsproperly st_convexhull st_coorddim st_coveredby st_covers st_crosses st_curvetoline
     st_delaunaytriangles st_dfullywithin st_difference st_dimension st_disjoint st_distance st_distancesphere
     st_distancespheroid st_dump st_dumppoints st_dumprings st_dumpsegments st_dwithin st_endpoint st_envelope
     st_equals st_expand st_exteriorring st_flipcoordinates st_force2d st_force3d st_forcecollection st_forcepolygonccw
     st_forcepolygoncw st_frechetdistance st_geogfromtext st_geogfromwkb st_geographyfromtext st_geohash
     st_geometricmedian st_geometryfromtext st_geometryn st_geometrytype st_geomfromewkb st_geomfromewkt
     st_geomfromgeohash st_geomfromgeojson st_geomfromgml st_geomfromkml st_geomfromtext st_geomfromwkb
     st_hausdorffdistance st_hexagon st_hexagongrid st_interiorringn st_interpolatepoint st_intersection st_intersects
     st_isclosed st_iscollection st_isempty st_ispolygonccw st_ispolygoncw st_isring st_issimple st_isvalid
     st_isvaliddetail st_isvalidreason st_length st_length2d st_lengthspheroid st_linecrossingdirection
     st_linefromtext st_lineinterpolatepoint st_lineinterpolatepoints st_linelocatepoint st_linemerge
     st_linesubstring st_longestline st_m st_makeenvelope st_makeline st_makepoint st_makepointm st_makepolygon
     st_makevalid st_maxdistance st_memsize st_minimumboundingcircle st_multi st_ndims st_node st_normalize st_npoints
     st_nrings st_numgeometries st_numinteriorring st_numinteriorrings st_numpatches st_numpoints st_offsetcurve
     st_orderingequals st_orientedenvelope st_overlaps st_patchn st_perimeter st_point st_pointfromgeohash
     st_pointfromtext st_pointfromwkb st_pointinsidecircle st_pointn st_pointonsurface st_points st_polygon
     st_polygonfromtext st_polygonize st_project st_quantizecoordinates st_reduceprecision st_relate st_relatematch
     st_removepoint st_removerepeatedpoints st_reverse st_rotate st_scale st_segmentize st_setpoint st_setsrid
     st_sharedpaths st_shiftlongitude st_shortestline st_simplify st_simplifypreservetopology st_simplifyvw st_snap
     st_snaptogrid st_split st_square st_squaregrid st_srid st_startpoint st_subdivide st_summary st_swapordinates
     st_symdifference st_tileenvelope st_touches st_transform st_translate st_transscale st_unaryunion st_voronoilines
     st_voronoipolygons st_within st_wrapx st_x st_xmax st_xmin st_y st_ymax st_ymin st_z st_zmax st_zmin postgis_version`,
  ),
  volatile: words(
    `now clock_timestamp statement_timestamp transaction_timestamp timeofday localtime localtimestamp current_date
     current_time current_timestamp random random_normal setseed gen_random_uuid gen_random_bytes gen_salt uuidv4
     uuidv7 uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 nextval currval lastval setval pg_sleep pg_sleep_for
     pg_sleep_until pgp_sym_encrypt pgp_sym_encrypt_bytea pgp_pub_encrypt`,
    `current_user session_user system_user user current_role current_catalog current_schema current_schemas
     current_database current_query current_setting set_config inet_client_addr inet_client_port inet_server_addr
     inet_server_port version pg_postmaster_start_time pg_conf_load_time pg_backend_pid pg_blocking_pids
     pg_safe_snapshot_blocking_pids pg_is_in_recovery pg_jit_available pg_my_temp_schema pg_is_other_temp_schema
     pg_trigger_depth row_security_active pg_client_encoding getdatabaseencoding`,
    `txid_current txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax
     txid_snapshot_xmin txid_status txid_visible_in_snapshot pg_current_xact_id pg_current_xact_id_if_assigned
     pg_current_snapshot pg_xact_status pg_xact_commit_timestamp pg_last_committed_xact pg_visible_in_snapshot
     pg_snapshot_xip pg_snapshot_xmax pg_snapshot_xmin`,
    `pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
     pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared
     pg_try_advisory_xact_lock pg_try_advisory_xact_lock_shared pg_notify pg_listening_channels
     pg_notification_queue_usage pg_cancel_backend pg_terminate_backend pg_reload_conf pg_export_snapshot`,
    `col_description obj_description shobj_description format_type pg_get_expr pg_get_constraintdef pg_get_indexdef
     pg_get_viewdef pg_get_functiondef pg_get_function_arguments pg_get_function_identity_arguments
     pg_get_function_result pg_get_function_arg_default pg_get_keywords pg_get_partkeydef pg_get_partition_constraintdef
     pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef pg_get_triggerdef pg_get_userbyid pg_get_object_address
     pg_describe_object pg_identify_object pg_identify_object_as_address pg_index_column_has_property
     pg_index_has_property pg_indexam_has_property pg_options_to_table pg_tablespace_databases
     pg_tablespace_location to_regclass to_regcollation to_regnamespace to_regoper to_regoperator to_regproc
     to_regprocedure to_regrole to_regtype to_regtypemod pg_table_is_visible pg_type_is_visible pg_function_is_visible
     pg_opclass_is_visible pg_operator_is_visible pg_collation_is_visible pg_ts_config_is_visible
     has_any_column_privilege has_column_privilege has_database_privilege has_foreign_data_wrapper_privilege
     has_function_privilege has_language_privilege has_parameter_privilege has_schema_privilege has_sequence_privilege
     has_server_privilege has_table_privilege has_tablespace_privilege has_type_privilege pg_has_role
     pg_sequence_parameters pg_sequence_last_value pg_partition_root pg_partition_tree pg_partition_ancestors
     pg_relation_filenode pg_relation_filepath pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size
     pg_database_size pg_tablespace_size pg_size_pretty pg_size_bytes pg_collation_actual_version
     pg_encoding_to_char pg_char_to_encoding aclexplode acldefault makeaclitem pg_available_extensions
     pg_show_all_settings pg_timezone_names pg_timezone_abbrevs pg_stat_get_activity pg_lock_status _pg_expandarray`,
    `find_srid postgis_full_version postgis_lib_version st_generatepoints st_estimatedextent`,
  ),
  // One argument counts from today.
  stableFrom: new Map([["age", 2]]),
  keywords:
    words(`CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP CURRENT_USER CURRENT_ROLE
    CURRENT_CATALOG CURRENT_SCHEMA SESSION_USER SYSTEM_USER USER`),
  aggregates:
    words(`any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
    every json_agg json_agg_strict json_arrayagg json_object_agg json_object_agg_strict json_object_agg_unique
    json_objectagg json_object_agg_unique_strict jsonb_object_agg_unique_strict jsonb_agg jsonb_agg_strict jsonb_object_agg jsonb_object_agg_strict jsonb_object_agg_unique max min
    mode percentile_cont percentile_disc range_agg range_intersect_agg regr_avgx regr_avgy regr_count regr_intercept
    regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev stddev_pop stddev_samp string_agg sum var_pop var_samp
    variance xmlagg st_clusterkmeans st_collect st_extent st_3dextent st_union st_memunion st_asmvt`),
};
