/**
 * What one more unit, or one required user less, adds to the objective: found by solving the drop again.
 *
 * A price is a derivative of the bound: the gain is at most that, and often less. On a small drop the two optima, with and
 * without the change, are a matter of milliseconds from the prices at hand, so the change is computed.
 *
 * @module
 */
import type { Allocation } from "../model/allocation.ts";
import { type Instance, pairCount } from "../drop/instance.ts";
import { solveOptimal } from "../optimal/optimal.ts";
import { ceilShare } from "../../base/share.ts";
import type { Question } from "./question.ts";

/** Drops of more pairs are not solved again: it would take longer than an answer should. */
export const MOST_PAIRS = 20_000;

/** Most seconds for each of the two runs. */
const SECONDS = 5;

/** Relative gap at which an optimum counts as proven: doubles add up no closer. */
const PROVEN = 1e-9;

/** What one more unit of contract `c` adds to the best objective; null where that was not found. */
export function gainOfUnit(
  { instance, policy, prices }: Question,
  c: number,
): Promise<number | null> {
  const cap = instance.cap.map((units, other) => other === c ? units + 1 : units);
  return gainOf({ instance, policy, prices }, { ...instance, cap });
}

/**
 * What lowering the minimum of group `g` by one user adds to the best objective; null where that was not found. Where the
 * policy enforces assignment ratios, the minimum can't be changed alone.
 */
export async function gainOfMinimum(
  { instance, policy, prices }: Question,
  g: number,
): Promise<number | null> {
  if (policy.model === "coverage") return 0;
  if (policy.enforceAssignmentRatio && policy.assignmentRatioGuard !== "none") return null;
  const users = instance.groupSize[g], required = ceilShare(instance.ratio[g], users);
  if (required === 0) return 0;
  const fewer = (required - 1) / users;
  const ratio = instance.ratio.map((share, other) => other === g ? fewer : share);
  return await gainOf({ instance, policy, prices }, { ...instance, ratio });
}

/**
 * What one unit more of the amount of row `r` of the limits (of a least: one less) adds to the best objective; null where
 * that was not found, and for shares.
 */
export async function gainOfAmount(
  { instance, policy, prices }: Question,
  r: number,
): Promise<number | null> {
  const limits = instance.limits!, { rows, families } = limits;
  if (families[rows.family[r]].shareOf !== null) return null;
  // A least is kept with reversed signs, so one unit more of it is one less here; and an amount
  // cannot go below 0.
  if (rows.sense[r] < 0 && rows.declared[r] <= 0) return 0;
  const amount = rows.amount.map((own, other) =>
    other !== r ? own : rows.sense[r] < 0 ? Math.min(0, own + 1) : own + 1
  );
  const changed = { ...limits, rows: { ...rows, amount } };
  return await gainOf({ instance, policy, prices }, { ...instance, limits: changed });
}

/** The best objective of `changed` less that of the drop as it is; null where either is not proven in the time there is. */
async function gainOf(
  { instance, policy, prices }: Omit<Question, "offers">,
  changed: Instance,
): Promise<number | null> {
  if (pairCount(instance) > MOST_PAIRS) return null;
  const options = { startPrices: prices, gap: 0, timeout: SECONDS };
  const before = await solveOptimal(instance, policy, options);
  const after = await solveOptimal(changed, policy, options);
  if (!isProven(before) || !isProven(after)) return null;
  const gain = after.objective - before.objective;
  // Neither change can lower the objective, so a negative gain is rounding.
  return gain > 1e-12 * Math.max(Math.abs(before.objective), Math.abs(before.score)) ? gain : 0;
}

function isProven({ gap, timedOut }: Allocation): boolean {
  return gap !== null && gap <= PROVEN && !timedOut;
}
