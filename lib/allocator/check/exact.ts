/**
 * The exact figures of a certificate: objective and bound in whole units, without a tolerance.
 *
 * @module
 */
import type { Prices } from "../model/allocation.ts";
import {
  type Certificate,
  type CertificateBranches,
  type CertificateNode,
  type ExactFigures,
  policyOfCertificate,
} from "../model/certificate.ts";
import type { Instance } from "../drop/instance.ts";
import type { Policy } from "../model/policy.ts";
import { claimedPrices } from "./claimed_prices.ts";
import { doubleAtLeast, floorOf, textOfUnits } from "./decimal.ts";
import { demandsOf, type GroupDemand, limitedBrands, priceOfMissing } from "./demands.ts";
import { exactBound, type SettledOffers, unitsOfText } from "./exact_bound.ts";
import { type Scale, scaleOf } from "./exact_scale.ts";
import { exactObjective, type HeldPairs } from "./exact_value.ts";
import type { LimitPrices } from "./limit_prices.ts";
import { DeclaredLimits } from "./limits.ts";
import { Units } from "./units.ts";

/** Objective and bound, exact. */
export interface Figures {
  /** Both are whole units of 10^−decimals. */
  readonly decimals: number;
  /** Objective in units. */
  readonly objective: bigint;
  /** Bound in units. */
  readonly boundUnits: bigint;
  /** Objective as a plain decimal. */
  readonly objectiveText: string;
  /** Bound as a plain decimal. */
  readonly boundText: string;
  /** The least double that is not below the bound. */
  readonly bound: number;
  /** The least double that is not below (bound − objective) / |bound|; 0 where the objective is above, 1 where the bound is 0. */
  readonly gap: number;
}

/**
 * Computes the objective of assignments and the bound that prices prove, in whole units.
 *
 * @param claimed.prices prices that are allowed
 * @param options.decimals decimals of the unit; by default as many as sums of doubles keep exact
 */
export function exactFigures(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  claimed: { prices: Prices; limits: LimitPrices | null },
  held: HeldPairs,
  options: {
    declared: DeclaredLimits | null;
    decimals?: number;
    branches?: CertificateBranches;
  },
): Figures {
  const { declared, branches } = options;
  const scale = scaleOf(instance, policy, demands, claimed.prices, claimed.limits);
  // Units finer than doubles can count would not be exact; coarser ones make the bound looser, but still valid.
  const decimals = Math.min(scale.decimals, options.decimals ?? scale.decimals);
  const units = new Units(decimals);
  let bound = boundOnSteps(instance, policy, demands, claimed, scale, decimals);
  if (branches !== undefined) {
    const cases = new Cases(instance, policy, demands, declared, branches);
    const ofCases = cases.bound(decimals);
    if (ofCases !== null && ofCases < bound) bound = ofCases;
  }
  const objective = exactObjective(instance, policy, demands, held, declared, units);
  return figuresOf(objective, bound, decimals);
}

/** The bound of prices in units, rounded down to the grid that objectives lie on. */
function boundOnSteps(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  claimed: { prices: Prices; limits: LimitPrices | null },
  scale: Scale,
  decimals: number,
  settled?: SettledOffers,
): bigint {
  const isExact = scale.isExact && (scale.step ?? decimals) <= decimals;
  const known = { isExact, perUser: scale.perUser, settled };
  const bound = exactBound(instance, policy, demands, claimed, new Units(decimals), known);
  if (scale.step === null || scale.step >= decimals) return bound;
  const step = 10n ** BigInt(decimals - scale.step);
  return floorOf(bound, step) * step;
}

/** A proof by cases. The cases cover all allocations, so the largest of their bounds is a bound. */
class Cases {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #demands: readonly GroupDemand[];
  readonly #declared: DeclaredLimits | null;
  readonly #branches: CertificateBranches;
  readonly #contracts: ReadonlyMap<string, number>;

  constructor(
    instance: Instance,
    policy: Policy,
    demands: readonly GroupDemand[],
    declared: DeclaredLimits | null,
    branches: CertificateBranches,
  ) {
    this.#instance = instance;
    this.#policy = policy;
    this.#demands = demands;
    this.#declared = declared;
    this.#branches = branches;
    this.#contracts = new Map(instance.contracts.map((id, c) => [id, c]));
  }

  /** The bound in units; null if a case names a pair that does not exist, or has prices that are not allowed. */
  bound(decimals: number): bigint | null {
    const bound = this.#boundOf(this.#branches.tree, new Map(), decimals);
    return bound === "void" ? null : bound;
  }

  /** Whether a case is impossible: a user would have too many offers of a brand. */
  #isVoid(made: ReadonlyMap<number, boolean>): boolean {
    const { maxPerBrand } = this.#policy;
    const { contract, start } = this.#instance;
    const brand = limitedBrands(this.#instance, this.#policy);
    if (brand === null) return false;
    const pairs = [...made].filter(([, isMade]) => isMade).map(([pair]) => pair);
    return pairs.some((pair) => {
      const user = start.findIndex((from, u) => from <= pair && pair < start[u + 1]);
      const same = pairs.filter((other) =>
        other >= start[user] && other < start[user + 1] &&
        brand[contract[other]] === brand[contract[pair]]
      );
      return same.length > maxPerBrand!;
    });
  }

  #boundOf(
    node: CertificateNode,
    made: ReadonlyMap<number, boolean>,
    decimals: number,
  ): bigint | "void" | null {
    if (this.#isVoid(made)) return "void";
    if (!("offer" in node)) return this.#boundOfCase(node, made, decimals);
    const pair = this.#pairOf(node.offer);
    if (pair < 0) return null;
    const having = this.#boundOf(node.with, new Map([...made, [pair, true]]), decimals);
    const lacking = this.#boundOf(node.without, new Map([...made, [pair, false]]), decimals);
    if (having === null || lacking === null) return null;
    if (having === "void" || lacking === "void") return having === "void" ? lacking : having;
    return having > lacking ? having : lacking;
  }

  #boundOfCase(
    priced: Pick<Certificate, "contracts" | "groups" | "limits">,
    made: ReadonlyMap<number, boolean>,
    decimals: number,
  ): bigint | null {
    const [instance, policy, demands] = [this.#instance, this.#policy, this.#demands];
    const { price } = this.#branches;
    const claimed = claimedPrices(instance, demands, this.#declared, {
      ...priced,
      shortfall_price: priceOfMissing(instance, policy),
    });
    if (claimed.problems.length > 0) return null;
    const scale = scaleOf(instance, policy, demands, claimed.prices, claimed.limits, price);
    const own = Math.min(decimals, scale.decimals);
    const settled = { made, price };
    const bound = boundOnSteps(instance, policy, demands, claimed, scale, own, settled);
    return bound * 10n ** BigInt(decimals - own);
  }

  #pairOf([user, contract]: readonly [string, string]): number {
    const { users, start, contract: of } = this.#instance;
    const u = users.indexOfSorted(user), c = this.#contracts.get(contract);
    if (u < 0 || c === undefined) return -1;
    for (let p = start[u]; p < start[u + 1]; p++) if (of[p] === c) return p;
    return -1;
  }
}

function figuresOf(objective: bigint, bound: bigint, decimals: number): Figures {
  const size = bound < 0n ? -bound : bound;
  const power = 10n ** BigInt(Math.abs(decimals));
  return {
    decimals,
    objective,
    boundUnits: bound,
    objectiveText: textOfUnits(objective, decimals),
    boundText: textOfUnits(bound, decimals),
    bound: decimals >= 0 ? doubleAtLeast(bound, power) : doubleAtLeast(bound * power, 1n),
    gap: objective >= bound ? 0 : size === 0n ? 1 : doubleAtLeast(bound - objective, size),
  };
}

/** The certificate with exact figures of its prices and of assignments, and with the doubles that follow from them. */
export function withExactFigures(
  instance: Instance,
  certificate: Certificate,
  held: HeldPairs,
): Certificate {
  const policy = policyOfCertificate(certificate);
  const demands = demandsOf(instance, policy);
  const declared = DeclaredLimits.of(instance);
  const claimed = claimedPrices(instance, demands, declared, certificate);
  const { branches } = certificate;
  const figures = exactFigures(instance, policy, demands, claimed, held, { declared, branches });
  const exact: ExactFigures = {
    decimals: figures.decimals,
    objective: figures.objectiveText,
    bound: figures.boundText,
  };
  const { search_bound: search, ...rest } = certificate;
  const objective = Number(figures.objectiveText);
  // The search's bound comes from sums of doubles, so rounding may have put it below the objective.
  const searched = search === undefined ? figures.bound : Math.max(search, objective);
  return {
    ...rest,
    objective,
    bound: figures.bound,
    gap: figures.gap,
    exact,
    ...(searched < figures.bound && { search_bound: searched }),
  };
}

/** The bound that a certificate's prices and cases prove, whatever was assigned; null if a price is not allowed. */
export function boundOfCertificate(instance: Instance, certificate: Certificate): number | null {
  const policy = policyOfCertificate(certificate), demands = demandsOf(instance, policy);
  const declared = DeclaredLimits.of(instance), { branches } = certificate;
  const claimed = claimedPrices(instance, demands, declared, certificate);
  if (claimed.problems.length > 0) return null;
  const none = { pair: new Uint32Array(0), user: new Uint32Array(0) };
  return exactFigures(instance, policy, demands, claimed, none, { declared, branches }).bound;
}

/** The problems of a certificate's exact figures, given the recomputed ones. */
export function exactProblems(certificate: Certificate, found: Figures): string[] {
  const { exact, search_bound: search } = certificate;
  const problems: string[] = [];
  if (found.objective > found.boundUnits) {
    problems.push(
      `the assignments' objective ${found.objectiveText} is above the bound ${found.boundText}`,
    );
  }
  if (search !== undefined && search < Number(found.objectiveText)) {
    problems.push(
      `search_bound is ${search}, below the assignments' objective ${found.objectiveText}`,
    );
  }
  if (exact === null) return problems;
  const { decimals } = exact;
  if (decimals > found.decimals) {
    problems.push(`exact.decimals is ${decimals}, expected at most ${found.decimals}`);
    return problems;
  }
  const objective = unitsOfText(exact.objective, decimals);
  const bound = unitsOfText(exact.bound, decimals);
  if (objective !== found.objective) {
    problems.push(
      `exact.objective is ${exact.objective}, the assignments have ${found.objectiveText}`,
    );
  }
  if (bound === null || bound < found.boundUnits) {
    problems.push(
      `exact.bound is ${exact.bound}, the prices prove no less than ${found.boundText}`,
    );
  }
  if (objective === null || bound === null) return problems;
  const claimed = figuresOf(objective, bound, decimals);
  const doubles = { objective: Number(exact.objective), bound: claimed.bound, gap: claimed.gap };
  for (const [name, expected] of Object.entries(doubles)) {
    const value = certificate[name as keyof typeof doubles];
    if (value === expected) continue;
    problems.push(`${name} is ${value}, the exact figures say ${expected}`);
  }
  return problems;
}
