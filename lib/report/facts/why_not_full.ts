/**
 * Why not every slot is filled, in one sentence.
 *
 * @module
 */
import type { Instance } from "../../allocator/drop/instance/instance.ts";
import type { Policy } from "../../allocator/model/policy.ts";
import { contractInWords } from "./contract_about.ts";
import type { ContractFacts } from "./contract_facts.ts";
import type { FeasibilityFacts } from "./feasibility_facts.ts";
import type { ReportTotals } from "./report_totals.ts";
import { count, counted, figure, percent } from "../words.ts";
import { WORTH_ROUNDING } from "../../base/numbers/rounding.ts";

/** What the sentence is made of. */
export interface FillFacts {
  /** The model. */
  model: "coverage" | "uniform";
  /** Most offers per user. */
  k: number;
  /** Sums over the drop. */
  totals: ReportTotals;
  /** What the input allows. */
  feasibility: FeasibilityFacts;
  /** Whether the policy lets users hold both types. */
  mixes: boolean;
  /** The cap with the highest price. */
  dearest: { name: string; price: number } | null;
  /** What may keep units from users: caps, types, … */
  rules: readonly string[];
  /** What may make offers worth less than nothing, so that slots are better empty: scores below 0, … */
  worthless: readonly string[];
}

/** What of a drop may keep units from users, and what may make offers worth less than nothing, for {@link FillFacts}. */
export function keptEmptyBy(
  { limits, score, previous }: Instance,
  { model, maxPerBrand, changeCost, covMode, covW, sponsoredBonus }: Policy,
): Pick<FillFacts, "rules" | "worthless"> {
  const charges = changeCost > 0 && previous !== undefined;
  const rewards = covMode === "shortfall" || covW.some((w) => w > 0);
  const weighs = covW.some((w) => w < 0) || (sponsoredBonus < 0 && model === "uniform");
  return {
    rules: [
      "caps",
      ...(model === "uniform" ? ["types", "ratios"] : []),
      ...(maxPerBrand === null ? [] : ["brands"]),
      ...(limits === undefined ? [] : ["limits"]),
    ],
    worthless: [
      ...(score.some((s) => s < 0)
        ? ["scores below 0"]
        : !rewards && score.includes(0)
        ? ["scores of 0"]
        : []),
      ...(weighs ? ["weights below 0"] : []),
      ...(charges ? ["the cost of changes"] : []),
    ],
  };
}

/**
 * Why the share of filled slots is not 100 %: of the reasons that follow from the input (ratios that ask for more
 * sponsored units than there are, units, options per user) the one that keeps most slots empty. Where more slots are
 * empty than the input explains, the rules are named as the reason for the rest, where the allocation is proven to be near
 * the best: of others nobody knows whether more could be filled at that worth.
 */
export function whyNotFull(facts: FillFacts): string {
  const { model, k, totals, feasibility: f, mixes, dearest } = facts;
  const rules = inWords(facts.rules, "and"), kept = inWords([rules, ...facts.worthless], "or");
  const empty = f.slots - totals.assignments;
  if (empty <= 0) return "Every slot is filled.";
  const isNearBest = totals.gap !== null && totals.gap <= NEAR;
  // Another allocation may fill more and be worth less: one more offer is no gain where a better one has to go for it.
  const best = (totals.gap ?? 0) < WORTH_ROUNDING
    ? { at: "at the greatest worth", more: "no more" }
    : { at: "near the greatest worth", more: "hardly more" };
  // Where users have their own k, users times k are not the slots that they have.
  const oneK = f.own_k === undefined;
  const reasons = [
    ...(model === "uniform" && !mixes && oneK ? [ratioReason(f, k, totals.shortfall)] : []),
    unitsReason(f),
    ...(oneK ? [optionsReason(f, k)] : []),
  ].filter(({ slots }) => slots > 0).sort((a, b) => b.slots - a.slots);
  if (reasons.length === 0) {
    const most = dearest === null
      ? ""
      : `; the dearest cap is ${dearest.name}'s, ${figure(dearest.price, 3)} a unit`;
    const stay = `${share(empty, f)} of slots stay empty`;
    if (!isNearBest) return `${stay}, with units and options left under ${rules}.`;
    return facts.worthless.length > 0
      ? `${stay} ${best.at} because of ${kept}${most}.`
      : `${stay} ${best.at}: units are there, but under ${rules} filling more is worth ${best.more}${most}.`;
  }
  const [{ words, slots }] = reasons;
  const lost = Math.min(slots, empty);
  const more = empty - lost;
  const filled = `${words}: ${share(lost, f)} of slots can't be filled`;
  if (more <= 0.0005 * f.slots) return `${filled}.`;
  return !isNearBest
    ? `${filled}; ${share(more, f)} more are empty here.`
    : `${filled}; ${best.at} ${kept} keep ${share(more, f)} more empty.`;
}

/** Up to this gap what an allocation leaves empty is taken for what the rules keep empty. */
const NEAR = 1e-3;

/** A, b and c. */
function inWords(names: readonly string[], word: "and" | "or"): string {
  const [last, ...before] = names.toReversed();
  if (before.length === 0) return last;
  return `${before.toReversed().join(", ")}${word === "or" ? "," : ""} ${word} ${last}`;
}

/** The contract with the highest price; null where none has one. */
export function dearestOf(contracts: readonly ContractFacts[]): FillFacts["dearest"] {
  const price = (contract: ContractFacts) => contract.price ?? 0;
  const most = contracts.reduce((a, b) => price(b) > price(a) ? b : a, contracts[0]);
  return most === undefined || price(most) === 0
    ? null
    : { name: contractInWords(most), price: price(most) };
}

/** A reason, and how many slots stay empty by it alone. */
interface Reason {
  words: string;
  slots: number;
}

/**
 * Sponsored users hold sponsored offers only, so slots that sponsored units don't reach stay empty.
 *
 * @param missing users that the minima lack: their slots may be filled with other offers
 */
function ratioReason(f: FeasibilityFacts, k: number, missing: number): Reason {
  const [sponsored] = f.capacity;
  const lacking = Math.max(f.least_shortfall, missing);
  const required = f.required_sponsored_users - lacking, slots = counted(required * k, "slot");
  return {
    words: `Ratios ask for ${counted(f.required_sponsored_users, "sponsored user")}` +
      (lacking === 0
        ? ` (${slots}), `
        : `, ${count(lacking)} of whom ${
          lacking === 1 ? "is" : "are"
        } missing (${slots} for the others), `) +
      `${counted(sponsored.capacity, "unit")} ${sponsored.capacity === 1 ? "is" : "are"} sponsored${
        usableOf([sponsored])
      }`,
    slots: required * k - sponsored.usable_capacity,
  };
}

function unitsReason(f: FeasibilityFacts): Reason {
  const units = f.capacity.reduce((sum, { usable_capacity }) => sum + usable_capacity, 0);
  const all = f.capacity.reduce((sum, { capacity }) => sum + capacity, 0);
  const usable = usableOf(f.capacity);
  return {
    words: `All contracts together have ${counted(all, "unit")}${usable}${usable && ","} for ` +
      counted(f.slots, "slot"),
    slots: f.slots - units,
  };
}

/** How many of the units eligible users can take, where that is not all of them. */
function usableOf(capacity: FeasibilityFacts["capacity"]): string {
  const left = capacity.reduce((sum, of) => sum + of.capacity - of.usable_capacity, 0);
  const usable = capacity.reduce((sum, of) => sum + of.usable_capacity, 0);
  return left === 0 ? "" : `, ${count(usable)} usable`;
}

/** Users with fewer options than slots. */
function optionsReason(f: FeasibilityFacts, k: number): Reason {
  const slots = f.options.slice(0, k).reduce(
    (sum, { options, users }) => sum + (k - options) * users,
    0,
  );
  return {
    words: `${count(f.users_below_k)} of ${counted(f.slots / k, "user")} ` +
      `${f.users_below_k === 1 ? "has" : "have"} fewer than ${counted(k, "option")}`,
    slots,
  };
}

function share(slots: number, f: FeasibilityFacts): string {
  return percent(f.slots === 0 ? 0 : slots / f.slots);
}
