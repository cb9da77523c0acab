/** Random splits of every kind that tells solvers apart. */
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import type { SplitCase } from "./split_qp.ts";

/** What is special about a random split. */
export const SPLIT_KINDS = [
  "feasible",
  "total too high",
  "total too low",
  "total too low, negative allowed",
  "total = Σ upper",
  "total = Σ lower",
  "total = Σ target",
  "lower = upper here and there",
  "lower = upper = target for all, total above",
  "zero bounds",
  "zero targets",
  "negative bounds",
  "targets outside the intervals",
  "huge",
  "tiny",
] as const;

export type SplitKind = typeof SPLIT_KINDS[number];

/** A random split of a kind; the same seed gives the same split. */
export function randomSplit(kind: SplitKind, seed: number, people?: number): SplitCase {
  const random = seededRandom(seed * 7919 + SPLIT_KINDS.indexOf(kind));
  const n = people ?? 1 + random.below(30);
  // Numbers in 64ths add up without rounding.
  const draw = (most: number) => Math.round(random.next() * most * 64) / 64;
  const size = kind === "huge" ? 2 ** 40 : kind === "tiny" ? 2 ** -30 : 1;
  const lower: number[] = [], upper: number[] = [], target: number[] = [];
  for (let i = 0; i < n; i++) {
    let l = draw(20), width = draw(20), t = l + width * Math.round(random.next() * 64) / 64;
    if (kind === "zero bounds" && random.next() < 0.5) l = 0;
    if (kind === "negative bounds") l -= 15;
    if (kind === "lower = upper here and there" && random.next() < 0.5) width = 0;
    if (kind === "lower = upper = target for all, total above") width = 0;
    if (kind === "zero targets" && random.next() < 0.5) l = t = 0;
    if (kind === "targets outside the intervals") t = l + width * (random.next() < 0.5 ? 2 : -0.5);
    if (width === 0) t = l;
    lower.push(l * size);
    upper.push((l + width) * size);
    target.push(t * size);
  }
  return {
    total: totalFor(kind, random, { lower, upper, target }),
    lower,
    upper,
    target,
    gamma: [0.2, 0.05, 1, 3][random.below(4)],
    tMin: [0.5, 0.1, 2][random.below(3)],
    absolute: random.next() < 0.4,
    allowNegative: kind === "total too low, negative allowed",
  };
}

function totalFor(
  kind: SplitKind,
  random: Random,
  { lower, upper, target }: Pick<SplitCase, "lower" | "upper" | "target">,
): number {
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const low = sum(lower), high = sum(upper);
  switch (kind) {
    case "total too high":
    case "lower = upper = target for all, total above":
      return high * (1 + random.next()) + 1;
    case "total too low":
    case "total too low, negative allowed":
      return low * random.next();
    case "total = Σ upper":
      return high;
    case "total = Σ lower":
      return low;
    case "total = Σ target":
      return Math.max(0, sum(target));
    case "targets outside the intervals":
      return (low + high) * random.next();
    default:
      return Math.max(0, low + random.next() * (high - low));
  }
}
