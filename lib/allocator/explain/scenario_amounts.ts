/**
 * Caps, ratios and the policy under a scenario.
 *
 * @module
 */
import { BEFORE_FLOOR } from "../../base/numbers/rounding.ts";
import { didYouMean } from "../../base/ids/near_ids.ts";
import { optionInWords } from "../../base/option_words.ts";
import type { Instance } from "../drop/instance/instance.ts";
import type { Policy } from "../model/policy.ts";
import type { Scenario } from "./scenario.ts";
import { notInDrop, scenarioFault } from "./scenario_fault.ts";

/** The columns of a drop that are read here. */
type AmountColumns = Pick<
  Instance,
  "contracts" | "sponsoredContracts" | "cap" | "brand" | "brands" | "groups" | "ratio"
>;

/** Words that mean many contracts in a scenario's `capScale`. */
const MANY = {
  all: () => true,
  sponsored: (drop: AmountColumns, c: number) => c < drop.sponsoredContracts,
  unsponsored: (drop: AmountColumns, c: number) => c >= drop.sponsoredContracts,
};

/**
 * The policy under a scenario.
 *
 * @throws {UsageError} where it needs a column or list that the drop does not have
 */
export function policyUnder(
  policy: Policy,
  scenario: Scenario,
  { hasBrands, hasPrevious }: { readonly hasBrands: boolean; readonly hasPrevious: boolean },
): Policy {
  const changed = { ...policy, ...scenario.policy };
  if (scenario.policy?.maxPerBrand != null && !hasBrands) {
    throw notInDrop(scenario, "maxPerBrand's column brand_id", "");
  }
  if (changed.changeCost > 0 && !hasPrevious) {
    throw notInDrop(
      scenario,
      "changeCost's list of previous offers",
      ` (${optionInWords("previous")})`,
    );
  }
  return { ...changed, k: scenario.k ?? changed.k };
}

/**
 * The caps and ratios under a scenario, and whether any differs from before. A ratio that is not known (NaN) stays so.
 *
 * @throws {UsageError} for a group, contract or brand that the drop does not have
 */
export function amountsUnder(
  drop: AmountColumns,
  scenario: Scenario,
): { amounts: Pick<Instance, "cap" | "ratio">; isChanged: boolean } {
  const ratio = ratiosUnder(drop, scenario), cap = capsUnder(drop, scenario);
  const differs = (old: Float64Array, now: Float64Array) =>
    now.some((value, i) => value !== old[i] && !Number.isNaN(old[i]));
  return {
    amounts: { cap, ratio },
    isChanged: differs(drop.ratio, ratio) || differs(drop.cap, cap),
  };
}

/** The ratios under a scenario. */
function ratiosUnder({ groups, ratio: before }: AmountColumns, scenario: Scenario): Float64Array {
  const { ratioScale = 1, setRatio = {} } = scenario;
  const ratio = before.map((r) => Math.min(1, r * ratioScale));
  for (const [id, value] of Object.entries(setRatio)) {
    const g = groups.indexOf(id);
    if (g < 0) throw notInDrop(scenario, `group ${id}`, didYouMean(id, groups));
    if (!Number.isNaN(before[g])) ratio[g] = value;
  }
  return ratio;
}

/** The caps under a scenario. */
function capsUnder(drop: AmountColumns, scenario: Scenario): Float64Array {
  const { capScale = {}, brandCapScale = {}, setCap = {} } = scenario;
  const factor = new Float64Array(drop.cap.length).fill(1);
  for (const [name, times] of Object.entries(capScale)) {
    const meant = contractsMeant(drop, name);
    if (meant.length === 0 && Object.hasOwn(MANY, name)) {
      throw scenarioFault(scenario, `the drop has no ${name} contract`);
    }
    if (meant.length === 0) {
      const near = didYouMean(name, [...drop.contracts, ...Object.keys(MANY)]);
      throw notInDrop(scenario, `contract ${name}`, near || " (or all, sponsored, unsponsored)");
    }
    for (const c of meant) factor[c] *= times;
  }
  for (const [id, times] of Object.entries(brandCapScale)) {
    const meant = contractsOfBrand(drop, id);
    if (meant.length === 0) {
      throw notInDrop(scenario, `brand ${id}`, didYouMean(id, drop.brands));
    }
    for (const c of meant) factor[c] *= times;
  }
  const cap = drop.cap.map((n, c) => Math.floor(n * factor[c] * BEFORE_FLOOR));
  for (const [id, units] of Object.entries(setCap)) {
    const c = drop.contracts.indexOf(id);
    if (c < 0) throw notInDrop(scenario, `contract ${id}`, didYouMean(id, drop.contracts));
    cap[c] = units;
  }
  return cap;
}

/** Indices of a brand's contracts. */
function contractsOfBrand({ brand, brands, contracts }: AmountColumns, id: string): number[] {
  if (brand === null || id === "") return [];
  return Array.from(contracts.keys()).filter((c) => brands[brand[c]] === id);
}

/** Indices of the contracts that a name in capScale means. A contract whose id is `all` takes precedence over the word. */
function contractsMeant(drop: AmountColumns, name: string): number[] {
  const c = drop.contracts.indexOf(name);
  if (c >= 0) return [c];
  if (!Object.hasOwn(MANY, name)) return [];
  const meant = MANY[name as keyof typeof MANY];
  return Array.from(drop.contracts.keys()).filter((c) => meant(drop, c));
}
