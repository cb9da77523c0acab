/**
 * Verification of a certificate. Nothing in it is believed: the bound is recomputed from its prices.
 *
 * @module
 */
import type { Prices } from "../model/allocation.ts";
import {
  type Certificate,
  certifiedLimit,
  familiesOfCertificate,
  policyOfCertificate,
} from "../model/certificate.ts";
import { inputHashes } from "../drop/input_hashes.ts";
import type { Instance } from "../drop/instance.ts";
import type { LimitFamily } from "../drop/limit_family.ts";
import type { Policy } from "../model/policy.ts";
import { boundFromPrices } from "./bound.ts";
import { demandsOf, type GroupDemand, mixes, priceOfMissing } from "./demands.ts";
import { LimitPrices } from "./limit_prices.ts";
import type { DeclaredLimits } from "./limits.ts";
import type { CertificateReport, PolicyOptions } from "./report.ts";

/** Sums of the same numbers in another order may differ by this, relative to their size. */
const ROUNDING = 1e-9;
/** The same for terms that cancel out, relative to what was added up. */
const CANCELLING = 1e-12;
/** What the last digits of few doubles may be off by, relative to them. */
const DOUBLES = 8 * Number.EPSILON;

/** Problems of one kind that are told one by one; the rest are counted. */
const TOLD = 5;

/** What the assignments are worth, as the checker found it. */
export interface CheckedValue {
  /** Objective, missed minima priced in. */
  objective: number;
  /** Σ score. */
  score: number;
  /** What the offers are worth: the objective without the price of missed minima. */
  worth: number;
  /** Whether every rule but the minima and leasts holds. */
  feasible: boolean;
  /** Σ price × what was compared where limits are not kept: the rounding of their cost is relative to it. */
  penaltySize: number;
  /** The drop's limits; null: it has none. */
  declared: DeclaredLimits | null;
}

/**
 * Verifies a certificate against a drop, a policy and the value of assignments: its options are the policy's, its prices
 * are allowed, they prove a bound, and objective, bound and gap are as it claims.
 *
 * The bound holds for any prices ≥ 0 with the price of a minimum at most the shortfall price; see
 * Fisher, "The Lagrangian relaxation method for solving integer programming problems" (1981).
 */
export function checkCertificate(
  instance: Instance,
  policy: Policy,
  certificate: Certificate,
  value: CheckedValue,
): CertificateReport {
  const { objective, feasible, declared } = value;
  const problems = [
    ...inputProblems(instance, certificate),
    ...limitProblems(instance, certificate),
    ...optionProblems(instance, policy, certificate),
  ];
  const demands = demandsOf(instance, policy);
  const { prices, limits, problems: wrong } = pricesOf(instance, demands, declared, certificate);
  problems.push(...wrong);
  if (!feasible) problems.push("the assignments break a rule, so their objective proves nothing");

  let bound: number | null = null, gap: number | null = null;
  if (wrong.length === 0) {
    const proven = boundFromPrices(instance, policy, demands, prices, limits);
    bound = proven.bound;
    if (bound === -Infinity) {
      problems.push("a user can't have all of its pins under these options: nothing is proven");
    }
    gap = gapOf(bound, objective);
    // Of the size of what offers are worth: a minimum missed at a price of 1e12 must not hide a false objective.
    const size = Math.abs(value.worth) + Math.abs(value.score) +
      priceOfMissing(instance, { ...policy, shortfallPrice: null });
    const users = instance.group.length;
    // Errors of many terms go both ways: they grow as the square root of their number.
    const digits = Math.min(CANCELLING, DOUBLES * (1 + Math.sqrt(users)));
    problems.push(...figureProblems(certificate, objective, bound, {
      objective: ROUNDING * size + DOUBLES * Math.abs(objective) + digits * value.penaltySize,
      bound: ROUNDING * size + digits * proven.size,
    }));
  }
  const notes: string[] = [];
  if (policy.maxPerBrand !== null && mixes(policy)) {
    notes.push("the bound lets a mixed user have max_per_brand offers of a brand in each type");
  }
  return {
    certified: problems.length === 0,
    gap,
    bound,
    claimed_bound: certificate.bound,
    claimed_objective: certificate.objective,
    claimed_gap: certificate.gap,
    ...(certificate.search_bound !== undefined && {
      claimed_search_bound: certificate.search_bound,
    }),
    problems,
    notes,
  };
}

/** (bound − objective) / |bound|; 0 where both are 0 or rounding puts the objective above; else 1 where the bound is 0. */
function gapOf(bound: number, objective: number): number {
  if (objective >= bound) return 0;
  return bound === 0 ? 1 : (bound - objective) / Math.abs(bound);
}

/** What is wrong with the claimed figures, given the recomputed ones. */
function figureProblems(
  claimed: Certificate,
  objective: number,
  bound: number,
  tolerance: { objective: number; bound: number },
): string[] {
  const problems: string[] = [];
  if (!(Math.abs(claimed.objective - objective) <= tolerance.objective)) {
    problems.push(`objective is ${claimed.objective}, the assignments have ${objective}`);
  }
  if (!(claimed.bound >= bound - tolerance.bound)) {
    problems.push(`bound is ${claimed.bound}, the prices prove no less than ${bound}`);
  }
  const { search_bound: search } = claimed;
  if (search !== undefined && !(search >= objective - tolerance.objective)) {
    problems.push(`search_bound is ${search}, below the assignments' objective ${objective}`);
  }
  if (objective > bound + tolerance.bound) {
    problems.push(`the assignments' objective ${objective} is above the bound ${bound}`);
  }
  const gap = gapOf(bound, objective);
  // What both figures may be off by, relative to the bound.
  const off = tolerance.objective + tolerance.bound;
  const room = ROUNDING * gap + (1 + gap) * off / Math.abs(bound);
  if (Number.isNaN(claimed.gap) || claimed.gap < gap - room) {
    problems.push(`gap is ${claimed.gap}, the prices prove no less than ${gap}`);
  }
  return problems;
}

/** Inputs that are not those that the certificate was made for. */
function inputProblems(instance: Instance, { inputs }: Certificate): string[] {
  if (inputs === null) return [];
  const found = inputHashes(instance);
  return (["caps", "user_groups", "group_ratios", "elig", "attributes"] as const)
    .filter((name) => inputs[name] !== found[name])
    .map((name) =>
      `${name} has SHA-256 ${found[name] ?? "none"}, the certificate is of ${
        inputs[name] ?? "none"
      }`
    );
}

/** Limits that are declared otherwise, a line each that names both. */
function limitProblems({ limits }: Instance, certificate: Certificate): string[] {
  const texts = (families: readonly LimitFamily[]) =>
    new Map(families.map((family) => [family.limit, JSON.stringify(certifiedLimit(family))]));
  const theirs = texts(familiesOfCertificate(certificate));
  const ours = texts(limits?.families ?? []);
  const names = [...new Set([...theirs.keys(), ...ours.keys()])];
  return names.filter((name) => theirs.get(name) !== ours.get(name)).map((name) =>
    `limit ${name} is ${theirs.get(name) ?? "absent"}, checked with ${ours.get(name) ?? "none"}`
  );
}

/** Options of the certificate that mean something else than the policy's. */
function optionProblems(
  instance: Instance,
  policy: Policy,
  certificate: Certificate,
): string[] {
  const claimed = policyOfCertificate(certificate);
  const weights = Math.max(policy.covW.length, claimed.covW.length, 1);
  const ours = optionsThatMatter(policy, weights);
  const theirs = optionsThatMatter(claimed, weights);
  const problems: string[] = [];
  for (const name of Object.keys({ ...ours, ...theirs })) {
    const a = JSON.stringify(theirs[name]), b = JSON.stringify(ours[name]);
    if (a !== b) problems.push(`${name} is ${a ?? "absent"}, checked with ${b ?? "none"}`);
  }
  const price = priceOfMissing(instance, policy);
  if (!(Math.abs(certificate.shortfall_price - price) <= ROUNDING * price)) {
    problems.push(`shortfall_price is ${certificate.shortfall_price}, checked with ${price}`);
  }
  return problems;
}

/** Options with an influence on what is allowed and what it is worth; the others are left out. `weights`: how many are compared. */
export function optionsThatMatter(policy: Policy, weights: number): PolicyOptions {
  const options: PolicyOptions = {
    model: policy.model,
    k: policy.k,
    cov_mode: policy.covMode,
    sponsored_bonus: policy.sponsoredBonus,
    max_per_brand: policy.maxPerBrand,
  };
  if (policy.covMode === "shortfall") options.shortfall_penalty = policy.shortfallPenalty;
  else {
    const length = Math.min(policy.k, weights);
    options.cov_w = Array.from({ length }, (_, n) => policy.covW[n] ?? 0);
  }
  if (policy.model === "coverage") return options;
  options.max_sponsored_ratio = policy.maxSponsoredRatio;
  const guarded = policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none";
  options.enforce_assignment_ratio = guarded;
  if (guarded) options.ratio_slack = policy.ratioSlack;
  options.mix_tail = policy.mixTail;
  if (policy.mixTail) {
    options.third_slot_only_mixing = policy.thirdSlotOnlyMixing;
    if (!policy.thirdSlotOnlyMixing) options.sponsored_first_rounds = policy.sponsoredFirstRounds;
    options.max_mixed_share = policy.maxMixedShare;
  }
  return options;
}

/** The certificate's prices in columns, and which of them are not allowed. */
function pricesOf(
  instance: Instance,
  demands: readonly GroupDemand[],
  declared: DeclaredLimits | null,
  certificate: Certificate,
): { prices: Prices; limits: LimitPrices | null; problems: string[] } {
  const problems: string[] = [];
  let untold = 0;
  const tell = (problem: string) => problems.length < TOLD ? problems.push(problem) : untold++;
  const groups = instance.groups.length;
  const prices: Prices = {
    contract: new Float64Array(instance.contracts.length),
    minSponsored: new Float64Array(groups),
    maxSponsored: new Float64Array(groups),
    assignmentRatio: new Float64Array(groups),
    mixedShare: new Float64Array(groups),
  };
  const set = (column: Float64Array, i: number, price: number, most: number, what: string) => {
    const allowed = price >= 0 && price <= most && price < Infinity;
    if (!allowed) tell(`${what} is ${price}, expected ${range(most)}`);
    else column[i] = price;
  };

  const contractIndex = new Map(instance.contracts.map((id, c) => [id, c]));
  for (const [id, price] of Object.entries(certificate.contracts)) {
    const c = contractIndex.get(id);
    if (c === undefined) tell(`contract ${id} has a price and is not in the drop`);
    else set(prices.contract, c, price, Infinity, `price of contract ${id}`);
  }
  const groupIndex = new Map(instance.groups.map((id, g) => [id, g]));
  for (const [id, group] of Object.entries(certificate.groups)) {
    const g = groupIndex.get(id);
    if (g === undefined) {
      tell(`group ${id} has prices and is not in the drop`);
      continue;
    }
    const { most, share, mixed } = demands[g];
    // Beyond the shortfall price, lacking a user is cheaper than the minimum, and there is no bound.
    const dearest = certificate.shortfall_price;
    const price = (name: keyof typeof group, column: Float64Array, limit: number) =>
      set(column, g, group[name] ?? 0, limit, `${name} of group ${id}`);
    price("min_sponsored", prices.minSponsored, dearest);
    price("max_sponsored", prices.maxSponsored, most === null ? 0 : Infinity);
    price("assignment_ratio", prices.assignmentRatio, share === null ? 0 : Infinity);
    price("mixed_share", prices.mixedShare, mixed === null ? 0 : Infinity);
  }
  const limits = declared === null ? null : new LimitPrices(declared, instance);
  const { limits: ofLimits = [] } = certificate;
  if (limits !== null) limits.set(ofLimits, certificate.shortfall_price, tell);
  else if (ofLimits.length > 0) tell("limits have prices and the drop has no limits");
  if (untold > 0) problems.push(`and ${untold} more wrong prices`);
  return { prices, limits, problems };
}

function range(most: number): string {
  if (most === 0) return "0, there being no such rule";
  return most === Infinity ? "a finite number ≥ 0" : `0 … ${most}, the shortfall price`;
}
