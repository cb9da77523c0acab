-- The tables that the PostgreSQL templates read. Yours will have more columns; these are the ones used.
-- Times are instants (timestamptz), amounts numeric in one currency.

CREATE TABLE contract (
  contract_address text PRIMARY KEY,
  brand_id         text,
  is_sponsored     boolean     NOT NULL,
  face_value       numeric     NOT NULL,           -- what one redemption costs
  budget           numeric     NOT NULL,           -- whole budget
  active_from      timestamptz NOT NULL,
  active_to        timestamptz                      -- NULL: open-ended
);

-- Each claim given to a user in an earlier drop.
CREATE TABLE contract_assignment (
  drop_id          bigint      NOT NULL,
  user_id          text        NOT NULL,
  contract_address text        NOT NULL REFERENCES contract,
  assigned_at      timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  PRIMARY KEY (drop_id, user_id, contract_address)
);

-- Each redemption of a claim.
CREATE TABLE conversion (
  drop_id          bigint      NOT NULL,
  user_id          text        NOT NULL,
  contract_address text        NOT NULL,
  converted_at     timestamptz NOT NULL,
  FOREIGN KEY (drop_id, user_id, contract_address) REFERENCES contract_assignment
);

-- Money that has left a contract's budget.
CREATE TABLE payout (
  contract_address text        NOT NULL REFERENCES contract,
  amount           numeric     NOT NULL,
  paid_at          timestamptz NOT NULL
);

-- Contracts that a drop must not give.
CREATE TABLE timed_drop_excluded_contract (
  drop_id          bigint NOT NULL,
  contract_address text   NOT NULL REFERENCES contract,
  PRIMARY KEY (drop_id, contract_address)
);

-- Groups (markets) of each drop, and the least share of their users that must be sponsored.
CREATE TABLE timed_drop_group (
  drop_id           bigint  NOT NULL,
  group_id          text    NOT NULL,
  sponsorship_ratio numeric NOT NULL CHECK (sponsorship_ratio BETWEEN 0 AND 1),
  is_active         boolean NOT NULL DEFAULT true,
  PRIMARY KEY (drop_id, group_id)
);
