/**
 * Newton's method on D in a trust region, with the kernel curvature.
 *
 * @module
 */
import { averageCurvature, type Curvature } from "../dual/curvature.ts";
import type { Capacities, DualPass, Evaluation } from "../dual/dual_pass.ts";
import { modelStep, type StepRadii } from "./model_step.ts";
import type { Pause } from "../../../base/pause.ts";
import { copyPoint, highestPrices, type PricePoint, zeroPoint } from "../dual/price_point.ts";

/** How a search is kept within its time. */
export interface SearchControl {
  /** Whether to stop now. */
  readonly stop: () => boolean;
  /** Called between passes, so that others get a turn. */
  readonly pause: Pause;
}

/** How a stage of the search runs. Radii are in units of prices. */
export interface TrustRegionOptions extends SearchControl {
  /** First radius. */
  readonly radius: number;
  /** Stop below this radius; the kernel is never narrower. */
  readonly leastRadius: number;
  /** Stop when two steps running promise less than this share of |D|. */
  readonly tolerance: number;
  /** Most evaluations. */
  readonly mostPasses: number;
  /** Whether views are screened: not where the users are a sample. */
  readonly screens: boolean;
  /** Noise of the views that are screened. */
  readonly noise: number;
}

/** A view reaches this many steps: the next ones are shorter, but they add up. */
const VIEW_STEPS = 3;
/** A view that reaches further than this many units leaves out too little to be worth building. */
const WIDEST_VIEW = 0.25;
/** A step that used less than this share of the view's reach leaves a view that is far too wide: screen anew. */
const WIDE_VIEW = 0.12;
/** Added to the model's diagonals, in users per radius: a constant would stall the search as the radius shrinks. */
const RIDGE = 0.1;
/**
 * The factor on the curvature stays within these. With many rows users have more alternatives within a radius than the
 * kernel looks at, so that there may be many times the curvature that it sees.
 */
const LEAST_SCALE = 0.2, MOST_SCALE = 4, MOST_SCALE_SPARSE = 16;

/**
 * Damping of the model, relative to its diagonal: less after each good step, more after each bad one. Along a valley
 * between ties D is flat in one direction and steep in all others, and damping is what keeps steps along it short.
 */
const FIRST_DAMPING = 0.005, LEAST_DAMPING = 1e-6, MOST_DAMPING = 0.02;

/** Moves `point` to where D is least, as far as the options go. */
export async function minimiseInTrustRegion(
  pass: DualPass,
  capacities: Capacities,
  point: PricePoint,
  options: TrustRegionOptions,
): Promise<void> {
  const { problem, layout } = pass;
  const { leastRadius, noise, screens } = options;
  const mostScale = layout.dense ? MOST_SCALE : MOST_SCALE_SPARSE;
  const radii: StepRadii = {
    row: new Float64Array(point.row.length),
    ratio: new Float64Array(point.ratio.length),
    mixed: new Float64Array(point.mixed.length),
  };
  const own = ownRadii(point, Infinity), highest = highestPrices(problem);
  let { radius } = options;
  let scale = 1, damping = FIRST_DAMPING, small = 0, reach = Infinity;
  const screenAround = (centre: PricePoint, wanted: number) => {
    if (wanted > WIDEST_VIEW * problem.unit) {
      pass.useWhole();
      reach = Infinity;
    } else {
      pass.screen(centre, wanted, noise);
      reach = wanted;
    }
  };
  if (screens) screenAround(point, VIEW_STEPS * radius);
  let best = pass.evaluate(point, capacities, radius);
  let curvature: Curvature = best.curvature!;
  for (let passes = 1; passes < options.mostPasses && !options.stop();) {
    await options.pause();
    limitSteps(radii, own, radius);
    const ridge = RIDGE / radius;
    const step = modelStep(problem, layout, best, {
      curvature,
      scale,
      ridge,
      damping,
      radii,
      highest,
    });
    const trial = added(best.point, step.change, highest, problem.shortfallPrice);
    const kernel = Math.max(leastRadius, Math.min(radius, 2 * step.size));
    const wanted = Math.max(VIEW_STEPS * step.size, kernel, 6 * leastRadius);
    const wide = wanted < WIDE_VIEW * reach && wanted <= WIDEST_VIEW * problem.unit;
    if (screens && (wide || best.confined || !pass.covers(trial, kernel))) {
      screenAround(best.point, wanted);
      // Views differ in the noise of what they froze, so values compare within one view only.
      best = { ...pass.evaluate(best.point, capacities, 0), curvature };
      passes++;
    }
    const next = pass.evaluate(trial, capacities, kernel);
    passes++;
    const gained = next.value - best.value;
    const ratio = gained / step.predicted;
    const expected = 2 * (step.predicted - step.slope) / scale;
    const observed = 2 * (gained - step.slope);
    const finished = -step.predicted < options.tolerance * Math.abs(best.value);
    if (gained < 0) {
      if (ratio > 0.5) damping = Math.max(LEAST_DAMPING, 0.4 * damping);
      if (ratio > 0.5 && step.size > 0.9 * radius) radius *= 2.5;
      else if (ratio < 0.1) radius *= 0.6;
      else radius = Math.max(Math.min(radius, 6 * step.size), 0.3 * radius);
      const kappa = expected > 0 ? Math.max(0.02, observed / expected) : 1;
      scale = Math.min(mostScale, Math.max(LEAST_SCALE, Math.sqrt(scale * kappa)));
      relaxOwnRadii(own, step.change);
      best = next;
      curvature = next.curvature!;
    } else {
      radius = 0.6 * Math.min(radius, step.size);
      damping = Math.min(MOST_DAMPING, 3 * damping);
      tightenOwnRadii(own, best, next, step.change, leastRadius);
      scale = Math.min(mostScale, 1.4 * scale);
      // Far beyond the region where it holds, a curvature tells nothing about here.
      if (gained < -2 * step.predicted) curvature = averageCurvature(curvature, next.curvature!);
    }
    // Views have the stage's noise and the whole drop has none: a search that went back and forth would not end.
    if (reach < Infinity && !layout.dense) {
      radius = Math.min(radius, WIDEST_VIEW / VIEW_STEPS * problem.unit);
    }
    if (finished) {
      if (++small >= 2) break;
    } else small = 0;
    if (radius < leastRadius) break;
  }
  copyPoint(best.point, point);
}

function ownRadii(point: PricePoint, radius: number): StepRadii {
  return {
    row: new Float64Array(point.row.length).fill(radius),
    ratio: new Float64Array(point.ratio.length).fill(radius),
    mixed: new Float64Array(point.mixed.length).fill(radius),
  };
}

const NAMES = ["row", "ratio", "mixed"] as const;

function limitSteps(radii: StepRadii, own: StepRadii, radius: number): void {
  for (const name of NAMES) {
    for (let i = 0; i < radii[name].length; i++) radii[name][i] = Math.min(radius, own[name][i]);
  }
}

/** After a rejected step: a price whose gradient changed sign went too far, and may step less from now on. */
function tightenOwnRadii(
  own: StepRadii,
  before: Evaluation,
  after: Evaluation,
  change: StepRadii,
  leastRadius: number,
): void {
  const gradients = [
    ["row", before.rowGradient, after.rowGradient],
    ["ratio", before.ratioGradient, after.ratioGradient],
    ["mixed", before.mixedGradient, after.mixedGradient],
  ] as const;
  for (const [name, old, now] of gradients) {
    for (let i = 0; i < old.length; i++) {
      const turned = old[i] * now[i] < 0 && Math.abs(now[i]) > 0.5 * Math.abs(old[i]);
      const size = Math.abs(change[name][i]);
      if (turned && size > 0) own[name][i] = Math.max(0.5 * leastRadius, 0.4 * size);
    }
  }
}

/** After an accepted step: prices that used what they may step may step further. */
function relaxOwnRadii(own: StepRadii, change: StepRadii): void {
  for (const name of NAMES) {
    for (let i = 0; i < own[name].length; i++) {
      if (own[name][i] < 4 * Math.abs(change[name][i])) own[name][i] *= 2;
    }
  }
}

function added(
  point: PricePoint,
  change: PricePoint,
  highest: Float64Array,
  shortfallPrice: number,
): PricePoint {
  const sum = zeroPoint(point.row.length, point.sponsored.length);
  for (const name of NAMES) {
    for (let i = 0; i < sum[name].length; i++) {
      sum[name][i] = Math.max(0, point[name][i] + change[name][i]);
    }
  }
  for (let r = 0; r < highest.length; r++) sum.row[r] = Math.min(sum.row[r], highest[r]);
  for (let g = 0; g < sum.sponsored.length; g++) {
    const t = point.sponsored[g] + change.sponsored[g];
    // Where t = 0 the count is free; a step does not carry t to the other side of it.
    sum.sponsored[g] = Math.min(shortfallPrice, t * point.sponsored[g] < 0 ? 0 : t);
  }
  return sum;
}
