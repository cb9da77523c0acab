/**
 * Shares in proportion to claims.
 *
 * @module
 */
import { fillLevel } from "./level.ts";
import type { Method } from "./method.ts";
import { stageOf } from "./stages.ts";

/**
 * Everybody gets the same part λ of the claim (target × weight), kept within the interval:
 *
 *     units = min(upper, max(lower, λ · target · weight)).
 *
 * Where the total is more than all upper bounds together, nobody gets less than the upper bound, and where it is less than
 * all lower bounds together nobody more than the lower one. Without bounds it is the oldest rule there is (Aristotle,
 * Nicomachean Ethics, V), pro rata; among its properties: nobody gains by merging claims or splitting them (O'Neill, "A
 * problem of rights arbitration from the Talmud", 1982).
 */
export const proportional: Method = {
  what: "the same part of every claim, within the intervals (pro rata)",
  level: "units per unit of claim that all get who are at no bound",
  takes: [],
  claims: true,
  whole: false,
  strict: false,
  divide({ total, lower, upper, target, weight }) {
    const rate = weight === undefined ? target : target.map((t, i) => t * weight[i]);
    const stage = stageOf(total, [new Float64Array(target.length), lower, upper]);
    const units = new Float64Array(target.length);
    const level = fillLevel(total, { rate, ...stage }, units);
    return { units, level, tie: null };
  },
};
