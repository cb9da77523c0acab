/**
 * The certificate's format in words, for `divvy certificate explain`.
 *
 * @module
 */
import { LIMIT_KINDS } from "../../../allocator/limits/kinds/list.ts";
import { POLICY_FIELDS } from "../../../allocator/model/policy_table.ts";
import { wrapped } from "../../../report/text/wrapped.ts";

/** A line for each price of a group. */
const GROUP_PRICES = LIMIT_KINDS.map(({ field, means, mayBeMissed }) =>
  `                     ${field.padEnd(18)}${means}${
    mayBeMissed ? " (at most shortfall_price)" : ""
  }\n`
).join("");

/** The names of the policy's fields, in lines of which the last has room for what they are. */
const POLICY_NAMES = wrapped(POLICY_FIELDS.map(({ json }) => json).join(", "), 90)
  .map((line) => `  ${line.padEnd(17)}`).join("\n");

/** What a certificate says and how to check it. */
export const CERTIFICATE_TEXT = `The certificate (certificate.json)

A certificate proves a bound: no allocation of this drop under this policy and these limits is
worth more. It needs no trust: whoever has the inputs recomputes the bound from its prices.

What was decided on
  format           2, the version of this format
  divvy            the version that wrote it
  inputs           SHA-256 of each input in its canonical form (below); null where the run had
                   its pairs in a database and read only a part
${POLICY_NAMES}the policy in full (divvy allocate --help; docs/model.md)
  limit_families   the limits in full, in the words of limits.csv; absent: there are none

What is claimed
  objective        what the assignments are worth
  bound            what no allocation can be worth more than
  gap              (bound - objective) / |bound|
  exact            the same without any rounding: objective and bound as decimals, in whole units
                   of 10^-decimals. objective is the double next to it, bound and gap are the
                   least doubles that are not less. null: the run did not read all pairs, or
                   a limit is kept only within the 1e-9 that divvy check lets pass, and that is
                   worth more than the exact bound
  search_bound     a lower bound that a search found and the prices do not prove; absent: none

What proves it
  contracts        price of each contract's cap, by contract_address; absent: 0
  groups           by group_id, prices of its rules; absent: 0
${GROUP_PRICES}  limits           price of each limit: name, values of the columns it is per, side
  own_limits_kept  absent: limits of single users have prices like all others. true: users keep
                   them (below)
  branches         absent: there is no need. Else cases, where one set of prices leaves a gap: a
                   tree of offers that are made (with) or not made (without), or of numbers of
                   offers or users (count), of which there are at most so many (at_most) or at
                   least one more (at_least); and at its ends prices of their own (contracts,
                   groups, limits; counts: of each number on the way from the root)

The proof. Prices are any numbers >= 0. With them
  D = sum of price x amount over all caps, groups' rules and limits (minima and leasts with
      a minus) + for each user the best bundle, where each offer costs its prices (and
      change_cost, where it is none of the previous ones)
is at least the objective of every allocation: an allocation that keeps the rules uses no more of
a cap or limit than its amount. docs/model.md has it term by term. Where a group has other prices
than those of its number of sponsored users, the group's best choice over whole users may stand for
the sum over its users.

Where own_limits_kept is true, limits toward which only one user's offers count (a budget or hours
of each user) have no part in the sum of price x amount, and no offer pays for them. The user's best
bundle is sought among those that keep them, and where they may be missed (leasts, limits with a
price of their own), what missing them costs is taken off its worth. Their prices help to find it:
a bundle of the user is worth no more than it is at these prices, with their price x amount added,
and where the best one takes too long to find, that may stand for it. In cases all have prices.

In a case, an offer that must be made is worth branches.price more, and D is less by that once; an
offer that must not be made is worth it less: limits x >= 1 and x <= 0 with a price. The largest D
of all cases is a bound. A case whose offers to a user are too many of a brand is empty. A count
is of the offers, pinned ones aside, with a score of at least least_score, of contracts, to users
of group_id (each absent: any). That at most n = offers are made is a limit with the price p that
stands in counts: D has p x n more, and each such offer is worth p less; that at least n + 1 are:
D has p x (n + 1) less, and each is worth p more. Or a count is of the users of group_id who get
a sponsored offer (model uniform): at most n = sponsored_users, or at least n + 1, at a price p for
each such user in the same way. Where the group's best choice over whole users is taken, these are
rules that it must keep.

Canonical form, for the hashes: UTF-8; a line for each row, ended by a newline; fields with tabs
between them; in texts backslash, tab, newline and carriage return are written \\\\ \\t \\n \\r;
numbers are plain decimals with the fewest digits that read as the double. Ids are in the order
of their bytes. Only what counts is in: contracts with a cap, users with an eligible pair,
groups with such a user.
  caps             contract_address, cap, 1 or 0 (sponsored or not), brand_id where there is
                   that column; the sponsored contracts first
  user_groups      user_id, group_id, and k where users have their own (blank: the policy's)
  group_ratios     group_id, ratio
  elig             a line a user: user_id, then for each pair I:SCORE, where I is the place of
                   the contract in the form of caps, from 0, ascending
  attributes       for each further column that limits name, by table (caps, user_groups,
                   group_ratios, elig) and name: the line TABLE, NAME, then its value for each
                   contract, user, group or pair; absent: limits name none
  previous         the previous offers that are eligible pairs, which change_cost and limits
                   compare with: a line a user: user_id, then I for each; absent: none
  pins             the pairs that must be given, likewise; absent: none
The drop is the one that was decided on: what history, bans and filters leave, scores as they are
scaled, without users held out. divvy export --format csv writes it.

Exactly. A number is the decimal that it prints as (0.1 is a tenth): what the text said, up to 15
digits. With n = decimals, every price is cut to n decimals: any prices prove a bound, so that
costs nothing. The objective is the sum of what offers and numbers of offers are worth, each cut
to n decimals (rounded down); what a limit or a group's minimum is missed by costs its price,
rounded up once for each. The bound is D with all that is worth something rounded up, and then
down to s decimals where scores, weights, bonus and prices of what is missed have no more than s:
no objective lies between. Whoever computes D with fractions finds at most the bound.

JSON Schema: divvy schema certificate
`;
