-- What check.sql needs to run in ClickHouse, in the folder of the files: cat clickhouse.sql check.sql | clickhouse local
SET join_use_nulls = 1, cast_keep_nullable = 1, input_format_csv_empty_as_default = 1, input_format_csv_use_best_effort_in_schema_inference = 0,
  schema_inference_make_columns_nullable = 0, max_recursive_cte_evaluation_depth = 100000,
  compile_expressions = 0, compile_aggregate_expressions = 0, compile_sort_description = 0; -- compiling takes longer than all else
CREATE OR REPLACE FUNCTION fixed AS (t) -> toInt256(toDecimal256(t, 20) * toDecimal256('100000000000000000000', 0));
CREATE OR REPLACE FUNCTION quotient AS (a, b) -> intDiv(a - positiveModulo(a, b), b);
-- a x b / c rounded down, and a x s / 10^20.
CREATE OR REPLACE FUNCTION portion AS (a, b, c) -> quotient(a * b, c);
CREATE OR REPLACE FUNCTION part AS (a, s) -> portion(a, s, fixed('1'));
CREATE OR REPLACE FUNCTION whole AS (x) -> toInt256(x);
CREATE OR REPLACE FUNCTION double_of AS (t) -> toFloat64OrNull(t);
CREATE OR REPLACE FUNCTION text_of AS (x) -> toString(x);
CREATE OR REPLACE FUNCTION zeros AS (t) -> length(t) - length(trim(TRAILING '0' FROM t));
CREATE OR REPLACE FUNCTION plain AS (t) -> if(position(t, '.') > 0, trim(TRAILING '.' FROM trim(TRAILING '0' FROM t)), t);
CREATE OR REPLACE FUNCTION digits_of AS (t) -> length(trim(LEADING '0' FROM replaceAll(replaceAll(t, '.', ''), '-', '')));
CREATE OR REPLACE FUNCTION matches AS (t, pattern) -> match(t, concat('^(', pattern, ')$'));
CREATE OR REPLACE FUNCTION esc AS (t) ->
  replaceAll(replaceAll(replaceAll(replaceAll(t, '\\', '\\\\'), '\t', '\\t'), '\n', '\\n'), '\r', '\\r');
CREATE OR REPLACE FUNCTION sub AS (path, name) -> concat(path, char(31), name);
CREATE OR REPLACE FUNCTION tab AS () -> '\t';
CREATE OR REPLACE FUNCTION digest AS (t) -> lower(hex(SHA256(t)));
CREATE OR REPLACE FUNCTION kind_of AS (v) -> multiIf(v = 'null', 'null', v IN ('true', 'false'), 'flag', startsWith(v, '"'), 'text',
  startsWith(v, '{'), 'object', startsWith(v, '['), 'array', 'number');

-- The tables: `nth` row of `tab`, each of its columns by name. pins.csv and previous.csv need not be there.
CREATE TEMPORARY TABLE files AS SELECT DISTINCT replaceAll(_file, '.csv', '') AS tab FROM file('{pins,previous}.csv', 'LineAsString', 'line String');
CREATE TEMPORARY TABLE table_rows AS
  SELECT 'caps' AS tab, rowNumberInAllBlocks() AS nth, formatRow('JSONEachRow', *) AS r FROM file('caps.csv', 'CSVWithNames')
  UNION ALL SELECT 'elig', rowNumberInAllBlocks(), formatRow('JSONEachRow', *) FROM file('elig.csv', 'CSVWithNames')
  UNION ALL SELECT 'user_groups', rowNumberInAllBlocks(), formatRow('JSONEachRow', *) FROM file('user_groups.csv', 'CSVWithNames')
  UNION ALL SELECT 'group_ratios', rowNumberInAllBlocks(), formatRow('JSONEachRow', *) FROM file('group_ratios.csv', 'CSVWithNames')
  UNION ALL SELECT 'assignments', rowNumberInAllBlocks(), formatRow('JSONEachRow', *)
    FROM file('assignments.csv', 'CSVWithNames', 'user_id String, contract_address String, score String, holdout String')
  UNION ALL SELECT 'pins', rowNumberInAllBlocks(), formatRow('JSONEachRow', *)
    FROM file('pin{s,s_}.csv', 'CSVWithNames', 'user_id String, contract_address String')
  UNION ALL SELECT 'previous', rowNumberInAllBlocks(), formatRow('JSONEachRow', *)
    FROM file('previou{s,s_}.csv', 'CSVWithNames', 'user_id String, contract_address String');
CREATE TEMPORARY TABLE cells AS
  SELECT tab, nth, kv.1 AS name, kv.2 AS value FROM (SELECT tab, nth, arrayJoin(JSONExtractKeysAndValues(r, 'String')) AS kv FROM table_rows);

-- The certificate: every value by its path and the path that it is in; the entries of arrays are named 1, 2, …
CREATE TEMPORARY TABLE nodes AS
WITH RECURSIVE n AS (
  SELECT '/' AS parent, '' AS name, '' AS path, trim(BOTH ' \t\r\n' FROM json) AS v FROM file('certificate.json', RawBLOB, 'json String')
  UNION ALL
  SELECT above AS parent, part.1 AS name, sub(above, part.1) AS path, part.2 AS v FROM (
    SELECT path AS above, arrayJoin(multiIf(startsWith(v, '{'), JSONExtractKeysAndValuesRaw(v), startsWith(v, '['),
      arrayMap((x, i) -> (toString(i), x), JSONExtractArrayRaw(v), arrayEnumerate(JSONExtractArrayRaw(v))), [])) AS part FROM n)
)
SELECT parent, name, path, if(kind_of(v) = 'text', JSONExtractString(concat('[', v, ']'), 1), v) AS value, kind_of(v) AS kind FROM n;

-- Lines joined in an order, for hashes.
CREATE OR REPLACE FUNCTION joined AS (line, place) -> arrayStringConcat(arrayMap(x -> x.2, arraySort(x -> x.1, groupArray((place, line)))));
