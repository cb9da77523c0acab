/**
 * The time that a run has, and what is kept of it for its end.
 *
 * @module
 */
import { type Pause, pauseNowAndThen } from "../../base/pause.ts";
import type { OptimalOptions } from "./options.ts";

/** Time kept at the end of a run to make the result: milliseconds per pair, but at most this share of the run's time. */
const LAST_MS = 4e-5, MOST_OF_LAST = 0.2;

/** What is kept for a step that follows is at most this share of the run's time. */
const MOST_KEPT = 0.2;

/**
 * How long the greedy solver takes, in milliseconds per pair. Of the run's time this much is kept to compare a late result with it, but
 * at most {@link MOST_KEPT}, and none in larger drops than `QUICK_STAGES`: there prices that are cut short lead to more.
 */
const GREEDY_MS = 2e-3;

/** Under limits this many times GREEDY_MS and MOST_KEPT are kept: greedy takes longer there, and prices are late more often. */
const TIMES_UNDER_LIMITS = 2;

/**
 * Milliseconds that the greedy solver has in any case in drops of up to QUICK_STAGES pairs, also beyond the time limit or after the
 * signal.
 */
const LEAST_GREEDY_MS = 50;

/**
 * Of the time limit, RECOVERY_MS per pair are kept for recovery, but at most MOST_OF_RECOVERY of it; of the rest the search for prices
 * may use PRICE_SHARE. Without good prices there is nothing good to recover.
 */
const PRICE_SHARE = 0.8, RECOVERY_MS = 1.5e-4, MOST_OF_RECOVERY = 0.5;

/**
 * How long later stages of a large drop take, in multiples of the time to compile it: a bound and a hurried recovery; making the
 * network of a flow; the bound of a flow's prices. So a slow machine is known in time.
 */
const RECOVERY_TIME = 25, NETWORK_TIME = 12, FLOW_BOUND_TIME = 8;

/** How long a bound and a hurried recovery take where the last pass keeps users' bundles, in the same multiples. */
const KEPT_RECOVERY_TIME = 8;

/** Most pairs for which those stages take next to no time. */
const QUICK_STAGES = 1_000_000;

/** The time limit and the abort signal of a run. */
export class Clock {
  /** When the run began, in milliseconds of `performance.now()`. */
  readonly begun = performance.now();
  /** When the price solver must stop: {@link #end} less the time for the greedy solver. */
  readonly deadline: number;
  /** When all solving must stop: the time limit less the time to make the result. */
  readonly #end: number;
  /** Gives way to other work of the thread now and then. */
  readonly pause: Pause = pauseNowAndThen();
  #stopped = false;
  #hurried = false;
  #compiling = 0;
  readonly #signal?: AbortSignal;
  readonly #pairs: number;

  /** Begins a run on a drop of this many pairs, with limits or without. */
  constructor({ timeout = Infinity, signal }: OptimalOptions, pairs: number, hasLimits = false) {
    const ms = 1000 * timeout, times = hasLimits ? TIMES_UNDER_LIMITS : 1;
    this.#pairs = pairs;
    this.#end = this.begun + ms - Math.min(MOST_OF_LAST * ms, LAST_MS * pairs);
    const greedy = pairs > QUICK_STAGES ? 0 : times * Math.min(MOST_KEPT * ms, GREEDY_MS * pairs);
    this.deadline = this.#end - greedy;
    this.#signal = signal;
  }

  /** When the search for prices must end, in milliseconds of `performance.now()`. */
  get pricesEnd(): number {
    const time = this.deadline - this.begun;
    const kept = Math.min(RECOVERY_MS * this.#pairs, MOST_OF_RECOVERY * time);
    return time === Infinity ? Infinity : this.begun + PRICE_SHARE * (time - kept);
  }

  /** Tells the clock that the drop was compiled just now, which took about two passes over the pairs. */
  endOfCompiling(): void {
    if (this.#pairs > QUICK_STAGES) this.#compiling = performance.now() - this.begun;
  }

  /**
   * Whether time is left only for an allocation made at once; then the run is over.
   *
   * @param keeps whether the last pass of the search keeps users' bundles
   */
  isShort(keeps: boolean): boolean {
    const times = keeps ? KEPT_RECOVERY_TIME : RECOVERY_TIME;
    return this.stopped() || (this.#stopped = this.#leavesLess(times));
  }

  /** Whether there is too little time to make the network of a flow. */
  isShortForFlow(): boolean {
    return this.stopped() || (this.#hurried ||= this.#leavesLess(NETWORK_TIME));
  }

  /** Whether a flow must stop, so that there is time for its bound. */
  readonly isShortForBound = (): boolean =>
    this.stopped() || (this.#hurried ||= this.#leavesLess(FLOW_BOUND_TIME));

  /** Whether less is left than `times` times what compiling took. */
  #leavesLess(times: number): boolean {
    return this.deadline - performance.now() < times * this.#compiling;
  }

  /** Whether no more than `ms` milliseconds are left, or than {@link MOST_KEPT} of the time if that is less. */
  isNearEnd(ms: number): boolean {
    const kept = Math.min(ms, MOST_KEPT * (this.deadline - this.begun));
    return this.stopped() || (this.#hurried ||= performance.now() >= this.deadline - kept);
  }

  /** Whether at least `ms` milliseconds are left. */
  leaves(ms: number): boolean {
    return this.deadline - performance.now() >= ms;
  }

  /** The milliseconds left for the greedy solver at the end of the run, at least 0. */
  get msForGreedy(): number {
    const left = this.#signal?.aborted === true ? 0 : this.#end - performance.now();
    return Math.max(left, this.#pairs > QUICK_STAGES ? 0 : LEAST_GREEDY_MS);
  }

  /** Whether any question to this clock was answered with yes: something was cut short. */
  get cutShort(): boolean {
    return this.#stopped || this.#hurried;
  }

  /** Whether time is up or the signal was given. */
  readonly stopped = (): boolean =>
    this.#stopped ||= this.#signal?.aborted === true || performance.now() >= this.deadline;
}
