-- The tables that the ClickHouse templates read, in the syntax of servers from 18.16 on. On a cluster each is a local
-- table under a Distributed one whose sharding key is a hash of user_id.

-- Who may get what in a drop.
CREATE TABLE eligibility (
  drop_id UInt64,
  user_id String,
  contract_address String
) ENGINE = MergeTree PARTITION BY drop_id ORDER BY (drop_id, user_id, contract_address);

-- What the recommender makes of a user and a contract; the latest computed_at holds.
CREATE TABLE recommender_score (
  user_id String,
  contract_address String,
  score Float64,
  computed_at DateTime
) ENGINE = MergeTree PARTITION BY toYYYYMM(computed_at) ORDER BY (user_id, contract_address, computed_at);

-- The groups (markets) of a user; the least priority is the primary one.
CREATE TABLE user_group (
  user_id String,
  group_id String,
  priority UInt32
) ENGINE = MergeTree PARTITION BY tuple() ORDER BY (user_id, priority);
