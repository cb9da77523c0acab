-- What check.sql needs to run in DuckDB, in the folder of the files: cat duckdb.sql check.sql | duckdb
CREATE OR REPLACE TEMPORARY MACRO fixed(t) AS CAST(replace(CAST(CAST(t AS DECIMAL(38, 20)) AS VARCHAR), '.', '') AS HUGEINT);
CREATE OR REPLACE TEMPORARY MACRO quotient(a, b) AS (a - ((a % b) + b) % b) // b;
CREATE OR REPLACE TEMPORARY MACRO whole(x) AS CAST(x AS HUGEINT);
-- a x b / c rounded down, and a x s / 10^20: in parts, as the product may have more than 38 digits.
CREATE OR REPLACE TEMPORARY MACRO portion(a, b, c) AS quotient(a, c) * b + quotient((a - quotient(a, c) * c) * b, c);
CREATE OR REPLACE TEMPORARY MACRO in_halves(a, s) AS
  quotient(a * quotient(s, whole(10000000000)) + quotient(a * (s - quotient(s, whole(10000000000)) * whole(10000000000)), whole(10000000000)), whole(10000000000));
CREATE OR REPLACE TEMPORARY MACRO part(a, s) AS quotient(a, fixed('1')) * s + in_halves(a - quotient(a, fixed('1')) * fixed('1'), s);
CREATE OR REPLACE TEMPORARY MACRO double_of(t) AS TRY_CAST(t AS DOUBLE);
CREATE OR REPLACE TEMPORARY MACRO text_of(x) AS CAST(x AS VARCHAR);
CREATE OR REPLACE TEMPORARY MACRO zeros(t) AS length(t) - length(rtrim(t, '0'));
CREATE OR REPLACE TEMPORARY MACRO plain(t) AS
  CASE WHEN contains(t, '.') THEN rtrim(rtrim(t, '0'), '.') ELSE t END;
CREATE OR REPLACE TEMPORARY MACRO digits_of(t) AS length(ltrim(replace(replace(t, '.', ''), '-', ''), '0'));
CREATE OR REPLACE TEMPORARY MACRO matches(t, pattern) AS regexp_full_match(t, pattern);
CREATE OR REPLACE TEMPORARY MACRO esc(t) AS
  replace(replace(replace(replace(t, chr(92), '\\'), chr(9), '\t'), chr(10), '\n'), chr(13), '\r');
CREATE OR REPLACE TEMPORARY MACRO sub(path, name) AS path || chr(31) || name;
CREATE OR REPLACE TEMPORARY MACRO tab() AS chr(9);
CREATE OR REPLACE TEMPORARY MACRO digest(t) AS sha256(t);
CREATE OR REPLACE TEMPORARY MACRO kind_of(v) AS CASE json_type(v) WHEN 'VARCHAR' THEN 'text' WHEN 'BOOLEAN' THEN 'flag'
  WHEN 'NULL' THEN 'null' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' ELSE 'number' END;

-- The tables: `nth` row of `tab`, each of its columns by name. pins.csv and previous.csv need not be there.
CREATE OR REPLACE TEMPORARY TABLE files AS SELECT replace(file, '.csv', '') AS tab FROM glob('*.csv');
SET VARIABLE pins = (SELECT CASE WHEN count(*) > 0 THEN 'pins' ELSE 'caps' END FROM files WHERE tab = 'pins');
SET VARIABLE previous = (SELECT CASE WHEN count(*) > 0 THEN 'previous' ELSE 'caps' END FROM files WHERE tab = 'previous');
CREATE OR REPLACE TEMPORARY MACRO rows_of(file) AS TABLE
  SELECT file AS tab, row_number() OVER () AS nth, to_json(r) AS r FROM read_csv(file || '.csv', header = true, all_varchar = true) r;
CREATE OR REPLACE TEMPORARY TABLE table_rows AS
  SELECT * FROM rows_of('caps') UNION ALL SELECT * FROM rows_of('elig') UNION ALL SELECT * FROM rows_of('user_groups')
  UNION ALL SELECT * FROM rows_of('group_ratios') UNION ALL SELECT * FROM rows_of('assignments')
  UNION ALL SELECT 'pins', nth, r FROM rows_of(getvariable('pins')) WHERE tab = 'pins'
  UNION ALL SELECT 'previous', nth, r FROM rows_of(getvariable('previous')) WHERE tab = 'previous';
CREATE OR REPLACE TEMPORARY TABLE cells AS
  SELECT tab, nth, name, coalesce(json_extract(r, '$."' || name || '"') ->> '$', '') AS value
  FROM (SELECT tab, nth, r, unnest(json_keys(r)) AS name FROM table_rows);

-- The certificate: every value by its path and the path that it is in; the entries of arrays are named 1, 2, …
CREATE OR REPLACE TEMPORARY TABLE nodes AS
WITH RECURSIVE n AS (
  SELECT '/' AS parent, '' AS name, '' AS path, content::JSON AS v FROM read_text('certificate.json')
  UNION ALL
  SELECT path, part.name, sub(path, part.name), part.v FROM (
    SELECT path, unnest(CASE json_type(v)
      WHEN 'OBJECT' THEN list_transform(json_keys(v), lambda k: {name: k, v: json_extract(v, '$."' || replace(k, '"', '\"') || '"')})
      WHEN 'ARRAY' THEN list_transform(range(1, CAST(json_array_length(v) AS BIGINT) + 1),
        lambda i: {name: CAST(i AS VARCHAR), v: json_extract(v, '$[' || (i - 1) || ']')})
      ELSE [] END) AS part FROM n)
)
SELECT parent, name, path, v ->> '$' AS value, kind_of(v) AS kind FROM n;

-- Lines joined in an order, for hashes.
CREATE OR REPLACE TEMPORARY MACRO joined(line, place) AS coalesce(string_agg(line, '' ORDER BY place), '');
