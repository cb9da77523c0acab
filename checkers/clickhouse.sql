-- What check.sql needs to run in ClickHouse, in the folder of the files: cat clickhouse.sql check.sql | clickhouse local
SET join_use_nulls = 1, cast_keep_nullable = 1, input_format_csv_empty_as_default = 1, input_format_skip_unknown_fields = 1;
CREATE OR REPLACE FUNCTION fixed AS (t) -> toInt256(toDecimal256(t, 20) * toDecimal256('100000000000000000000', 0));
CREATE OR REPLACE FUNCTION quotient AS (a, b) -> intDiv(a - modulo(modulo(a, b) + b, b), b);
CREATE OR REPLACE FUNCTION whole AS (x) -> toInt256(x);
CREATE OR REPLACE FUNCTION double_of AS (t) -> toFloat64OrNull(t);
CREATE OR REPLACE FUNCTION zeros AS (t) -> length(t) - length(trim(TRAILING '0' FROM t));
CREATE OR REPLACE FUNCTION plain AS (t) -> if(position(t, '.') > 0, trim(TRAILING '.' FROM trim(TRAILING '0' FROM t)), t);
CREATE OR REPLACE FUNCTION matches AS (t, pattern) -> match(t, concat('^(', pattern, ')$'));
CREATE OR REPLACE FUNCTION kind_of AS (v) -> multiIf(v = 'null', 'null', v IN ('true', 'false'), 'flag', startsWith(v, '"'), 'text',
  startsWith(v, '{'), 'object', startsWith(v, '['), 'array', 'number');
CREATE OR REPLACE FUNCTION digest AS (t) -> lower(hex(SHA256(t)));

CREATE TEMPORARY TABLE caps AS SELECT contract_address, cap_face, lower(is_sponsored) AS is_sponsored, brand_id
  FROM file('caps.csv', CSVWithNames, 'contract_address String, cap_face String, is_sponsored String, brand_id String');
CREATE TEMPORARY TABLE elig AS SELECT * FROM file('elig.csv', CSVWithNames, 'user_id String, contract_address String, score String');
CREATE TEMPORARY TABLE user_groups AS SELECT * FROM file('user_groups.csv', CSVWithNames, 'user_id String, group_id String, k String');
CREATE TEMPORARY TABLE group_ratios AS SELECT group_id, sponsorship_ratio AS ratio
  FROM file('group_ratios.csv', CSVWithNames, 'group_id String, sponsorship_ratio String');
CREATE TEMPORARY TABLE assignments AS SELECT *
  FROM file('assignments.csv', CSVWithNames, 'user_id String, contract_address String, score String');

-- The certificate: fields by name, entries of objects as object.name, kinds as JSON has them.
CREATE TEMPORARY TABLE fields AS
WITH top AS (SELECT kv.1 AS field, kv.2 AS v FROM (SELECT arrayJoin(JSONExtractKeysAndValuesRaw(json)) AS kv
    FROM file('certificate.json', RawBLOB, 'json String'))),
inside AS (SELECT field AS object, kv.1 AS entry, kv.2 AS v
  FROM (SELECT field, arrayJoin(JSONExtractKeysAndValuesRaw(v)) AS kv FROM top WHERE startsWith(v, '{'))),
rules AS (SELECT concat('groups.', entry) AS object, kv.1 AS rule, kv.2 AS v
  FROM (SELECT entry, arrayJoin(JSONExtractKeysAndValuesRaw(v)) AS kv FROM inside WHERE object = 'groups' AND startsWith(v, '{'))),
items AS (SELECT toString(iv.1) AS nth, iv.2 AS v FROM (SELECT arrayJoin(arrayZip(arrayEnumerate(JSONExtractArrayRaw(v)),
  JSONExtractArrayRaw(v))) AS iv FROM top WHERE field = 'cov_w' AND startsWith(v, '['))),
every AS (SELECT '' AS object, field AS name, v FROM top UNION ALL SELECT object, entry, v FROM inside
  UNION ALL SELECT object, rule, v FROM rules UNION ALL SELECT 'cov_w', nth, v FROM items)
SELECT object, name, if(kind_of(v) = 'text', JSONExtractString(concat('[', v, ']'), 1), v) AS value, kind_of(v) AS kind FROM every;

-- SHA-256 of the tables in canonical form; `other`: without brands, or users' own k, where there are none.
CREATE TEMPORARY TABLE hashes AS
WITH c AS (SELECT *, row_number() OVER (ORDER BY NOT sponsored, contract_address) - 1 AS place FROM (
  SELECT contract_address, brand_id, is_sponsored IN ('1', 't', 'true', 'y', 'yes') AS sponsored,
    if(double_of(cap_face) >= 1, toInt64(floor(double_of(cap_face))), 10000) AS cap FROM caps WHERE double_of(cap_face) >= 1 OR NOT sponsored)),
q AS (SELECT u.user_id AS user_id, u.group_id AS group_id, u.k AS k, e.score AS score, c.place AS place
  FROM elig e JOIN c ON c.contract_address = e.contract_address JOIN user_groups u ON u.user_id = e.user_id),
u AS (SELECT user_id, min(group_id) AS g, min(k) AS own, concat(user_id, arrayStringConcat(arrayMap(x -> concat('\t', toString(x.1), ':', x.2),
  arraySort(groupArray((place, plain(score)))))), '\n') AS line FROM q GROUP BY user_id)
SELECT 'caps' AS name, digest(arrayStringConcat(arrayMap(x -> x.2, arraySort(groupArray((place, concat(contract_address, '\t', toString(cap), '\t',
    if(sponsored, '1', '0'), '\t', brand_id, '\n'))))))) AS hash,
  if(max(brand_id) = '', digest(arrayStringConcat(arrayMap(x -> x.2, arraySort(groupArray((place, concat(contract_address, '\t', toString(cap), '\t',
    if(sponsored, '1', '0'), '\n'))))))), '') AS other FROM c
UNION ALL SELECT 'user_groups', digest(arrayStringConcat(arraySort(groupArray(concat(user_id, '\t', g, '\t', own, '\n'))))),
  if(max(own) = '', digest(arrayStringConcat(arraySort(groupArray(concat(user_id, '\t', g, '\n'))))), '') FROM u
UNION ALL SELECT 'group_ratios', digest(arrayStringConcat(arraySort(groupArray(concat(group_id, '\t', plain(ratio), '\n'))))), ''
  FROM group_ratios WHERE group_id IN (SELECT g FROM u)
UNION ALL SELECT 'elig', digest(arrayStringConcat(arrayMap(x -> x.2, arraySort(groupArray((user_id, line)))))), '' FROM u;
