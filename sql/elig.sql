-- Eligible pairs of a drop with recommender scores: the `--elig` of allocate. ClickHouse, from 18.16 on.
--
-- Parameters
--   drop_id    UInt64    the drop
--   win_start  DateTime  when the drop opens; scores computed before count
--
-- A pair that the recommender has not scored is eligible with score 0.
SELECT user_id, contract_address, score
FROM
(
    SELECT DISTINCT user_id, contract_address
    FROM eligibility
    WHERE drop_id = {drop_id:UInt64}
) AS pair
ANY LEFT JOIN
(
    SELECT user_id, contract_address, argMax(score, computed_at) AS score
    FROM recommender_score
    WHERE computed_at < {win_start:DateTime}
    GROUP BY user_id, contract_address
) AS scored USING (user_id, contract_address)
SETTINGS join_use_nulls = 0
