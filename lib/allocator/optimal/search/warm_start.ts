/**
 * Finds prices to start from: the best ones for samples of the users, with capacities scaled to the sample.
 *
 * @module
 */
import { type Capacities, DualPass, wholeCapacities } from "../passes/dual_pass.ts";
import { type DualProblem, rowCount } from "../dual/dual_problem.ts";
import { cellsOf } from "../../drop/instance/limits.ts";
import type { Items } from "../../limits/items.ts";
import { commonPrices, takeCommonPrices } from "./common_prices.ts";
import { firstPoint, type PricePoint } from "../dual/price_point.ts";
import {
  minimiseInTrustRegion,
  radiiBlocks,
  type SearchControl,
  type TrustRegionOptions,
} from "./trust_region.ts";
import { soleTeam } from "../passes/worker_team.ts";

/** How far the prices of a sample are expected to be from the best ones, in units of an offer's size. */
export const NEAR = 0.3;
/**
 * How far they are expected to be if many users decide each price and there are no sponsored prices: small enough for the first view
 * to be screened.
 */
export const NEAR_STEADY = 0.22;
/**
 * How far the prices of groups that have radii of their own are expected to be, which fewer users decide: with less their first
 * steps all end where the radius does.
 */
export const NEAR_OF_GROUPS = 0.75;

/** The least number of users in the first sample, and the factor from one sample to the next. */
interface SampleSizes {
  readonly first: number;
  readonly growth: number;
}

/**
 * Where caps and minima are all that has a price, large leaps between samples do: the search that follows takes fewer steps. With
 * further limits they save nothing.
 */
const FEW_SAMPLES: SampleSizes = { first: 2500, growth: 10 };
const MORE_SAMPLES: SampleSizes = { first: 1500, growth: 5 };

/** The least number of users per row in the first sample, as fewer say little about a row's price. */
const USERS_PER_ROW = 3;

/** Prices in common need not be exact: those of single rows differ from them. */
const TOLERANCE_IN_COMMON = 1e-3;

/**
 * The first sample may take this many milliseconds even if time is out: its prices cost little, and without any prices hardly anything
 * can be given.
 */
const LEAST_MS = 60;

/**
 * Moves `point` to the best prices of samples, each larger than the one before. A sample's prices are off by its sampling error, so
 * a small sample is enough to come near, and the next one starts there. Under limits the first one has prices in common (see
 * `common_prices.ts`). Returns false if the drop is too small for samples of all prices; without limits `point` is as it was then.
 *
 * @param passOf evaluates D for samples of a number of users
 */
export async function startFromSamples(
  problem: DualProblem,
  passOf: (users: number) => Promise<DualPass>,
  point: PricePoint,
  noise: number,
  control: SearchControl,
): Promise<boolean> {
  const { unit, instance } = problem;
  let radius = unit;
  const end = performance.now() + LEAST_MS;
  const ofFirst = () => control.stop() && performance.now() >= end;
  await searchInCommon(problem, point, noise, { ...control, stop: ofFirst });
  const first = firstUsers(problem), { growth } = sampleSizes(problem);
  for (let users = first; 2 * users <= instance.group.length; users *= growth) {
    if (users > first && control.stop()) break;
    const pass = await passOf(users);
    await searchSample(pass, users, point, {
      pause: control.pause,
      stop: users > first ? control.stop : ofFirst,
      radius,
      groupRadius: Math.max(radius, NEAR_OF_GROUPS * unit),
      tolerance: 1e-4,
      noise,
    });
    radius = NEAR * unit;
  }
  return radius < unit;
}

/** The number of users in the first sample of a problem. */
function firstUsers(problem: DualProblem): number {
  return Math.max(sampleSizes(problem).first, USERS_PER_ROW * rowCount(problem));
}

function sampleSizes({ items, rules }: DualProblem): SampleSizes {
  return items === null && rules.others.length === 0 ? FEW_SAMPLES : MORE_SAMPLES;
}

/** Moves `point` to the best prices of a sample of about so many users. */
async function searchSample(
  pass: DualPass,
  users: number,
  point: PricePoint,
  options: Pick<
    TrustRegionOptions,
    "pause" | "stop" | "radius" | "groupRadius" | "tolerance" | "noise"
  >,
): Promise<void> {
  const { problem } = pass;
  const ratio = problem.instance.group.length / users;
  // Limits of groups make evaluations dear: where a third of the users is wanted it must not be half of them.
  const stride = radiiBlocks(pass) === null ? Math.floor(ratio) : Math.round(ratio);
  pass.useSample(stride, options.noise);
  await minimiseInTrustRegion(pass, sampleCapacities(problem, stride), point, {
    ...options,
    leastRadius: 2e-4 * problem.unit,
    mostPasses: 40,
    screens: false,
  });
  pass.useWhole();
}

/** Where rows may have prices in common, moves `point` to the best such prices of a small sample. */
async function searchInCommon(
  problem: DualProblem,
  point: PricePoint,
  noise: number,
  control: SearchControl,
): Promise<void> {
  const common = commonPrices(problem);
  if (common === null) return;
  const users = firstUsers(common.problem);
  if (2 * users > problem.instance.group.length) return;
  const found = firstPoint(common.problem);
  const pass = new DualPass(common.problem, soleTeam(common.problem));
  await searchSample(pass, users, found, {
    ...control,
    radius: problem.unit,
    tolerance: TOLERANCE_IN_COMMON,
    noise,
  });
  takeCommonPrices(common, found, point);
}

/** A sample of this many users is enough to recognise prices that are far too high. */
const USERS_JUDGED = 2_000;

/**
 * Whether D at the given prices is at most D at `other`, for the whole drop or, if it is large, for a sample of its users. Prices
 * that are far too high are a bad start.
 */
export function isAsGood(pass: DualPass, given: PricePoint, other: PricePoint): boolean {
  const { problem } = pass;
  const stride = Math.floor(problem.instance.group.length / USERS_JUDGED);
  if (stride > 1) pass.useSample(stride, 0);
  else pass.useWhole();
  const capacities = stride > 1 ? sampleCapacities(problem, stride) : wholeCapacities(problem);
  const value = pass.evaluate(given, capacities, 0).value;
  // NaN if prices are so high that they overflow; then this is false.
  const isGood = value <= pass.evaluate(other, capacities, 0).value;
  pass.useWhole();
  return isGood;
}

/** Float64Array, length rows: {@link countedBy} for all users, worked out once for the rows of a drop's items. */
function countedByAll(items: Items, start: Uint32Array): Float64Array {
  let all = knownCounts.get(items.row);
  if (all === undefined) knownCounts.set(items.row, all = countedBy(items, start, 1));
  return all;
}

const knownCounts = new WeakMap<Uint32Array, Float64Array>();

/** Float64Array, length rows: what all pairs of every `stride`-th user could count toward each, signs left out. */
function countedBy(items: Items, start: Uint32Array, stride: number): Float64Array {
  const { item, amount } = items, cells = cellsOf(items);
  const { start: from, row } = cells ?? items, fixed = cells?.fixed ?? items.coefficient;
  const offers = new Float64Array(from.length - 1);
  const numbers = new Float64Array(cells === null ? 0 : offers.length);
  for (let u = stride >> 1; u + 1 < start.length; u += stride) {
    for (let p = start[u]; p < start[u + 1]; p++) {
      const at = cells === null ? item[p] : cells.cell[item[p]];
      offers[at]++;
      if (cells !== null) numbers[at] += cells.number[item[p]];
    }
  }
  const counted = new Float64Array(amount.length);
  for (let i = 0; i < offers.length; i++) {
    if (offers[i] === 0) continue;
    for (let e = from[i]; e < from[i + 1]; e++) {
      counted[row[e]] += offers[i] * Math.abs(fixed[e]);
      if (cells !== null) counted[row[e]] += numbers[i] * Math.abs(cells.factor[e]);
    }
  }
  return counted;
}

/**
 * The amounts of caps and limits for a sample: caps scaled by its share of the users; limits, which may be about few users, by its
 * share of what all pairs together could count toward them.
 */
function sampleAmounts(
  problem: DualProblem,
  whole: Float64Array,
  stride: number,
  share: number,
): Float64Array {
  const { instance: { start, cap }, items } = problem;
  const amounts = whole.map((amount) => amount * share);
  if (items === null) return amounts;
  const all = countedByAll(items, start), seen = countedBy(items, start, stride);
  for (let r = 0; r < all.length; r++) {
    if (all[r] > 0) amounts[cap.length + r] = whole[cap.length + r] * seen[r] / all[r];
  }
  return amounts;
}

/** The capacities of the whole drop, scaled to a sample of every `stride`-th user. */
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
