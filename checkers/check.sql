-- Checks a certificate with whole numbers only, in DuckDB and in ClickHouse. In the folder that `divvy export --format csv`
-- writes, with assignments.csv and certificate.json beside its tables:
--
--   cat checkers/duckdb.sql checkers/check.sql | duckdb
--   cat checkers/clickhouse.sql checkers/check.sql | clickhouse local
--
-- The first file reads the tables and defines the few functions that are called otherwise in each. Shares nothing with Divvy.
-- Says "certified", or "REFUSED" and what is not so; an error is a refusal too. What is computed is docs/model.md, and how
-- numbers are cut is `divvy certificate explain`. Every policy is known, and users' own k. Refused are what check.py knows
-- beyond that: limits, cases, pins, costs of changes, prices of assignment ratios and of mixed users; and numbers with
-- exponents or more than 20 decimals. Texts are numbers in 10^-20, cut to units of 10^-exact.decimals.
CREATE TEMPORARY TABLE p AS SELECT
  max(CASE WHEN object = '' AND name = 'model' THEN value END) = 'uniform' AS uniform,
  max(CASE WHEN object = '' AND name = 'k' THEN whole(double_of(value)) END) AS policy_k,
  max(CASE WHEN object = '' AND name = 'cov_mode' THEN value END) = 'shortfall' AS is_shortfall,
  max(CASE WHEN object = '' AND name = 'shortfall_penalty' THEN value END) AS penalty,
  max(CASE WHEN object = '' AND name = 'sponsored_bonus' THEN value END) AS bonus,
  max(CASE WHEN object = '' AND name = 'shortfall_price' THEN value END) AS missing,
  max(CASE WHEN object = '' AND name = 'max_sponsored_ratio' AND kind = 'number' THEN value END) AS most_share,
  max(CASE WHEN object = '' AND name = 'enforce_assignment_ratio' THEN value END) = 'true'
    AND max(CASE WHEN object = '' AND name = 'assignment_ratio_guard' THEN value END) <> 'none' AS guarded,
  max(CASE WHEN object = '' AND name = 'ratio_slack' THEN value END) AS slack,
  max(CASE WHEN object = '' AND name = 'mix_tail' THEN value END) = 'true' AS mixes,
  max(CASE WHEN object = '' AND name = 'third_slot_only_mixing' THEN value END) = 'true' AS third,
  max(CASE WHEN object = '' AND name = 'sponsored_first_rounds' THEN whole(double_of(value)) END) AS rounds,
  max(CASE WHEN object = '' AND name = 'max_mixed_share' THEN value END) AS mixed_share,
  max(CASE WHEN object = '' AND name = 'max_per_brand' AND kind = 'number' THEN whole(double_of(value)) END) AS per_brand,
  max(CASE WHEN object = '' AND name = 'objective' THEN double_of(value) END) AS objective,
  max(CASE WHEN object = '' AND name = 'bound' THEN double_of(value) END) AS bound,
  max(CASE WHEN object = '' AND name = 'gap' THEN double_of(value) END) AS gap,
  max(CASE WHEN object = '' AND name = 'search_bound' THEN double_of(value) END) AS search_bound,
  max(CASE WHEN object = 'exact' AND name = 'decimals' THEN whole(double_of(value)) END) AS n,
  max(CASE WHEN object = 'exact' AND name = 'objective' THEN value END) AS exact_objective,
  max(CASE WHEN object = 'exact' AND name = 'bound' THEN value END) AS exact_bound,
  -- A unit of 10^-n in 10^-20.
  max(CASE WHEN object = 'exact' AND name = 'decimals' THEN whole(pow(10, least(20, greatest(0, 20 - double_of(value))))) END) AS unit
  FROM fields f;
-- The drop in canonical order.
CREATE TEMPORARY TABLE contracts AS SELECT contract_address, is_sponsored IN ('1', 't', 'true', 'y', 'yes') AS sponsored,
  CASE WHEN double_of(cap_face) >= 1 THEN whole(floor(double_of(cap_face))) ELSE whole(10000) END AS cap, brand_id,
  row_number() OVER (ORDER BY CASE WHEN is_sponsored IN ('1', 't', 'true', 'y', 'yes') THEN 0 ELSE 1 END, contract_address) - 1 AS place
  FROM caps WHERE double_of(cap_face) >= 1 OR is_sponsored NOT IN ('1', 't', 'true', 'y', 'yes');
CREATE TEMPORARY TABLE pairs AS SELECT e.user_id AS user_id, u.group_id AS group_id, u.k AS own_k, e.contract_address AS contract_address, c.place AS place,
  c.sponsored AS sponsored, CASE WHEN c.brand_id = '' THEN concat('/', e.contract_address) ELSE concat('.', c.brand_id) END AS brand,
  e.score AS score
  FROM elig e JOIN contracts c ON c.contract_address = e.contract_address JOIN user_groups u ON u.user_id = e.user_id;
CREATE TEMPORARY TABLE users AS SELECT user_id, group_id, own_k, CASE WHEN own_k = '' THEN p.policy_k ELSE whole(double_of(own_k)) END AS k, options
  FROM (SELECT user_id, group_id, own_k, count(*) AS options FROM pairs GROUP BY user_id, group_id, own_k) x CROSS JOIN p;
CREATE TEMPORARY TABLE sizes AS SELECT group_id, count(*) AS size FROM users GROUP BY group_id;
-- What groups must keep: least and most sponsored users, share of sponsored offers in 10^-20, most mixed users.
CREATE TEMPORARY TABLE demands AS SELECT s.group_id AS group_id, s.size AS size, g.ratio AS ratio,
  CASE WHEN p.uniform THEN -quotient(-fixed(g.ratio) * whole(s.size), fixed('1')) ELSE whole(0) END AS least,
  CASE WHEN p.uniform AND p.most_share IS NOT NULL THEN greatest(quotient(fixed(coalesce(p.most_share, '0')) * whole(s.size), fixed('1')),
    CASE WHEN double_of(p.most_share) > 0 THEN least(whole(1), -quotient(-fixed(g.ratio) * whole(s.size), fixed('1'))) ELSE whole(0) END) END AS most,
  CASE WHEN p.uniform AND p.guarded THEN greatest(whole(0), fixed(g.ratio) - fixed(p.slack)) ELSE whole(0) END AS share,
  CASE WHEN p.uniform AND p.mixes AND double_of(p.mixed_share) < 1 THEN quotient(fixed(p.mixed_share) * whole(s.size), fixed('1')) END AS mixed
  FROM sizes s JOIN group_ratios g ON g.group_id = s.group_id CROSS JOIN p;
-- Worth of so many offers, in units: rounded down for the objective, up for the bound.
CREATE TEMPORARY TABLE weights AS SELECT whole(double_of(name)) AS i, quotient(fixed(value), p.unit) AS down, -quotient(-fixed(value), p.unit) AS up
  FROM fields f CROSS JOIN p WHERE object = 'cov_w' UNION ALL SELECT whole(0), whole(0), whole(0) FROM p;
CREATE TEMPORARY TABLE worths AS SELECT i, sum(down) OVER (ORDER BY i) AS down, sum(up) OVER (ORDER BY i) AS up, count(*) OVER () - 1 AS last FROM weights;
CREATE TEMPORARY TABLE shapes AS SELECT u.user_id AS user_id, u.group_id AS group_id, u.k AS k, coalesce(h.s, 0) AS s, coalesce(h.t, 0) AS t
  FROM users u LEFT JOIN (SELECT q.user_id AS user_id, sum(CASE WHEN q.sponsored THEN 1 ELSE 0 END) AS s,
    sum(CASE WHEN q.sponsored THEN 0 ELSE 1 END) AS t FROM assignments a
    JOIN pairs q ON q.user_id = a.user_id AND q.contract_address = a.contract_address GROUP BY q.user_id) h ON h.user_id = u.user_id;
CREATE TEMPORARY TABLE held AS SELECT a.user_id AS user_id, a.contract_address AS contract_address, q.brand AS brand, q.score AS score, a.score AS said
  FROM assignments a JOIN pairs q ON q.user_id = a.user_id AND q.contract_address = a.contract_address;
CREATE TEMPORARY TABLE kept AS SELECT d.group_id AS group_id, sum(CASE WHEN s > 0 THEN 1 ELSE 0 END) AS sponsored, sum(CASE WHEN s > 0 AND t > 0 THEN 1 ELSE 0 END) AS mixing,
  sum(s) AS sponsored_offers, sum(s + t) AS offers, max(d.least) AS least, max(d.most) AS most, max(d.share) AS share, max(d.mixed) AS mixed
  FROM shapes x JOIN demands d ON d.group_id = x.group_id GROUP BY d.group_id;
CREATE TEMPORARY TABLE objective AS SELECT
  (SELECT coalesce(sum(quotient(fixed(score), p.unit)), whole(0)) FROM held CROSS JOIN p)
  + (SELECT sum(CASE WHEN p.is_shortfall THEN (k - whole(s + t)) * quotient(-fixed(p.penalty), p.unit) ELSE w.down END
      + quotient(fixed(p.bonus), p.unit) * whole(CASE WHEN p.uniform THEN least(1, s) ELSE s END))
    FROM shapes CROSS JOIN p JOIN worths w ON w.i = least(whole(s + t), k, whole(w.last)))
  + (SELECT sum(quotient(-fixed(p.missing), p.unit) * greatest(whole(0), least - whole(sponsored))) FROM kept CROSS JOIN p) AS units;
-- The bound: price x amount of caps and groups' rules, and each user's best bundle at the prices, in units.
CREATE TEMPORARY TABLE cap_prices AS SELECT name, quotient(fixed(value), p.unit) AS price FROM fields f CROSS JOIN p WHERE object = 'contracts';
CREATE TEMPORARY TABLE group_prices AS SELECT d.group_id AS group_id,
  coalesce(sum(CASE WHEN name = 'min_sponsored' THEN quotient(fixed(value), p.unit) END), whole(0)) AS mu,
  coalesce(sum(CASE WHEN name = 'max_sponsored' THEN quotient(fixed(value), p.unit) END), whole(0)) AS nu
  FROM demands d CROSS JOIN p LEFT JOIN fields f ON f.object = concat('groups.', d.group_id) GROUP BY d.group_id;
CREATE TEMPORARY TABLE valued AS SELECT q.user_id AS user_id, q.brand AS brand, CASE WHEN p.uniform AND NOT q.sponsored THEN 1 ELSE 0 END AS list,
  -quotient(-fixed(q.score), p.unit) - coalesce(c.price, whole(0))
    + CASE WHEN q.sponsored AND NOT p.uniform THEN -quotient(-fixed(p.bonus), p.unit) ELSE whole(0) END AS value
  FROM pairs q CROSS JOIN p LEFT JOIN cap_prices c ON c.name = q.contract_address;
CREATE TEMPORARY TABLE branded AS SELECT user_id, list, value, row_number() OVER (PARTITION BY user_id, list, brand ORDER BY value DESC) AS of_brand FROM valued;
CREATE TEMPORARY TABLE ranked AS SELECT user_id, list, value, row_number() OVER (PARTITION BY user_id, list ORDER BY value DESC) AS nth
  FROM branded CROSS JOIN p WHERE whole(of_brand) <= coalesce(p.per_brand, whole(of_brand));
CREATE TEMPORARY TABLE prefixes AS SELECT user_id, list, nth, sum(value) OVER (PARTITION BY user_id, list ORDER BY nth) AS value FROM ranked
  UNION ALL SELECT user_id, 0, 0, whole(0) FROM users UNION ALL SELECT user_id, 1, 0, whole(0) FROM users;
CREATE TEMPORARY TABLE bundles AS SELECT u.user_id AS user_id, u.group_id AS group_id, u.k AS k, a.nth AS s, b.nth AS t, a.value + b.value AS value
  FROM users u JOIN prefixes a ON a.user_id = u.user_id AND a.list = 0 JOIN prefixes b ON b.user_id = u.user_id AND b.list = 1
  CROSS JOIN p WHERE whole(a.nth + b.nth) <= u.k AND (NOT p.uniform OR a.nth = 0 OR b.nth = 0 OR (p.mixes AND CASE WHEN p.third
    THEN b.nth = 1 AND whole(a.nth) = u.k - 1 ELSE whole(a.nth) >= greatest(whole(1), least(p.rounds, u.k - 1)) END));
CREATE TEMPORARY TABLE best AS SELECT user_id, max(b.value + CASE WHEN p.is_shortfall THEN (b.k - whole(s + t)) * -quotient(fixed(p.penalty), p.unit) ELSE w.up END
  + CASE WHEN p.uniform AND s > 0 THEN -quotient(-fixed(p.bonus), p.unit) + g.mu - g.nu ELSE whole(0) END) AS value
  FROM bundles b CROSS JOIN p JOIN group_prices g ON g.group_id = b.group_id JOIN worths w ON w.i = least(whole(s + t), b.k, whole(w.last))
  GROUP BY user_id;
CREATE TEMPORARY TABLE bound AS SELECT (SELECT coalesce(sum(c.cap * x.price), whole(0)) FROM contracts c JOIN cap_prices x ON x.name = c.contract_address)
  + (SELECT sum(g.nu * coalesce(d.most, whole(0)) - g.mu * d.least) FROM demands d JOIN group_prices g ON g.group_id = d.group_id)
  + (SELECT sum(value) FROM best) AS units;
-- Objectives lie on a grid where numbers have few decimals.
CREATE TEMPORARY TABLE numbers AS SELECT score AS t FROM pairs UNION ALL SELECT bonus FROM p UNION ALL SELECT penalty FROM p WHERE is_shortfall
  UNION ALL SELECT missing FROM p WHERE (SELECT max(least) FROM demands) > 0
  UNION ALL SELECT value FROM fields f WHERE object = 'cov_w' AND (SELECT is_shortfall FROM p) = (1 = 0);
CREATE TEMPORARY TABLE grid AS SELECT max(CASE WHEN fixed(t) = whole(0) THEN 0 ELSE greatest(0, 20 - zeros(CAST(fixed(t) AS VARCHAR))) END) AS step,
  max(CASE WHEN abs(double_of(CAST(CAST(t AS DECIMAL(38, 20)) AS VARCHAR)) - double_of(t)) > 0 THEN 1 ELSE 0 END) AS lost FROM numbers;
CREATE TEMPORARY TABLE claim AS SELECT quotient(fixed(p.exact_objective), p.unit) AS objective, quotient(fixed(p.exact_bound), p.unit) AS bound,
  (CASE WHEN step < p.n THEN quotient(b.units, whole(pow(10, double_of(CAST(p.n AS VARCHAR)) - step))) * whole(pow(10, double_of(CAST(p.n AS VARCHAR)) - step)) ELSE b.units END) AS proven,
  b.units AS units FROM p CROSS JOIN bound b CROSS JOIN grid;
-- Doubles as m / 2^e, so that they are compared as whole numbers.
CREATE TEMPORARY TABLE doubles AS SELECT p.bound AS d, c.bound AS top, whole(pow(10, double_of(CAST(p.n AS VARCHAR)))) AS bottom, 'bound' AS name FROM p CROSS JOIN claim c
  UNION ALL SELECT p.gap, CASE WHEN c.bound = whole(0) THEN CASE WHEN c.objective = whole(0) THEN whole(0) ELSE whole(1) END ELSE c.bound - c.objective END,
    CASE WHEN c.bound = whole(0) THEN whole(1) ELSE abs(c.bound) END, 'gap' FROM p CROSS JOIN claim c;
CREATE TEMPORARY TABLE halves AS SELECT name, d, top, bottom, CASE WHEN d = 0 THEN 0 ELSE 53 - floor(log2(abs(d))) END AS e FROM doubles;
CREATE TEMPORARY TABLE least_doubles AS SELECT name, CASE WHEN d = 0 THEN top = whole(0) ELSE whole(d * pow(2, e)) * bottom >= top * whole(pow(2, e)) AND
  (whole(d * pow(2, e)) - whole(CASE WHEN d > 0 AND d * pow(2, e) = pow(2, 53) THEN 1 ELSE 2 END)) * bottom < top * whole(pow(2, e)) END AS holds FROM halves;
CREATE TEMPORARY TABLE wanted AS SELECT 'format' AS name, 2 AS low, 2 AS high, 1 AS is_whole UNION ALL SELECT 'k', 1, 65535, 1 UNION ALL SELECT 'sponsored_bonus', -1e15, 1e15, 0
  UNION ALL SELECT 'shortfall_penalty', 0, 1e15, 0 UNION ALL SELECT 'shortfall_price', 0, 1e15, 0 UNION ALL SELECT 'ratio_slack', 0, 1, 0
  UNION ALL SELECT 'sponsored_first_rounds', 0, 65535, 1 UNION ALL SELECT 'max_mixed_share', 0, 1, 0 UNION ALL SELECT 'objective', -1e15, 1e15, 0
  UNION ALL SELECT 'bound', -1e15, 1e15, 0 UNION ALL SELECT 'gap', 0, 1e300, 0;
CREATE TEMPORARY TABLE demanded AS SELECT concat(w.name, ' is a number') AS what, count(CASE WHEN f.kind = 'number' AND double_of(f.value) BETWEEN low AND high
    AND (is_whole = 0 OR double_of(f.value) = floor(double_of(f.value))) THEN 1 END) = 1 AS holds FROM wanted w LEFT JOIN fields f ON f.object = '' AND f.name = w.name GROUP BY w.name
  UNION ALL SELECT 'texts, flags and objects are what they are', count(CASE WHEN object = '' AND (name = 'divvy' AND kind = 'text'
    OR name = 'model' AND kind = 'text' AND value IN ('uniform', 'coverage') OR name = 'cov_mode' AND kind = 'text' AND value IN ('z', 'shortfall')
    OR name = 'assignment_ratio_guard' AND kind = 'text' AND value IN ('none', 'moving', 'hard')
    OR name IN ('enforce_assignment_ratio', 'mix_tail', 'third_slot_only_mixing') AND kind = 'flag' OR name = 'cov_w' AND kind = 'array'
    OR name IN ('inputs', 'exact', 'contracts', 'groups') AND kind = 'object'
    OR name = 'max_sponsored_ratio' AND (kind = 'null' OR kind = 'number' AND double_of(value) BETWEEN 0 AND 1)
    OR name = 'max_per_brand' AND (kind = 'null' OR kind = 'number' AND double_of(value) >= 1 AND double_of(value) = floor(double_of(value)))) THEN 1 END) = 14 FROM fields f
  UNION ALL SELECT 'weights and prices are numbers', count(*) = 0 FROM fields f WHERE NOT (kind = 'number' AND (double_of(value) >= 0 OR object = 'cov_w') AND abs(double_of(value)) < 1e15)
    AND (object IN ('contracts', 'cov_w') OR object LIKE 'groups.%') OR object = 'groups' AND kind <> 'object'
  UNION ALL SELECT 'nothing is in it that is not known here (limits, cases, pins, changes)', count(CASE WHEN object = '' AND (name = 'branches'
    OR name = 'limits' AND value <> '[]' OR name = 'limit_families' AND value <> '[]' OR name = 'change_cost' AND (kind <> 'number' OR double_of(value) <> 0)
    OR name = 'search_bound' AND kind <> 'number') OR object = 'inputs' AND name NOT IN ('caps', 'elig', 'user_groups', 'group_ratios') THEN 1 END) = 0 FROM fields f
  UNION ALL SELECT 'prices are of this drop, and of rules known here', count(*) = 0 FROM fields f CROSS JOIN p LEFT JOIN contracts c ON c.contract_address = f.name
    LEFT JOIN demands d ON d.group_id = f.name OR concat('groups.', d.group_id) = f.object
    WHERE object = 'contracts' AND coalesce(c.contract_address, '') <> f.name OR (object = 'groups' OR object LIKE 'groups.%') AND coalesce(d.group_id, '/') = '/'
    OR object LIKE 'groups.%' AND NOT (name IN ('min_sponsored', 'max_sponsored') OR double_of(value) = 0)
    OR object LIKE 'groups.%' AND name = 'max_sponsored' AND double_of(value) > 0 AND p.most_share IS NULL
    OR object LIKE 'groups.%' AND (name = 'min_sponsored' AND double_of(value) > double_of(p.missing) OR double_of(value) > 0 AND NOT p.uniform)
  UNION ALL SELECT 'exact.decimals are 0 to 20', count(CASE WHEN object = 'exact' AND (name = 'decimals' AND kind = 'number' AND double_of(value) BETWEEN 0 AND 20
    AND double_of(value) = floor(double_of(value)) OR name IN ('objective', 'bound') AND kind = 'text' AND matches(value, '-?[0-9]{1,18}([.][0-9]{1,20})?')) THEN 1 END) = 3 FROM fields f
  UNION ALL SELECT concat('the certificate is of these ', h.name), count(CASE WHEN f.value <> '' AND (f.value = h.hash OR f.value = h.other) THEN 1 END) = 1
    FROM hashes h LEFT JOIN fields f ON f.object = 'inputs' AND f.name = h.name AND f.kind = 'text' GROUP BY h.name
  UNION ALL SELECT 'scores and ratios are plain decimals', count(*) = 0 FROM (SELECT score AS t FROM pairs UNION ALL SELECT ratio FROM demands) x
    WHERE NOT matches(t, '-?[0-9]{1,18}([.][0-9]{1,20})?')
  UNION ALL SELECT 'ratios have up to 15 digits, numbers up to 20 decimals', max(length(ratio)) <= 16 AND max(lost) = 0 FROM demands CROSS JOIN grid
  UNION ALL SELECT 'offers are eligible pairs, once each, at their scores', (SELECT count(*) FROM assignments) = count(*) AND count(*) = count(DISTINCT concat(user_id, '/', contract_address))
    AND count(CASE WHEN double_of(said) = double_of(score) THEN 1 END) = count(*) FROM held
  UNION ALL SELECT 'caps are kept', count(*) = 0 FROM (SELECT h.contract_address AS c, count(*) AS given, max(c.cap) AS cap FROM held h
    JOIN contracts c ON c.contract_address = h.contract_address GROUP BY h.contract_address) x WHERE whole(given) > cap
  UNION ALL SELECT 'users hold what they may', count(*) = 0 FROM shapes CROSS JOIN p WHERE NOT (whole(s + t) <= k AND (NOT p.uniform OR s = 0 OR t = 0 OR
    (p.mixes AND CASE WHEN p.third THEN t = 1 AND whole(s) = k - 1 ELSE whole(s) >= greatest(whole(1), least(p.rounds, k - 1)) END)))
  UNION ALL SELECT 'brands are kept', count(*) = 0 FROM (SELECT user_id, brand, count(*) AS of_brand FROM held GROUP BY user_id, brand) x CROSS JOIN p
    WHERE whole(of_brand) > p.per_brand
  UNION ALL SELECT 'groups keep their rules', count(*) = 0 FROM kept WHERE whole(sponsored) > most OR whole(mixing) > mixed
    OR whole(sponsored_offers) * fixed('1') * whole(1000000000) < share * whole(offers) * whole(999999999)
  UNION ALL SELECT 'the objective is what it says', max(o.units) = max(c.objective) AND max(c.objective) * max(p.unit) = max(fixed(p.exact_objective)) AND max(p.objective) = max(double_of(p.exact_objective))
    AND count(CASE WHEN p.search_bound < p.objective THEN 1 END) = 0 FROM objective o CROSS JOIN claim c CROSS JOIN p
  UNION ALL SELECT 'the prices prove the bound', max(c.proven) <= max(c.bound) AND max(o.units) <= max(c.bound) AND max(o.units) <= max(c.units)
    AND max(c.bound) * max(p.unit) = max(fixed(p.exact_bound)) FROM objective o CROSS JOIN claim c CROSS JOIN p
  UNION ALL SELECT concat(name, ' is what the exact figures say'), max(CASE WHEN holds THEN 1 ELSE 0 END) = 1 FROM least_doubles GROUP BY name;
SELECT CASE WHEN count(*) = 0 THEN 'certified' ELSE concat('REFUSED: not so: ', min(what)) END AS verdict
FROM demanded WHERE CASE WHEN holds THEN 0 ELSE 1 END = 1;
