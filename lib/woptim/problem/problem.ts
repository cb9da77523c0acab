/**
 * What is to be split among whom.
 *
 * @module
 */
import type { CheckedGroups } from "./group_tree.ts";
import type { Fraction } from "../exact/fraction.ts";
import { isNumberOfSplits, NUMBER_EXPECTED } from "./size.ts";

/** The words that a target may be. */
export const TARGET_WORDS: readonly TargetWord[] = ["lower", "center", "upper"];

/** A target given by its place in the interval: its lower end, its middle or its upper end. */
export type TargetWord = "lower" | "center" | "upper";

/** A bound of an interval, in units; null or an infinity of its side: open, there is no limit on that side. */
export type IntervalBound = number | null;

/** What one person asks for. */
export interface Requirement {
  /** The person's name; no two are the same. */
  name: string;
  /** The least and the most units the person is fine with: [lower, upper]; null or no second entry: no limit. */
  interval: readonly [IntervalBound, IntervalBound?];
  /** The units the person would like best; may lie outside the interval. */
  target: number | TargetWord;
  /** How much the person's discontent counts beside others'. @default 1 */
  weight?: number | null;
  /** Tier: 1 is settled before 2 gets anything beyond its lower bounds, and so on. @default 1 */
  priority?: number | null;
  /** Whether the person may get nothing at all in place of the lower bound or more. @default false */
  orZero?: boolean | null;
  /** Units come in whole multiples of this for the person (a fraction as text: "1/3"). @default the option's step */
  step?: number | string | null;
  /** Units that the person had last time; with `changeWeight`, changes cost. @default none */
  previous?: number | null;
  /** Units that the person gets whatever comes; true: the previous amount. @default none */
  fixed?: number | boolean | null;
  /** The group that the person is in, one of the problem's `groups`. @default none */
  group?: string | null;
  /** The good that this is for, where several are split in one run (see `splitGoods`). @default none */
  good?: string | null;
}

/** What a group of people, or of groups, asks for: its units are the sum of its members'. */
export interface GroupRequirement {
  /** The group's name; no two groups are the same. */
  name: string;
  /** The least and the most units for all members together; null or none: no limit. @default open */
  interval?: readonly [IntervalBound, IntervalBound?] | null;
  /** The units that would be best for all members together. @default none */
  target?: number | TargetWord | null;
  /** How much the group's discontent counts beside others'. @default 1 */
  weight?: number | null;
  /** The group that it is in. @default none */
  group?: string | null;
}

/** A split to be made, as a problem file gives it. */
export interface SplitProblem {
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; below zero it is a refund. */
  price?: number;
  /** The people, at least one. */
  requirements: readonly Requirement[];
  /** Groups of people, and of groups. @default none */
  groups?: readonly GroupRequirement[];
}

/** One of several goods that are split in one run. */
export interface Good {
  /** The good's name; no two are the same. */
  name: string;
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; below zero it is a refund. */
  price?: number;
}

/** Splits of several goods, each independent of the others; a person may ask for some of each. */
export interface GoodsProblem {
  /** The goods, at least one. */
  goods: readonly Good[];
  /** What people ask for, each of one `good`; a name may stand once for each. */
  requirements: readonly Requirement[];
}

/** A split to be made, as columns: one entry a person in each array. */
export interface SplitColumns {
  /** Units to be divided; not negative. */
  total: number;
  /** Price of all units together, in units of the currency; below zero it is a refund. */
  price?: number;
  /** The least units each person is fine with; null or −Infinity: no limit. */
  lower: ArrayLike<IntervalBound>;
  /** The most units each person is fine with; null or Infinity: no limit. */
  upper: ArrayLike<IntervalBound>;
  /** The units each person would like best. */
  target: ArrayLike<number>;
  /** How much each person's discontent counts beside others'; null: 1. */
  weight?: ArrayLike<number | null>;
  /** Each person's tier, from 1; null: 1. */
  priority?: ArrayLike<number | null>;
  /** Whether each person may get nothing at all in place of the lower bound or more; null: no. */
  orZero?: ArrayLike<boolean | number | null>;
  /** Each person's own step; null: the option's. */
  step?: ArrayLike<number | string | null>;
  /** Units that each person had last time; null or NaN: none. */
  previous?: ArrayLike<number | null>;
  /** Units that each person gets whatever comes; true: the previous amount; null or NaN: not fixed. */
  fixed?: ArrayLike<number | boolean | null>;
  /** The group that each person is in, by its name; null: none. */
  group?: ArrayLike<string | null>;
  /** Groups of people, and of groups. */
  groups?: readonly GroupRequirement[];
}

/** {@link SplitColumns} as the solver takes them: checked, in doubles. */
export interface CheckedColumns {
  total: number;
  price?: number;
  lower: Float64Array;
  upper: Float64Array;
  target: Float64Array;
  /** Left out where everybody's is 1; the same goes for the others. */
  weight?: Float64Array;
  priority?: Float64Array;
  /** 1: may get nothing at all. */
  orZero?: Float64Array;
  /** undefined: the option's. */
  step?: (Fraction | undefined)[];
  /** NaN: none. */
  previous?: Float64Array;
  /** NaN: not fixed. */
  fixed?: Float64Array;
  /** Numbers of groups; −1: none. */
  group?: Int32Array;
  groups?: CheckedGroups;
}

/** The number of units of a target, whether a number or a word. */
export function targetOf(target: number | TargetWord, lower: number, upper: number): number {
  if (target === "lower") return lower;
  if (target === "upper") return upper;
  if (target === "center") return lower + (upper - lower) / 2;
  return target;
}

/** What a target word must be in place of what it is, as messages say it; undefined where it names a number of units. */
export function expectedForWord(
  word: TargetWord,
  lower: number,
  upper: number,
): string | undefined {
  const units = targetOf(word, lower, upper);
  if (isNumberOfSplits(units)) return undefined;
  return Number.isFinite(units) ? TARGET_EXPECTED : OPEN_TARGET_EXPECTED;
}

/**
 * A bound in a file or a call as a number: null, undefined, blank and the infinity of its side
 * (`inf`, `∞`, `-inf`, …) are an open bound, ±Infinity. NaN for what is no bound of that side.
 */
export function boundOf(value: unknown, side: "lower" | "upper"): number {
  const open = side === "lower" ? -Infinity : Infinity;
  if (value === undefined || value === null) return open;
  if (typeof value === "number") {
    return isNumberOfSplits(value) || value === open ? value : NaN;
  }
  if (typeof value !== "string") return NaN;
  const text = value.trim().toLowerCase();
  if (text === "") return open;
  const infinite = side === "lower" ? /^[-−](inf|infinity|∞)$/ : /^\+?(inf|infinity|∞)$/;
  return infinite.test(text) ? open : NaN;
}

/** Indices of the names that occur earlier in the list too. */
export function repeated(names: readonly unknown[]): number[] {
  const seen = new Set<unknown>();
  return names.flatMap((name, i) => seen.size === seen.add(name).size ? [i] : []);
}

/** What a target must be, as messages say it. */
export const TARGET_EXPECTED = `${NUMBER_EXPECTED}, "lower", "center" or "upper"`;
/** What the target must be where its word names a bound that is open, as messages say it. */
const OPEN_TARGET_EXPECTED = "a number, as the interval is open on that side";
/** What a bound must be, as messages say it. */
export const BOUND_EXPECTED = `${NUMBER_EXPECTED}, or blank for no limit`;
/** What a name must be, beside a text, as messages say it. */
export const NAME_EXPECTED = "a name that nobody else has";
/** What an interval must be, as messages say it. */
export const INTERVAL_EXPECTED =
  `[lower, upper], each ${NUMBER_EXPECTED}, or null for no limit, the lower not above the upper`;
/** What the name of a group must be where somebody is in one, as messages say it. */
export const GROUP_EXPECTED = "the name of one of the groups";
/** What an amount fixed at that of last time must be where there is none, as messages say it. */
export const FIXED_EXPECTED = "a number, as there is no previous amount";
/** What the name of a good must be in a requirement, as messages say it. */
export const GOOD_EXPECTED = "the name of one of the goods";
/** What a list of goods must be, as messages say it. */
export const GOODS_EXPECTED = "a list of goods, each with name and total";
