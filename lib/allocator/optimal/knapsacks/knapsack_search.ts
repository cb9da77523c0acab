/**
 * Finds the best choices of a drop of knapsacks and proves that there are none better.
 *
 * The search for prices puts prices on limits; here users have prices instead, for getting an offer, and each knapsack is filled with
 * what is worth most beyond them, as a whole. That bound is far tighter where few offers fit into a limit (Fisher, Jaikumar and Van
 * Wassenhove, "A multiplier adjustment method for the generalized assignment problem", 1986). At these prices most choices would lose
 * more than what is left to win, and are out. The others are tried one after the other (branch and bound). As in Posta, Ferland and
 * Michelon ("An exact method with variable fixing for solving the generalized assignment problem", 2012) a goal just below the bound
 * is tried first, then lower ones: a high goal is soon found to be out of reach, and nothing needs to be known of good choices.
 *
 * Worth is a whole number and prices are binary fractions, so that bounds are exact.
 *
 * @module
 */
import type { Allowance } from "../programs/allowance.ts";
import type { Pause } from "../../../base/pause.ts";
import type { KnapsackDrop } from "./knapsack_drop.ts";
import { KnapsackTable } from "./knapsack_table.ts";

/** Prices are multiples of one in SCALE steps. */
const SCALE = 1024;

/** Most steps of the search for prices: at the start, at the start of a goal, and of a case. */
const FIRST_STEPS = 1500, STEPS_OF_GOAL = 200, STEPS_OF_CASE = 60;

/** A step that gains nothing IDLE times in a row is made shorter by SHORTER; one below SHORTEST ends the search. */
const IDLE = 12, SHORTER = 1.6, SHORTEST = 0.005;

/** How much of the last direction a step goes on in. */
const MOMENTUM = 0.3;

/** Goals are lowered by this part of the distance between the bound and what is known. */
const GOALS = 20;

/** Counted seconds of a cell of a table. */
const SECONDS_OF_CELL = 2e-9;

/** Where a choice stands: open, made, or not made. */
const OPEN = -1, MADE = 1, LEFT = 0;

/** What is found. */
export interface KnapsackResult {
  /** The best choices that are better than what was known; null: there are none, or none were found. */
  readonly chosen: readonly number[] | null;
  /** No choices are worth more than this. */
  readonly bound: number;
}

/** The limits of a search. */
export interface KnapsackLimits {
  /** Counted work that the search may do, from which it takes what it did. */
  readonly allowance: Allowance;
  readonly stop: () => boolean;
  readonly pause: Pause;
}

/** Searches for choices worth more than `known`, the worth of some that are known. */
export async function searchKnapsacks(
  drop: KnapsackDrop,
  known: number,
  limits: KnapsackLimits,
): Promise<KnapsackResult> {
  return await new KnapsackSearch(drop, limits).run(known);
}

/** Prices of users and the bound that they prove. */
interface Priced {
  readonly price: Float64Array;
  readonly bound: number;
}

class KnapsackSearch {
  readonly #drop: KnapsackDrop;
  readonly #limits: KnapsackLimits;
  readonly #table: KnapsackTable;
  /** Choices by row, and by user. */
  readonly #inRow: readonly number[][];
  readonly #ofUser: readonly number[][];
  /** Int8Array, length choices: {@link OPEN}, {@link MADE} or {@link LEFT}; and the choices that are no longer open, in order. */
  readonly #state: Int8Array;
  readonly #settled: number[] = [];
  /** What a bound loses by each choice, see `KnapsackTable.losses`. */
  readonly #made: Float64Array;
  readonly #left: Float64Array;
  /** Uint8Array, length choices: 1 for those of the last evaluation. */
  readonly #isChosen: Uint8Array;
  /** The worth of the best choices that are known, and the least worth that is looked for. */
  #known = 0;
  #goal = 0;
  #chosen: readonly number[] | null = null;

  constructor(drop: KnapsackDrop, limits: KnapsackLimits) {
    this.#drop = drop;
    this.#limits = limits;
    const count = drop.worth.length;
    this.#inRow = Array.from(drop.room, () => []);
    this.#ofUser = Array.from({ length: drop.users }, () => []);
    for (let i = 0; i < count; i++) {
      this.#inRow[drop.row[i]].push(i);
      this.#ofUser[drop.user[i]].push(i);
    }
    const most = this.#inRow.reduce((most, own) => Math.max(most, own.length), 0);
    this.#table = new KnapsackTable(most, Math.max(...drop.room));
    this.#state = new Int8Array(count).fill(OPEN);
    this.#made = new Float64Array(count);
    this.#left = new Float64Array(count);
    this.#isChosen = new Uint8Array(count);
  }

  /** Tries lower and lower goals, down to one more than is known. */
  async run(known: number): Promise<KnapsackResult> {
    const { worth } = this.#drop;
    const dearest = this.#ofUser.map((own) => own.reduce((most, i) => Math.max(most, worth[i]), 0));
    this.#known = known;
    this.#goal = known + 1;
    const first = await this.#bestPrices(Float64Array.from(dearest), FIRST_STEPS);
    let bound = Math.max(this.#known, Math.floor(first.bound));
    const by = Math.max(1, Math.ceil((bound - this.#known) / GOALS));
    while (bound > this.#known && !this.#isOver()) {
      const goal = Math.max(this.#known + 1, bound - by + 1);
      this.#goal = goal;
      await this.#try(first.price, STEPS_OF_GOAL);
      if (this.#isOver()) break;
      bound = Math.max(this.#known, goal - 1);
    }
    return { chosen: this.#chosen, bound };
  }

  #isOver(): boolean {
    const { allowance, stop } = this.#limits;
    allowance.spend(SECONDS_OF_CELL * this.#table.work);
    this.#table.work = 0;
    return allowance.isOver || stop();
  }

  /** Looks for choices that reach the goal, among those that are open, given the others. */
  async #try(price: Float64Array, steps: number): Promise<void> {
    await this.#limits.pause();
    if (this.#isOver()) return;
    const found = await this.#bestPrices(price, steps), mark = this.#settled.length;
    if (found.bound >= this.#goal && this.#settleChoices(found.price)) {
      const user = this.#hardestUser(found.price);
      if (user >= 0) await this.#tryChoicesOf(user, found.price);
      else this.#keepMade();
    }
    this.#reopenTo(mark);
  }

  /** Tries each choice of a user, the one that loses least first, and none at last. */
  async #tryChoicesOf(user: number, price: Float64Array): Promise<void> {
    const open = this.#openOf(user), bound = this.#boundAt(price);
    const left = sumOf(open, this.#left);
    const lost = open.map((i) => this.#made[i] + left - this.#left[i]);
    const order = [...open.keys()].sort((a, b) => lost[a] - lost[b] || a - b);
    const cases = order.map((at) => ({ choice: open[at], lost: lost[at] }));
    for (const { choice, lost } of [...cases, { choice: -1, lost: left + price[user] }]) {
      if (bound - lost < this.#goal) continue;
      const mark = this.#settled.length;
      for (const i of open) this.#settle(i, i === choice ? MADE : LEFT);
      await this.#try(price, STEPS_OF_CASE);
      this.#reopenTo(mark);
    }
  }

  /**
   * Leaves out choices with which the goal is out of reach, and makes those without which it is. Returns false if it is out of reach
   * at all, or all that is left was chosen.
   */
  #settleChoices(price: Float64Array): boolean {
    for (let again = true; again;) {
      again = false;
      const room = this.#boundAt(price) - this.#goal;
      if (room < 0) return false;
      this.#findLosses(price);
      for (let u = 0; u < this.#ofUser.length; u++) {
        const open = this.#openOf(u), left = sumOf(open, this.#left);
        if (open.length === 0) continue;
        const kept = open.filter((i) => this.#made[i] + left - this.#left[i] <= room);
        const mustHave = left + price[u] > room;
        if (kept.length === 0 && mustHave) return false;
        for (const i of open) {
          if (!kept.includes(i)) this.#settle(i, LEFT);
          else if (kept.length === 1 && mustHave) this.#settle(i, MADE);
          else continue;
          again = true;
        }
      }
    }
    return true;
  }

  /** The user with open choices of whom even the best one loses most; −1: there is none. */
  #hardestUser(price: Float64Array): number {
    let hardest = -1, most = -Infinity;
    for (let u = 0; u < this.#ofUser.length; u++) {
      const open = this.#openOf(u), left = sumOf(open, this.#left);
      if (open.length === 0) continue;
      const lost = [left + price[u], ...open.map((i) => this.#made[i] + left - this.#left[i])];
      lost.sort((a, b) => a - b);
      // What the best choice loses is lost in any case; then the next best one counts, then how few there are.
      const hard = 10 * lost[0] + lost[1] - 0.001 * open.length;
      if (hard > most) [most, hardest] = [hard, u];
    }
    return hardest;
  }

  /** Finds prices of users with a low bound, by subgradients (Held and Karp 1971), until the goal is out of reach. */
  async #bestPrices(from: Float64Array, steps: number): Promise<Priced> {
    const price = from.map((own, u) => this.#mayHave(u) ? own : 0);
    const last = new Float64Array(price.length), slope = new Float64Array(price.length);
    let best = price.slice(), bound = Infinity, length = 1, idle = 0;
    for (let step = 0; step < steps && length >= SHORTEST; step++) {
      const own = this.#boundAt(price, true);
      if (own < bound) {
        bound = own;
        best = price.slice();
        idle = 0;
      } else if (++idle >= IDLE) {
        length /= SHORTER;
        idle = 0;
        price.set(best);
      }
      const size = bound < this.#goal ? 0 : this.#slopeOf(price, slope);
      if (size === 0 || this.#isOver()) break;
      await this.#limits.pause();
      const factor = length * Math.max(0.05, own - this.#goal + 0.5) / size;
      for (let u = 0; u < price.length; u++) {
        const next = price[u] - factor * (slope[u] + MOMENTUM * last[u]);
        price[u] = Math.max(0, Math.round(next * SCALE) / SCALE);
        last[u] = slope[u];
      }
    }
    return { price: best, bound };
  }

  /** Writes 1 less what each user was given to `slope`. Returns the sum of squares. Keeps what was given if users have enough of it. */
  #slopeOf(price: Float64Array, slope: Float64Array): number {
    const { user } = this.#drop;
    slope.fill(1);
    for (let i = 0; i < user.length; i++) slope[user[i]] -= this.#isChosen[i];
    if (slope.every((own) => own >= 0)) this.#keepChosen();
    let size = 0;
    for (let u = 0; u < slope.length; u++) {
      if (price[u] === 0 && slope[u] > 0) slope[u] = 0;
      size += slope[u] ** 2;
    }
    return size;
  }

  /** Keeps the choices that are made, where none is open. */
  #keepMade(): void {
    this.#isChosen.forEach((_, i) => this.#isChosen[i] = this.#state[i] === MADE ? 1 : 0);
    this.#keepChosen();
  }

  /** Keeps the choices of the last evaluation if they reach the goal, which is then one step more. */
  #keepChosen(): void {
    const chosen = [...this.#isChosen.keys()].filter((i) => this.#isChosen[i] === 1);
    const sum = sumOf(chosen, this.#drop.worth);
    if (sum < this.#goal) return;
    this.#chosen = chosen;
    this.#known = sum;
    this.#goal = sum + 1;
  }

  /** The bound that prices prove; −Infinity if what is made does not fit. With `chooses` also what is chosen then. */
  #boundAt(price: Float64Array, chooses = false): number {
    const { worth, takes, user, room } = this.#drop;
    if (chooses) this.#isChosen.fill(0);
    let bound = price.reduce((sum, own) => sum + own, 0);
    for (let r = 0; r < room.length; r++) {
      let rest = room[r];
      const open: number[] = [];
      for (const i of this.#inRow[r]) {
        if (this.#state[i] === OPEN && worth[i] > price[user[i]]) open.push(i);
        if (this.#state[i] !== MADE) continue;
        rest -= takes[i];
        bound += worth[i] - price[user[i]];
        if (chooses) this.#isChosen[i] = 1;
      }
      if (rest < 0) return -Infinity;
      const gain = open.map((i) => worth[i] - price[user[i]]);
      const choose = chooses ? (at: number) => this.#isChosen[open[at]] = 1 : undefined;
      bound += this.#table.best(gain, open.map((i) => takes[i]), rest, choose);
    }
    return bound;
  }

  /** Computes what the bound at these prices loses by each open choice that is made, or not. */
  #findLosses(price: Float64Array): void {
    const { worth, takes, user, room } = this.#drop;
    const losses = { made: this.#made, left: this.#left };
    for (let r = 0; r < room.length; r++) {
      const open = this.#inRow[r].filter((i) => this.#state[i] === OPEN);
      let rest = room[r];
      for (const i of this.#inRow[r]) if (this.#state[i] === MADE) rest -= takes[i];
      const gain = open.map((i) => worth[i] - price[user[i]]);
      this.#table.losses(gain, open.map((i) => takes[i]), rest, open, losses);
    }
  }

  #openOf(user: number): number[] {
    return this.#ofUser[user].filter((i) => this.#state[i] === OPEN);
  }

  /** Whether a user has or may get an offer. */
  #mayHave(user: number): boolean {
    return this.#ofUser[user].some((i) => this.#state[i] !== LEFT);
  }

  #settle(choice: number, state: number): void {
    this.#state[choice] = state;
    this.#settled.push(choice);
  }

  #reopenTo(mark: number): void {
    while (this.#settled.length > mark) this.#state[this.#settled.pop()!] = OPEN;
  }
}

function sumOf(places: readonly number[], column: Float64Array): number {
  return places.reduce((sum, i) => sum + column[i], 0);
}
