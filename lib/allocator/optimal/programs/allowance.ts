/**
 * How much work a step of refining may do. Work is counted: changes looked at, iterations of the simplex method, looks of HiGHS at its
 * clock. So what a step finds depends on the drop and the options alone, not on how fast or how busy the machine is. Only the time
 * limit of the run, where there is one, ends work by a clock.
 *
 * The unit is what about a second of one core of a laptop does, so that allowances read as seconds.
 *
 * @module
 */

/** Work that a step may do, perhaps as a part of what several steps may do together. */
export class Allowance {
  /** Milliseconds of `performance.now()` at which to stop, whatever is left: the time limit's share. */
  readonly until: number;
  readonly #whole?: Allowance;
  readonly #stop: () => boolean;
  #left: number;

  /**
   * @param seconds counted seconds, see above
   * @param until when to stop; Infinity: there is no time limit
   * @param whole what several steps may do together, this one among them
   * @param stop whether the run is to stop
   */
  constructor(
    seconds: number,
    until = Infinity,
    whole?: Allowance,
    stop: () => boolean = () => false,
  ) {
    this.#left = seconds;
    this.until = until;
    this.#whole = whole;
    this.#stop = stop;
  }

  /** Counted seconds that are left. */
  get left(): number {
    return Math.max(0, Math.min(this.#left, this.#whole?.left ?? Infinity));
  }

  /** Whether nothing is left, or it is late. */
  get isOver(): boolean {
    return this.left <= 0 || this.isLate();
  }

  /** Whether time is out or the run is to stop, whatever is left. */
  readonly isLate = (): boolean =>
    performance.now() >= this.until || this.#stop() || this.#whole?.isLate() === true;

  /** Takes off what was done. */
  spend(seconds: number): void {
    this.#left -= seconds;
    this.#whole?.spend(seconds);
  }
}
