-- A little made-up past for drop 2122, to try the templates on: 1,000 users, 12 contracts each, some unscored.
INSERT INTO eligibility
SELECT 2122, concat('u', toString(u)), concat('c', leftPad) FROM
(
    SELECT number AS u, substring(toString(1001 + (number * 3 + step) % 40), 2) AS leftPad
    FROM numbers(1000)
    ARRAY JOIN range(12) AS step
);

INSERT INTO recommender_score
SELECT user_id, contract_address, (cityHash64(user_id, contract_address) % 1000) / 1000, toDateTime(1755000000)
FROM eligibility
WHERE cityHash64(contract_address, user_id) % 5 > 0;

INSERT INTO recommender_score
SELECT user_id, contract_address, 0.5, toDateTime(1755100000)
FROM eligibility
WHERE user_id = 'u7';

INSERT INTO recommender_score
SELECT user_id, contract_address, 0.9, toDateTime(1800000000)
FROM eligibility
WHERE user_id = 'u7';

INSERT INTO user_group
SELECT concat('u', toString(number)), concat('g', toString(1 + (number + step) % 8)), step
FROM numbers(1000)
ARRAY JOIN range(2) AS step;
