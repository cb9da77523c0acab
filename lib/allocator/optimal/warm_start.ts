/**
 * Prices to start from: those that are best for a sample of the users with capacities scaled to it.
 *
 * @module
 */
import { type Capacities, type DualPass, wholeCapacities } from "./dual_pass.ts";
import type { DualProblem } from "./dual_problem.ts";
import type { PricePoint } from "./price_point.ts";
import { minimiseInTrustRegion, type SearchControl } from "./trust_region.ts";

/** A sample has about this share of the users, but not fewer than the least. */
const SHARE = 1 / 20, LEAST_USERS = 4000;

/** Moves `point` to the best prices of a sample and says so; leaves it where the drop is too small for one. */
export async function startFromSample(
  pass: DualPass,
  point: PricePoint,
  noise: number,
  control: SearchControl,
): Promise<boolean> {
  const { problem } = pass;
  const { unit, instance } = problem;
  const stride = Math.min(1 / SHARE, Math.floor(instance.group.length / LEAST_USERS));
  if (stride < 2) return false;
  pass.useSample(stride, noise);
  await minimiseInTrustRegion(pass, sampleCapacities(problem, stride), point, {
    ...control,
    radius: unit,
    leastRadius: 2e-4 * unit,
    tolerance: 1e-5,
    mostPasses: 40,
    screenRadii: null,
    noise,
  });
  pass.useWhole();
  return true;
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
    value === Infinity ? value : value * sampled[g] / groupSize[g];
  return {
    cap: whole.cap.map((cap) => cap * share),
    least: whole.least.map((least, g) => Math.round(ofGroup(least, g))),
    most: whole.most.map((most, g) => Math.round(ofGroup(most, g))),
    maxMixed: whole.maxMixed.map(ofGroup),
  };
}
