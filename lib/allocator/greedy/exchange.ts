/**
 * An exchange of one user's offers that can be undone.
 *
 * @module
 */
import { isKept } from "./limit_state.ts";
import { add, type GreedyState, heldPairs, remove, worthOf } from "./state.ts";

/** What a user held before, and whether what it holds now is better. */
export class Exchange {
  readonly #state: GreedyState;
  readonly #user: number;
  readonly #offers: readonly number[];
  readonly #worth: number;

  /** Begins: what happens to user `u`'s offers from now on is the exchange. */
  constructor(state: GreedyState, u: number) {
    this.#state = state;
    this.#user = u;
    this.#offers = heldPairs(state, u);
    this.#worth = worthOf(state, u);
    if (state.limits !== null) state.limits.change = 0;
  }

  /** What the user's offers are worth more than before, limits that may be missed at a price counted. */
  get gain(): number {
    const gain = worthOf(this.#state, this.#user) - this.#worth;
    return this.#state.limits === null ? gain : gain - this.#state.limits.change;
  }

  /** Whether hard limits hold: giving an offer up may break a share of all offers. What came in passed the gate. */
  get isAllowed(): boolean {
    return this.#state.limits === null || isKept(this.#state.limits, this.#offers);
  }

  /** Back to what was, so no rule has to be asked. */
  undo(): void {
    for (const pair of heldPairs(this.#state, this.#user)) remove(this.#state, this.#user, pair);
    for (const pair of this.#offers) add(this.#state, this.#user, pair);
  }
}
