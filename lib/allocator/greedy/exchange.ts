/**
 * An exchange of one user's offers that can be undone.
 *
 * @module
 */
import { isKept } from "./limit_state.ts";
import { add, type GreedyState, heldPairs, remove, worthOf } from "./state.ts";

/** Remembers what a user held, so that its new offers can be compared with the old ones and undone. */
export class Exchange {
  readonly #state: GreedyState;
  readonly #user: number;
  readonly #offers: readonly number[];
  readonly #worth: number;

  /** Begins the exchange: every change of user `u`'s offers from now on is part of it. */
  constructor(state: GreedyState, u: number) {
    this.#state = state;
    this.#user = u;
    this.#offers = heldPairs(state, u);
    this.#worth = worthOf(state, u);
    if (state.limits !== null) state.limits.change = 0;
  }

  /** By how much the user's offers are worth more than before, less the added cost of limits that may be missed. */
  get gain(): number {
    const gain = worthOf(this.#state, this.#user) - this.#worth;
    return this.#state.limits === null ? gain : gain - this.#state.limits.change;
  }

  /** Whether hard limits hold. New offers passed the gate, but giving one up may break a share of all offers. */
  get isAllowed(): boolean {
    return this.#state.limits === null || isKept(this.#state.limits, this.#offers);
  }

  /** Gives the user its old offers back. They kept every rule, so the gate is not asked. */
  undo(): void {
    for (const pair of heldPairs(this.#state, this.#user)) remove(this.#state, this.#user, pair);
    for (const pair of this.#offers) add(this.#state, this.#user, pair);
  }
}
