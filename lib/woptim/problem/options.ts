/**
 * The options of a split and their defaults.
 *
 * @module
 */
import { UsageError } from "../../base/errors.ts";
import { shown } from "../../base/validate.ts";
import { LARGEST, SMALLEST } from "./size.ts";
import { readStep, STEP_EXPECTED, STEP_TEXT_EXPECTED } from "./person_fields.ts";

/** What a split weighs and which answers it may give. */
export interface SplitOptions {
  /** Share of the objective that misses of the target have beside misses of the interval; above 0. @default 0.2 */
  gamma?: number;
  /** Targets and bounds below this weigh as this one does; above 0. @default 0.5 */
  tMin?: number;
  /** Count misses as they are, not in proportion to the target or bound missed. @default false */
  absolute?: boolean;
  /** Let units go below zero where the total can't meet the lower bounds. @default false */
  allowNegative?: boolean;
  /** Units come in whole multiples of this (1, 0.5, 0.01, "1/3", …); none: any amount. @default undefined */
  step?: number | string;
  /** Where the total is no whole number of steps, hand out as many as there are and say what is left. @default false */
  leftover?: boolean;
  /**
   * Share of the objective that changes of last time's amount (`previous`) have beside misses of the interval; 0: none.
   * @default 0
   */
  changeWeight?: number;
  /** Decimal places of the currency, 0 to 8: payments are whole multiples of its smallest coin. @default 2 */
  currencyDigits?: number;
  /**
   * Smallest coin that payments are made in, in units of the currency, where it is not that of the decimal
   * places: 0.05 for cash. Payments then are whole multiples of it, and so must the price be. @default undefined
   */
  coin?: number;
}

/** {@link SplitOptions} with the defaults filled in. */
export type ResolvedSplitOptions = Required<Omit<SplitOptions, "step">> & {
  step?: number | string;
};

/** Fills in the defaults. Throws {@link UsageError} for a value out of range. */
export function resolveOptions(options: SplitOptions = {}): ResolvedSplitOptions {
  const { gamma = 0.2, tMin = 0.5, absolute = false, allowNegative = false, currencyDigits = 2 } =
    options;
  const { changeWeight = 0, leftover = false } = options;
  for (const [name, value] of Object.entries({ absolute, allowNegative, leftover })) {
    if (typeof value !== "boolean") {
      throw new UsageError(`${name} is ${shown(value)}, expected true or false`);
    }
  }
  requirePositive("gamma", gamma);
  requirePositive("tMin", tMin);
  if (options.step !== undefined && readStep(options.step) === undefined) {
    throw new UsageError(
      `step is ${shown(options.step)}, expected ${
        typeof options.step === "number" ? STEP_EXPECTED : STEP_TEXT_EXPECTED
      }`,
    );
  }
  if (options.coin !== undefined) requirePositive("coin", options.coin);
  if (changeWeight !== 0) requirePositive("changeWeight", changeWeight, 0);
  if (!Number.isInteger(currencyDigits) || currencyDigits < 0 || currencyDigits > 8) {
    throw new UsageError(
      `currencyDigits is ${shown(currencyDigits)}, expected a whole number from 0 to 8`,
    );
  }
  const coin = options.coin ?? Number(`1e-${currencyDigits}`);
  return {
    gamma,
    tMin,
    absolute,
    allowNegative,
    step: options.step,
    leftover,
    changeWeight,
    currencyDigits,
    coin,
  };
}

function requirePositive(name: string, value: unknown, least?: number): void {
  if (!(typeof value === "number" && value >= (least ?? SMALLEST) && value <= LARGEST)) {
    const expected = `a number from ${least ?? SMALLEST} to 1e100`;
    throw new UsageError(`${name} is ${shown(value)}, expected ${expected}`);
  }
}
