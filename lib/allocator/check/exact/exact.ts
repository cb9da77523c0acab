/**
 * The exact figures of a certificate: objective and bound in whole units, without a tolerance.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import {
  type Certificate,
  type CertificateBranches,
  type ExactFigures,
  policyOfCertificate,
} from "../../model/certificate.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { Policy } from "../../model/policy.ts";
import { boundOnSteps } from "./bound_on_steps.ts";
import { Cases } from "./cases.ts";
import { claimedPrices } from "../bound/claimed_prices.ts";
import { doubleAtLeast, textOfUnits } from "./decimal.ts";
import { demandsOf, type GroupDemand } from "../rules/demands.ts";
import { unitsOfText } from "./exact_bound.ts";
import { type Scale, scaleOf } from "./exact_scale.ts";
import { exactObjective, type HeldPairs } from "./exact_value.ts";
import { DeclaredLimits } from "../rules/limits.ts";
import type { DividedPrices } from "../bound/own_limits.ts";
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
 * @param options.decimals decimals of the unit; by default as many as sums of doubles keep exact. More are counted in whole
 *   numbers of any size, which takes some ten times as long
 */
export function exactFigures(
  instance: Instance,
  policy: Policy,
  demands: readonly GroupDemand[],
  claimed: DividedPrices & { prices: Prices },
  held: HeldPairs,
  options: {
    declared: DeclaredLimits | null;
    decimals?: number;
    branches?: CertificateBranches;
  },
): Figures {
  const { declared, branches } = options;
  const scale = scaleOf(instance, policy, demands, claimed.prices, claimed);
  const decimals = options.decimals ?? scale.decimals;
  const units = new Units(decimals);
  let bound = boundOnSteps(instance, policy, demands, claimed, scale, decimals);
  if (branches !== undefined) {
    const isWide = decimals > scale.decimals;
    const cases = new Cases(instance, policy, demands, declared, branches, isWide);
    const ofCases = cases.bound(decimals);
    if (ofCases !== null && ofCases < bound) bound = ofCases;
  }
  const objective = exactObjective(instance, policy, demands, held, declared, units);
  return figuresOf(objective, bound, decimals);
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

/**
 * The certificate with exact figures of its prices and of assignments, and with the doubles that follow from them; unchanged where the
 * assignments keep a limit only within the checker's tolerance and so are worth more than the exact bound: exact figures would refute it.
 */
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
    () => scaleOf(instance, policy, demands, claimed.prices, claimed),
  );
  if (finer !== null) figures = figuresIn(finer);
  if (figures.objective > figures.boundUnits) return certificate;
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
