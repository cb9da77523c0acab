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
import type { Instance } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";
import { claimedPrices } from "./claimed_prices.ts";
import { doubleAtLeast, floorOf, textOfUnits } from "./decimal.ts";
import { demandsOf, type GroupDemand, limitedBrands, priceOfMissing } from "./demands.ts";
import { exactBound, type SettledOffers, unitsOfText } from "./exact_bound.ts";
import { type Scale, scaleOf } from "./exact_scale.ts";
import { exactObjective, type HeldPairs } from "./exact_value.ts";
import type { LimitPrices } from "./limit_prices.ts";
import { DeclaredLimits } from "./limits.ts";
import { EXACT_POWERS, Units } from "./units.ts";
import { wideBound } from "./wide_bound.ts";

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
 * @param options.decimals decimals of the unit; by default as many as sums of doubles keep exact. More are counted in whole
 *   numbers of any size, which takes some ten times as long
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
  const decimals = options.decimals ?? scale.decimals;
  const units = new Units(decimals);
  let bound = boundOnSteps(instance, policy, demands, claimed, scale, decimals);
  if (branches !== undefined) {
    const cases = new Cases(
      instance,
      policy,
      demands,
      declared,
      branches,
      decimals > scale.decimals,
    );
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
  const units = new Units(decimals), { step, ofScores, perUser } = scale;
  const bound = decimals > scale.decimals
    ? wideBound(instance, policy, demands, claimed, units, settled)
    : exactBound(instance, policy, demands, claimed, units, {
      // Whether every score is whole units, so that nobody needs to look.
      isExact: ofScores !== null && ofScores <= decimals && Math.abs(decimals) <= EXACT_POWERS,
      perUser,
      settled,
    });
  if (step === null || step >= decimals) return bound;
  const grid = 10n ** BigInt(decimals - step);
  return floorOf(bound, grid) * grid;
}

/** A proof by cases. The cases cover all allocations, so the largest of their bounds is a bound. */
class Cases {
  readonly #instance: Instance;
  readonly #policy: Policy;
  readonly #demands: readonly GroupDemand[];
  readonly #declared: DeclaredLimits | null;
  readonly #branches: CertificateBranches;
  readonly #contracts: ReadonlyMap<string, number>;
  /** Whether units are too small for doubles. */
  readonly #isWide: boolean;

  constructor(
    instance: Instance,
    policy: Policy,
    demands: readonly GroupDemand[],
    declared: DeclaredLimits | null,
    branches: CertificateBranches,
    isWide: boolean,
  ) {
    this.#isWide = isWide;
    this.#instance = instance;
    this.#policy = policy;
    this.#demands = demands;
    this.#declared = declared;
    this.#branches = branches;
    this.#contracts = new Map(instance.contracts.map((id, c) => [id, c]));
  }

  /** The bound in units; null if a case names a pair that does not exist, or has prices that are not allowed. */
  bound(decimals: number): bigint | null {
    return this.#boundOf(this.#branches.tree, new Map(), decimals);
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
  ): bigint | null {
    if (!("offer" in node)) return this.#boundOfCase(node, made, decimals);
    const pair = this.#pairOf(node.offer);
    if (pair < 0) return null;
    const lacking = this.#boundOf(node.without, new Map([...made, [pair, false]]), decimals);
    const more = new Map([...made, [pair, true]]);
    if (this.#isVoid(more)) return lacking;
    const having = this.#boundOf(node.with, more, decimals);
    if (having === null || lacking === null) return null;
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
    // A case's prices may be larger: in coarser units its bound holds too.
    const own = this.#isWide ? decimals : Math.min(decimals, scale.decimals);
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
  const figuresIn = (decimals?: number) =>
    exactFigures(instance, policy, demands, claimed, held, { declared, branches, decimals });
  let figures = figuresIn();
  const finer = finerUnits(
    instance,
    figures,
    certificate.bound,
    () => scaleOf(instance, policy, demands, claimed.prices, claimed.limits),
  );
  if (finer !== null) figures = figuresIn(finer);
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

/** A gap up to here may be of units that are too coarse. */
const OF_UNITS = 1e-9;
/** Rounding of sums of doubles, relative to them. */
const OF_DOUBLES = 1e-12;
/** Up to so many pairs finer units than doubles can count cost no more than some tenths of a second. */
const FEW_PAIRS = 100_000;
/** Most decimals, so that checkers of other hands have room; and decimals of prices beyond those of scores. */
const MOST_DECIMALS = 20, OF_PRICES = 6;

/**
 * Decimals of units that leave a smaller gap; null: those of the figures are as good.
 *
 * @param claimed the bound of the same prices in doubles. Where it is less, prices were cut by too much: what a limit allows may
 *   be so large that a part of a unit of its price is worth something
 */
function finerUnits(
  instance: Instance,
  figures: Figures,
  claimed: number,
  scale: () => Scale,
): number | null {
  const { gap, decimals, bound } = figures;
  const isOfUnits = gap <= OF_UNITS || bound - claimed > OF_DOUBLES * Math.abs(bound);
  if (gap === 0 || !isOfUnits || instance.score.length > FEW_PAIRS) return null;
  const finer = Math.min(MOST_DECIMALS, (scale().step ?? MOST_DECIMALS) + OF_PRICES);
  return finer > decimals ? finer : null;
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
