/**
 * Exact figures of a certificate: objective and bound in whole numbers, without a tolerance.
 *
 * @module
 */
import type { Prices } from "../model/allocation.ts";
import { type Certificate, type ExactFigures, policyOfCertificate } from "../model/certificate.ts";
import type { Instance } from "../drop/instance.ts";
import type { Policy } from "../model/policy.ts";
import { claimedPrices } from "./claimed_prices.ts";
import { doubleAtLeast, floorOf, textOfUnits } from "./decimal.ts";
import { demandsOf, type GroupDemand } from "./demands.ts";
import { exactBound, unitsOfText } from "./exact_bound.ts";
import { scaleOf } from "./exact_scale.ts";
import { exactObjective, type HeldPairs } from "./exact_value.ts";
import type { LimitPrices } from "./limit_prices.ts";
import { DeclaredLimits } from "./limits.ts";
import { Units } from "./units.ts";

/** Objective and bound as they are. */
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
 * The objective of assignments and the bound that prices prove, in whole numbers.
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
  options: { declared: DeclaredLimits | null; decimals?: number },
): Figures {
  const scale = scaleOf(instance, policy, demands, claimed.prices, claimed.limits);
  // In finer units than doubles can count nothing would be exact; in coarser ones the bound is looser, and holds.
  const decimals = Math.min(scale.decimals, options.decimals ?? scale.decimals);
  const units = new Units(decimals);
  const isExact = scale.isExact && (scale.step ?? decimals) <= decimals;
  let bound = exactBound(instance, policy, demands, claimed, units, { ...scale, isExact });
  if (scale.step !== null && scale.step < decimals) {
    const step = 10n ** BigInt(decimals - scale.step);
    bound = floorOf(bound, step) * step;
  }
  const objective = exactObjective(instance, policy, demands, held, options.declared, units);
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

/** The certificate with exact figures, and the doubles that follow from them. */
export function withExactFigures(
  instance: Instance,
  certificate: Certificate,
  held: HeldPairs,
): Certificate {
  const policy = policyOfCertificate(certificate);
  const demands = demandsOf(instance, policy);
  const declared = DeclaredLimits.of(instance);
  const claimed = claimedPrices(instance, demands, declared, certificate);
  const figures = exactFigures(instance, policy, demands, claimed, held, { declared });
  const exact: ExactFigures = {
    decimals: figures.decimals,
    objective: figures.objectiveText,
    bound: figures.boundText,
  };
  const { search_bound: search, ...rest } = certificate;
  const objective = Number(figures.objectiveText);
  // A search adds up doubles, and may be off by their last digits.
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

/** What is wrong with a certificate's figures, given those that were found. */
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
