-- Checks a certificate with whole numbers only, in DuckDB and in ClickHouse. In the folder that `divvy export --format csv`
-- writes, with assignments.csv and certificate.json beside its tables:
--
--   cat checkers/duckdb.sql checkers/check.sql | duckdb
--   cat checkers/clickhouse.sql checkers/check.sql | clickhouse local
--
-- The first file reads the tables (cells) and the certificate (nodes) and defines the few functions that are called otherwise
-- in each. Shares nothing with Divvy. Says "certified", or "REFUSED" and what is not so; an error is a refusal too. What is
-- computed is docs/model.md, term by term, and how numbers are cut is `divvy certificate explain`. Texts are numbers in
-- 10^-20, cut to units of 10^-exact.decimals; what limits count is in 10^-9. Refused are numbers of more decimals than that,
-- and limits per more than six columns.

-- ---- The policy -----------------------------------------------------------------------------------------------------
CREATE TEMPORARY TABLE p AS SELECT
  max(CASE WHEN name = 'model' THEN value END) = 'uniform' AS uniform,
  max(CASE WHEN name = 'k' THEN whole(double_of(value)) END) AS policy_k,
  max(CASE WHEN name = 'cov_mode' THEN value END) = 'shortfall' AS is_shortfall,
  max(CASE WHEN name = 'shortfall_penalty' THEN value END) AS penalty,
  max(CASE WHEN name = 'sponsored_bonus' THEN value END) AS bonus,
  max(CASE WHEN name = 'shortfall_price' THEN value END) AS missing,
  max(CASE WHEN name = 'max_sponsored_ratio' AND kind = 'number' THEN value END) AS most_share,
  max(CASE WHEN name = 'enforce_assignment_ratio' THEN value END) = 'true'
    AND max(CASE WHEN name = 'assignment_ratio_guard' THEN value END) <> 'none' AS guarded,
  max(CASE WHEN name = 'ratio_slack' THEN double_of(value) END) AS slack,
  max(CASE WHEN name = 'mix_tail' THEN value END) = 'true' AS mixes,
  max(CASE WHEN name = 'third_slot_only_mixing' THEN value END) = 'true' AS third,
  max(CASE WHEN name = 'sponsored_first_rounds' THEN whole(double_of(value)) END) AS rounds,
  max(CASE WHEN name = 'max_mixed_share' THEN value END) AS mixed_share,
  max(CASE WHEN name = 'max_per_brand' AND kind = 'number' THEN whole(double_of(value)) END) AS per_brand,
  coalesce(max(CASE WHEN name = 'change_cost' THEN value END), '0') AS change_cost,
  max(CASE WHEN name = 'objective' AND parent = '' THEN double_of(value) END) AS objective,
  max(CASE WHEN name = 'bound' AND parent = '' THEN double_of(value) END) AS bound,
  max(CASE WHEN name = 'gap' THEN double_of(value) END) AS gap,
  max(CASE WHEN name = 'search_bound' THEN double_of(value) END) AS search_bound,
  max(CASE WHEN name = 'decimals' THEN whole(double_of(value)) END) AS n,
  max(CASE WHEN name = 'objective' AND parent <> '' THEN value END) AS exact_objective,
  max(CASE WHEN name = 'bound' AND parent <> '' THEN value END) AS exact_bound,
  -- A unit of 10^-n in 10^-20.
  max(CASE WHEN name = 'decimals' THEN whole(pow(10, least(20, greatest(0, 20 - double_of(value))))) END) AS unit,
  whole(1000000000) AS nano
  FROM nodes WHERE parent = '' OR parent = sub('', 'exact');

-- ---- The drop, in canonical order -----------------------------------------------------------------------------------
CREATE TEMPORARY TABLE assignments AS SELECT max(CASE WHEN name = 'user_id' THEN value END) AS user_id,
  max(CASE WHEN name = 'contract_address' THEN value END) AS contract_address, max(CASE WHEN name = 'score' THEN value END) AS score,
  coalesce(max(CASE WHEN name = 'holdout' THEN lower(value) END), '') = 'true' AS held_out FROM cells WHERE tab = 'assignments' GROUP BY nth;
-- Random offers to users held out of the drop: the caps are what they leave.
CREATE TEMPORARY TABLE outside AS SELECT contract_address, count(*) AS given FROM assignments WHERE held_out GROUP BY contract_address;
CREATE TEMPORARY TABLE contracts AS SELECT x.contract_address AS contract_address, sponsored, brand_id,
  CASE WHEN face >= 1 THEN whole(floor(face)) ELSE whole(10000) END - whole(coalesce(o.given, 0)) AS cap,
  row_number() OVER (ORDER BY CASE WHEN sponsored THEN 0 ELSE 1 END, x.contract_address) - 1 AS place
  FROM (SELECT max(CASE WHEN name = 'contract_address' THEN value END) AS contract_address, max(CASE WHEN name = 'cap_face' THEN double_of(value) END) AS face,
    max(CASE WHEN name = 'is_sponsored' THEN lower(value) END) IN ('1', 't', 'true', 'y', 'yes') AS sponsored,
    coalesce(max(CASE WHEN name = 'brand_id' THEN value END), '') AS brand_id FROM cells WHERE tab = 'caps' GROUP BY nth) x
  LEFT JOIN outside o ON o.contract_address = x.contract_address WHERE face >= 1 OR NOT sponsored;
-- A user's own k is that of its row, or else that of its group's.
CREATE TEMPORARY TABLE own_ks AS SELECT tab, nth, max(CASE WHEN name IN ('user_id', 'group_id') AND (tab = 'group_ratios' OR name = 'user_id') THEN value END) AS id,
  max(CASE WHEN name = 'group_id' THEN value END) AS group_id,
  coalesce(max(CASE WHEN name = 'k' AND trim(value) <> '' THEN text_of(whole(double_of(ltrim(trim(value), '+')))) END), '') AS own_k
  FROM cells WHERE tab IN ('user_groups', 'group_ratios') GROUP BY tab, nth;
CREATE TEMPORARY TABLE people AS SELECT u.id AS user_id, u.group_id AS group_id, CASE WHEN u.own_k = '' THEN coalesce(g.own_k, '') ELSE u.own_k END AS own_k
  FROM own_ks u LEFT JOIN (SELECT group_id, max(own_k) AS own_k FROM own_ks WHERE tab = 'group_ratios' GROUP BY group_id) g ON g.group_id = u.group_id
  WHERE u.tab = 'user_groups';
CREATE TEMPORARY TABLE ratios AS SELECT max(CASE WHEN name = 'group_id' THEN value END) AS group_id,
  max(CASE WHEN name = 'sponsorship_ratio' THEN value END) AS ratio FROM cells WHERE tab = 'group_ratios' GROUP BY nth;
CREATE TEMPORARY TABLE before AS SELECT tab, max(CASE WHEN name = 'user_id' THEN value END) AS user_id,
  max(CASE WHEN name = 'contract_address' THEN value END) AS contract_address FROM cells WHERE tab IN ('pins', 'previous') GROUP BY tab, nth;
CREATE TEMPORARY TABLE pairs AS SELECT e.nth AS nth, e.user_id AS user_id, u.group_id AS group_id, u.own_k AS own_k, e.contract_address AS contract_address,
  c.place AS place, c.sponsored AS sponsored, CASE WHEN c.brand_id = '' THEN concat('/', e.contract_address) ELSE concat('.', c.brand_id) END AS brand,
  e.score AS score, CASE WHEN i.is_pinned = 1 THEN 1 ELSE 0 END AS pinned, CASE WHEN i.was_given = 1 THEN 1 ELSE 0 END AS was_given
  FROM (SELECT nth, max(CASE WHEN name = 'user_id' THEN value END) AS user_id, max(CASE WHEN name = 'contract_address' THEN value END) AS contract_address,
    max(CASE WHEN name = 'score' THEN value END) AS score FROM cells WHERE tab = 'elig' GROUP BY nth) e
  JOIN contracts c ON c.contract_address = e.contract_address JOIN people u ON u.user_id = e.user_id
  LEFT JOIN (SELECT user_id, contract_address, max(CASE WHEN tab = 'pins' THEN 1 ELSE 0 END) AS is_pinned, max(CASE WHEN tab = 'previous' THEN 1 ELSE 0 END) AS was_given
    FROM before GROUP BY user_id, contract_address) i ON i.user_id = e.user_id AND i.contract_address = e.contract_address;
CREATE TEMPORARY TABLE users AS SELECT user_id, group_id, own_k, CASE WHEN own_k = '' THEN p.policy_k ELSE whole(double_of(own_k)) END AS k, pinned_s, pinned_t
  FROM (SELECT user_id, group_id, own_k, sum(CASE WHEN p.uniform AND NOT sponsored THEN 0 ELSE pinned END) AS pinned_s,
    sum(CASE WHEN p.uniform AND NOT sponsored THEN pinned ELSE 0 END) AS pinned_t FROM pairs CROSS JOIN p GROUP BY user_id, group_id, own_k) x CROSS JOIN p;
CREATE TEMPORARY TABLE held AS SELECT q.user_id AS user_id, q.contract_address AS contract_address, q.brand AS brand, q.score AS score, a.score AS said,
  q.sponsored AS sponsored, q.pinned AS pinned, q.was_given AS was_given
  FROM assignments a JOIN pairs q ON q.user_id = a.user_id AND q.contract_address = a.contract_address WHERE NOT a.held_out;

-- ---- What groups must keep: least and most sponsored users, share of sponsored offers in 10^-20, most mixed users ------
-- Users that a share asks for: shares that were computed, of 16 digits and more, mean the whole number beside which they are.
CREATE TEMPORARY TABLE asked AS SELECT group_id, size, name, CASE WHEN digits_of(t) > 15 AND near >= 1 AND abs(exact - near * one) * whole(1000000000000000) <= near * one
    THEN near WHEN name = 'least' THEN -quotient(-exact, one) ELSE quotient(exact, one) END AS count
  FROM (SELECT group_id, size, name, t, fixed(t) * whole(size) AS exact, quotient(fixed(t) * whole(size) * whole(2) + fixed('1'), fixed('2')) AS near, fixed('1') AS one
    FROM (SELECT g.group_id AS group_id, s.size AS size, 'least' AS name, g.ratio AS t FROM ratios g JOIN (SELECT group_id, count(*) AS size FROM users GROUP BY group_id) s ON s.group_id = g.group_id
      UNION ALL SELECT group_id, count(*), 'most', min(p.most_share) FROM users CROSS JOIN p WHERE p.most_share IS NOT NULL GROUP BY group_id
      UNION ALL SELECT group_id, count(*), 'mixed', min(p.mixed_share) FROM users CROSS JOIN p GROUP BY group_id) x) y;
CREATE TEMPORARY TABLE demands AS SELECT s.group_id AS group_id, s.size AS size, g.ratio AS ratio,
  CASE WHEN p.uniform THEN s.least ELSE whole(0) END AS least,
  CASE WHEN p.uniform AND p.most_share IS NOT NULL THEN CASE WHEN double_of(p.most_share) > 0 THEN greatest(s.most, least(whole(1), s.least)) ELSE whole(0) END END AS most,
  -- Where the rule's tolerance of 1e-9 could let less pass, the share is that much less.
  CASE WHEN p.uniform AND p.guarded THEN CASE WHEN whole(s.size) * (SELECT max(k) FROM users) * whole(2) * whole(pow(10, greatest(0, 20 - zeros(text_of(g.share))))) < p.nano OR g.share = whole(0) THEN g.share
    ELSE quotient(quotient(g.share, whole(100000)) * whole(999999999) + quotient((g.share - quotient(g.share, whole(100000)) * whole(100000)) * whole(999999999), whole(100000)), p.nano) * whole(100000) END END AS share,
  CASE WHEN p.uniform AND p.mixes AND double_of(p.mixed_share) < 1 THEN s.mixed END AS mixed
  FROM (SELECT group_id, max(size) AS size, max(CASE WHEN name = 'least' THEN count END) AS least, max(CASE WHEN name = 'most' THEN count END) AS most,
    max(CASE WHEN name = 'mixed' THEN count END) AS mixed FROM asked GROUP BY group_id) s
  JOIN (SELECT group_id, ratio, fixed(text_of(greatest(0, double_of(ratio) - slack))) AS share FROM ratios CROSS JOIN p) g ON g.group_id = s.group_id CROSS JOIN p;
-- Worth of so many offers, in units: rounded down for the objective, up for the bound.
CREATE TEMPORARY TABLE weights AS SELECT whole(double_of(name)) AS i, quotient(fixed(t), p.unit) AS down, -quotient(-fixed(t), p.unit) AS up
  FROM (SELECT name, CASE WHEN parent = sub('', 'cov_w') AND kind = 'number' THEN value ELSE '0' END AS t FROM nodes WHERE parent = sub('', 'cov_w')) f CROSS JOIN p UNION ALL SELECT whole(0), whole(0), whole(0) FROM p;
CREATE TEMPORARY TABLE worths AS SELECT i, sum(down) OVER (ORDER BY i) AS down, sum(up) OVER (ORDER BY i) AS up, count(*) OVER () - 1 AS last FROM weights;
CREATE TEMPORARY TABLE shapes AS SELECT u.user_id AS user_id, u.group_id AS group_id, u.k AS k, coalesce(h.s, 0) AS s, coalesce(h.t, 0) AS t
  FROM users u LEFT JOIN (SELECT user_id, sum(CASE WHEN sponsored THEN 1 ELSE 0 END) AS s, sum(CASE WHEN sponsored THEN 0 ELSE 1 END) AS t FROM held GROUP BY user_id) h
  ON h.user_id = u.user_id;
CREATE TEMPORARY TABLE kept AS SELECT d.group_id AS group_id, sum(CASE WHEN s > 0 THEN 1 ELSE 0 END) AS sponsored, sum(CASE WHEN s > 0 AND t > 0 THEN 1 ELSE 0 END) AS mixing,
  sum(s) AS sponsored_offers, sum(s + t) AS offers, max(d.least) AS least, max(d.most) AS most, max(d.share) AS share, max(d.mixed) AS mixed
  FROM shapes x JOIN demands d ON d.group_id = x.group_id GROUP BY d.group_id;

-- ---- Limits: families as the certificate says, and what each pair counts toward which ---------------------------------
CREATE TEMPORARY TABLE families AS SELECT f.path AS path, max(CASE WHEN v.name = 'limit' THEN v.value END) AS family, max(CASE WHEN v.name = 'counts' THEN v.value END) AS counts,
  max(CASE WHEN v.name = 'share_of' AND v.kind = 'text' THEN 1 ELSE 0 END) AS is_share, max(CASE WHEN v.name = 'price' AND v.kind = 'number' THEN v.value END) AS price,
  max(CASE WHEN v.name IN ('limit', 'counts') AND v.kind = 'text' OR v.name = 'share_of' AND (v.kind = 'null' OR v.value = 'offers') OR v.name IN ('per', 'where') AND v.kind = 'array'
    OR v.name = 'price' AND (v.kind = 'null' OR v.kind = 'number' AND double_of(v.value) >= 0) OR v.name IN ('at_most', 'at_least') AND v.kind IN ('null', 'number', 'text') THEN 1 ELSE 0 END) AS any_right,
  sum(CASE WHEN v.name IN ('limit', 'counts') AND v.kind = 'text' OR v.name = 'share_of' AND (v.kind = 'null' OR v.value = 'offers') OR v.name IN ('per', 'where') AND v.kind = 'array'
    OR v.name = 'price' AND (v.kind = 'null' OR v.kind = 'number' AND double_of(v.value) >= 0) OR v.name IN ('at_most', 'at_least') AND v.kind IN ('null', 'number', 'text') THEN 1 ELSE 0 END) AS fields_right
  FROM nodes f LEFT JOIN nodes v ON v.parent = f.path WHERE f.parent = sub('', 'limit_families') GROUP BY f.path;
CREATE TEMPORARY TABLE per AS SELECT f.path AS path, whole(double_of(v.name)) AS nth, v.value AS name FROM families f JOIN nodes v ON v.parent = sub(f.path, 'per');
CREATE TEMPORARY TABLE wheres AS SELECT f.path AS path, w.path AS condition, c.value AS name FROM families f JOIN nodes w ON w.parent = sub(f.path, 'where')
  LEFT JOIN nodes c ON c.parent = w.path AND c.name = 'column' AND c.kind = 'text';
CREATE TEMPORARY TABLE wanted_values AS SELECT w.condition AS condition, v.value AS value FROM wheres w JOIN nodes v ON v.parent = sub(w.condition, 'values') AND v.kind = 'text';
CREATE TEMPORARY TABLE sides AS SELECT f.path AS path, f.family AS family, f.is_share AS is_share, v.name AS side, CASE WHEN v.name = 'at_most' THEN 1 ELSE -1 END AS sign,
  v.kind AS kind, v.value AS amount, CASE WHEN f.price IS NOT NULL THEN f.price WHEN v.name = 'at_least' THEN p.missing END AS cost
  FROM families f CROSS JOIN p JOIN nodes v ON v.parent = f.path WHERE v.name IN ('at_most', 'at_least') AND v.kind <> 'null';
-- Which table a column is looked up in: the first that has it.
CREATE TEMPORARY TABLE ranks AS SELECT 'caps' AS tab, 1 AS nth UNION ALL SELECT 'user_groups', 2 UNION ALL SELECT 'group_ratios', 3 UNION ALL SELECT 'elig', 4;
CREATE TEMPORARY TABLE headers AS SELECT DISTINCT h.tab AS tab, h.name AS name, r.nth AS nth FROM cells h JOIN ranks r ON r.tab = h.tab
  UNION ALL SELECT 'elig', 'in_previous', 4 FROM files WHERE tab = 'previous';
CREATE TEMPORARY TABLE sources AS SELECT name, min(nth) AS nth FROM headers GROUP BY name;
CREATE TEMPORARY TABLE columns AS
  SELECT path, 'per' AS role, name FROM per UNION ALL SELECT path, 'where', name FROM wheres UNION ALL SELECT path, 'counts', counts FROM families WHERE counts <> 'offers';
-- An amount that is a column is of the table of the first column of per; of group_ratios for limits per group, where it is there.
CREATE TEMPORARY TABLE amount_columns AS SELECT s.path AS path, s.side AS side, s.amount AS name,
  max(CASE WHEN f.name = 'group_id' AND n.many = 1 AND h.nth = 3 OR h.nth = c.nth THEN h.nth END) AS found,
  max(CASE WHEN f.name = 'group_id' AND n.many = 1 AND h.nth = 3 THEN 3 ELSE c.nth END) AS nth
  FROM sides s JOIN per f ON f.path = s.path JOIN (SELECT path, count(*) AS many FROM per GROUP BY path) n ON n.path = s.path
  JOIN sources c ON c.name = f.name LEFT JOIN headers h ON h.name = s.amount WHERE s.kind = 'text' AND f.nth = whole(1) GROUP BY s.path, s.side, s.amount;
CREATE TEMPORARY TABLE looked AS SELECT DISTINCT c.name AS name, s.nth AS nth FROM columns c JOIN sources s ON s.name = c.name UNION ALL
  SELECT DISTINCT a.name, a.nth FROM amount_columns a;
CREATE TEMPORARY TABLE found AS SELECT c.tab AS tab, l.nth AS rank, c.nth AS nth, c.name AS name, c.value AS value
  FROM cells c JOIN ranks r ON r.tab = c.tab JOIN (SELECT DISTINCT name, nth FROM looked) l ON l.name = c.name AND l.nth = r.nth;
CREATE TEMPORARY TABLE keys AS SELECT tab, nth, value AS id FROM cells WHERE tab = 'caps' AND name = 'contract_address' OR tab = 'user_groups' AND name = 'user_id'
  OR tab = 'group_ratios' AND name = 'group_id';
CREATE TEMPORARY TABLE seen AS
  SELECT q.nth AS pair, f.rank AS rank, f.name AS name, f.value AS value FROM pairs q JOIN found f ON f.nth = q.nth WHERE f.tab = 'elig'
  UNION ALL SELECT q.nth, f.rank, f.name, f.value FROM pairs q JOIN keys k ON k.id = q.contract_address JOIN found f ON f.nth = k.nth AND f.tab = k.tab
    WHERE k.tab = 'caps' AND f.name NOT IN ('is_sponsored', 'cap_face')
  UNION ALL SELECT q.nth, f.rank, f.name, f.value FROM pairs q JOIN keys k ON k.id = q.user_id JOIN found f ON f.nth = k.nth AND f.tab = k.tab WHERE k.tab = 'user_groups'
  UNION ALL SELECT q.nth, f.rank, f.name, f.value FROM pairs q JOIN keys k ON k.id = q.group_id JOIN found f ON f.nth = k.nth AND f.tab = k.tab WHERE k.tab = 'group_ratios'
  UNION ALL SELECT nth, 1, 'is_sponsored', CASE WHEN sponsored THEN 'true' ELSE 'false' END FROM pairs
  UNION ALL SELECT q.nth, 1, 'cap_face', text_of(c.cap) FROM pairs q JOIN contracts c ON c.contract_address = q.contract_address
  UNION ALL SELECT q.nth, 4, 'in_previous', CASE WHEN q.was_given = 1 THEN 'true' ELSE 'false' END FROM pairs q;
CREATE TEMPORARY TABLE satisfied AS SELECT s.pair AS pair, w.path AS path, count(DISTINCT w.condition) AS conditions FROM seen s JOIN sources c ON c.name = s.name AND c.nth = s.rank
  JOIN wheres w ON w.name = s.name JOIN wanted_values v ON v.condition = w.condition AND v.value = s.value GROUP BY s.pair, w.path;
CREATE TEMPORARY TABLE places AS SELECT s.pair AS pair, f.path AS path, count(*) AS columns, min(length(s.value)) AS shortest, concat(
    max(CASE WHEN f.nth = whole(1) THEN s.value ELSE '' END), tab(), max(CASE WHEN f.nth = whole(2) THEN s.value ELSE '' END), tab(),
    max(CASE WHEN f.nth = whole(3) THEN s.value ELSE '' END), tab(), max(CASE WHEN f.nth = whole(4) THEN s.value ELSE '' END), tab(),
    max(CASE WHEN f.nth = whole(5) THEN s.value ELSE '' END), tab(), max(CASE WHEN f.nth = whole(6) THEN s.value ELSE '' END)) AS vals
  FROM seen s JOIN sources c ON c.name = s.name AND c.nth = s.rank JOIN per f ON f.name = s.name GROUP BY s.pair, f.path;
CREATE TEMPORARY TABLE counted AS SELECT pair, path, vals, CASE WHEN selected = 0 THEN whole(0) WHEN counts = 'offers' THEN nano ELSE quotient(fixed(value), whole(100000000000)) END AS counted, lost FROM (
  SELECT q.nth AS pair, f.path AS path, coalesce(pl.vals, concat(tab(), tab(), tab(), tab(), tab())) AS vals, f.counts AS counts, p.nano AS nano, s.value AS value,
    CASE WHEN coalesce(w.conditions, 0) = coalesce(n.conditions, 0) THEN 1 ELSE 0 END AS selected, f.is_share AS is_share, coalesce(pl.columns, 0) AS columns, coalesce(m.columns, 0) AS needed,
    coalesce(pl.shortest, 1) AS shortest, CASE WHEN s.value IS NOT NULL AND zeros(text_of(fixed(s.value))) < 11 AND fixed(s.value) <> whole(0) THEN 1 ELSE 0 END AS lost
  FROM pairs q CROSS JOIN p CROSS JOIN families f LEFT JOIN places pl ON pl.pair = q.nth AND pl.path = f.path LEFT JOIN satisfied w ON w.pair = q.nth AND w.path = f.path
  LEFT JOIN (SELECT path, count(*) AS conditions FROM wheres GROUP BY path) n ON n.path = f.path LEFT JOIN (SELECT path, count(*) AS columns FROM per GROUP BY path) m ON m.path = f.path
  LEFT JOIN (SELECT s.pair AS pair, s.name AS name, s.value AS value FROM seen s JOIN sources c ON c.name = s.name AND c.nth = s.rank) s ON s.pair = q.nth AND s.name = f.counts) x
  WHERE columns = needed AND shortest > 0 AND (selected = 1 OR is_share = 1);
-- What a pair counts toward each limit; amounts are in 10^-9 too.
CREATE TEMPORARY TABLE entries AS SELECT c.pair AS pair, s.path AS path, s.family AS family, s.side AS side, s.sign AS sign, s.is_share AS is_share, s.cost AS cost, c.vals AS vals,
  c.counted AS counted, CASE WHEN s.kind = 'number' THEN fixed(s.amount) ELSE fixed(a.value) END AS amount
  FROM counted c JOIN sides s ON s.path = c.path LEFT JOIN (SELECT x.path AS path, x.side AS side, s.pair AS pair, s.value AS value
    FROM amount_columns x JOIN seen s ON s.name = x.name AND s.rank = x.nth) a ON a.path = s.path AND a.side = s.side AND a.pair = c.pair;
CREATE TEMPORARY TABLE limits AS SELECT e.path AS path, e.side AS side, e.vals AS vals, max(e.family) AS family, max(e.sign) AS sign, max(e.is_share) AS is_share, max(e.cost) AS cost,
  quotient(max(e.amount), whole(100000000000)) AS amount, max(CASE WHEN e.amount = quotient(e.amount, whole(100000000000)) * whole(100000000000) THEN 0 ELSE 1 END) AS lost,
  max(CASE WHEN e.counted = whole(0) THEN 0 ELSE greatest(0, 9 - zeros(text_of(e.counted))) END) AS places, max(e.amount) - min(e.amount) AS differs, greatest(whole(0), quotient(max(e.amount), whole(100000000000))
    - sum(CASE WHEN q.pinned = 1 AND e.side = 'at_least' AND e.is_share = 0 THEN e.counted ELSE whole(0) END)) AS rest,
  sum(CASE WHEN h.nth IS NULL THEN whole(0) ELSE e.counted END) AS given, sum(CASE WHEN h.nth IS NULL THEN 0 ELSE 1 END) AS offers
  FROM entries e JOIN pairs q ON q.nth = e.pair LEFT JOIN (SELECT DISTINCT q.nth AS nth FROM pairs q JOIN held h ON h.user_id = q.user_id AND h.contract_address = q.contract_address) h
  ON h.nth = e.pair GROUP BY e.path, e.side, e.vals;
-- Units that a limit is exceeded by, or lacks; and what is compared.
CREATE TEMPORARY TABLE beyond AS SELECT cost, (given - amount * allowed) * whole(sign) AS beyond, given + amount * allowed AS size
  FROM (SELECT cost, sign, given, amount, CASE WHEN is_share = 1 THEN whole(offers) ELSE whole(1) END AS allowed FROM limits) x;

-- ---- The objective, in units ----------------------------------------------------------------------------------------
CREATE TEMPORARY TABLE objective AS SELECT
  (SELECT coalesce(sum(quotient(fixed(score), p.unit) + CASE WHEN was_given = 0 THEN quotient(-fixed(p.change_cost), p.unit) ELSE whole(0) END), whole(0)) FROM held CROSS JOIN p)
  + (SELECT sum(CASE WHEN p.is_shortfall THEN (k - whole(s + t)) * quotient(-fixed(p.penalty), p.unit) ELSE w.down END
      + quotient(fixed(p.bonus), p.unit) * whole(CASE WHEN p.uniform THEN least(1, s) ELSE s END))
    FROM shapes CROSS JOIN p JOIN worths w ON w.i = least(whole(s + t), k, whole(w.last)))
  + (SELECT sum(quotient(-fixed(p.missing) * greatest(whole(0), least - whole(sponsored)), p.unit)) FROM kept CROSS JOIN p)
  + (SELECT coalesce(sum(quotient(portion(-fixed(cost), greatest(whole(0), beyond), p.nano), p.unit)), whole(0)) FROM beyond CROSS JOIN p WHERE cost IS NOT NULL) AS units;

-- ---- Cases: the certificate's own prices (path ''), and those at the ends of its tree ----------------------------------
CREATE TEMPORARY TABLE tree AS SELECT n.path AS path, n.kind AS kind, max(CASE WHEN o.name = 'count' THEN 2 WHEN o.name = 'offer' THEN 1 ELSE 0 END) AS splits
  FROM nodes n LEFT JOIN nodes o ON o.parent = n.path
  WHERE replace(replace(replace(replace(n.path, sub('', 'at_most'), ''), sub('', 'at_least'), ''), sub('', 'without'), ''), sub('', 'with'), '') = sub(sub('', 'branches'), 'tree') GROUP BY n.path, n.kind;
CREATE TEMPORARY TABLE offers AS SELECT t.path AS path, max(CASE WHEN v.name = '1' AND v.kind = 'text' THEN v.value END) AS user_id,
  max(CASE WHEN v.name = '2' AND v.kind = 'text' THEN v.value END) AS contract_address, count(*) AS many FROM tree t JOIN nodes v ON v.parent = sub(t.path, 'offer') GROUP BY t.path;
CREATE TEMPORARY TABLE cases AS SELECT '' AS path UNION ALL SELECT path FROM tree WHERE splits = 0;
CREATE TEMPORARY TABLE settled AS SELECT c.path AS path, q.nth AS pair, q.user_id AS user_id, q.brand AS brand,
  CASE WHEN substring(sub(c.path, ''), 1, length(sub(sub(o.path, 'with'), ''))) = sub(sub(o.path, 'with'), '') THEN 1 ELSE -1 END AS made
  FROM cases c CROSS JOIN offers o JOIN pairs q ON q.user_id = o.user_id AND q.contract_address = o.contract_address
  WHERE substring(sub(c.path, ''), 1, length(sub(sub(o.path, 'with'), ''))) = sub(sub(o.path, 'with'), '')
    OR substring(sub(c.path, ''), 1, length(sub(sub(o.path, 'without'), ''))) = sub(sub(o.path, 'without'), '');
-- Nobody can have more of a brand than is allowed: such a case is none.
CREATE TEMPORARY TABLE void AS SELECT DISTINCT path FROM (SELECT path, user_id, brand, count(*) AS of_brand FROM settled WHERE made = 1 GROUP BY path, user_id, brand) x
  CROSS JOIN p WHERE whole(of_brand) > p.per_brand;
CREATE TEMPORARY TABLE more AS SELECT coalesce(max(quotient(fixed(CASE WHEN kind = 'number' AND name = 'price' THEN value ELSE '0' END), p.unit)), whole(0)) AS more FROM nodes n CROSS JOIN p WHERE parent = sub('', 'branches') AND name = 'price' AND kind = 'number';
-- Numbers of offers of a kind, pinned ones aside, or of a group's users who get a sponsored one: at most so many, or at least one more,
-- at prices that stand at the ends.
CREATE TEMPORARY TABLE counts AS SELECT t.path AS path, max(CASE WHEN v.name IN ('offers', 'sponsored_users') AND v.kind = 'number' THEN v.value END) AS offers,
  max(CASE WHEN v.name = 'sponsored_users' THEN 1 ELSE 0 END) AS of_users, sum(CASE WHEN v.name IN ('offers', 'sponsored_users') THEN 1 ELSE 0 END) AS many,
  max(CASE WHEN v.name = 'least_score' THEN v.value END) AS least_score, max(CASE WHEN v.name = 'group_id' THEN v.value END) AS group_id,
  max(CASE WHEN v.name = 'contracts' THEN v.path END) AS contracts, max(CASE WHEN v.name IN ('offers', 'sponsored_users') AND v.kind = 'number' OR v.name = 'least_score' AND v.kind = 'number'
    OR v.name = 'group_id' AND v.kind = 'text' OR v.name = 'contracts' AND v.kind = 'array' OR v.name NOT IN ('offers', 'sponsored_users', 'least_score', 'group_id', 'contracts') THEN 0 ELSE 1 END) AS wrong
  FROM tree t JOIN nodes v ON v.parent = sub(t.path, 'count') WHERE t.splits = 2 GROUP BY t.path;
CREATE TEMPORARY TABLE of_count AS SELECT DISTINCT o.path AS path, q.nth AS pair FROM counts o CROSS JOIN pairs q LEFT JOIN nodes n ON n.parent = o.contracts AND n.value = q.contract_address
  WHERE o.of_users = 0 AND q.pinned = 0 AND (o.group_id IS NULL OR q.group_id = o.group_id) AND (o.contracts IS NULL OR n.path IS NOT NULL)
  AND (o.least_score IS NULL OR fixed(q.score) >= fixed(coalesce(o.least_score, '0')));
CREATE TEMPORARY TABLE count_limits AS SELECT x.path AS path, x.of AS of, x.of_users AS of_users, x.group_id AS group_id, x.sign AS sign, whole(double_of(coalesce(x.offers, '0'))) + CASE WHEN x.sign = 1 THEN whole(0) ELSE whole(1) END AS amount, f.value AS value, f.kind AS kind,
  quotient(fixed(CASE WHEN f.kind = 'number' THEN f.value ELSE '0' END), p.unit) AS price
  FROM (SELECT c.path AS path, o.path AS of, o.of_users AS of_users, o.group_id AS group_id, o.offers AS offers, CASE WHEN substring(sub(c.path, ''), 1, length(sub(sub(o.path, 'at_most'), ''))) = sub(sub(o.path, 'at_most'), '') THEN 1 ELSE -1 END AS sign,
      sub(sub(c.path, 'counts'), text_of(row_number() OVER (PARTITION BY c.path ORDER BY length(o.path)))) AS place FROM cases c CROSS JOIN counts o
    WHERE substring(sub(c.path, ''), 1, length(sub(sub(o.path, 'at_most'), ''))) = sub(sub(o.path, 'at_most'), '')
      OR substring(sub(c.path, ''), 1, length(sub(sub(o.path, 'at_least'), ''))) = sub(sub(o.path, 'at_least'), '')) x CROSS JOIN p LEFT JOIN nodes f ON f.path = x.place;
CREATE TEMPORARY TABLE paid_for_counts AS SELECT l.path AS path, o.pair AS pair, sum(whole(l.sign) * l.price) AS paid FROM count_limits l JOIN of_count o ON o.path = l.of GROUP BY l.path, o.pair;

-- ---- Prices, cut to units -------------------------------------------------------------------------------------------
CREATE TEMPORARY TABLE cap_prices AS SELECT c.path AS path, f.name AS name, f.kind AS kind, f.value AS value, quotient(fixed(CASE WHEN f.kind = 'number' THEN f.value ELSE '0' END), p.unit) AS price
  FROM cases c JOIN nodes f ON f.parent = sub(c.path, 'contracts') CROSS JOIN p;
CREATE TEMPORARY TABLE rule_prices AS SELECT c.path AS path, g.name AS group_id, g.kind AS group_kind, f.name AS name, f.kind AS kind, f.value AS value,
  quotient(fixed(CASE WHEN f.kind = 'number' THEN f.value ELSE '0' END), p.unit) AS price
  FROM cases c JOIN nodes g ON g.parent = sub(c.path, 'groups') LEFT JOIN nodes f ON f.parent = g.path CROSS JOIN p;
CREATE TEMPORARY TABLE group_prices AS SELECT c.path AS path, d.group_id AS group_id, max(d.least) AS least, max(d.most) AS most, max(d.share) AS share, max(d.mixed) AS mixed,
  coalesce(sum(CASE WHEN name = 'min_sponsored' THEN price END), whole(0)) AS mu, coalesce(sum(CASE WHEN name = 'max_sponsored' THEN price END), whole(0)) AS nu,
  coalesce(sum(CASE WHEN name = 'assignment_ratio' THEN price END), whole(0)) AS alpha, coalesce(sum(CASE WHEN name = 'mixed_share' THEN price END), whole(0)) AS beta,
  max(CASE WHEN name IN ('assignment_ratio', 'mixed_share') AND double_of(value) > 0 THEN 1 ELSE 0 END) AS is_joint,
  coalesce(max(n.owed), whole(0)) AS of_case, coalesce(max(n.worth), whole(0)) AS worth_of_case, max(n.low) AS low, max(n.high) AS high
  FROM cases c CROSS JOIN demands d LEFT JOIN rule_prices r ON r.path = c.path AND r.group_id = d.group_id
  LEFT JOIN (SELECT path, group_id, sum(whole(sign) * price) AS owed, sum(whole(sign) * price * amount) AS worth, max(CASE WHEN sign = -1 THEN amount END) AS low,
    min(CASE WHEN sign = 1 THEN amount END) AS high FROM count_limits WHERE of_users = 1 GROUP BY path, group_id) n ON n.path = c.path AND n.group_id = d.group_id
  GROUP BY c.path, d.group_id;
CREATE TEMPORARY TABLE limit_items AS SELECT c.path AS path, i.path AS item, max(CASE WHEN v.name = 'limit' AND v.kind = 'text' THEN v.value END) AS family,
  max(CASE WHEN v.name = 'side' AND v.kind = 'text' THEN v.value END) AS side, max(CASE WHEN v.name = 'price' AND v.kind = 'number' THEN v.value END) AS price
  FROM cases c JOIN nodes i ON i.parent = sub(c.path, 'limits') LEFT JOIN nodes v ON v.parent = i.path GROUP BY c.path, i.path;
CREATE TEMPORARY TABLE item_values AS SELECT i.path AS path, i.item AS item, i.family AS family, i.side AS side, i.price AS price, f.path AS of, coalesce(max(n.many), 0) AS many,
  count(r.name) AS columns, concat(
    max(CASE WHEN r.nth = whole(1) THEN v.value ELSE '' END), tab(), max(CASE WHEN r.nth = whole(2) THEN v.value ELSE '' END), tab(),
    max(CASE WHEN r.nth = whole(3) THEN v.value ELSE '' END), tab(), max(CASE WHEN r.nth = whole(4) THEN v.value ELSE '' END), tab(),
    max(CASE WHEN r.nth = whole(5) THEN v.value ELSE '' END), tab(), max(CASE WHEN r.nth = whole(6) THEN v.value ELSE '' END)) AS vals
  FROM limit_items i JOIN families f ON f.family = i.family LEFT JOIN nodes v ON v.parent = sub(i.item, 'values') AND v.kind = 'text' LEFT JOIN per r ON r.path = f.path AND r.name = v.name
  LEFT JOIN (SELECT path, count(*) AS many FROM per GROUP BY path) n ON n.path = f.path GROUP BY i.path, i.item, i.family, i.side, i.price, f.path;
CREATE TEMPORARY TABLE limit_prices AS SELECT i.path AS path, i.item AS item, l.path AS of, l.side AS side, l.vals AS vals, l.sign AS sign, l.is_share AS is_share, l.amount AS amount, l.rest AS rest,
  l.cost AS cost, i.price AS value, quotient(fixed(i.price), p.unit) AS price
  FROM item_values i CROSS JOIN p JOIN limits l ON l.path = i.of AND l.side = i.side AND l.vals = i.vals WHERE i.columns = i.many AND i.price IS NOT NULL;
-- Prices are multiplied as whole nanos and the rest of each, which is exact too, as the whole product may have more than 38 digits.
CREATE TEMPORARY TABLE paid AS SELECT path, pair, sum(quotient(price, nano) * counted) + quotient(sum((price - quotient(price, nano) * nano) * counted), max(nano)) AS paid FROM (
  SELECT x.path AS path, e.pair AS pair, x.price AS price, p.nano AS nano, whole(x.sign) * CASE WHEN x.is_share = 1 THEN e.counted - x.amount WHEN x.side = 'at_most' THEN e.counted
    WHEN q.pinned = 1 THEN whole(0) WHEN x.amount > whole(0) THEN least(e.counted, x.rest) ELSE e.counted END AS counted
  FROM limit_prices x CROSS JOIN p JOIN entries e ON e.path = x.of AND e.side = x.side AND e.vals = x.vals JOIN pairs q ON q.nth = e.pair) y GROUP BY path, pair;

-- ---- The bound of each case: price x amount, and each user's best bundle at the prices, in units -------------------------
CREATE TEMPORARY TABLE valued AS SELECT g.path AS path, q.user_id AS user_id, q.brand AS brand, q.pinned AS pinned, CASE WHEN p.uniform AND NOT q.sponsored THEN 1 ELSE 0 END AS list,
  -quotient(-fixed(q.score), p.unit) - coalesce(c.price, whole(0)) - coalesce(l.paid, whole(0)) - coalesce(n.paid, whole(0)) - CASE WHEN q.was_given = 0 THEN quotient(fixed(p.change_cost), p.unit) ELSE whole(0) END
    + whole(coalesce(s.made, 0)) * m.more
    + CASE WHEN NOT p.uniform THEN CASE WHEN q.sponsored THEN -quotient(-fixed(p.bonus), p.unit) ELSE whole(0) END
        WHEN q.sponsored THEN -part(-g.alpha, fixed('1') - coalesce(g.share, whole(0))) ELSE -part(g.alpha, coalesce(g.share, whole(0))) END AS value
  FROM pairs q CROSS JOIN p CROSS JOIN more m JOIN group_prices g ON g.group_id = q.group_id LEFT JOIN cap_prices c ON c.path = g.path AND c.name = q.contract_address
  LEFT JOIN paid l ON l.path = g.path AND l.pair = q.nth LEFT JOIN settled s ON s.path = g.path AND s.pair = q.nth
  LEFT JOIN paid_for_counts n ON n.path = g.path AND n.pair = q.nth;
CREATE TEMPORARY TABLE branded AS SELECT path, user_id, list, value, pinned, row_number() OVER (PARTITION BY path, user_id, list, brand ORDER BY pinned DESC, value DESC) AS of_brand FROM valued;
CREATE TEMPORARY TABLE ranked AS SELECT path, user_id, list, value, row_number() OVER (PARTITION BY path, user_id, list ORDER BY pinned DESC, value DESC) AS nth
  FROM branded CROSS JOIN p WHERE pinned = 1 OR whole(of_brand) <= coalesce(p.per_brand, whole(of_brand));
CREATE TEMPORARY TABLE prefixes AS SELECT path, user_id, list, nth, sum(value) OVER (PARTITION BY path, user_id, list ORDER BY nth) AS value FROM ranked
  UNION ALL SELECT c.path, user_id, 0, 0, whole(0) FROM users CROSS JOIN cases c UNION ALL SELECT c.path, user_id, 1, 0, whole(0) FROM users CROSS JOIN cases c;
CREATE TEMPORARY TABLE bundles AS SELECT a.path AS path, u.user_id AS user_id, u.group_id AS group_id, a.nth AS s, b.nth AS t, a.value + b.value
    + CASE WHEN p.is_shortfall THEN (u.k - whole(a.nth + b.nth)) * -quotient(fixed(p.penalty), p.unit) ELSE w.up END
    + CASE WHEN p.uniform AND a.nth > 0 THEN -quotient(-fixed(p.bonus), p.unit) + g.mu - g.nu - g.of_case ELSE whole(0) END
    - CASE WHEN a.nth > 0 AND b.nth > 0 THEN g.beta ELSE whole(0) END AS value
  FROM users u CROSS JOIN p JOIN prefixes a ON a.user_id = u.user_id AND a.list = 0 JOIN prefixes b ON b.user_id = u.user_id AND b.list = 1 AND b.path = a.path
  JOIN group_prices g ON g.group_id = u.group_id AND g.path = a.path JOIN worths w ON w.i = least(whole(a.nth + b.nth), u.k, whole(w.last))
  WHERE whole(a.nth + b.nth) <= u.k AND a.nth >= u.pinned_s AND b.nth >= u.pinned_t AND (NOT p.uniform OR a.nth = 0 OR b.nth = 0 OR (p.mixes AND CASE WHEN p.third
    THEN b.nth = 1 AND whole(a.nth) = u.k - 1 ELSE whole(a.nth) >= greatest(whole(1), least(p.rounds, u.k - 1)) END));
CREATE TEMPORARY TABLE best AS SELECT path, user_id, group_id, max(value) AS value FROM bundles GROUP BY path, user_id, group_id;
CREATE TEMPORARY TABLE bounds AS SELECT c.path AS path,
  coalesce(x.worth, whole(0)) + g.worth + b.worth + coalesce(l.worth, whole(0)) - coalesce(s.made, whole(0)) + coalesce(n.worth, whole(0)) AS units
  FROM cases c LEFT JOIN (SELECT x.path AS path, sum(x.price * k.cap) AS worth FROM cap_prices x JOIN contracts k ON k.contract_address = x.name GROUP BY x.path) x ON x.path = c.path
  JOIN (SELECT path, sum(nu * coalesce(most, whole(0)) - mu * least + beta * coalesce(mixed, whole(0))) AS worth FROM group_prices GROUP BY path) g ON g.path = c.path
  JOIN (SELECT path, sum(value) AS worth FROM best GROUP BY path) b ON b.path = c.path
  LEFT JOIN (SELECT path, sum(quotient(price, nano) * amount) - quotient(-sum((price - quotient(price, nano) * nano) * amount), max(nano)) AS worth FROM (
    SELECT path, price, nano, CASE WHEN is_share = 1 THEN whole(0) WHEN side = 'at_most' THEN amount ELSE -rest END AS amount FROM limit_prices CROSS JOIN p) x GROUP BY path) l ON l.path = c.path
  LEFT JOIN (SELECT path, sum(CASE WHEN made = 1 THEN m.more ELSE whole(0) END) AS made FROM settled CROSS JOIN more m GROUP BY path) s ON s.path = c.path
  LEFT JOIN (SELECT path, sum(whole(sign) * price * amount) AS worth FROM count_limits GROUP BY path) n ON n.path = c.path;
-- Objectives lie on a grid where numbers have few decimals.
CREATE TEMPORARY TABLE numbers AS SELECT score AS t FROM pairs UNION ALL SELECT bonus FROM p UNION ALL SELECT penalty FROM p WHERE is_shortfall UNION ALL SELECT change_cost FROM p
  UNION ALL SELECT missing FROM p WHERE (SELECT max(least) FROM demands) > 0
  UNION ALL SELECT value FROM nodes f WHERE parent = sub('', 'cov_w') AND (SELECT is_shortfall FROM p) = (1 = 0);
CREATE TEMPORARY TABLE grid AS SELECT max(CASE WHEN fixed(t) = whole(0) THEN 0 ELSE greatest(0, 20 - zeros(text_of(fixed(t)))) END) AS step,
  max(CASE WHEN abs(double_of(text_of(CAST(t AS DECIMAL(38, 20)))) - double_of(t)) > 0 THEN 1 ELSE 0 END) AS lost FROM numbers;
CREATE TEMPORARY TABLE limit_grid AS SELECT max(CASE WHEN fixed(cost) = whole(0) THEN 0 ELSE greatest(0, 20 - zeros(text_of(fixed(cost)))) END
  + greatest(CASE WHEN amount = whole(0) THEN 0 ELSE greatest(0, 9 - zeros(text_of(amount))) END, places)) AS step FROM limits WHERE cost IS NOT NULL;
CREATE TEMPORARY TABLE steps AS SELECT CASE WHEN greatest(g.step, coalesce(l.step, 0)) < p.n THEN whole(pow(10, double_of(text_of(p.n)) - greatest(g.step, coalesce(l.step, 0)))) ELSE whole(1) END AS step
  FROM grid g CROSS JOIN limit_grid l CROSS JOIN p;

-- ---- What groups lose by keeping their rules over whole users ---------------------------------------------------------
CREATE TEMPORARY TABLE claim AS SELECT quotient(fixed(exact_objective), unit) AS objective, quotient(fixed(exact_bound), unit) AS bound FROM p;
-- The bundles that lose no more than is needed, of users of groups with such a price; those of one bundle are settled.
CREATE TEMPORARY TABLE losing AS SELECT b.path AS path, b.group_id AS group_id, b.user_id AS user_id, CASE WHEN b.s > 0 THEN 1 ELSE 0 END AS users, CASE WHEN b.s > 0 AND b.t > 0 THEN 1 ELSE 0 END AS mixing,
  b.s AS s, b.t AS t, m.value - b.value AS lost, count(*) OVER (PARTITION BY b.path, b.user_id) AS many
  FROM bundles b JOIN best m ON m.path = b.path AND m.user_id = b.user_id JOIN group_prices g ON g.path = b.path AND g.group_id = b.group_id JOIN bounds x ON x.path = b.path CROSS JOIN claim c
  WHERE g.is_joint = 1 AND x.units > c.bound AND m.value - b.value <= x.units - c.bound;
CREATE TEMPORARY TABLE choosing AS SELECT path, group_id, user_id, row_number() OVER (PARTITION BY path, group_id ORDER BY second DESC, user_id) AS nth FROM (
  SELECT path, group_id, user_id, min(CASE WHEN lost > whole(0) THEN lost END) AS second FROM losing WHERE many > 1 GROUP BY path, group_id, user_id) x;
CREATE TEMPORARY TABLE turns AS SELECT c.path AS path, c.group_id AS group_id, c.nth AS nth, l.users AS users, l.mixing AS mixing, l.s AS s, l.t AS t, min(l.lost) AS lost
  FROM choosing c JOIN losing l ON l.path = c.path AND l.user_id = c.user_id GROUP BY c.path, c.group_id, c.nth, l.users, l.mixing, l.s, l.t;
CREATE TEMPORARY TABLE ways AS
WITH RECURSIVE w AS (
  SELECT path, group_id, whole(0) AS nth, whole(sum(CASE WHEN many = 1 THEN users ELSE 0 END)) AS users, whole(sum(CASE WHEN many = 1 THEN mixing ELSE 0 END)) AS mixing,
    whole(sum(CASE WHEN many = 1 THEN s ELSE 0 END)) AS s, whole(sum(CASE WHEN many = 1 THEN t ELSE 0 END)) AS t, whole(0) AS lost FROM losing GROUP BY path, group_id
  UNION ALL
  SELECT w.path AS path, w.group_id AS group_id, whole(x.nth) AS nth, w.users + whole(x.users) AS users, w.mixing + whole(x.mixing) AS mixing, w.s + whole(x.s) AS s, w.t + whole(x.t) AS t,
    min(w.lost + x.lost) AS lost
  FROM w JOIN turns x ON x.path = w.path AND x.group_id = w.group_id AND whole(x.nth) = w.nth + whole(1) JOIN bounds b ON b.path = w.path CROSS JOIN claim c
  WHERE w.lost + x.lost <= b.units - c.bound
  GROUP BY w.path, w.group_id, whole(x.nth), w.users + whole(x.users), w.mixing + whole(x.mixing), w.s + whole(x.s), w.t + whole(x.t)
)
SELECT path, group_id, nth, users, mixing, s, t, lost FROM w;
CREATE TEMPORARY TABLE losses AS SELECT g.path AS path, g.group_id AS group_id, least(max(b.units) - max(c.bound), min(w.lost
    + CASE WHEN w.users >= g.least THEN g.mu * (w.users - g.least) ELSE (quotient(fixed(p.missing), p.unit) - g.mu) * (g.least - w.users) END
    + CASE WHEN g.most IS NULL THEN whole(0) ELSE g.nu * (g.most - w.users) END + CASE WHEN g.mixed IS NULL THEN whole(0) ELSE g.beta * (g.mixed - w.mixing) END
    + g.worth_of_case - g.of_case * w.users + CASE WHEN g.share IS NULL THEN whole(0) ELSE part(g.alpha, w.s * fixed('1') - g.share * (w.s + w.t)) END)) AS lost
  FROM ways w JOIN (SELECT path, group_id, max(nth) AS nth FROM choosing GROUP BY path, group_id UNION ALL
    SELECT DISTINCT path, group_id, 0 FROM losing l WHERE concat(path, tab(), group_id) NOT IN (SELECT concat(path, tab(), group_id) FROM choosing)) e
    ON e.path = w.path AND e.group_id = w.group_id AND whole(e.nth) = w.nth
  JOIN group_prices g ON g.path = w.path AND g.group_id = w.group_id JOIN bounds b ON b.path = w.path CROSS JOIN claim c CROSS JOIN p
  WHERE (g.low IS NULL OR w.users >= g.low) AND (g.high IS NULL OR w.users <= g.high) AND (g.most IS NULL OR w.users <= g.most) AND (g.mixed IS NULL OR w.mixing <= g.mixed) AND (g.share IS NULL OR w.s * fixed('1') >= g.share * (w.s + w.t)) GROUP BY g.path, g.group_id;
-- A group whose every way within what is needed breaks a rule loses at least that much.
CREATE TEMPORARY TABLE proven AS SELECT b.path AS path, b.units - coalesce(l.lost, whole(0)) AS units, quotient(b.units - coalesce(l.lost, whole(0)), s.step) * s.step AS proven
  FROM bounds b CROSS JOIN steps s LEFT JOIN (SELECT g.path AS path, sum(coalesce(x.lost, b.units - c.bound)) AS lost FROM (SELECT DISTINCT path, group_id FROM losing) g
    JOIN bounds b ON b.path = g.path CROSS JOIN claim c LEFT JOIN losses x ON x.path = g.path AND x.group_id = g.group_id GROUP BY g.path) l ON l.path = b.path;
-- The certificate's own prices prove a bound, and so do its cases: the largest of theirs.
CREATE TEMPORARY TABLE bound AS SELECT least(r.proven, coalesce(c.proven, r.proven)) AS proven, CASE WHEN c.proven < r.proven THEN c.proven ELSE r.units END AS units
  FROM (SELECT proven, units FROM proven WHERE path = '') r CROSS JOIN (SELECT max(proven) AS proven FROM proven WHERE path <> '' AND path NOT IN (SELECT path FROM void)) c;

-- ---- Hashes of the tables in canonical form; `other`: without brands, or users' own k, where there are none --------------
CREATE TEMPORARY TABLE members AS SELECT user_id, min(group_id) AS g, min(own_k) AS own, concat(esc(user_id), joined(concat(tab(), text_of(place), ':', plain(score)), place)) AS scores,
  concat(esc(user_id), joined(CASE WHEN was_given = 1 THEN concat(tab(), text_of(place)) ELSE '' END, place)) AS was,
  concat(esc(user_id), joined(CASE WHEN pinned = 1 THEN concat(tab(), text_of(place)) ELSE '' END, place)) AS pins FROM pairs GROUP BY user_id;
CREATE TEMPORARY TABLE newline AS SELECT CASE WHEN 1 = 1 THEN '
' END AS nl;
-- Further columns that limits name: those of a table by name, a value for each of its rows; a table's rank, then the name, then the row.
CREATE TEMPORARY TABLE attributes AS SELECT h.nth AS rank, h.tab AS tab, c.name AS name, max(CASE WHEN h.nth = 4 AND c.role = 'counts' THEN 1 ELSE 0 END) AS is_number
  FROM (SELECT role, name FROM columns UNION ALL SELECT 'amount', name FROM amount_columns) c JOIN headers h ON h.name = c.name
  WHERE c.name NOT IN ('in_previous', 'contract_address', 'cap_face', 'is_sponsored', 'brand_id', 'user_id', 'group_id', 'sponsorship_ratio')
  AND (h.nth < 4 OR c.name NOT IN (SELECT name FROM headers WHERE nth < 4)) GROUP BY h.nth, h.tab, c.name;
CREATE TEMPORARY TABLE canonical AS SELECT 'caps' AS tab, k.nth AS nth, concat(CASE WHEN c.sponsored THEN '0' ELSE '1' END, tab(), c.contract_address) AS place FROM keys k JOIN contracts c ON c.contract_address = k.id WHERE k.tab = 'caps'
  UNION ALL SELECT 'user_groups', k.nth, m.user_id FROM keys k JOIN members m ON m.user_id = k.id WHERE k.tab = 'user_groups'
  UNION ALL SELECT 'group_ratios', k.nth, k.id FROM keys k WHERE k.tab = 'group_ratios' AND k.id IN (SELECT g FROM members)
  UNION ALL SELECT 'elig', nth, concat(user_id, tab(), substring(text_of(10000000 + place), 2, 7)) FROM pairs;
CREATE TEMPORARY TABLE attribute_lines AS SELECT a.rank AS rank, a.name AS name, '' AS place, concat(a.tab, tab(), esc(a.name), nl) AS line FROM attributes a CROSS JOIN newline
  UNION ALL SELECT a.rank, a.name, concat('/', o.place), concat(CASE WHEN a.is_number = 1 THEN plain(c.value) ELSE esc(c.value) END, nl)
    FROM attributes a CROSS JOIN newline JOIN cells c ON c.tab = a.tab AND c.name = a.name JOIN canonical o ON o.tab = c.tab AND o.nth = c.nth;
CREATE TEMPORARY TABLE hashes AS
  SELECT 'caps' AS name, digest(joined(concat(esc(contract_address), tab(), text_of(cap), tab(), CASE WHEN sponsored THEN '1' ELSE '0' END, tab(), esc(brand_id), nl), place)) AS hash,
    CASE WHEN max(brand_id) = '' THEN digest(joined(concat(esc(contract_address), tab(), text_of(cap), tab(), CASE WHEN sponsored THEN '1' ELSE '0' END, nl), place)) ELSE '' END AS other
    FROM contracts CROSS JOIN newline
  UNION ALL SELECT 'user_groups', digest(joined(concat(esc(user_id), tab(), esc(g), tab(), own, nl), user_id)),
    CASE WHEN max(own) = '' THEN digest(joined(concat(esc(user_id), tab(), esc(g), nl), user_id)) ELSE '' END FROM members CROSS JOIN newline
  UNION ALL SELECT 'group_ratios', digest(joined(concat(esc(group_id), tab(), plain(ratio), nl), group_id)), '' FROM demands CROSS JOIN newline
  UNION ALL SELECT 'elig', digest(joined(concat(scores, nl), user_id)), '' FROM members CROSS JOIN newline
  UNION ALL SELECT 'previous', digest(joined(concat(was, nl), user_id)), '' FROM members CROSS JOIN newline WHERE (SELECT count(*) FROM files WHERE tab = 'previous') > 0 HAVING count(*) > 0
  UNION ALL SELECT 'pins', digest(joined(concat(pins, nl), user_id)), '' FROM members CROSS JOIN newline WHERE (SELECT max(pinned) FROM pairs) = 1 HAVING count(*) > 0
  UNION ALL SELECT 'attributes', digest(joined(line, concat(text_of(rank), name, tab(), place))), '' FROM attribute_lines HAVING count(*) > 0;

-- ---- Doubles as m / 2^e, so that they are compared as whole numbers -----------------------------------------------------
CREATE TEMPORARY TABLE doubles AS SELECT p.bound AS d, c.bound AS top, whole(pow(10, double_of(text_of(p.n)))) AS bottom, 'bound' AS name FROM p CROSS JOIN claim c
  UNION ALL SELECT p.gap, CASE WHEN c.bound = whole(0) THEN CASE WHEN c.objective = whole(0) THEN whole(0) ELSE whole(1) END ELSE c.bound - c.objective END,
    CASE WHEN c.bound = whole(0) THEN whole(1) ELSE abs(c.bound) END, 'gap' FROM p CROSS JOIN claim c;
CREATE TEMPORARY TABLE halves AS SELECT name, d, top, bottom, CASE WHEN d = 0 THEN 0 ELSE 53 - floor(log2(abs(d))) END AS e FROM doubles;
CREATE TEMPORARY TABLE least_doubles AS SELECT name, CASE WHEN d = 0 THEN top = whole(0) ELSE whole(d * pow(2, e)) * bottom >= top * whole(pow(2, e)) AND
  (whole(d * pow(2, e)) - whole(CASE WHEN d > 0 AND d * pow(2, e) = pow(2, 53) THEN 1 ELSE 2 END)) * bottom < top * whole(pow(2, e)) END AS holds FROM halves;

-- ---- All that must be so ----------------------------------------------------------------------------------------------
CREATE TEMPORARY TABLE wanted AS SELECT 'format' AS name, 2 AS low, 2 AS high, 1 AS is_whole UNION ALL SELECT 'k', 1, 65535, 1 UNION ALL SELECT 'sponsored_bonus', -1e15, 1e15, 0
  UNION ALL SELECT 'shortfall_penalty', 0, 1e15, 0 UNION ALL SELECT 'shortfall_price', 0, 1e15, 0 UNION ALL SELECT 'ratio_slack', 0, 1, 0
  UNION ALL SELECT 'sponsored_first_rounds', 0, 65535, 1 UNION ALL SELECT 'max_mixed_share', 0, 1, 0 UNION ALL SELECT 'objective', -1e15, 1e15, 0
  UNION ALL SELECT 'bound', -1e15, 1e15, 0 UNION ALL SELECT 'gap', 0, 1e300, 0;
CREATE TEMPORARY TABLE demanded AS SELECT concat(w.name, ' is a number') AS what, count(CASE WHEN f.kind = 'number' AND double_of(f.value) BETWEEN low AND high
    AND (is_whole = 0 OR double_of(f.value) = floor(double_of(f.value))) THEN 1 END) = 1 AS holds FROM wanted w LEFT JOIN nodes f ON f.parent = '' AND f.name = w.name GROUP BY w.name
  UNION ALL SELECT 'texts, flags and objects are what they are', count(CASE WHEN name = 'divvy' AND kind = 'text'
    OR name = 'model' AND kind = 'text' AND value IN ('uniform', 'coverage') OR name = 'cov_mode' AND kind = 'text' AND value IN ('z', 'shortfall')
    OR name = 'assignment_ratio_guard' AND kind = 'text' AND value IN ('none', 'moving', 'hard')
    OR name IN ('enforce_assignment_ratio', 'mix_tail', 'third_slot_only_mixing') AND kind = 'flag' OR name = 'cov_w' AND kind = 'array'
    OR name IN ('inputs', 'exact', 'contracts', 'groups') AND kind = 'object'
    OR name = 'max_sponsored_ratio' AND (kind = 'null' OR kind = 'number' AND double_of(value) BETWEEN 0 AND 1)
    OR name = 'max_per_brand' AND (kind = 'null' OR kind = 'number' AND double_of(value) >= 1 AND double_of(value) = floor(double_of(value))) THEN 1 END) = 14 FROM nodes f WHERE parent = ''
  UNION ALL SELECT 'what need not be there is what it is', count(*) = 0 FROM nodes f WHERE parent = '' AND (name IN ('limits', 'limit_families') AND kind <> 'array' OR name = 'branches' AND kind <> 'object'
    OR name = 'change_cost' AND NOT (kind = 'number' AND double_of(value) >= 0) OR name = 'search_bound' AND kind NOT IN ('number', 'null')) OR matches(name, concat('.*', sub('', ''), '.*'))
  UNION ALL SELECT 'own_limits_kept is absent or false: this judges bounds by prices of all limits', count(*) = 0 FROM nodes f WHERE parent = '' AND name = 'own_limits_kept' AND NOT (kind = 'flag' AND value = 'false')
  UNION ALL SELECT 'changes cost nothing, or the offers of before are given', count(*) = 0 FROM p WHERE double_of(change_cost) > 0 AND (SELECT count(*) FROM files WHERE tab = 'previous') = 0
  UNION ALL SELECT 'weights and prices of caps are numbers', count(*) = 0 FROM (SELECT kind, value, 0 AS low FROM cap_prices UNION ALL SELECT kind, value, -1e15 FROM nodes f WHERE parent = sub('', 'cov_w')) x
    WHERE NOT (kind = 'number' AND double_of(value) >= low AND abs(double_of(value)) < 1e18)
  UNION ALL SELECT 'each case has prices of caps and groups', (SELECT count(*) FROM cases c JOIN nodes f ON f.parent = c.path WHERE f.name IN ('contracts', 'groups') AND f.kind = 'object') = 2 * count(*) FROM cases
  UNION ALL SELECT 'limits of cases are lists', count(*) = 0 FROM cases c JOIN nodes f ON f.parent = c.path WHERE f.name = 'limits' AND f.kind <> 'array'
  UNION ALL SELECT 'prices are of this drop', count(*) = 0 FROM cap_prices x LEFT JOIN contracts c ON c.contract_address = x.name WHERE c.contract_address IS NULL
  UNION ALL SELECT 'prices of groups are of rules that they have, and no more than missing them costs', count(*) = 0 FROM rule_prices r CROSS JOIN p LEFT JOIN demands d ON d.group_id = r.group_id
    WHERE r.group_kind <> 'object' OR d.group_id IS NULL OR r.name IS NOT NULL AND CASE WHEN NOT (r.kind = 'number' AND double_of(r.value) >= 0 AND double_of(r.value) < 1e18) THEN 1
      WHEN double_of(r.value) = 0 THEN 0 WHEN r.name = 'min_sponsored' AND p.uniform AND double_of(r.value) <= double_of(p.missing) OR r.name = 'max_sponsored' AND d.most IS NOT NULL
      OR r.name = 'assignment_ratio' AND d.share IS NOT NULL OR r.name = 'mixed_share' AND d.mixed IS NOT NULL THEN 0 ELSE 1 END = 1
  UNION ALL SELECT 'families of limits are what they are, each by its name', count(*) = 0 FROM (SELECT max(fields_right) AS most, min(fields_right) AS least, count(*) AS many FROM families GROUP BY family) x
    WHERE most <> 8 OR least <> 8 OR many <> 1
  UNION ALL SELECT 'columns of limits are texts that are in a table', count(*) = 0 FROM (SELECT name FROM columns UNION ALL SELECT name FROM amount_columns WHERE found = nth OR name IS NULL) c
    LEFT JOIN sources s ON s.name = c.name WHERE s.name IS NULL
  UNION ALL SELECT 'limits are per up to six columns', count(*) = 0 FROM per WHERE nth > whole(6)
  UNION ALL SELECT 'amounts that are columns are in a table', (SELECT count(*) FROM sides WHERE kind = 'text') = count(*) FROM amount_columns WHERE found = nth
  UNION ALL SELECT 'conditions have values', count(*) = 0 FROM wheres w LEFT JOIN nodes v ON v.parent = w.condition AND v.name = 'values' AND v.kind = 'array' WHERE v.name IS NULL
  UNION ALL SELECT 'what limits count and allow has up to nine decimals', (SELECT count(*) FROM limits WHERE lost = 1 OR differs <> whole(0)) = 0 AND count(*) = 0 FROM counted WHERE lost = 1
  UNION ALL SELECT 'prices of limits are of limits of the drop, and no more than missing them costs', count(*) = 0 FROM limit_items i LEFT JOIN limit_prices l ON l.item = i.item
    WHERE l.item IS NULL OR NOT double_of(l.value) >= 0 OR double_of(l.value) >= 1e18 OR double_of(l.value) > double_of(l.cost)
  UNION ALL SELECT 'a case is about one offer, made or not', count(*) = 0 FROM tree t LEFT JOIN offers o ON o.path = t.path LEFT JOIN pairs q ON q.user_id = o.user_id AND q.contract_address = o.contract_address
    LEFT JOIN nodes a ON a.path = sub(t.path, 'with') LEFT JOIN nodes b ON b.path = sub(t.path, 'without')
    WHERE t.kind <> 'object' OR t.splits = 1 AND (q.nth IS NULL OR o.many <> 2 OR coalesce(a.kind, '') <> 'object' OR coalesce(b.kind, '') <> 'object')
  UNION ALL SELECT 'a number of offers or users is of what there is, so many or more', count(*) = 0 FROM tree t CROSS JOIN p LEFT JOIN counts o ON o.path = t.path LEFT JOIN nodes a ON a.path = sub(t.path, 'at_most') LEFT JOIN nodes b ON b.path = sub(t.path, 'at_least')
    WHERE t.splits = 2 AND (o.offers IS NULL OR o.many <> 1 OR o.of_users = 1 AND (o.group_id IS NULL OR NOT p.uniform) OR o.wrong = 1 OR double_of(o.offers) < 0 OR double_of(o.offers) <> floor(double_of(o.offers)) OR coalesce(a.kind, '') <> 'object' OR coalesce(b.kind, '') <> 'object'
      OR o.group_id IS NOT NULL AND o.group_id NOT IN (SELECT group_id FROM demands))
  UNION ALL SELECT 'numbers of offers are of contracts of the drop', count(*) = 0 FROM counts o JOIN nodes n ON n.parent = o.contracts LEFT JOIN contracts c ON c.contract_address = n.value AND n.kind = 'text' WHERE c.contract_address IS NULL
  UNION ALL SELECT 'each number of offers has a price in each of its cases', (SELECT count(*) FROM count_limits WHERE kind = 'number' AND double_of(value) >= 0 AND double_of(value) < 1e18) = (SELECT count(*) FROM count_limits)
    AND (SELECT count(*) FROM count_limits) = count(*) FROM cases c JOIN nodes f ON f.parent = sub(c.path, 'counts')
  UNION ALL SELECT 'no offer is settled twice', count(*) = 0 FROM (SELECT path, pair, count(*) AS many FROM settled GROUP BY path, pair) x WHERE many > 1
  UNION ALL SELECT 'cases have a tree and a price', count(CASE WHEN name = 'branches' THEN 1 END) = count(CASE WHEN name = 'tree' THEN 1 END) AND count(CASE WHEN name = 'branches' THEN 1 END) = count(CASE WHEN name = 'price' THEN 1 END)
    FROM nodes WHERE parent = '' AND name = 'branches' OR parent = sub('', 'branches') AND (name = 'tree' OR name = 'price' AND kind = 'number' AND double_of(value) >= 0 AND double_of(value) < 1e18)
  UNION ALL SELECT 'exact.decimals are 0 to 20', count(CASE WHEN name = 'decimals' AND kind = 'number' AND double_of(value) BETWEEN 0 AND 20
    AND double_of(value) = floor(double_of(value)) OR name IN ('objective', 'bound') AND kind = 'text' AND matches(value, '-?[0-9]{1,18}([.][0-9]{1,20})?') THEN 1 END) = 3 FROM nodes f WHERE parent = sub('', 'exact')
  UNION ALL SELECT concat('the certificate is of these ', h.name), count(CASE WHEN f.value <> '' AND (f.value = h.hash OR f.value = h.other) THEN 1 END) = 1
    FROM hashes h LEFT JOIN nodes f ON f.parent = sub('', 'inputs') AND f.name = h.name AND f.kind = 'text' GROUP BY h.name
  UNION ALL SELECT 'the certificate is of no further inputs', count(*) = 0 FROM nodes f WHERE parent = sub('', 'inputs') AND name NOT IN (SELECT name FROM hashes)
  UNION ALL SELECT 'scores and ratios are plain decimals', count(*) = 0 FROM (SELECT score AS t FROM pairs UNION ALL SELECT ratio FROM demands) x
    WHERE NOT matches(t, '-?[0-9]{1,18}([.][0-9]{1,20})?')
  UNION ALL SELECT 'numbers have up to 20 decimals', max(lost) = 0 FROM grid
  UNION ALL SELECT 'offers are eligible pairs, once each, at their scores', (SELECT count(*) FROM assignments WHERE NOT held_out) = count(*) AND count(*) = count(DISTINCT concat(user_id, '/', contract_address))
    AND count(CASE WHEN double_of(said) = double_of(score) THEN 1 END) = count(*) FROM held
  UNION ALL SELECT 'offers to users held out are of contracts of the drop, and of nobody in it', count(*) = 0 FROM assignments a LEFT JOIN contracts c ON c.contract_address = a.contract_address
    WHERE a.held_out AND (c.contract_address IS NULL OR a.user_id IN (SELECT user_id FROM users))
  UNION ALL SELECT 'pins are given', (SELECT count(*) FROM pairs WHERE pinned = 1) = count(*) FROM held WHERE pinned = 1
  UNION ALL SELECT 'everybody can have their pins', (SELECT count(*) FROM users) * (SELECT count(*) FROM cases) = count(*) FROM best
  UNION ALL SELECT 'caps are kept', count(*) = 0 FROM contracts c LEFT JOIN (SELECT contract_address, count(*) AS given FROM held GROUP BY contract_address) h ON h.contract_address = c.contract_address
    WHERE whole(coalesce(h.given, 0)) > c.cap
  UNION ALL SELECT 'users hold what they may', count(*) = 0 FROM shapes CROSS JOIN p WHERE NOT (whole(s + t) <= k AND (NOT p.uniform OR s = 0 OR t = 0 OR
    (p.mixes AND CASE WHEN p.third THEN t = 1 AND whole(s) = k - 1 ELSE whole(s) >= greatest(whole(1), least(p.rounds, k - 1)) END)))
  UNION ALL SELECT 'brands are kept', count(*) = 0 FROM (SELECT user_id, brand, count(*) AS of_brand FROM held GROUP BY user_id, brand) x CROSS JOIN p
    WHERE whole(of_brand) > p.per_brand
  UNION ALL SELECT 'groups keep their rules', count(*) = 0 FROM kept WHERE whole(sponsored) > most OR whole(mixing) > mixed
    OR whole(sponsored_offers) * fixed('1') < share * whole(offers)
  UNION ALL SELECT 'limits are kept', count(*) = 0 FROM beyond CROSS JOIN p WHERE cost IS NULL AND beyond * p.nano > size
  UNION ALL SELECT 'the objective is what it says', max(o.units) = max(c.objective) AND max(c.objective) * max(p.unit) = max(fixed(p.exact_objective)) AND max(p.objective) = max(double_of(p.exact_objective))
    AND count(CASE WHEN p.search_bound < p.objective THEN 1 END) = 0 FROM objective o CROSS JOIN claim c CROSS JOIN p
  UNION ALL SELECT 'the prices prove the bound', max(b.proven) <= max(c.bound) AND max(o.units) <= max(c.bound) AND max(o.units) <= max(b.units)
    AND max(c.bound) * max(p.unit) = max(fixed(p.exact_bound)) FROM objective o CROSS JOIN claim c CROSS JOIN p CROSS JOIN bound b
  UNION ALL SELECT concat(name, ' is what the exact figures say'), max(CASE WHEN holds THEN 1 ELSE 0 END) = 1 FROM least_doubles GROUP BY name;
SELECT CASE WHEN count(*) = 0 THEN 'certified' ELSE concat('REFUSED: not so: ', min(what)) END AS verdict
FROM demanded WHERE CASE WHEN holds THEN 0 ELSE 1 END = 1;
