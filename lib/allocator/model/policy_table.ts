/**
 * The policy's fields in one table: name in files, default, accepted values, and a line of help. The options of the command line,
 * the schema of the configuration file, and the validation of options and certificates are all made from it.
 *
 * @module
 */
import { snakeCase } from "../../base/text/snake_case.ts";
import { MAX_K } from "../drop/instance/own_k.ts";
import type { ValueKind } from "../../base/value_kind.ts";

/**
 * `coverage`: caps and k only. `uniform`: all offers of a user are of one type, and groups have minima of
 * sponsored users. See docs/model.md.
 */
export type Model = "coverage" | "uniform";

/** The rules and weights of one allocation. Every field has a default; see `defaultPolicy`. */
export interface Policy {
  /** Which model. @default "uniform" */
  readonly model: Model;
  /** Most offers a user gets. @default 3 */
  readonly k: number;
  /** `z`: a user's n-th offer adds covW[n − 1]; `shortfall`: each missing offer costs shortfallPenalty. @default "z" */
  readonly covMode: "z" | "shortfall";
  /** Worth of a user's 1st, 2nd, … offer besides its score; zero past its length. @default [0.0003, 0.0006, 0.001] */
  readonly covW: readonly number[];
  /** Cost of each offer that a user has fewer than k (covMode `shortfall`). @default 0.1 */
  readonly shortfallPenalty: number;
  /** Bonus per sponsored assignment (coverage) or per sponsored user (uniform). @default 0.001 */
  readonly sponsoredBonus: number;
  /** Cost of each user that a group's minimum lacks; null: above any bundle's value, see `shortfallPrice`. @default null */
  readonly shortfallPrice: number | null;
  /**
   * Largest share of a group's users that may be sponsored; null: no limit; 0: none may be. Above 0, a group that must have a
   * sponsored user may always have one. @default null
   */
  readonly maxSponsoredRatio: number | null;
  /** Whether a group's share of sponsored assignments must reach its ratio. @default false */
  readonly enforceAssignmentRatio: boolean;
  /** How `enforceAssignmentRatio` is kept while placing: `none` switches it off. @default "hard" */
  readonly assignmentRatioGuard: "none" | "moving" | "hard";
  /** How far below the ratio the share of sponsored assignments may lie. @default 0 */
  readonly ratioSlack: number;
  /** Whether a sponsored user may get unsponsored offers in the last slots. @default false */
  readonly mixTail: boolean;
  /** Whether only the last of the k slots may hold the other type. @default true */
  readonly thirdSlotOnlyMixing: boolean;
  /** How many sponsored offers a mixed user has at least. @default 2 */
  readonly sponsoredFirstRounds: number;
  /** Largest share of a group's users that may be mixed. @default 1 */
  readonly maxMixedShare: number;
  /** Most offers of one brand that a user gets; null: no limit. @default null */
  readonly maxPerBrand: number | null;
  /** What each offer costs that is not among the previous offers, which the drop must know then. @default 0 */
  readonly changeCost: number;
}

/** One field of the policy. */
export interface PolicyField {
  /** Name in the library. */
  readonly name: keyof Policy;
  /** Name in JSON and, with hyphens, on the command line. */
  readonly json: string;
  /** The values that it accepts. */
  readonly kind: ValueKind;
  /** Its value where none is given; null: there is no such rule, or the value follows from the drop. */
  readonly default: Policy[keyof Policy];
  /** Whether null may be given. */
  readonly nullable: boolean;
  /** One line that says what it does. */
  readonly help: string;
  /** Help for switching it off, if it is on by default. */
  readonly helpOff?: string;
  /** The value in the command line's help: `<r>`. */
  readonly placeholder: string;
  /** Whether it belongs to the model and its weights, or to the rules of the policy. */
  readonly part: "model" | "policy";
  /** The only model that has such a rule; absent: all have it. */
  readonly onlyUnder?: Model;
  /** Whether certificates may leave it out; then it has its default. */
  readonly mayBeAbsent?: boolean;
  /** Whether certificates have a value of the drop's own where null leaves it open, so they never have null. */
  readonly isWorkedOut?: boolean;
}

const share = { min: 0, max: 1 };
const choice = (...choices: string[]): ValueKind => ({ type: "choice", choices });
const number = (range = {}): ValueKind => ({ type: "number", range });
const flag: ValueKind = { type: "flag" };

/** Makes the fields of one part of the table. */
function field(part: PolicyField["part"]) {
  return <Name extends keyof Policy>(
    name: Name,
    kind: ValueKind,
    value: Policy[Name],
    placeholder: string,
    help: string,
  ): PolicyField => ({
    name,
    json: snakeCase(name),
    kind,
    default: value,
    nullable: value === null,
    help,
    placeholder,
    part,
  });
}
const model = field("model"), rule = field("policy");

/** Makes a field that is about sponsored and unsponsored offers, which model coverage does not tell apart. */
const typeRule: typeof rule = (...given) => ({ ...rule(...given), onlyUnder: "uniform" });

/** Every field of the policy, in the order of help texts and documents. */
export const POLICY_FIELDS: readonly PolicyField[] = Object.freeze([
  model(
    "model",
    choice("uniform", "coverage"),
    "uniform",
    "<name>",
    "uniform: one type per user, group minima; coverage: caps only",
  ),
  model("k", number({ min: 1, max: MAX_K, whole: true }), 3, "<n>", "most offers per user"),
  model(
    "covW",
    { type: "numbers", range: {} },
    Object.freeze([0.0003, 0.0006, 0.001]),
    "<list>",
    "worth of a user's 1st, 2nd, ... offer besides its score",
  ),
  model(
    "covMode",
    choice("z", "shortfall"),
    "z",
    "<mode>",
    "z: offers are worth --cov-w; shortfall: missing ones cost",
  ),
  model(
    "sponsoredBonus",
    number(),
    0.001,
    "<x>",
    "bonus per sponsored user (uniform) or offer (coverage)",
  ),
  model(
    "shortfallPenalty",
    number({ min: 0 }),
    0.1,
    "<x>",
    "cost of each missing offer (--cov-mode shortfall)",
  ),
  {
    ...model(
      "shortfallPrice",
      number({ min: 0 }),
      null,
      "<x>",
      "cost of each user missing to a minimum (default: more than any bundle is worth)",
    ),
    isWorkedOut: true,
  },
  typeRule(
    "maxSponsoredRatio",
    number(share),
    null,
    "<r>",
    "largest share of a group's users with sponsored offers; 0: none",
  ),
  typeRule(
    "enforceAssignmentRatio",
    flag,
    false,
    "",
    "sponsored share of offers must reach the ratio too",
  ),
  typeRule(
    "assignmentRatioGuard",
    choice("none", "moving", "hard"),
    "hard",
    "<how>",
    "hard: it is kept; moving: greedy keeps it with every offer too; none: not at all",
  ),
  typeRule("ratioSlack", number(share), 0, "<x>", "how far below the ratio that share may lie"),
  typeRule("mixTail", flag, false, "", "sponsored users may get unsponsored offers last"),
  {
    ...typeRule(
      "thirdSlotOnlyMixing",
      flag,
      true,
      "",
      "with --mix-tail only the last of k offers may be of the other type",
    ),
    helpOff: "with --mix-tail more than the last may be",
  },
  typeRule(
    "sponsoredFirstRounds",
    number({ min: 0, whole: true }),
    2,
    "<n>",
    "with --no-third-slot-only-mixing: least sponsored offers of a mixed user",
  ),
  typeRule(
    "maxMixedShare",
    number(share),
    1,
    "<share>",
    "largest share of a group's users with offers of both types",
  ),
  rule(
    "maxPerBrand",
    number({ min: 1, whole: true }),
    null,
    "<n>",
    "most offers of one brand_id per user",
  ),
  {
    ...rule(
      "changeCost",
      number({ min: 0 }),
      0,
      "<x>",
      "cost of each offer that is not in --previous",
    ),
    mayBeAbsent: true,
  },
]);

/** The field with this name. */
export function policyField(name: keyof Policy): PolicyField {
  return POLICY_FIELDS.find((field) => field.name === name)!;
}
