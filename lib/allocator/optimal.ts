/**
 * The price solver: optimal allocations of millions of pairs in seconds, with a bound that prices prove.
 *
 * @module
 */
import { type Allocation, type Prices, relativeGap } from "./allocation.ts";
import type { Certificate } from "./certificate.ts";
import { pricesOfCertificate } from "./certificate_prices.ts";
import { type Instance, pairCount } from "./instance.ts";
import { offersFromSlots, valueOfOffers } from "./offers.ts";
import { noise } from "./optimal/noise.ts";
import { solveCore } from "./optimal/core.ts";
import type { Assignment } from "./optimal/assignment.ts";
import { compileDualProblem, type DualProblem, zeroPrices } from "./optimal/dual_problem.ts";
import { exactPrices } from "./optimal/exact_prices.ts";
import { jointBound } from "./optimal/joint_bound.ts";
import { NOISES } from "./optimal/homotopy.ts";
import { minimiseDual } from "./optimal/minimise_dual.ts";
import { pauseNowAndThen } from "./optimal/pause.ts";
import { recover } from "./optimal/recover.ts";
import { explainShortfall } from "./optimal/shortfall_reasons.ts";
import { solveWhole } from "./optimal/whole_model.ts";
import { withoutDust } from "./optimal/without_dust.ts";
import type { Policy } from "./policy.ts";
import { loadHighs } from "../deps/highs.ts";
import type { RunControl } from "../progress.ts";

/** Options of {@link solveOptimal}. */
export interface OptimalOptions extends RunControl {
  /** Stop when the objective is proven to be within this share of the bound. @default 1e-6 */
  gap?: number;
  /** Threads that share the passes over the pairs; the answer is the same for any number. @default 1 */
  workers?: number;
  /** Prices, or the certificate, of an earlier run on a drop like this one, to start from. */
  startPrices?: Prices | Certificate;
  /** Start from `startPrices`, or from prices of a sample of the users; false: from nothing. @default true */
  warmStart?: boolean;
}

/** Share of the time limit that the search for prices may use, and milliseconds per pair that recovery is left. */
const PRICE_SHARE = 0.8, RECOVERY_MS = 1.5e-4;

/** Up to this many pairs the solver goes for the exact optimum, whatever gap is asked for. */
const EXACT_PAIRS = 300_000;

/** Most seconds that HiGHS gets for the core of such a drop, and of a larger one that is not within the gap yet. */
const CORE_SECONDS = 60, LARGE_CORE_SECONDS = 15;

/**
 * Most seconds for a part of a core that is too large: it can improve the allocation, not prove the optimum. From this
 * relative gap on, or in a large drop from so many times the gap asked for, a part has never helped (an assignment ratio in
 * many groups does this).
 */
const PART_SECONDS = 5, FAR = 1e-3, FAR_TIMES = 10;

/** Up to this many pairs the best prices are found by linear programming where the search did not come near them. */
const TINY_PAIRS = 3000;

/** A gap that counts as none: doubles add up no closer. */
const PROVEN = 1e-9;

/**
 * An allocation within `gap` of the best possible one, the proof of that, and the prices of caps and rules.
 *
 * Prices on everything that users share minimise the Lagrangian dual (a bound whatever the prices are); recovery turns
 * each user's best bundle at these prices into an allocation that keeps every rule; what is left undecided goes to
 * HiGHS where it is small. Stopped by time or `signal` it returns what it has, feasible, with an honest gap.
 *
 * @example
 * ```ts
 * import { solveOptimal } from "./optimal.ts";
 * import { IdPool } from "./ids.ts";
 * import { defaultPolicy } from "./policy.ts";
 *
 * // Two users want the one unit of a contract.
 * const instance = {
 *   users: IdPool.from(["u", "v"]), contracts: ["c"], sponsoredContracts: 0,
 *   cap: Float64Array.of(1), brand: null, brands: [], groups: ["g"], ratio: Float64Array.of(0),
 *   groupSize: Uint32Array.of(2), group: Uint32Array.of(0, 0), start: Uint32Array.of(0, 1, 2),
 *   middle: Uint32Array.of(0, 1), contract: Uint16Array.of(0, 0), score: Float64Array.of(0.25, 0.5),
 * };
 * const { objective, gap } = await solveOptimal(instance, { ...defaultPolicy, covW: [] });
 * console.assert(objective === 0.5 && gap! < 1e-6);
 * ```
 */
export async function solveOptimal(
  instance: Instance,
  policy: Policy,
  options: OptimalOptions = {},
): Promise<Allocation> {
  const { gap = 1e-6, workers, timeout = Infinity, signal, onProgress } = options;
  const begun = performance.now(), deadline = begun + 1000 * timeout;
  let cutShort = false;
  const stopped = () => cutShort ||= signal?.aborted === true || performance.now() >= deadline;
  const problem = compileDualProblem(instance, policy);

  const dual = await minimiseDual(problem, {
    startPrices: firstPrices(problem, options),
    workers,
    signal,
    onProgress,
    deadline: begun + PRICE_SHARE * Math.max(0, 1000 * timeout - RECOVERY_MS * pairCount(instance)),
  });

  onProgress?.({ phase: "recovery" });
  const exact = pairCount(instance) <= EXACT_PAIRS;
  const goal = exact ? 0 : gap;
  const swept = exact && dual.finished ? withoutDust(problem, dual) : dual;
  const hurry = () => !dual.finished || stopped();
  const pause = pauseNowAndThen();
  const prove = async ({ prices, bound }: { prices: Prices; bound: number }) => {
    const { loss, shape } = await jointBound(problem, prices, hurry, pause);
    return { prices, loss, shape, bound: loss.reduce((sum, lost) => sum - lost, bound) };
  };
  let proof = await prove(swept);
  const amplitude = NOISES[NOISES.length - 1] * problem.unit;
  const assignment = await recover(problem, proof.prices, {
    noise: (user, contract) => amplitude * noise(user, contract),
    enough: proof.bound - goal * Math.abs(proof.bound),
    shape: proof.shape,
    hurry,
    pause,
  });

  let bound = proof.bound;
  const warnings = policyWarnings(policy);
  const far = () => relativeGap(bound, assignment.objective());
  if (!hurry() && far() > Math.max(PROVEN, goal)) {
    onProgress?.({ phase: "core" });
    const within = (seconds: number) => Math.min(deadline, performance.now() + 1000 * seconds);
    const unavailable = await whyNoHighs();
    if (unavailable !== null) warnings.push(`undecided users are left as they are: ${unavailable}`);
    else {
      const core = () =>
        solveCore(assignment, proof.prices, {
          bound: proof.bound,
          loss: proof.loss,
          deadline: within(exact ? CORE_SECONDS : LARGE_CORE_SECONDS),
          partDeadline: far() > (exact ? FAR : FAR_TIMES * gap) ? -Infinity : within(PART_SECONDS),
        });
      bound = await core();
      if (pairCount(instance) <= TINY_PAIRS && far() > PROVEN && !stopped()) {
        const better = await prove(await exactPrices(assignment, swept, stopped));
        if (better.bound < proof.bound) {
          proof = better;
          bound = Math.min(bound, proof.bound);
          if (far() > PROVEN && !stopped()) bound = Math.min(bound, await core());
        }
        if (far() > PROVEN && !stopped()) {
          bound = Math.min(bound, await solveWhole(assignment, within(PART_SECONDS)));
        }
      }
    }
  }

  const { prices, bound: pricesBound } = proof;
  const missed = explainShortfall(assignment, prices);
  warnings.push(...missed.lines);
  const { objective, ...found } = valueOf(assignment);
  // Sums in another order may differ in their last bits.
  bound = Math.max(bound, objective);
  return {
    solver: "optimal",
    policy,
    ...found,
    objective,
    bound,
    gap: relativeGap(bound, objective),
    prices,
    ...(missed.reasons.length > 0 && { shortfallReasons: missed.reasons }),
    pricesBound: Math.max(pricesBound, objective),
    timedOut: !dual.finished || cutShort,
    warnings,
  };
}

/** The prices that the search starts from; undefined: those of a sample. */
function firstPrices(problem: DualProblem, options: OptimalOptions): Prices | undefined {
  const { startPrices, warmStart = true } = options;
  if (!warmStart) return zeroPrices(problem);
  if (startPrices === undefined) return undefined;
  return "contracts" in startPrices
    ? pricesOfCertificate(problem.instance, startPrices).prices
    : startPrices;
}

/** Why HiGHS can't be loaded here (it needs to read its own file), or null. */
async function whyNoHighs(): Promise<string | null> {
  try {
    await loadHighs();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.split("\n")[0] : String(error);
  }
}

/** The offers of an assignment and what they are worth. */
function valueOf({ problem, slots, count }: Assignment) {
  const { instance, policy, k, rules, shortfallPrice } = problem;
  const offers = offersFromSlots(instance, k, slots, count);
  const value = valueOfOffers(instance, policy, offers, rules.minSponsored, shortfallPrice);
  return { ...offers, ...value };
}

/** Policies about types mean nothing under model coverage; each one set is said. */
function policyWarnings(policy: Policy): string[] {
  if (policy.model !== "coverage") return [];
  const set = [
    policy.maxSponsoredRatio !== null ? "max sponsored ratio" : "",
    policy.enforceAssignmentRatio ? "enforce assignment ratio" : "",
    policy.mixTail ? "mix tail" : "",
  ].filter((name) => name !== "");
  return set.length === 0
    ? []
    : [`model coverage has no rules about types: ${set.join(", ")} left aside`];
}
