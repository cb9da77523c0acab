-- Least share of sponsored users of each group of a drop that is active: the `--group-ratios` of allocate. PostgreSQL.
--
-- Parameters
--   drop_id  bigint  the drop
SELECT group_id, sponsorship_ratio
FROM timed_drop_group
WHERE drop_id = {drop_id:bigint} AND is_active
ORDER BY group_id
