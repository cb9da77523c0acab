/**
 * What a scenario is.
 *
 * @module
 */
import type { BanInput, PinInput } from "../drop/applied/before_input.ts";
import type { Policy } from "../model/policy.ts";

/** A named change of a drop and its policy. Absent fields change nothing. */
export interface Scenario {
  /** Its name. */
  readonly name: string;
  /** Factor of every group's ratio; the result is at most 1. Limits whose amount is the column `sponsorship_ratio` follow. */
  readonly ratioScale?: number;
  /** Ratios of single groups by id; they override `ratioScale`. */
  readonly setRatio?: Readonly<Record<string, number>>;
  /**
   * Factors of caps, and of limits whose amount is the column `cap_face`, by contract id, or `sponsored`, `unsponsored`, `all`.
   * Factors of the same contract multiply; caps are rounded down.
   */
  readonly capScale?: Readonly<Record<string, number>>;
  /** Factors of the caps of a brand's contracts, by the brand's id; they multiply with those of `capScale`. */
  readonly brandCapScale?: Readonly<Record<string, number>>;
  /** Caps of single contracts by id, whole numbers; they override the factors. */
  readonly setCap?: Readonly<Record<string, number>>;
  /** Factors of the amounts of limits, by the limit's name, or `all`; a share is at most 1. */
  readonly limitScale?: Readonly<Record<string, number>>;
  /** Pairs that must be given, in addition to the drop's own pins. */
  readonly pins?: readonly Omit<PinInput, "score">[];
  /** Bans; each removes the pairs that match everything it names, as if they were not eligible. */
  readonly bans?: readonly BanInput[];
  /** Most offers per user. */
  readonly k?: number;
  /** Options that replace those of the policy; the field `k` overrides its `k`. */
  readonly policy?: Partial<Policy>;
}
