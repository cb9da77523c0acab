/**
 * The certificate: prices from which anyone recomputes the bound in one pass over the pairs.
 *
 * @module
 */
import { isBelow } from "../../base/numbers/is_below.ts";
import { type Allocation, type BranchNode, type Prices, relativeGap } from "./allocation.ts";
import { VERSION } from "../../base/version.ts";
import type { InputHashes } from "../drop/hashed_inputs.ts";
import { type Instance, userOfPair } from "../drop/instance/instance.ts";
import type { LimitFamily } from "../drop/instance/limit_family.ts";
import type { Limits } from "../drop/instance/limits.ts";
import { LIMIT_KINDS, type LimitField } from "../limits/kinds/list.ts";
import { type Policy, POLICY_FIELDS } from "./policy_table.ts";
import type { InSnakeCase } from "../../base/text/snake_case.ts";

/** Prices of one group, by kind of limit (`limits/kinds/list.ts`): `min_sponsored` and so on; absent means 0. */
export type GroupPrices = Partial<Record<LimitField, number>>;

/** The price of one limit of the drop. */
export interface LimitPrice {
  /** Name of its family. */
  limit: string;
  /** Values of the columns that the family is per; absent: there is one limit. */
  values?: Record<string, string>;
  /** Whether it is the most or the least. */
  side: "at_most" | "at_least";
  /** Price of a unit of its amount. */
  price: number;
}

/** A family of limits in full, with the field names of limits.csv. */
export interface CertifiedLimit {
  /** Its name. */
  limit: string;
  /** Columns: there is a limit for each combination of their values. */
  per: string[];
  /** "offers", or a column of numbers. */
  counts: string;
  /** The most: a number, or a column; null: none. */
  at_most: number | string | null;
  /** The least, likewise. */
  at_least: number | string | null;
  /** "offers": the amounts are shares of all offers; null: they are units. */
  share_of: "offers" | null;
  /** What each unit beyond the amount costs; null: the most is hard, the least costs the shortfall price. */
  price: number | null;
  /** Selectors: columns, and the values of each that count; offers must match all. */
  where: { column: string; values: string[] }[];
}

/** Users of a group who get a sponsored offer, and a number of them: the model is `uniform`. */
export interface CertificateUserCount {
  /** The group. */
  group_id: string;
  /** How many. */
  sponsored_users: number;
}

/** Offers of a kind that cases are about, pinned ones aside, and a number of them. */
export interface CertificateCount {
  /** Those with a score of at least this; absent: with any score. */
  least_score?: number;
  /** Those of these contracts; absent: of all. */
  contracts?: string[];
  /** Those to users of this group; absent: to all. */
  group_id?: string;
  /** How many. */
  offers: number;
}

/**
 * A case of a proof: prices that prove it; or an offer that is made (`with`) or not made (`without`); or a number of offers of a
 * kind, or of sponsored users, who are at most so many (`at_most`) or at least one more (`at_least`).
 */
export type CertificateNode =
  | Pick<Certificate, "contracts" | "groups" | "limits"> & {
    /** The price of each limit on numbers of offers and users, from the root of the tree to here; absent: there is none. */
    counts?: number[];
  }
  | {
    count: CertificateCount | CertificateUserCount;
    at_most: CertificateNode;
    at_least: CertificateNode;
  }
  | {
    offer: [user_id: string, contract_address: string];
    with: CertificateNode;
    without: CertificateNode;
  };

/** A proof by cases. */
export interface CertificateBranches {
  /** In a case, an offer that must be made counts this much more, and one that must not be made this much less. */
  price: number;
  /** The cases. */
  tree: CertificateNode;
}

/** The objective and bound of a certificate without any rounding. */
export interface ExactFigures {
  /** Both are whole multiples of 10^−decimals. */
  decimals: number;
  /** Objective of the assignments, as a plain decimal. */
  objective: string;
  /** The bound that the prices prove, as a plain decimal. */
  bound: string;
}

/** The format of certificates that this version writes and reads. */
export const CERTIFICATE_FORMAT = 2;

/**
 * The policy's fields in a certificate. `shortfall_price` is what was worked out for the drop; `change_cost` may be absent: 0. The
 * previous offers that it is about have their hash in `inputs`.
 */
export type CertifiedPolicy = InSnakeCase<
  & Omit<Policy, "shortfallPrice" | "changeCost">
  & { readonly shortfallPrice: number }
  & Partial<Pick<Policy, "changeCost">>
>;

/**
 * A certificate as it is written to JSON: the problem (hashes of the inputs, policy, limits), the objective, the bound and the
 * prices that prove it.
 */
export interface Certificate extends CertifiedPolicy {
  /** Version of this format: {@link CERTIFICATE_FORMAT}. */
  format: number;
  /** Divvy's version that wrote it. */
  divvy: string;
  /** Hashes of the inputs as read; null: they stayed in a database and were not all read. */
  inputs: InputHashes | null;
  /** Objective of the allocation that the certificate was written with. */
  objective: number;
  /** Proven upper bound. */
  bound: number;
  /** (bound − objective) / |bound|. */
  gap: number;
  /**
   * The same figures exactly; then `objective` is the double nearest to the exact one, and `bound` and `gap` are rounded up.
   * Null: the run did not read all pairs, or a limit is kept only within the checker's tolerance, and that is worth more than the
   * exact bound.
   */
  exact: ExactFigures | null;
  /**
   * A tighter bound from HiGHS's branch and bound that the prices do not prove, so it can't be recomputed from the certificate;
   * absent where the prices prove the best bound.
   */
  search_bound?: number;
  /** Price of each contract's cap by contract_address; absent means 0. */
  contracts: Record<string, number>;
  /** Prices of each group's rules by group_id; absent means 0. */
  groups: Record<string, GroupPrices>;
  /** The drop's limits as declared; absent: it has none. */
  limit_families?: CertifiedLimit[];
  /** Prices of the drop's limits; one that is not here is 0. Absent: the drop has no limits. */
  limits?: LimitPrice[];
  /**
   * Whether `bound` is of users who keep the limits toward which only their own offers count; prices of those limits show what a user's
   * best bundle can be, and are no part of the bound. Absent: all limits have prices.
   */
  own_limits_kept?: boolean;
  /** Cases that together prove `bound`, with prices of all limits; absent: the prices alone prove it. */
  branches?: CertificateBranches;
}

/**
 * The certificate of an allocation with prices.
 *
 * @throws {RangeError} if the allocation has no prices, bound and gap (a greedy one)
 */
export function certificateOf(
  instance: Instance,
  allocation: Pick<
    Allocation,
    | "solver"
    | "policy"
    | "prices"
    | "objective"
    | "bound"
    | "pricesBound"
    | "shortfallPrice"
    | "branches"
    | "ownLimitsKept"
  >,
): Certificate {
  const { policy, prices, objective } = allocation;
  const bound = allocation.pricesBound ?? allocation.bound;
  if (prices === null || bound === null) {
    throw new RangeError(`solver ${allocation.solver} proves no bound, so there is no certificate`);
  }
  return {
    format: CERTIFICATE_FORMAT,
    divvy: VERSION,
    inputs: null,
    ...certifiedPolicy(policy, allocation.shortfallPrice),
    objective,
    bound,
    gap: relativeGap(bound, objective),
    exact: null,
    ...(allocation.bound !== null && isBelow(allocation.bound, bound) && {
      search_bound: allocation.bound,
    }),
    ...certifiedPrices(instance, prices),
    ...(instance.limits !== undefined && {
      limit_families: instance.limits.families.map(certifiedLimit),
    }),
    ...(allocation.ownLimitsKept === true && { own_limits_kept: true }),
    ...(allocation.branches !== undefined && {
      branches: {
        price: allocation.branches.price,
        tree: certifiedNode(instance, allocation.branches.tree),
      },
    }),
  };
}

/** Prices by id; what is 0 is left out. */
function certifiedPrices(
  instance: Instance,
  prices: Prices,
): Pick<Certificate, "contracts" | "groups" | "limits"> {
  const groupPrices = instance.groups.map((id, g): [string, GroupPrices] => {
    const group: GroupPrices = {};
    for (const { name, field } of LIMIT_KINDS) {
      if (prices[name][g] !== 0) group[field] = prices[name][g];
    }
    return [id, group];
  });
  return {
    contracts: Object.fromEntries(
      instance.contracts.map((id, c): [string, number] => [id, prices.contract[c]])
        .filter(([, price]) => price !== 0),
    ),
    groups: Object.fromEntries(
      groupPrices.filter(([, group]) => Object.keys(group).length > 0),
    ),
    ...(instance.limits !== undefined && { limits: limitPrices(instance.limits, prices.limit) }),
  };
}

/** A case with ids in place of indices. */
function certifiedNode(instance: Instance, node: BranchNode): CertificateNode {
  if ("prices" in node) {
    const { prices, counts = [] } = node;
    return {
      ...certifiedPrices(instance, prices),
      ...(counts.length > 0 && { counts: [...counts] }),
    };
  }
  if ("of" in node) {
    return {
      count: certifiedCount(instance, node),
      at_most: certifiedNode(instance, node.atMost),
      at_least: certifiedNode(instance, node.atLeast),
    };
  }
  const { users, contracts, contract } = instance;
  return {
    offer: [users.at(userOfPair(instance, node.pair)), contracts[contract[node.pair]]],
    with: certifiedNode(instance, node.made),
    without: certifiedNode(instance, node.notMade),
  };
}

/** What a case counts, with ids in place of indices. */
function certifiedCount(
  { contracts, groups }: Instance,
  { of, most }: Extract<BranchNode, { of: unknown }>,
): CertificateCount | CertificateUserCount {
  if ("sponsoredUsersOf" in of) {
    return { group_id: groups[of.sponsoredUsersOf], sponsored_users: most };
  }
  const { leastScore, contracts: chosen, group } = of;
  return {
    ...(leastScore !== null && { least_score: leastScore }),
    ...(chosen !== null && { contracts: chosen.map((c) => contracts[c]) }),
    ...(group !== null && { group_id: groups[group] }),
    offers: most,
  };
}

/** A family in the form of certificates. */
export function certifiedLimit(family: LimitFamily): CertifiedLimit {
  return {
    limit: family.limit,
    per: [...family.per],
    counts: family.counts,
    at_most: family.atMost,
    at_least: family.atLeast,
    share_of: family.shareOf,
    price: family.price,
    where: family.where.map(({ column, values }) => ({ column, values: [...values] })),
  };
}

/** The families of a certificate in the form that `Drop.withLimits` takes. */
export function familiesOfCertificate({ limit_families = [] }: Certificate): LimitFamily[] {
  return limit_families.map((family, i) => ({
    limit: family.limit,
    per: family.per,
    counts: family.counts,
    atMost: family.at_most,
    atLeast: family.at_least,
    shareOf: family.share_of,
    price: family.price,
    where: family.where,
    source: { file: `certificate: limit_families[${i}]` },
  }));
}

/** The prices of limits that are not 0, as a list: names and values are data, so they are no keys of the JSON. */
export function limitPrices(
  { families, rows }: Limits,
  prices: Float64Array | undefined,
): LimitPrice[] {
  const priced: LimitPrice[] = [];
  prices?.forEach((price, r) => {
    if (price === 0) return;
    const { limit, per } = families[rows.family[r]];
    priced.push({
      limit,
      ...(per.length > 0 && {
        values: Object.fromEntries(per.map((column, i) => [column, rows.key[r][i]])),
      }),
      side: rows.sense[r] > 0 ? "at_most" : "at_least",
      price,
    });
  });
  return priced;
}

/** The policy that a certificate was made under, its shortfall price included. */
export function policyOfCertificate(certificate: Certificate): Policy {
  const given = certificate as unknown as Record<string, unknown>;
  return Object.fromEntries(
    POLICY_FIELDS.map(({ name, json, default: value }) => [name, given[json] ?? value]),
  ) as unknown as Policy;
}

/** A policy in the form of certificates, with the shortfall price as it was worked out. */
function certifiedPolicy(policy: Policy, shortfallPrice: number): CertifiedPolicy {
  const used: Policy = { ...policy, shortfallPrice };
  return Object.fromEntries(
    POLICY_FIELDS.filter(({ name, default: value, mayBeAbsent }) =>
      mayBeAbsent !== true || used[name] !== value
    ).map(({ name, json }) => [json, used[name]]),
  ) as unknown as CertifiedPolicy;
}
