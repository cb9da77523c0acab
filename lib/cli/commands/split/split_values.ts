/**
 * The options of `divvy split`, and which go together.
 *
 * @module
 */
import { UsageError } from "../../../base/errors.ts";
import { optionInWords } from "../../../base/option_words.ts";
import type { TableFormat } from "../../../io/records/table_format.ts";
import type { SplitOptions } from "../../../woptim/problem/options.ts";
import { type MethodName, METHODS } from "../../../woptim/methods/methods.ts";
import { type MethodOptions, notTaken } from "../../../woptim/methods/split_by.ts";

/** The options of `divvy split`. */
export interface SplitValues extends SplitOptions {
  input?: string;
  method: MethodName | "woptim";
  config?: string;
  total?: number;
  price?: number;
  groups?: string;
  goods?: string;
  totals?: string;
  explain?: string;
  schema?: boolean;
  out?: string;
  format?: TableFormat;
  html?: string;
  json?: boolean;
  ascii?: boolean;
  quiet?: boolean;
}

/**
 * Checks options that can't be given with the method, or with each other.
 *
 * @param given the options that were set on the command line or in the configuration file
 * @throws {UsageError} that names them
 */
export function checkSplitValues(values: SplitValues, given: ReadonlySet<string>): void {
  const { method, totals, explain } = values;
  if (method !== "woptim") {
    const refused = notTaken(method, given).map(optionInWords);
    if (refused.length > 0) {
      const whole = method === "proportional" && refused.includes("--step");
      throw new UsageError(
        `--method ${method} takes no ${refused.join(", ")}` +
          (whole ? " (for whole units in proportion: hamilton)" : ""),
      );
    }
  }
  if (totals !== undefined) {
    for (const other of ["total", "price", "explain", "coin", "currencyDigits"] as const) {
      if (!given.has(other)) continue;
      throw new UsageError(`--totals can't be given with ${optionInWords(other)}`);
    }
  }
  if (values.goods !== undefined) checkForGoods(given);
  if (explain === undefined) return;
  for (const other of ["out", "html"] as const) {
    if (given.has(other)) {
      throw new UsageError(`--explain prints one person as text or JSON: no --${other}`);
    }
  }
}

/**
 * Checks options that can't be given with several goods.
 *
 * @throws {UsageError} that names one
 */
export function checkForGoods(given: ReadonlySet<string>): void {
  for (const other of ["method", "totals", "explain"] as const) {
    if (!given.has(other)) continue;
    throw new UsageError(`several goods are split by woptim, and all at once: no --${other}`);
  }
}

/** The options of {@link SplitValues} that the method takes: a method other than woptim refuses what it doesn't take. */
export function takenOptions(values: SplitValues): SplitOptions {
  return values.method === "woptim" ? values : methodOptions(values.method, values);
}

/** The options for a method other than woptim: the step if it takes one, and those of payments. */
export function methodOptions(
  method: MethodName,
  { currencyDigits, coin, step }: SplitValues,
): MethodOptions {
  const takesStep = METHODS[method].takes.includes("step");
  return { currencyDigits, coin, ...(takesStep && { step }) };
}
