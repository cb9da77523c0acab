-- A little made-up past for drop 2122, to try the templates on: 40 contracts, 3 drops of the past, 8 groups.
INSERT INTO contract
SELECT 'c' || lpad(i::text, 3, '0'), 'brand ' || i % 7, i % 2 = 0, CASE WHEN i = 39 THEN 0 ELSE 5 + i % 6 END,
       200 + 37 * i, '2025-01-01Z', CASE WHEN i = 38 THEN timestamptz '2025-06-01Z' END
FROM generate_series(1, 40) AS i;

INSERT INTO contract_assignment
SELECT 2000 + d, 'u' || u, 'c' || lpad((1 + (u * 7 + d) % 37)::text, 3, '0'),
       timestamptz '2025-08-21T15:00Z' - make_interval(days => d), timestamptz '2025-08-21T15:00Z' + make_interval(days => 30 - d)
FROM generate_series(1, 600) AS u, unnest(ARRAY[10, 100, 250]) AS d;

INSERT INTO conversion
SELECT drop_id, user_id, contract_address, assigned_at + interval '2 days'
FROM contract_assignment
WHERE substr(user_id, 2)::int % 5 = 0;

INSERT INTO payout
SELECT contract_address, face_value, converted_at
FROM conversion JOIN contract USING (contract_address);

INSERT INTO timed_drop_excluded_contract VALUES (2122, 'c010'), (2121, 'c011');

INSERT INTO timed_drop_group
SELECT 2122, 'g' || i, (i % 4) * 0.2, i <> 8 FROM generate_series(1, 8) AS i;
