-- Each user's one primary group among the groups of a drop: the `--user-groups` of allocate. ClickHouse, from 18.16 on.
--
-- Parameters
--   drop_id  UInt64         the drop; users who are eligible for nothing in it are left out
--   groups   Array(String)  the drop's groups, with commas between them (sql/group_ratios.sql lists them)
--
-- Of several groups the one of least priority counts, and of those the first by id.
SELECT user_id, primary_group AS group_id
FROM
(
    SELECT user_id, argMin(group_id, (priority, group_id)) AS primary_group
    FROM user_group
    WHERE has({groups:Array(String)}, group_id)
      AND user_id GLOBAL IN (SELECT user_id FROM eligibility WHERE drop_id = {drop_id:UInt64})
    GROUP BY user_id
)
