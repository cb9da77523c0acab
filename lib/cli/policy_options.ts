/**
 * The model and the policy switches: options of every command that judges or makes an allocation.
 *
 * @module
 */
import { defaultPolicy, type Model, type Policy } from "../allocator/policy.ts";
import type { DivvyCommand, OptionValues } from "./command.ts";
import { choice, flag, number, numbers } from "./options.ts";

/** Adds the model, its weights and the policy switches. */
export function addPolicyOptions(command: DivvyCommand): DivvyCommand {
  const share = { min: 0, max: 1 };
  return command
    .optionsUnder("Model:", [
      choice("--model <name>", "uniform: one type per user, group minima; coverage: caps only", [
        "uniform",
        "coverage",
      ]).default("uniform"),
      number("-k, --k <n>", "most offers per user", { min: 1, max: 65_535, whole: true })
        .default(defaultPolicy.k),
      numbers("--cov-w <list>", "worth of a user's 1st, 2nd, ... offer beside its score")
        .default([...defaultPolicy.covW], defaultPolicy.covW.join(",")),
      choice("--cov-mode <mode>", "z: offers are worth --cov-w; shortfall: lacking ones cost", [
        "z",
        "shortfall",
      ]).default("z"),
      number("--shortfall-penalty <x>", "cost of each offer lacking (--cov-mode shortfall)", {
        min: 0,
      }).default(defaultPolicy.shortfallPenalty),
      number("--sponsored-bonus <x>", "bonus per sponsored user (uniform) or offer (coverage)")
        .default(defaultPolicy.sponsoredBonus),
      number("--shortfall-price <x>", "cost of each user a minimum lacks (above any bundle)", {
        min: 0,
      }),
    ])
    .optionsUnder("Policy:", [
      number("--max-sponsored-ratio <r>", "most share of a group's users sponsored", share),
      flag("--enforce-assignment-ratio", "sponsored share of offers must reach the ratio too"),
      choice("--assignment-ratio-guard <how>", "how that is kept; none switches it off", [
        "none",
        "moving",
        "hard",
      ]).default(defaultPolicy.assignmentRatioGuard),
      number("--ratio-slack <x>", "how far below the ratio that share may lie", share)
        .default(defaultPolicy.ratioSlack),
      flag("--mix-tail", "sponsored users may get unsponsored offers last"),
      flag("--third-slot-only-mixing", "only the last of k offers may be of the other type")
        .default(true),
      flag("--no-third-slot-only-mixing", "more than the last may be"),
      number("--sponsored-first-rounds <n>", "sponsored offers that come first for mixed users", {
        min: 0,
        whole: true,
      }).default(defaultPolicy.sponsoredFirstRounds),
      number("--max-mixed-share <share>", "most share of a group's users mixed", share)
        .default(defaultPolicy.maxMixedShare),
      number("--max-per-brand <n>", "most offers of one brand_id per user", {
        min: 1,
        whole: true,
      }),
    ]);
}

/** The policy that the command line asks for, under the model given or `--model`. */
export function policyOf(options: OptionValues, model?: Model): Policy {
  const given = options as unknown as Omit<Policy, "maxSponsoredRatio"> & {
    maxSponsoredRatio?: number;
    shortfallPrice?: number;
    maxPerBrand?: number;
  };
  return {
    model: model ?? given.model,
    k: given.k,
    covMode: given.covMode,
    covW: given.covW,
    shortfallPenalty: given.shortfallPenalty,
    sponsoredBonus: given.sponsoredBonus,
    shortfallPrice: given.shortfallPrice ?? null,
    maxSponsoredRatio: given.maxSponsoredRatio ?? null,
    enforceAssignmentRatio: given.enforceAssignmentRatio ?? false,
    assignmentRatioGuard: given.assignmentRatioGuard,
    ratioSlack: given.ratioSlack,
    mixTail: given.mixTail ?? false,
    thirdSlotOnlyMixing: given.thirdSlotOnlyMixing,
    sponsoredFirstRounds: given.sponsoredFirstRounds,
    maxMixedShare: given.maxMixedShare,
    maxPerBrand: given.maxPerBrand ?? null,
  };
}
