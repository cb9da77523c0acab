/**
 * Prices to start from: those that are best for a sample of the users with capacities scaled to it.
 *
 * @module
 */
import { type Capacities, type DualPass, wholeCapacities } from "../dual/dual_pass.ts";
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";
import type { PricePoint } from "../dual/price_point.ts";
import { minimiseInTrustRegion, type SearchControl } from "./trust_region.ts";

/** How far from the best prices those of a sample are expected to be, in units of an offer. */
export const NEAR = 0.3;
/** The same where many users decide each price, and groups have none: near enough to look only at what may change within that. */
export const NEAR_STEADY = 0.22;

/**
 * The first sample has about so many users, or so many per row: fewer don't tell much about a row's price. Each next one has
 * so many times as many.
 */
const FIRST_USERS = 1500, USERS_PER_ROW = 3, GROWTH = 5;

/**
 * Moves `point` to the best prices of samples, each larger than the one before: a sample's prices are off by its
 * sampling error, so a small one is enough to come near, and the next starts there. False, and `point` as it was, where
 * the drop is too small for a sample.
 */
export async function startFromSamples(
  pass: DualPass,
  point: PricePoint,
  noise: number,
  control: SearchControl,
): Promise<boolean> {
  const { problem } = pass;
  const { unit, instance } = problem;
  let radius = unit;
  const first = Math.max(FIRST_USERS, USERS_PER_ROW * rowCount(problem));
  for (let users = first; 2 * users <= instance.group.length; users *= GROWTH) {
    const stride = Math.floor(instance.group.length / users);
    pass.useSample(stride, noise);
    await minimiseInTrustRegion(pass, sampleCapacities(problem, stride), point, {
      ...control,
      radius,
      leastRadius: 2e-4 * unit,
      tolerance: 1e-4,
      mostPasses: 40,
      screens: false,
      noise,
    });
    radius = NEAR * unit;
  }
  pass.useWhole();
  return radius < unit;
}

/** Users that are enough to tell prices that are far too high from those that are not. */
const USERS_JUDGED = 5_000;

/**
 * Whether D is no more at the prices given than at `other`, by the whole drop or where that is large by a sample of its users: prices
 * that are far too high are no place to start from.
 */
export function isAsGood(pass: DualPass, given: PricePoint, other: PricePoint): boolean {
  const { problem } = pass;
  const stride = Math.floor(problem.instance.group.length / USERS_JUDGED);
  if (stride > 1) pass.useSample(stride, 0);
  else pass.useWhole();
  const capacities = stride > 1 ? sampleCapacities(problem, stride) : wholeCapacities(problem);
  const value = pass.evaluate(given, capacities, 0).value;
  // Not a number where prices are so high that they overflow.
  const isGood = value <= pass.evaluate(other, capacities, 0).value;
  pass.useWhole();
  return isGood;
}

/**
 * The amounts of caps and limits for a sample: caps by its share of the users; a limit, which may be about few of them, by the
 * share of what all options together could count toward it.
 */
function sampleAmounts(
  problem: DualProblem,
  whole: Float64Array,
  stride: number,
  share: number,
): Float64Array {
  const { instance: { start, group, cap }, items } = problem;
  const amounts = whole.map((amount) => amount * share);
  if (items === null) return amounts;
  const all = new Float64Array(items.amount.length), seen = new Float64Array(all.length);
  for (let u = 0; u < group.length; u++) {
    const sampled = u % stride === stride >> 1;
    for (let p = start[u]; p < start[u + 1]; p++) {
      const i = items.item[p];
      for (let e = items.start[i]; e < items.start[i + 1]; e++) {
        const size = Math.abs(items.load[e]);
        all[items.row[e]] += size;
        if (sampled) seen[items.row[e]] += size;
      }
    }
  }
  for (let r = 0; r < all.length; r++) {
    if (all[r] > 0) amounts[cap.length + r] = whole[cap.length + r] * seen[r] / all[r];
  }
  return amounts;
}

/** The capacities of the whole drop, scaled to what of it is in a sample of every `stride`-th user. */
function sampleCapacities(problem: DualProblem, stride: number): Capacities {
  const { group, groupSize } = problem.instance;
  const whole = wholeCapacities(problem);
  const sampled = new Float64Array(groupSize.length);
  let users = 0;
  for (let u = stride >> 1; u < group.length; u += stride) {
    sampled[group[u]]++;
    users++;
  }
  const share = users / group.length;
  const ofGroup = (value: number, g: number) =>
    Math.abs(value) === Infinity ? value : value * sampled[g] / groupSize[g];
  return {
    amount: sampleAmounts(problem, whole.amount, stride, share),
    least: whole.least.map((least, g) => Math.round(ofGroup(least, g))),
    most: whole.most.map((most, g) => Math.round(ofGroup(most, g))),
    others: whole.others.map((amount) => amount.map(ofGroup)),
  };
}
