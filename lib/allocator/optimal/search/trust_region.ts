/**
 * Newton's method on D in a trust region, with the curvature of the kernel estimate.
 *
 * @module
 */
import { BlockRadii } from "./block_radii.ts";
import { averageCurvature, type Curvature } from "../passes/curvature.ts";
import type { Capacities, DualPass, Evaluation, FarPrices } from "../passes/dual_pass.ts";
import { rowCount } from "../dual/dual_problem.ts";
import { type ModelStep, modelStep } from "./model_step.ts";
import type { StepRadii } from "./model_terms.ts";
import type { Pause } from "../../../base/pause.ts";
import { type PriceBlocks, priceBlocks } from "./price_blocks.ts";
import { copyPoint, highestPrices, type PricePoint, zeroPoint } from "../dual/price_point.ts";

/** How a search is stopped and interrupted. */
export interface SearchControl {
  /** Whether to stop now. */
  readonly stop: () => boolean;
  /** Called between passes, to give way to the event loop. */
  readonly pause: Pause;
}

/** The settings of a stage of the search. Radii are in units of prices. */
export interface TrustRegionOptions extends SearchControl {
  /** First radius. */
  readonly radius: number;
  /** First radius of groups that have one of their own. @default radius */
  readonly groupRadius?: number;
  /** The stage ends below this radius; the kernel is never narrower. */
  readonly leastRadius: number;
  /** The stage ends when two steps in a row promise less than this share of |D|. */
  readonly tolerance: number;
  /** Where groups have radii of their own the stage also ends when two steps in a row gain less than this share of |D|. @default 0 */
  readonly leastGain?: number;
  /** Most evaluations. */
  readonly mostPasses: number;
  /** Whether views are screened; not for samples of users. */
  readonly screens: boolean;
  /** Noise on the scores of screened views. */
  readonly noise: number;
  /** How far a view of the whole drop reaches at least, so that later stages can screen theirs from it. @default 0 */
  readonly leastReach?: number;
}

/** A view reaches this many steps: later steps are shorter, but they add up. */
export const VIEW_STEPS = 3;
/** A view that reaches further than this many units leaves out too little to be worth building. */
const WIDEST_VIEW = 0.25;
/**
 * After this many steps in a row that are as long as views allow and gain what they promise, the search goes back to the whole drop
 * for a leap: a step of a radius this many times as large. A stage has at most so many leaps.
 */
const FULL_STEPS = 3, LEAP = 8, MOST_LEAPS = 3;
/** If the next steps need less than this share of the view's reach, a narrower view is screened. */
const WIDE_VIEW = 0.12;
/** Added to the model's diagonal, in users per radius: a constant ridge would stall the search as the radius shrinks. */
const RIDGE = 0.1;
/**
 * Least and most of the factor on the curvature. In a sparse layout users have more alternatives within a radius than the kernel
 * looks at, so the true curvature may be many times the estimate.
 */
const LEAST_SCALE = 0.2, MOST_SCALE = 4, MOST_SCALE_SPARSE = 16;
/**
 * Groups have radii of their own where there are at least this many users for each row. With fewer, a group's curvature is that
 * of a few users, and one radius for all does as well.
 */
const USERS_PER_ROW = 20;
/** Least and most by which the factor on the curvature grows after a step that was good in parts only. */
const LEAST_RISE = 1.4, MOST_RISE = 2;

/**
 * Damping of the model, relative to its diagonal: less after each good step, more after each bad one. Along a valley
 * between ties D is flat in one direction and steep in all others, and damping is what keeps steps along it short.
 */
const FIRST_DAMPING = 0.005, LEAST_DAMPING = 1e-6, MOST_DAMPING = 0.02;

/** Moves `point` towards the minimum of D within the options. Returns whether it came to the end: no step promised more. */
export async function minimiseInTrustRegion(
  pass: DualPass,
  capacities: Capacities,
  point: PricePoint,
  options: TrustRegionOptions,
): Promise<boolean> {
  const search = new TrustRegion(pass, capacities, point, options);
  let isFinished = false;
  while (!isFinished && search.passes < options.mostPasses && !options.stop()) {
    await options.pause();
    isFinished = search.step() === "finished";
  }
  copyPoint(search.best.point, point);
  return isFinished;
}

/** The state of a search: the best point, how far steps may go, and what was learnt about the curvature. */
class TrustRegion {
  /** D at the best point so far. */
  best: Evaluation;
  /** Evaluations so far. */
  passes = 1;
  readonly #pass: DualPass;
  readonly #capacities: Capacities;
  readonly #options: TrustRegionOptions;
  /** The own radius of each price, learnt from its earlier steps. */
  readonly #own: StepRadii;
  /** The lesser of own radius and radius, for each price. */
  readonly #radii: StepRadii;
  readonly #highest: Float64Array;
  readonly #mostScale: number;
  /** The radii of groups with rows of their own; null: all prices have one radius. */
  readonly #blocks: BlockRadii | null;
  #radius: number;
  #scale = 1;
  #damping = FIRST_DAMPING;
  #curvature: Curvature;
  /** How far the view reaches; Infinity: it is the whole drop. */
  #reach = Infinity;
  /** Steps in a row that promised less than the tolerance; and that gained less than is enough. */
  #small = 0;
  #vain = 0;
  /** Steps in a row that were as long as views allow and gained what they promised; and the leaps that followed such steps. */
  #fullSteps = 0;
  #leaps = 0;

  constructor(
    pass: DualPass,
    capacities: Capacities,
    point: PricePoint,
    options: TrustRegionOptions,
  ) {
    this.#pass = pass;
    this.#capacities = capacities;
    this.#options = options;
    this.#own = ownRadii(point, Infinity);
    this.#radii = ownRadii(point, 0);
    this.#highest = highestPrices(pass.problem);
    this.#mostScale = pass.layout.dense ? MOST_SCALE : MOST_SCALE_SPARSE;
    this.#radius = options.radius;
    const blocks = radiiBlocks(pass);
    this.#blocks = blocks === null
      ? null
      : new BlockRadii(blocks, point.sponsored.length, options.groupRadius ?? options.radius);
    if (options.screens) this.#screenAround(point, this.#firstReach());
    this.best = pass.evaluate(point, capacities, this.#radius);
    this.#curvature = this.best.curvature!;
  }

  /** Tries the model's best step. Returns whether the search has come to its end. */
  step(): "finished" | "goes on" {
    const { leastRadius, tolerance, leastGain = 0 } = this.#options;
    const { step, sizes } = this.#bestStep();
    const kernel = Math.max(leastRadius, Math.min(this.#radius, 2 * step.size));
    const trial = this.#after(step.change);
    this.#fitView(trial, step, kernel, sizes);
    const next = this.#evaluate(trial, kernel);
    const isSmall = -step.predicted < tolerance * this.#size;
    const before = this.best;
    const shares = this.#blocks?.learn(before, next, step.change, this.#radius) ?? null;
    if (next.value < before.value) this.#accept(next, step);
    else if (shares === null || !this.#acceptPart(next, step, shares, kernel)) {
      this.#reject(next, step);
    }
    this.#capRadius(next.value - before.value, step);
    this.#small = isSmall ? this.#small + 1 : 0;
    const isVain = this.#blocks !== null &&
      before.value - this.best.value < leastGain * this.#size;
    this.#vain = isVain ? this.#vain + 1 : 0;
    return this.#small >= 2 || this.#vain >= 2 || this.#radius < leastRadius
      ? "finished"
      : "goes on";
  }

  /**
   * The model's best step within the radii. Where groups have radii of their own, its size is that of the step without the few groups
   * that go further, and `sizes` tells how far each goes.
   */
  #bestStep(): { step: ModelStep; sizes: Float64Array | null } {
    const { problem, layout } = this.#pass, blocks = this.#blocks;
    limitSteps(this.#radii, this.#own, this.#radius);
    blocks?.limit(this.#radii, this.#own);
    let step = modelStep(problem, layout, this.best, {
      curvature: this.#curvature,
      scale: this.#scale,
      ridge: RIDGE / this.#radius,
      ridges: blocks?.ridges(RIDGE, this.#radius) ?? null,
      damping: this.#damping,
      radii: this.#radii,
      highest: this.#highest,
    });
    const sizes = blocks?.sizes(step.change) ?? null;
    if (blocks !== null) step = { ...step, size: blocks.typicalSize(sizes!) };
    this.#pass.noteStep(step.change);
    return { step, sizes };
  }

  /** The best point, moved. */
  #after(change: PricePoint): PricePoint {
    return added(this.best.point, change, this.#highest, this.#pass.problem.shortfallPrice);
  }

  /**
   * What the tolerance is a share of: |D|. Under limits D is counted at a moderate shortfall price, which can bring it near 0; there
   * it is at least what all users' offers are worth.
   */
  get #size(): number {
    const { items, unit, instance: { group } } = this.#pass.problem;
    const size = Math.abs(this.best.value);
    return items === null ? size : Math.max(size, unit * group.length);
  }

  #evaluate(point: PricePoint, kernel: number): Evaluation {
    this.passes++;
    return this.#pass.evaluate(point, this.#capacities, kernel);
  }

  /** How far the first view reaches: a few steps, or fewer if it would be too wide. */
  #firstReach(): number {
    const radius = this.#radius, widest = WIDEST_VIEW * this.#pass.problem.unit;
    return radius <= widest ? Math.min(VIEW_STEPS * radius, widest) : VIEW_STEPS * radius;
  }

  #screenAround(centre: PricePoint, reach: number, far: FarPrices | null = null): void {
    const { problem } = this.#pass;
    if (reach > WIDEST_VIEW * problem.unit) {
      this.#pass.useWhole();
      this.#reach = Infinity;
    } else {
      this.#pass.screen(centre, reach, this.#options.noise, far);
      this.#reach = reach;
    }
  }

  /** Makes sure that the view is enough at the trial point, and no wider than useful. */
  #fitView(
    trial: PricePoint,
    { size }: ModelStep,
    kernel: number,
    sizes: Float64Array | null,
  ): void {
    const { leastRadius, screens, leastReach = 0 } = this.#options;
    const widest = WIDEST_VIEW * this.#pass.problem.unit;
    const ofWhole = this.#reach === Infinity && leastReach <= widest ? leastReach : 0;
    const wanted = Math.max(VIEW_STEPS * size, kernel, 6 * leastRadius, ofWhole);
    const isWide = wanted < WIDE_VIEW * this.#reach && wanted <= widest;
    if (!screens) return;
    if (!isWide && !this.best.confined && this.#pass.covers(trial, kernel)) return;
    const far = sizes === null ? null : this.#blocks!.farIn(wanted, sizes);
    this.#screenAround(this.best.point, wanted, far);
    // Views differ in the noise of frozen bundles, so values can be compared within one view only.
    this.best = { ...this.#evaluate(this.best.point, 0), curvature: this.#curvature };
  }

  /**
   * Views have the stage's noise and the whole drop has none: going back and forth between them would not end. So the radius stays
   * small enough for views, unless steps as long as that go straight down: then prices that move together have far to go.
   */
  #capRadius(gained: number, { predicted, size }: ModelStep): void {
    const { problem, layout } = this.#pass;
    if (this.#reach === Infinity || layout.dense) return;
    const most = WIDEST_VIEW / VIEW_STEPS * problem.unit;
    this.#fullSteps = gained < 0.5 * predicted && size > 0.9 * most ? this.#fullSteps + 1 : 0;
    if (this.#fullSteps >= FULL_STEPS && this.#leaps < MOST_LEAPS) {
      this.#fullSteps = 0;
      this.#leaps++;
      this.#radius = LEAP * most;
      return;
    }
    this.#radius = Math.min(this.#radius, most);
  }

  /** Goes to a better point. Steps may get longer, and the factor on the curvature is adapted to the gain. */
  #accept(next: Evaluation, { predicted, slope, size, change }: ModelStep): void {
    const gained = next.value - this.best.value, ratio = gained / predicted;
    if (ratio > 0.5) this.#damping = Math.max(LEAST_DAMPING, 0.4 * this.#damping);
    if (ratio > 0.5 && size > 0.9 * this.#radius) this.#radius *= 2.5;
    else if (ratio < 0.1) this.#radius *= 0.6;
    else this.#radius = Math.max(Math.min(this.#radius, 6 * size), 0.3 * this.#radius);
    const expected = 2 * (predicted - slope) / this.#scale, observed = 2 * (gained - slope);
    const kappa = expected > 0 ? Math.max(0.02, observed / expected) : 1;
    const scale = Math.max(LEAST_SCALE, Math.sqrt(this.#scale * kappa));
    this.#scale = Math.min(this.#mostScale, scale);
    relaxOwnRadii(this.#own, change);
    this.best = next;
    this.#curvature = next.curvature!;
  }

  /**
   * After a step that raised D: tries it again with less of those parts that went too far, which `shares` tells. Returns whether that is
   * better than the best point; then the search goes on from there.
   */
  #acceptPart(
    { value }: Evaluation,
    { predicted, slope, change }: ModelStep,
    shares: Float64Array,
    kernel: number,
  ): boolean {
    const part = this.#blocks!.scaled(change, shares);
    const next = this.#evaluate(this.#after(part), kernel);
    if (next.value >= this.best.value) return false;
    // A few groups say nothing about the curvature of all others.
    if (!this.#blocks!.areFew(shares)) {
      const kappa = (value - this.best.value - slope) / (predicted - slope);
      const factor = Math.min(MOST_RISE, Math.max(LEAST_RISE, Math.sqrt(kappa)));
      this.#scale = Math.min(this.#mostScale, factor * this.#scale);
      this.#damping = Math.min(MOST_DAMPING, 2 * this.#damping);
    }
    relaxOwnRadii(this.#own, part);
    this.best = next;
    this.#curvature = next.curvature!;
    return true;
  }

  /** Stays at the best point. Steps get shorter, most of all those of prices that went too far. */
  #reject(next: Evaluation, { predicted, size, change }: ModelStep): void {
    const gained = next.value - this.best.value;
    this.#radius = 0.6 * Math.min(this.#radius, size);
    this.#damping = Math.min(MOST_DAMPING, 3 * this.#damping);
    tightenOwnRadii(this.#own, this.best, next, change, this.#options.leastRadius);
    this.#scale = Math.min(this.#mostScale, 1.4 * this.#scale);
    // Unless the step went far beyond where the model holds, the curvature there is worth averaging in.
    if (gained < -2 * predicted) {
      this.#curvature = averageCurvature(this.#curvature, next.curvature!);
    }
  }
}

/**
 * The blocks of groups that have rows and radii of their own; null: there are none. Enough users must decide each price for D to be
 * smooth in each group. Samples of such a drop have them too: far from the best prices a step goes too far in one group or another
 * nearly every time.
 */
export function radiiBlocks({ layout, problem }: DualPass): PriceBlocks | null {
  const { group } = problem.instance;
  if (layout.dense || group.length < USERS_PER_ROW * rowCount(problem)) return null;
  return priceBlocks(problem);
}

function ownRadii(point: PricePoint, radius: number): StepRadii {
  return {
    row: new Float64Array(point.row.length).fill(radius),
    others: point.others.map((price) => new Float64Array(price.length).fill(radius)),
  };
}

/** The columns that steps are limited in: of rows, then of each other limit of groups. */
function columnsOf({ row, others }: StepRadii): readonly Float64Array[] {
  return [row, ...others];
}

function limitSteps(radii: StepRadii, own: StepRadii, radius: number): void {
  const most = columnsOf(own);
  columnsOf(radii).forEach((column, at) => {
    for (let i = 0; i < column.length; i++) column[i] = Math.min(radius, most[at][i]);
  });
}

/** After a rejected step: a price whose gradient changed sign went too far, and gets a smaller own radius. */
function tightenOwnRadii(
  own: StepRadii,
  before: Evaluation,
  after: Evaluation,
  change: StepRadii,
  leastRadius: number,
): void {
  const gradients = (
    { rowGradient, otherGradients }: Evaluation,
  ) => [rowGradient, ...otherGradients];
  const earlier = gradients(before), later = gradients(after), steps = columnsOf(change);
  columnsOf(own).forEach((column, at) => {
    const old = earlier[at], now = later[at];
    for (let i = 0; i < column.length; i++) {
      const changedSign = old[i] * now[i] < 0 && Math.abs(now[i]) > 0.5 * Math.abs(old[i]);
      const size = Math.abs(steps[at][i]);
      if (changedSign && size > 0) column[i] = Math.max(0.5 * leastRadius, 0.4 * size);
    }
  });
}

/** After an accepted step: prices that used much of their own radius get a larger one. */
function relaxOwnRadii(own: StepRadii, change: StepRadii): void {
  const steps = columnsOf(change);
  columnsOf(own).forEach((column, at) => {
    for (let i = 0; i < column.length; i++) {
      if (column[i] < 4 * Math.abs(steps[at][i])) column[i] *= 2;
    }
  });
}

/** A point moved by a change, within what prices may be. */
export function added(
  point: PricePoint,
  change: PricePoint,
  highest: Float64Array,
  shortfallPrice: number,
): PricePoint {
  const sum = zeroPoint(point.row.length, point.sponsored.length, point.others.length);
  const from = columnsOf(point), steps = columnsOf(change);
  columnsOf(sum).forEach((column, at) => {
    for (let i = 0; i < column.length; i++) column[i] = Math.max(0, from[at][i] + steps[at][i]);
  });
  for (let r = 0; r < highest.length; r++) sum.row[r] = Math.min(sum.row[r], highest[r]);
  for (let g = 0; g < sum.sponsored.length; g++) {
    const from = point.sponsored[g], to = from + change.sponsored[g];
    // A step ends at 0: on its other side another limit counts.
    sum.sponsored[g] = Math.min(shortfallPrice, to * from < 0 ? 0 : to);
  }
  return sum;
}
