-- What check.sql needs to run in DuckDB, in the folder of the files: cat duckdb.sql check.sql | duckdb
CREATE OR REPLACE TEMPORARY MACRO fixed(t) AS CAST(replace(CAST(CAST(t AS DECIMAL(38, 20)) AS VARCHAR), '.', '') AS HUGEINT);
CREATE OR REPLACE TEMPORARY MACRO quotient(a, b) AS (a - ((a % b) + b) % b) // b;
CREATE OR REPLACE TEMPORARY MACRO whole(x) AS CAST(x AS HUGEINT);
CREATE OR REPLACE TEMPORARY MACRO double_of(t) AS TRY_CAST(t AS DOUBLE);
CREATE OR REPLACE TEMPORARY MACRO zeros(t) AS length(t) - length(rtrim(t, '0'));
CREATE OR REPLACE TEMPORARY MACRO plain(t) AS
  CASE WHEN contains(t, '.') THEN rtrim(rtrim(t, '0'), '.') ELSE t END;
CREATE OR REPLACE TEMPORARY MACRO matches(t, pattern) AS regexp_full_match(t, pattern);
CREATE OR REPLACE TEMPORARY MACRO hash_of(lines) AS sha256(coalesce(string_agg(lines, ''), ''));
CREATE OR REPLACE TEMPORARY MACRO rows_of(file) AS TABLE SELECT to_json(r) AS r FROM read_csv(file, header = true, all_varchar = true) r;
CREATE OR REPLACE TEMPORARY MACRO entries(j) AS TABLE
  SELECT k AS name, json_extract(j, '$."' || k || '"') AS v FROM (SELECT unnest(json_keys(j)) AS k);

CREATE OR REPLACE TEMPORARY TABLE caps AS SELECT r ->> '$.contract_address' AS contract_address, r ->> '$.cap_face' AS cap_face,
  lower(r ->> '$.is_sponsored') AS is_sponsored, coalesce(r ->> '$.brand_id', '') AS brand_id FROM rows_of('caps.csv');
CREATE OR REPLACE TEMPORARY TABLE elig AS SELECT r ->> '$.user_id' AS user_id, r ->> '$.contract_address' AS contract_address,
  r ->> '$.score' AS score FROM rows_of('elig.csv');
CREATE OR REPLACE TEMPORARY TABLE user_groups AS SELECT r ->> '$.user_id' AS user_id, r ->> '$.group_id' AS group_id,
  coalesce(r ->> '$.k', '') AS k FROM rows_of('user_groups.csv');
CREATE OR REPLACE TEMPORARY TABLE group_ratios AS SELECT r ->> '$.group_id' AS group_id, r ->> '$.sponsorship_ratio' AS ratio
  FROM rows_of('group_ratios.csv');
CREATE OR REPLACE TEMPORARY TABLE assignments AS SELECT r ->> '$.user_id' AS user_id,
  r ->> '$.contract_address' AS contract_address, r ->> '$.score' AS score FROM rows_of('assignments.csv');

-- The certificate: fields by name, entries of objects as object.name, kinds as JSON has them.
CREATE OR REPLACE TEMPORARY TABLE fields AS
WITH j AS (SELECT content::JSON AS j FROM read_text('certificate.json')),
top AS (SELECT k AS name, json_extract(j, '$."' || k || '"') AS v FROM (SELECT j, unnest(json_keys(j)) AS k FROM j)),
inside AS (SELECT name AS object, k AS name, json_extract(v, '$."' || replace(k, '"', '\"') || '"') AS v
  FROM (SELECT name, v, unnest(json_keys(v)) AS k FROM top WHERE json_type(v) = 'OBJECT')),
rules AS (SELECT name AS object, k AS name, json_extract(v, '$."' || k || '"') AS v
  FROM (SELECT name, v, unnest(json_keys(v)) AS k FROM inside WHERE object = 'groups' AND json_type(v) = 'OBJECT')),
items AS (SELECT i AS name, json_extract(v, '$[' || i || ']') AS v
  FROM (SELECT v, unnest(range(CAST(json_array_length(v) AS BIGINT))) AS i FROM top WHERE name = 'cov_w' AND json_type(v) = 'ARRAY')),
every AS (
  SELECT '' AS object, name, v FROM top UNION ALL SELECT object, name, v FROM inside UNION ALL
  SELECT 'groups.' || object, name, v FROM rules UNION ALL SELECT 'cov_w', CAST(name + 1 AS VARCHAR), v FROM items)
SELECT object, name, v ->> '$' AS value, CASE json_type(v) WHEN 'VARCHAR' THEN 'text' WHEN 'BOOLEAN' THEN 'flag'
  WHEN 'NULL' THEN 'null' WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' ELSE 'number' END AS kind FROM every;

-- SHA-256 of the tables in canonical form; `other`: with brands, or users' own k, that may be left out.
CREATE OR REPLACE TEMPORARY TABLE hashes AS
WITH esc AS (SELECT contract_address, brand_id, lower(is_sponsored) IN ('1', 't', 'true', 'y', 'yes') AS sponsored, cap_face FROM caps),
c AS (SELECT *, row_number() OVER (ORDER BY NOT sponsored, contract_address) - 1 AS place FROM (
  SELECT contract_address, brand_id, sponsored, CASE WHEN double_of(cap_face) >= 1 THEN CAST(floor(double_of(cap_face)) AS BIGINT) ELSE 10000 END AS cap
  FROM esc WHERE double_of(cap_face) >= 1 OR NOT sponsored)),
q AS (SELECT u.user_id, u.group_id, u.k, e.score, c.place FROM elig e JOIN c USING (contract_address) JOIN user_groups u USING (user_id)),
u AS (SELECT user_id, min(group_id) AS g, min(k) AS k, user_id || string_agg(chr(9) || place || ':' || plain(score), '' ORDER BY place) || chr(10) AS line
  FROM q GROUP BY user_id)
SELECT 'caps' AS name, sha256(string_agg(contract_address || chr(9) || cap || chr(9) || CASE WHEN sponsored THEN 1 ELSE 0 END || chr(9) || brand_id || chr(10), '' ORDER BY place)) AS hash,
  CASE WHEN max(brand_id) = '' THEN sha256(string_agg(contract_address || chr(9) || cap || chr(9) || CASE WHEN sponsored THEN 1 ELSE 0 END || chr(10), '' ORDER BY place)) ELSE '' END AS other FROM c
UNION ALL SELECT 'user_groups', sha256(string_agg(user_id || chr(9) || g || chr(9) || k || chr(10), '' ORDER BY user_id)),
  CASE WHEN max(k) = '' THEN sha256(string_agg(user_id || chr(9) || g || chr(10), '' ORDER BY user_id)) ELSE '' END FROM u
UNION ALL SELECT 'group_ratios', sha256(string_agg(group_id || chr(9) || plain(ratio) || chr(10), '' ORDER BY group_id)), ''
  FROM group_ratios WHERE group_id IN (SELECT g FROM u)
UNION ALL SELECT 'elig', sha256(string_agg(line, '' ORDER BY user_id)), '' FROM u;
