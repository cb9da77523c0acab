/**
 * The search on the whole drop, in stages with less and less noise.
 *
 * Scores often tie (exact zeros, rounded output of recommenders), and Newton's method stalls where many users are indifferent at
 * the same prices. A little noise on each score separates them. It shrinks from stage to stage, and each stage starts where the
 * last one ended (a homotopy).
 *
 * @module
 */
import { type DualPass, wholeCapacities } from "../passes/dual_pass.ts";
import type { PricePoint } from "../dual/price_point.ts";
import { copyPoint, highestPrices, zeroPoint } from "../dual/price_point.ts";
import { NEAR, NEAR_OF_GROUPS, NEAR_STEADY } from "./warm_start.ts";
import { added, minimiseInTrustRegion, type SearchControl, VIEW_STEPS } from "./trust_region.ts";

/** Noise of each stage, in units of what an offer typically adds. */
export const NOISES: readonly number[] = [0.01, 0.0015, 2e-4, 3e-5, 4e-6];

/** Noise of the last stage. */
export const LAST_NOISE: number = NOISES[NOISES.length - 1];

/** Most evaluations of a stage. */
const MOST_PASSES = 100;

/** Noise of an additional first stage, for a search that begins far from the best prices. */
const FAR_NOISE = 0.1;

/** Tolerance of that stage in a sparse layout: few users decide each price, and the next stage finds it anyway. */
const FAR_TOLERANCE = 1e-3;

/** The tolerance of a stage, as a share of D: larger with more noise, smaller at the end, than the one asked for. */
function toleranceAt(noise: number, tolerance: number, dense: boolean): number {
  if (noise >= FAR_NOISE && !dense) return Math.max(FAR_TOLERANCE, tolerance);
  return tolerance * (noise > 3e-4 ? 10 : noise > 2e-5 ? 1 : 0.1);
}

/**
 * Where groups have radii of their own the first stage also ends when two steps in a row gain less than so many times its tolerance. Its
 * last steps promise far more than they gain, and what they gain the next stage, which begins with wider steps again, gains in fewer.
 */
const LEAST_GAIN = 10;

/**
 * A search that starts from the best prices of nearly the same drop tries the second stage first, with this many evaluations and
 * this first radius (in units of an offer). If that comes to its end, the first stage is skipped.
 */
const CLOSE_PASSES = 10, CLOSE = 0.03;

/** A view of the whole drop reaches this many times as far as the first one of the next stage, which is then screened from it. */
const ROOM_FOR_NEXT = 1.5;

/** How near a point is believed to be to the best prices. */
export type Nearness = "far" | "near" | "close";

/**
 * Moves `point` to the minimum of D on the whole drop; stages report their share of the whole. Returns what the points of the last two
 * stages tend to as noise goes to 0 (Richardson's extrapolation): where nearly all users tie, the best prices differ from those without
 * noise in proportion to it. Null: the search was stopped.
 */
export async function minimiseThroughNoise(
  pass: DualPass,
  point: PricePoint,
  nearness: Nearness,
  tolerance: number,
  control: SearchControl,
  onStage: (done: number) => void,
): Promise<PricePoint | null> {
  const { unit } = pass.problem;
  const capacities = wholeCapacities(pass.problem);
  const stage = (noise: number, radius: number, mostPasses = MOST_PASSES, groupRadius = radius) => {
    const enough = toleranceAt(noise, tolerance, pass.layout.dense);
    return minimiseInTrustRegion(pass, capacities, point, {
      ...control,
      radius,
      groupRadius,
      leastRadius: Math.max(1e-7, 0.1 * noise) * unit,
      tolerance: enough,
      leastGain: noise === NOISES[0] ? LEAST_GAIN * enough : 0,
      mostPasses,
      screens: true,
      noise: noise * unit,
      leastReach: ROOM_FOR_NEXT * VIEW_STEPS * radiusAfter(noise),
    });
  };
  const radiusAfter = (noise: number) => Math.max(6e-4, 3 * noise) * unit;
  const noises = nearness === "far" ? [FAR_NOISE, ...NOISES] : NOISES;
  let radius = firstRadius(pass, nearness), first = 0;
  if (nearness === "close" && await stage(NOISES[1], CLOSE * unit, CLOSE_PASSES)) {
    first = 2;
    radius = radiusAfter(NOISES[1]);
  }
  const { row, sponsored, others } = point;
  const before = zeroPoint(row.length, sponsored.length, others.length);
  for (const [n, noise] of noises.entries()) {
    if (n < first) continue;
    if (control.stop()) return null;
    onStage(n / noises.length);
    copyPoint(point, before);
    const isFromSamples = n === 0 && nearness === "near";
    await stage(noise, radius, MOST_PASSES, isFromSamples ? NEAR_OF_GROUPS * unit : radius);
    radius = radiusAfter(noise);
  }
  return control.stop() ? null : limitOf(pass, before, point);
}

/** Where the points of the last two stages lead as noise goes to 0. */
function limitOf({ problem }: DualPass, before: PricePoint, point: PricePoint): PricePoint {
  const share = LAST_NOISE / (NOISES[NOISES.length - 2] - LAST_NOISE);
  const onward = (from: Float64Array, to: Float64Array) =>
    to.map((price, i) => share * (price - from[i]));
  const change = {
    row: onward(before.row, point.row),
    sponsored: onward(before.sponsored, point.sponsored),
    others: point.others.map((price, i) => onward(before.others[i], price)),
  };
  return added(point, change, highestPrices(problem), problem.shortfallPrice);
}

function firstRadius({ layout, problem }: DualPass, nearness: Nearness): number {
  if (nearness === "far") return problem.unit;
  // Sponsored prices move further than prices of offers, and a view must hold for them too.
  const isSteady = layout.dense && !problem.countsSponsored;
  return (isSteady ? NEAR_STEADY : NEAR) * problem.unit;
}
