/**
 * Verifies a certificate. Nothing in it is believed: the bound is recomputed from its prices.
 *
 * @module
 */
import {
  type Certificate,
  certifiedLimit,
  familiesOfCertificate,
  policyOfCertificate,
} from "../model/certificate.ts";
import { HASHED_INPUTS, type InputHashes } from "../drop/hashed_inputs.ts";
import { inputHashes } from "../drop/input_hashes.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { LimitFamily } from "../drop/instance/limit_family.ts";
import type { Policy } from "../model/policy.ts";
import { boundFromPrices } from "./bound/bound.ts";
import { type ClaimedPrices, claimedPrices } from "./bound/claimed_prices.ts";
import { canHoldPins } from "./rules/before.ts";
import { demandsOf, type GroupDemand, mixes, priceOfMissing } from "./rules/demands.ts";
import { exactFigures, exactProblems } from "./exact/exact.ts";
import type { HeldPairs } from "./exact/exact_value.ts";
import type { DeclaredLimits } from "./rules/limits.ts";
import type { CertificateReport, ExactReport, PolicyOptions } from "./rules/report.ts";

/** Sums of the same numbers in different orders may differ by this, relative to their size. */
const ROUNDING = 1e-9;
/** The same for sums whose terms cancel, relative to Σ |terms|. */
const CANCELLING = 1e-12;
/** Rounding of an expression of a few doubles, relative to them. */
const DOUBLES = 8 * Number.EPSILON;

/** The worth of the assignments as computed by the checker. */
export interface CheckedValue {
  /** Objective, missed minima priced in. */
  objective: number;
  /** Σ score. */
  score: number;
  /** The objective without the price of missed minima and limits. */
  worth: number;
  /** Whether every rule holds, apart from minima and leasts, which may be missed. */
  feasible: boolean;
  /** Σ price × size of the figures of missed limits: the rounding of their cost is relative to it. */
  penaltySize: number;
  /** The drop's limits; null: it has none. */
  declared: DeclaredLimits | null;
  /** The assigned pairs, each once, that are eligible. */
  held: HeldPairs;
}

/**
 * Verifies a certificate against a drop, a policy and the value of assignments: whether its inputs and options are the same, its
 * prices are allowed and prove a bound, and objective, bound and gap are as claimed.
 *
 * If the certificate has exact figures (or `mustBeExact` is set), they are recomputed exactly and compared without a tolerance;
 * otherwise sums of doubles are compared within their rounding.
 *
 * The bound holds for any prices ≥ 0 with the price of a minimum at most the shortfall price; see
 * Fisher, "The Lagrangian relaxation method for solving integer programming problems" (1981).
 */
export function checkCertificate(
  instance: Instance,
  policy: Policy,
  certificate: Certificate,
  value: CheckedValue,
  mustBeExact = false,
): CertificateReport {
  const { feasible, declared } = value;
  const problems = [
    ...inputProblems(instance, certificate),
    ...limitProblems(instance, certificate),
    ...optionProblems(instance, policy, certificate),
  ];
  const demands = demandsOf(instance, policy);
  const claimed = claimedPrices(instance, demands, declared, certificate);
  problems.push(...claimed.problems);
  if (!feasible) problems.push("the assignments break a rule, so their objective proves nothing");

  const pinsFit = canHoldPins(instance, policy);
  if (!pinsFit) {
    problems.push("a user can't have all of its pins under these options: nothing is proven");
  }
  const proof = pinsFit && claimed.problems.length === 0
    ? prove({ instance, policy, demands, claimed, certificate, value, mustBeExact }, problems)
    : { bound: null, gap: null, exact: null };
  const notes: string[] = [];
  if (policy.maxPerBrand !== null && mixes(policy)) {
    notes.push("the bound lets a mixed user have max_per_brand offers of a brand in each type");
  }
  if (claimed.own) {
    notes.push(
      "each user's best bundle keeps the limits toward which only this user's offers count",
    );
  }
  return {
    certified: problems.length === 0,
    gap: proof.gap,
    bound: proof.bound,
    claimed_bound: certificate.bound,
    claimed_objective: certificate.objective,
    claimed_gap: certificate.gap,
    ...(proof.exact !== null && { exact: proof.exact }),
    ...(certificate.search_bound !== undefined && {
      claimed_search_bound: certificate.search_bound,
    }),
    problems,
    notes,
  };
}

/** The inputs of {@link prove}. */
interface Judged {
  readonly instance: Instance;
  readonly policy: Policy;
  readonly demands: readonly GroupDemand[];
  readonly claimed: ClaimedPrices;
  readonly certificate: Certificate;
  readonly value: CheckedValue;
  readonly mustBeExact: boolean;
}

/** The bound that the prices prove, exact if the certificate has exact figures. Adds a problem for each figure that is claimed wrongly. */
function prove(
  { instance, policy, demands, claimed, certificate, value, mustBeExact }: Judged,
  problems: string[],
): { bound: number; gap: number; exact: ExactReport | null } {
  const { objective, declared } = value;
  const tolerance = tolerances(instance, policy, value);
  const isExact = certificate.exact !== null || certificate.branches !== undefined || mustBeExact;
  if (!isExact) {
    const proven = boundFromPrices(instance, policy, demands, claimed.prices, claimed);
    const { bound } = proven;
    problems.push(...figureProblems(certificate, objective, bound, tolerance(proven.size)));
    return { bound, gap: gapOf(bound, objective), exact: null };
  }
  const figures = exactFigures(instance, policy, demands, claimed, value.held, {
    declared,
    decimals: certificate.exact?.decimals,
    branches: certificate.branches,
  });
  const { bound, gap, objectiveText, boundText } = figures;
  problems.push(...exactProblems(certificate, figures));
  // Without exact figures the certificate's doubles are compared within the rounding of sums.
  if (certificate.exact === null) {
    problems.push(...figureProblems(certificate, objective, bound, tolerance(Math.abs(bound))));
  }
  return { bound, gap, exact: { objective: objectiveText, bound: boundText } };
}

/** How far figures in doubles may be off, given the size of the bound's terms. */
function tolerances(instance: Instance, policy: Policy, value: CheckedValue) {
  // Relative to the worth of offers: a minimum missed at a price of 1e12 must not hide a wrong objective.
  const size = Math.abs(value.worth) + Math.abs(value.score) +
    priceOfMissing(instance, { ...policy, shortfallPrice: null });
  // Errors of many terms partly cancel: they grow with the square root of their number.
  const digits = Math.min(CANCELLING, DOUBLES * (1 + Math.sqrt(instance.group.length)));
  return (sizeOfBound: number) => ({
    objective: ROUNDING * size + DOUBLES * Math.abs(value.objective) + digits * value.penaltySize,
    bound: ROUNDING * size + digits * sizeOfBound,
  });
}

/** (bound − objective) / |bound|; 0 if the objective is not below the bound; else 1 if the bound is 0. */
function gapOf(bound: number, objective: number): number {
  if (objective >= bound) return 0;
  return bound === 0 ? 1 : (bound - objective) / Math.abs(bound);
}

/** The problems of the claimed figures, given the recomputed ones. */
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
  // How far both figures may be off, relative to the bound.
  const off = tolerance.objective + tolerance.bound;
  const room = ROUNDING * gap + (1 + gap) * off / Math.abs(bound);
  if (Number.isNaN(claimed.gap) || claimed.gap < gap - room) {
    problems.push(`gap is ${claimed.gap}, the prices prove no less than ${gap}`);
  }
  return problems;
}

/** A problem for each input whose hash is not the one in the certificate. */
function inputProblems(instance: Instance, { inputs }: Certificate): string[] {
  if (inputs === null) return [];
  const found = inputHashes(instance);
  return (Object.keys(HASHED_INPUTS) as (keyof InputHashes)[])
    .filter((name) => inputs[name] !== found[name])
    .map((name) =>
      `${name} has SHA-256 ${found[name] ?? "none"}, the certificate is of ${
        inputs[name] ?? "none"
      }`
    );
}

/** A problem for each limit that is declared differently in drop and certificate. */
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

/** A problem for each option in which certificate and policy differ, if the option matters. */
function optionProblems(
  instance: Instance,
  policy: Policy,
  certificate: Certificate,
): string[] {
  const claimed = policyOfCertificate(certificate);
  const weights = Math.max(policy.covW.length, claimed.covW.length, 1);
  const ours = { change_cost: 0, ...optionsThatMatter(policy, weights) };
  const theirs = { change_cost: 0, ...optionsThatMatter(claimed, weights) };
  const problems: string[] = [];
  for (const [name, value] of Object.entries<unknown>(theirs)) {
    // An option that matters to one policy only does so because of another option, which differs too and is named.
    if (!(name in ours)) continue;
    const a = JSON.stringify(value), b = JSON.stringify((ours as PolicyOptions)[name]);
    if (a !== b) problems.push(`${name} is ${a}, checked with ${b}`);
  }
  const price = priceOfMissing(instance, policy);
  if (!(Math.abs(certificate.shortfall_price - price) <= ROUNDING * price)) {
    problems.push(`shortfall_price is ${certificate.shortfall_price}, checked with ${price}`);
  }
  return problems;
}

/** The options that influence what is allowed or its worth; others are left out. `weights`: how many coverage weights to list. */
export function optionsThatMatter(policy: Policy, weights: number): PolicyOptions {
  const options: PolicyOptions = {
    model: policy.model,
    k: policy.k,
    cov_mode: policy.covMode,
    sponsored_bonus: policy.sponsoredBonus,
    max_per_brand: policy.maxPerBrand,
  };
  if (policy.changeCost > 0) options.change_cost = policy.changeCost;
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
