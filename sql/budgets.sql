-- Budgets of the contracts that a drop may give: the input of `divvy caps --budgets`. PostgreSQL.
--
-- Parameters
--   drop_id    bigint       the drop; its excluded contracts are left out
--   win_start  timestamptz  when the drop opens; everything is counted up to then
--   days       integer      days of history (180)
--
-- One row per contract that is active when the drop opens:
--   spent        paid out so far
--   live_claims  claims that are out, not redeemed and not expired
--   redeemed, assigned  redemptions among the assignments of the last days
--
--   divvy caps --budgets "postgres://drops@db/shop?query=sql/budgets.sql" \
--     --param drop_id=2122 --param win_start=2025-08-21T15:00:00Z --out caps.csv
WITH claim AS (
  SELECT a.contract_address,
         a.assigned_at,
         a.expires_at,
         EXISTS (
           SELECT FROM conversion v
           WHERE v.drop_id = a.drop_id AND v.user_id = a.user_id
             AND v.contract_address = a.contract_address AND v.converted_at < {win_start:timestamptz}
         ) AS is_redeemed
  FROM contract_assignment a
  WHERE a.assigned_at < {win_start:timestamptz}
),
claims AS (
  SELECT contract_address,
         count(*) FILTER (WHERE NOT is_redeemed AND expires_at > {win_start:timestamptz}) AS live_claims,
         count(*) FILTER (WHERE is_recent AND is_redeemed) AS redeemed,
         count(*) FILTER (WHERE is_recent) AS assigned
  FROM (
    SELECT *, assigned_at >= {win_start:timestamptz} - make_interval(days => {days:integer=180}) AS is_recent
    FROM claim
  ) AS dated
  GROUP BY contract_address
),
spending AS (
  SELECT contract_address, sum(amount) AS spent
  FROM payout
  WHERE paid_at < {win_start:timestamptz}
  GROUP BY contract_address
)
SELECT c.contract_address,
       c.is_sponsored,
       c.brand_id,
       c.face_value,
       c.budget,
       coalesce(s.spent, 0) AS spent,
       coalesce(k.live_claims, 0) AS live_claims,
       coalesce(k.redeemed, 0) AS redeemed,
       coalesce(k.assigned, 0) AS assigned
FROM contract c
LEFT JOIN spending s USING (contract_address)
LEFT JOIN claims k USING (contract_address)
WHERE c.active_from <= {win_start:timestamptz}
  AND (c.active_to IS NULL OR c.active_to > {win_start:timestamptz})
  AND NOT EXISTS (
    SELECT FROM timed_drop_excluded_contract x
    WHERE x.drop_id = {drop_id:bigint} AND x.contract_address = c.contract_address
  )
ORDER BY c.contract_address
