/**
 * Options of a synthetic drop, their ranges and defaults: one place for the library and the command line.
 *
 * @module
 */
import { UsageError } from "../base/errors.ts";
import { aNumber, checkValue } from "../base/validate.ts";
import type { NumberRange } from "../base/value_kind.ts";

/** Sizes and shape of a synthetic drop. Defaults are {@link SYNTHETIC_DEFAULTS}. */
export interface SyntheticOptions {
  /** Users. */
  users: number;
  /** Mean of eligible pairs per user, at most as many as there are contracts. */
  pairs?: number;
  /** Contracts. */
  contracts?: number;
  /** Groups. */
  groups?: number;
  /** Offers per user for which capacity is scaled. */
  k?: number;
  /** Sponsored capacity, as a share of k offers to each user that the ratios require to be sponsored. */
  scarcity?: number;
  /** Seed of everything drawn. */
  seed?: number;
  /** Whether scores are coarse, so that many are equal: steps of 0.01, and 35 % exact zeros. @default false */
  ties?: boolean;
  /** Share of the groups whose minimum no allocation can reach. */
  infeasible?: number;
  /** Number of the drop among several of the same users, contracts and groups with other pairs and scores. @default 0 */
  week?: number;
}

/** The options that are numbers; `week` is not chosen but counted. */
type SyntheticNumbers = Required<Omit<SyntheticOptions, "ties" | "week">>;

/** What the numbers may be; a drop's columns stay within what arrays may hold. */
export const SYNTHETIC_RANGES = {
  users: { min: 1, max: 1_000_000_000, whole: true },
  pairs: { min: 1 },
  contracts: { min: 2, max: 1_000_000, whole: true },
  groups: { min: 1, max: 1_000_000, whole: true },
  k: { min: 1, whole: true },
  scarcity: { min: 0, above: true },
  seed: { min: 0, whole: true },
  infeasible: { min: 0, max: 1 },
} as const satisfies Record<keyof SyntheticNumbers, NumberRange>;

/** What the numbers are where they are not given. */
export const SYNTHETIC_DEFAULTS = {
  pairs: 28,
  contracts: 110,
  groups: 150,
  k: 3,
  scarcity: 0.5,
  seed: 1,
  infeasible: 0,
} as const satisfies Omit<SyntheticNumbers, "users">;

/**
 * The numbers of a drop, checked.
 *
 * @throws {UsageError} for one out of range
 */
export function syntheticNumbers(options: SyntheticOptions): SyntheticNumbers {
  const numbers: SyntheticNumbers = { ...SYNTHETIC_DEFAULTS, users: options.users };
  for (const name of Object.keys(SYNTHETIC_RANGES) as (keyof SyntheticNumbers)[]) {
    numbers[name] = options[name] ?? numbers[name];
    checkValue(`--${name}`, numbers[name], aNumber(SYNTHETIC_RANGES[name]));
  }
  const { pairs, contracts } = numbers;
  if (pairs > contracts) {
    throw new UsageError(`--pairs is ${pairs}, expected at most --contracts, ${contracts}`);
  }
  return numbers;
}
