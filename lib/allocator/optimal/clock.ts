/**
 * The time that a run has, and what is kept of it for its end.
 *
 * @module
 */
import { type Pause, pauseNowAndThen } from "../../base/pause.ts";
import type { OptimalOptions } from "./options.ts";

/** Time kept at the end of a run to make the result: milliseconds per pair, but at most this share of the run's time. */
const LAST_MS = 4e-5, MOST_OF_LAST = 0.1;

/** What is kept for a step that follows is at most this share of the run's time. */
const MOST_KEPT = 0.2;

/** The time limit and the abort signal of a run. */
export class Clock {
  /** When the run began, in milliseconds of `performance.now()`. */
  readonly begun = performance.now();
  /** When to stop: the time limit less the time to make the result. */
  readonly deadline: number;
  /** Gives way to other work of the thread now and then. */
  readonly pause: Pause = pauseNowAndThen();
  #stopped = false;
  #hurried = false;
  readonly #signal?: AbortSignal;

  constructor({ timeout = Infinity, signal }: OptimalOptions, pairs: number) {
    const ms = 1000 * timeout;
    this.deadline = this.begun + ms - Math.min(MOST_OF_LAST * ms, LAST_MS * pairs);
    this.#signal = signal;
  }

  /** Whether no more than `ms` milliseconds are left, or than {@link MOST_KEPT} of the time if that is less. */
  isNearEnd(ms: number): boolean {
    const kept = Math.min(ms, MOST_KEPT * (this.deadline - this.begun));
    return this.stopped() || (this.#hurried ||= performance.now() >= this.deadline - kept);
  }

  /** Whether any question to this clock was answered with yes: something was cut short. */
  get cutShort(): boolean {
    return this.#stopped || this.#hurried;
  }

  /** Whether time is up or the signal was given. */
  readonly stopped = (): boolean =>
    this.#stopped ||= this.#signal?.aborted === true || performance.now() >= this.deadline;
}
