-- Caps of the contracts that a drop may give: the `--caps` of allocate, straight from budgets. PostgreSQL.
-- The same rule as `divvy caps` (docs/databases.md has it in full); use that when you want to see how a cap came about.
--
-- Parameters: those of budgets.sql, and the rule's constants, each with a default
--   drop_id     bigint            win_start  timestamptz       days  integer (180)
--   live_prior  numeric (0.20)    redemption rate of live claims without history
--   new_prior   numeric (0.25)    redemption rate of new claims without history
--   z           numeric (1.28)    standard deviations of caution for new claims
--   rate_floor  numeric (0.03)    least redemption rate of new claims
--   overage     numeric (1.5)     on what is left of sponsored budgets
--
-- Contracts with cap 0, face value 0 or more redemptions than assignments are left out: allocate would give an
-- unsponsored one its default cap.
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
),
budget AS (
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
),
rate AS (
  SELECT *,
         CASE WHEN assigned = 0 THEN {live_prior:numeric=0.20}
              ELSE (redeemed + 1)::numeric / (assigned + 2) END AS live_rate,
         CASE WHEN assigned = 0 THEN {new_prior:numeric=0.25}
              ELSE (redeemed + 1)::numeric / (assigned + 2)
                + {z:numeric=1.28} * sqrt((redeemed + 1)::numeric * (assigned - redeemed + 1)
                    / ((assigned + 2)::numeric * (assigned + 2) * (assigned + 3))) END AS cautious_rate,
         greatest(budget - spent, 0) * CASE WHEN is_sponsored THEN {overage:numeric=1.5} ELSE 1 END AS left_over
  FROM budget
  WHERE face_value > 0 AND redeemed <= assigned
),
cap AS (
  SELECT *,
         floor(greatest(left_over - live_claims * face_value * live_rate, 0)
           / (face_value * greatest({rate_floor:numeric=0.03}, least(1, cautious_rate)))) AS cap_face
  FROM rate
)
SELECT contract_address, cap_face, is_sponsored, face_value, brand_id
FROM cap
WHERE cap_face >= 1
ORDER BY contract_address
