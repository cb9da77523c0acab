/**
 * Recovery: turns prices into an allocation that keeps every hard rule and is worth nearly as much as the bound.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { argmaxBundles, holdingsOf } from "./argmax_bundles.ts";
import type { Holdings } from "./holdings.ts";
import { BundleChooser } from "./bundle_chooser.ts";
import { type Changes, TIE } from "./changes/change_graph.ts";
import { type DualProblem, hasTypes } from "../dual/dual_problem.ts";
import type { KeptBundles } from "../passes/kept_bundles.ts";
import { repairOtherLimits, repairSponsoredCounts } from "./repair/group_repair.ts";
import { exchange } from "./changes/exchanges.ts";
import { GroupMoves } from "./changes/group_moves.ts";
import { type GroupUsers, usersByGroup } from "../../drop/instance/group_users.ts";
import { never } from "./repair/cheapest_changes.ts";
import { Paths } from "./changes/paths.ts";
import { noPause, type Pause } from "../../../base/pause.ts";
import { repair } from "./repair/repair.ts";
import { isTypeExceeded, repairTypes } from "./repair/type_repair.ts";
import { Smallest } from "../dual/select.ts";

/**
 * How many edges the graph of changes should have: enough to choose from, few enough to be built quickly. Where caps alone are exceeded
 * by few units, that is FEW_EDGES and so many for each of them.
 */
const EDGES = 30_000, FEW_EDGES = 8000, EDGES_OF_UNIT = 100;
/** How many users are looked at to find the threshold for that. */
const USERS_SEEN = 1500;
/**
 * Paths are for the last units: if more load than this share of the users is beyond the caps, quick repair comes first. Where a type was
 * exceeded as a whole, users tie, and paths within the types are short.
 */
const MOST_OVERLOAD = 0.05, MOST_OVERLOAD_WITHIN_TYPES = 0.15;
/** Most paths that are tried: this number plus this share of the users. */
const MOST_PATHS = 2000, PATHS_PER_USER = 0.02;

/** Of so many users for each limit enough are nearly indifferent for chains of changes, see {@link isForChains}. */
const USERS_PER_LIMIT = 1000;

/**
 * Where chains come (see {@link isForChains}) and users are at least so many, a quick repair is all that comes before: the graph that paths
 * need has a slot for each of millions of pairs there, and takes as long to build as everything else in recovery.
 */
const MANY_USERS = 50_000;

/** Options of {@link recover}. */
export interface RecoverOptions {
  /**
   * Amplitude of the noise that breaks ties, the same as in the last stage of the search for prices; 0: of tied contracts the
   * first is taken.
   */
  readonly noise: number;
  /**
   * Every user's best bundle at the prices, with this noise, if it is known; they belong to the holdings from then on, unless a shape is
   * given for any user.
   */
  readonly kept?: KeptBundles;
  /**
   * The same prices but for those of sponsored users, which are the best ones for scores with the noise. They are taken if too many
   * units exceed caps at `prices`, and fewer at these: where nearly all users tie, noise decides who is sponsored.
   */
  readonly noisy?: Prices;
  /** Improving stops at this objective, which may depend on what the holdings miss. */
  readonly enough: number | ((holdings: Holdings) => number);
  /** Int32Array, length users: shapes with which groups keep their limits, −1: none is known; see `proof.ts`. */
  readonly shape?: Int32Array;
  /** Whether an allocation that keeps the rules is left to chains, see `chains_first.ts`. @default false */
  readonly chainsFirst?: boolean;
  /** Called now and then: whether to end soon, without improving an allocation that keeps the rules. */
  readonly hurry?: () => boolean;
  /** Called now and then: whether time is out; then rules are kept by giving offers up. @default never */
  readonly late?: () => boolean;
  /** Called now and then, to give way to the event loop. */
  readonly pause?: Pause;
}

/** Finds feasible holdings near the best bundles at the prices. */
export async function recover(
  problem: DualProblem,
  prices: Prices,
  options: RecoverOptions,
): Promise<Holdings> {
  const { kept, noise, noisy, shape } = options;
  const holdings = kept === undefined || shape !== undefined
    ? argmaxBundles(problem, prices, noise, shape)
    : holdingsOf(problem, prices, kept);
  await (options.pause ?? noPause)();
  if (noisy !== undefined && !isForPaths(holdings)) {
    const other = argmaxBundles(problem, noisy, noise, shape);
    if (other.overload() < holdings.overload()) {
      await makeFeasible(other, noisy, options);
      return other;
    }
  }
  await makeFeasible(holdings, prices, options);
  return holdings;
}

/** Whether few units exceed the caps. */
function isForPaths(holdings: Holdings, most = MOST_OVERLOAD): boolean {
  return holdings.overload() <= most * holdings.count.length + 100;
}

/** Turns any bundles into an allocation that keeps every hard rule, and improves it along paths. */
export async function makeFeasible(
  holdings: Holdings,
  prices: Prices,
  options: RecoverOptions,
): Promise<void> {
  const { hurry = () => false, late, pause = noPause } = options, { problem } = holdings;
  const { group, groups } = problem.instance, users = group.length;
  const byGroup = usersByGroup(group, groups.length);
  const usesPaths = !(isForChains(problem) && users >= MANY_USERS) && !hurry();
  if (usesPaths && repairRules(holdings, prices, byGroup, options)) {
    await repairAlongPaths(holdings, prices, options);
    if (options.chainsFirst === true && holdings.isFeasible() && !hurry()) return;
  }
  // What paths could not repair is repaired quickly, and then improved along paths again.
  const before = holdings.isFeasible() ? holdings.objective() : -Infinity;
  if (before >= enoughFor(holdings, options)) return;
  await pause();
  // With a time limit, units that are left are given out until time is out. Chains give them out better, from where nobody else has.
  const isForLater = (isForChains(problem) || options.chainsFirst === true) && !hurry();
  repair(holdings, prices, byGroup, late ?? never, isForLater ? () => true : late ?? hurry);
  if (options.chainsFirst === true) return;
  // If nothing changed, paths without changes of type have just been tried.
  const isDone = holdings.limits === null && holdings.objective() === before;
  await improve(
    holdings,
    prices,
    { ...options, noise: 0 },
    isDone ? ["of types"] : ["of offers", "of types"],
  );
}

/**
 * Repairs the limits of groups, and then types that are exceeded as a whole, for paths to move the rest. Returns whether there is
 * little enough for them.
 */
function repairRules(
  holdings: Holdings,
  prices: Prices,
  byGroup: GroupUsers,
  { shape, late = never }: RecoverOptions,
): boolean {
  const isLittle = isForPaths(holdings);
  if (!isLittle && !isTypeExceeded(holdings)) return false;
  const chooser = new BundleChooser(holdings, prices, false);
  repairSponsoredCounts(holdings, prices, byGroup, chooser, { shape, late });
  repairTypes(holdings, chooser, late);
  repairOtherLimits(holdings, prices, byGroup, chooser, late);
  return isLittle || isForPaths(holdings, MOST_OVERLOAD_WITHIN_TYPES);
}

/** Moves load along cheapest paths to where there is room. What keeps every hard rule by then is improved along such paths. */
async function repairAlongPaths(
  holdings: Holdings,
  prices: Prices,
  options: RecoverOptions,
): Promise<void> {
  const { shape, hurry = () => false, pause = noPause } = options;
  const mostPaths = mostPathsOf(holdings);
  const threshold = edgeThreshold(holdings, prices, edgesFor(holdings));
  const paths = new Paths(holdings, prices, threshold, "of offers", pause);
  const relieve = () => {
    const most = mostToRelieve(holdings);
    return paths.relieve(paths.isQuick ? most : Math.min(mostPaths, most), hurry);
  };
  await relieve();
  if (shape !== undefined && holdings.overload() > 0) {
    const moves = new GroupMoves(holdings, prices, shape, (u) => paths.changed(u));
    await moves.relieve(relieve, hurry, pause);
  }
  if (holdings.limits !== null && !isForChains(holdings.problem)) {
    await exchange(holdings, prices, (u) => paths.changed(u), hurry, pause);
  }
  if (!holdings.isFeasible()) return;
  const objective = holdings.objective(), enough = enoughFor(holdings, options);
  const isEnough = (gained: number) => objective + gained >= enough || hurry();
  // Whatever else paths find chains find sooner.
  await (options.chainsFirst === true ? paths.fill(isEnough) : paths.improve(mostPaths, isEnough));
}

/** Moves load off what is overloaded, by swaps that leave all users' shapes as they are, and with them all that rules of groups count. */
export async function relieveBySwaps(
  holdings: Holdings,
  prices: Prices,
  { hurry = () => false, pause = noPause }: Pick<RecoverOptions, "hurry" | "pause">,
): Promise<void> {
  const overload = holdings.overload();
  if (overload === 0 || hurry()) return;
  const threshold = edgeThreshold(holdings, prices, edgesFor(holdings));
  const paths = new Paths(holdings, prices, threshold, "swaps", pause);
  await paths.relieve(mostToRelieve(holdings), hurry);
}

/** Improves an allocation that keeps every hard rule, along paths of changes without and with changes of type. */
export async function improveAlongPaths(
  holdings: Holdings,
  prices: Prices,
  options: RecoverOptions,
): Promise<void> {
  await improve(holdings, prices, options, ["of offers", "of types"]);
}

/** {@link improveAlongPaths}; `ways`: the changes of one pass after the other. */
async function improve(
  holdings: Holdings,
  prices: Prices,
  options: RecoverOptions,
  ways: readonly Changes[],
): Promise<void> {
  const { hurry = () => false, pause = noPause } = options;
  // Chains will do better, and a threshold takes a while.
  if (isForChains(holdings.problem)) return;
  const threshold = hurry() ? 0 : edgeThreshold(holdings, prices, EDGES);
  const most = mostPathsOf(holdings);
  for (const changes of ways) {
    if (changes === "of types" && !hasTypes(holdings.problem)) break;
    const objective = holdings.objective(), enough = enoughFor(holdings, options);
    if (objective >= enough || hurry()) break;
    const paths = new Paths(holdings, prices, threshold, changes, pause);
    await paths.improve(most, (gained) => objective + gained >= enough || hurry());
    await exchange(holdings, prices, (u) => paths.changed(u), hurry, pause);
  }
}

/** The objective at which improving may stop, as the holdings are now. */
function enoughFor(holdings: Holdings, { enough }: RecoverOptions): number {
  return typeof enough === "number" ? enough : enough(holdings);
}

/**
 * Whether offers count differently toward limits, and such limits are so few that nearly indifferent users abound for each of them:
 * chains of changes (`local_search/chains.ts`) use up such limits sooner than paths and exchanges, and better from where these
 * have not been.
 */
function isForChains({ items, instance: { group } }: DualProblem): boolean {
  if (items === null || !items.weighs) return false;
  const weighing = items.counts.reduce((rows, countsOne) => rows + 1 - countsOne, 0);
  return group.length >= USERS_PER_LIMIT * weighing;
}

/** Most paths that relieve what is overloaded: some fail. */
function mostToRelieve(holdings: Holdings): number {
  return 3 * holdings.overload() + 300;
}

function mostPathsOf(holdings: Holdings): number {
  return MOST_PATHS + PATHS_PER_USER * holdings.count.length;
}

/** How many edges are enough to relieve what is exceeded. */
function edgesFor(holdings: Holdings): number {
  if (holdings.limits !== null) return EDGES;
  return Math.min(EDGES, FEW_EDGES + EDGES_OF_UNIT * holdings.overload());
}

/** The cost below which there are about so many swaps, ties aside, estimated from a spread-out selection of users. */
function edgeThreshold(holdings: Holdings, prices: Prices, edges: number): number {
  const { problem, slots, count } = holdings;
  const { instance: { group, start }, middle, k } = problem;
  const chooser = new BundleChooser(holdings, prices, false);
  const users = group.length, stride = Math.ceil(users / USERS_SEEN);
  const tie = TIE * problem.unit;
  const smallest = new Smallest(Math.floor(edges / stride));
  const held = new Float64Array(k);
  for (let u = stride >> 1; u < users; u += stride) {
    const first = u * k, n = count[u];
    for (let t = 0; t < n; t++) held[t] = chooser.netValue(slots[first + t]);
    for (let q = start[u]; q < start[u + 1]; q++) {
      const value = chooser.netValue(q), isSponsored = q < middle[u];
      for (let t = 0; t < n; t++) {
        const cost = held[t] - value;
        if (!(cost > tie && cost < smallest.limit)) continue;
        if (slots[first + t] < middle[u] === isSponsored) smallest.add(cost);
      }
    }
  }
  return smallest.last();
}
