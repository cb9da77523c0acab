/**
 * Rules for options that several library functions share: the policy's, start prices, certificates.
 *
 * @module
 */
import { WORKERS_RANGE } from "./solvers.ts";
import { optionInWords } from "../base/option_words.ts";
import { type Prices, pricesOfKinds } from "../allocator/model/allocation.ts";
import { certificateFault } from "../allocator/model/certificate_fault.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { type Policy, policyFrom } from "../allocator/model/policy.ts";
import { POLICY_FIELDS } from "../allocator/model/policy_table.ts";
import { UsageError } from "../base/errors.ts";
import { checkSums } from "./sums_fit.ts";
import {
  aNumber,
  anything,
  checkOptions,
  ofKind,
  type OptionRule,
  type OptionRules,
  RUN_CONTROL,
  shown,
} from "../base/validate.ts";

/** Rules for the policy's options. */
export const POLICY_OPTIONS = Object.fromEntries(
  POLICY_FIELDS.map(({ name, kind, nullable }) => [name, ofKind(kind, nullable)]),
) as OptionRules & Readonly<Record<keyof Policy, OptionRule>>;

/** Rules for the options of whatever solves a drop. */
export const SOLVE_OPTIONS = {
  ...POLICY_OPTIONS,
  ...RUN_CONTROL,
  gap: aNumber({ min: 0 }),
  workers: aNumber(WORKERS_RANGE),
  // {@link checkSolve} checks them, against the drop.
  startPrices: anything,
};

/**
 * Checks the options of the function `name`, which solves a drop, by their rules and against the drop.
 *
 * @throws {UsageError} that names the option, and as {@link checkRules} and {@link checkStartPrices}
 */
export function checkSolve(
  name: string,
  instance: Instance,
  options: Partial<Policy> & { readonly startPrices?: unknown },
  rules: OptionRules,
): void {
  checkOptions(name, options, rules);
  checkRules(instance, policyFrom(options));
  if (options.startPrices !== undefined) checkStartPrices(instance, options.startPrices);
}

/**
 * Checks that a drop has what its rules speak of.
 *
 * @throws {UsageError} where they limit brands and it has none, make changes cost something and it has no previous offers, or
 *   have numbers that sums of doubles can't hold
 * @throws {InputError} for a limit whose numbers sums can't hold
 */
export function checkRules(instance: Instance, policy: Policy): void {
  checkBrands(instance, policy);
  checkChangeCost(instance, policy);
  checkSums(instance, policy);
}

function checkBrands(instance: Instance, policy: Policy): void {
  if (policy.maxPerBrand === null || instance.brand !== null) return;
  throw new UsageError(
    `a limit per brand (${
      optionInWords("maxPerBrand")
    }) is ${policy.maxPerBrand}, expected none: the drop has no brands (column brand_id in caps)`,
  );
}

function checkChangeCost(instance: Instance, policy: Policy): void {
  if (policy.changeCost === 0 || instance.previous !== undefined) return;
  throw new UsageError(
    `a cost of changes (${
      optionInWords("changeCost")
    }) is ${policy.changeCost}, expected 0: the drop has no previous offers to compare with (${
      optionInWords("previous")
    })`,
  );
}

/** Checks that an option is a certificate. @throws {UsageError} that names the field at fault */
export function checkCertificateOption(name: string, certificate: unknown): void {
  const fault = certificateFault(certificate);
  if (fault === null) return;
  const { path, value, expected } = fault;
  const found = value === undefined ? "missing" : shown(value);
  throw new UsageError(
    `${[name, ...path].join(".")} is ${found}, expected ${
      path.length === 0 ? "a certificate" : expected
    }`,
  );
}

/** Arrays of {@link Prices}, and what their elements belong to. */
const COLUMNS: Readonly<Record<keyof Prices, "contracts" | "groups" | "limits">> = {
  contract: "contracts",
  ...pricesOfKinds(() => "groups" as const),
  limit: "limits",
};

/** Checks start prices: a certificate, or {@link Prices} of the drop. @throws {UsageError} as {@link checkPrices} */
function checkStartPrices(
  { contracts, groups, limits }: Pick<Instance, "contracts" | "groups" | "limits">,
  startPrices: unknown,
): void {
  if (typeof startPrices !== "object" || startPrices === null) {
    throw new UsageError(`startPrices is ${shown(startPrices)}, expected Prices or a certificate`);
  }
  if ("contracts" in startPrices) return checkCertificateOption("startPrices", startPrices);
  checkPrices("startPrices", { contracts, groups, limits }, startPrices);
}

/**
 * Checks that an object has all arrays of {@link Prices}, each with a finite number ≥ 0 for every contract, group or row of a limit
 * of the drop.
 *
 * @throws {UsageError} that names the array, the index and the value
 */
export function checkPrices(
  called: string,
  { contracts, groups, limits }: Pick<Instance, "contracts" | "groups" | "limits">,
  prices: object,
): void {
  const lengths = {
    contracts: contracts.length,
    groups: groups.length,
    limits: limits?.rows.amount.length ?? 0,
  };
  for (const [name, of] of Object.entries(COLUMNS)) {
    const column = (prices as Record<string, unknown>)[name];
    const length = lengths[of];
    if (column === undefined && length === 0) continue;
    if (!(column instanceof Float64Array)) {
      throw new UsageError(
        `${called}.${name} is ${column === undefined ? "missing" : shown(column)}, ` +
          `expected a Float64Array of ${length} prices`,
      );
    }
    if (column.length !== length) {
      throw new UsageError(
        `${called}.${name} has ${column.length} prices, expected ${length}: one for each of ` +
          `the drop's ${of}`,
      );
    }
    const wrong = column.findIndex((price) => !(price >= 0 && price < Infinity));
    if (wrong < 0) continue;
    throw new UsageError(
      `${called}.${name}[${wrong}] is ${column[wrong]}, expected a finite number ≥ 0`,
    );
  }
}
