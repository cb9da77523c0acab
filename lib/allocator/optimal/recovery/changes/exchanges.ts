/**
 * Exchanges of offers between two users, for limits toward which offers count differently, such as budgets.
 *
 * When no single offer fits into a budget any more, what is left of it is lost. But if two users exchange offers of two contracts,
 * caps stay as they are and the budget's use changes by a difference. Many users are nearly indifferent between the two
 * contracts, so some pair of them has nearly the difference that is left.
 *
 * @module
 */
import { WORTH_ROUNDING } from "../../../../base/numbers/rounding.ts";
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import { BundleChooser } from "../bundle_chooser.ts";
import { keepsBrands } from "../brand_limit.ts";
import type { Pause } from "../../../../base/pause.ts";
import { HeldBefore } from "./held_before.ts";
import { shapeCosts } from "./shape_costs.ts";

/** How many changes are kept from one contract to another: the cheapest ones. */
const KEPT = 40;
/** Most rounds for one extra price; each looks at all users again. */
const ROUNDS = 4;
/** A round that gains less than this share of what is left of limits, at their prices, is the last. */
const ENOUGH = 1e-3;

/** Up to this many lists (one from each contract to each other) a number for each takes little memory. */
const MOST_LISTS = 1 << 20;

/** In place of a pair: the change gives up, or takes, nothing. */
const NONE = -1;

/** In place of the second change if a change is made alone. */
const NOBODY = { out: NONE, taken: NONE };

/** A user's change of one offer for another at a loss. */
interface Change {
  readonly u: number;
  readonly out: number;
  readonly taken: number;
  /** What the user's bundle loses at the prices. */
  readonly cost: number;
}

/** Users looked at between two questions whether to stop. */
const USERS_BETWEEN = 256;

/** Extra prices of a unit beyond a limit, in units of an offer's size: low ones first, so that cheap changes are made first. */
const EXTRA_PRICES = [0.003, 0.01, 0.03, 0.1, 0.5];

/**
 * Makes exchanges that take limits back to their amounts, or improve the objective without breaking a rule, until there are no
 * more or `stop` is true. Does nothing if offers count alike in all limits.
 *
 * @param onChange called with each user whose bundle changed
 */
export async function exchange(
  holdings: Holdings,
  prices: Prices,
  onChange: (u: number) => void,
  stop: () => boolean,
  pause: Pause,
): Promise<void> {
  const { limits, problem } = holdings;
  if (limits === null || prices.limit === undefined) return;
  if (!problem.items!.weighs) return;
  const exchanges = new Exchanges(holdings, prices, onChange);
  for (const extra of EXTRA_PRICES) {
    for (let round = 0; round < ROUNDS && !stop(); round++) {
      await pause();
      const won = exchanges.round(extra * problem.unit, stop);
      if (won <= ENOUGH * exchanges.slackWorth()) break;
    }
    if (holdings.overload() === 0) break;
  }
}

/** The changes of all users, from contract to contract, and the exchanges made of them. */
class Exchanges {
  readonly #holdings: Holdings;
  readonly #price: Float64Array;
  readonly #capPrice: Float64Array;
  readonly #onChange: (u: number) => void;
  readonly #chooser: BundleChooser;
  /** In place of a contract's index: none. */
  readonly #nothing: number;
  /** Extra price of a unit beyond a limit in the present round. */
  #extra = 0;
  /** At most what an exchange can gain in two limits at their present use. */
  #most = 0;
  readonly #lists = new Map<number, Change[]>();
  /** Float64Array, by list: cost of its most expensive change if it is full, else Infinity; null if there are too many lists. */
  readonly #mostExpensive: Float64Array | null;

  constructor(holdings: Holdings, prices: Prices, onChange: (u: number) => void) {
    this.#onChange = onChange;
    this.#holdings = holdings;
    this.#price = prices.limit!;
    this.#capPrice = prices.contract;
    this.#chooser = new BundleChooser(holdings, prices, false);
    this.#nothing = holdings.problem.instance.cap.length;
    const lists = (this.#nothing + 1) ** 2;
    this.#mostExpensive = lists <= MOST_LISTS ? new Float64Array(lists) : null;
  }

  /** The worth of what all limits have left, at their prices. */
  slackWorth(): number {
    const { limits, problem: { items } } = this.#holdings;
    let sum = 0;
    for (let r = 0; r < this.#price.length; r++) {
      sum += this.#price[r] * Math.max(0, items!.amount[r] - limits!.used[r]);
    }
    return sum;
  }

  /** Looks at all users and makes the best exchange between each two contracts. Returns the gain. */
  round(extra: number, stop: () => boolean): number {
    this.#extra = extra;
    this.#lists.clear();
    this.#mostExpensive?.fill(Infinity);
    this.#lookAtLimits();
    const threshold = this.#most;
    for (let u = 0; u < this.#holdings.count.length; u++) {
      if (u % USERS_BETWEEN === 0 && stop()) return 0;
      this.#collect(u, threshold);
    }
    const changed = new Set<number>(), places = this.#nothing + 1;
    let won = 0;
    for (const [key, there] of this.#lists) {
      const a = Math.floor(key / places), b = key % places;
      const back = this.#lists.get(b * places + a) ?? [];
      // Each pair of contracts once.
      if ((back.length > 0 && a > b) || stop()) continue;
      won += this.#bestOf(there, back, changed);
    }
    return won;
  }

  #lookAtLimits(): void {
    this.#most = 2 * this.#holdings.limits!.mostWorth(this.#price, this.#extra);
  }

  /** Notes the changes of user `u` that cost less than the threshold: swaps within a type, and one offer more or less. */
  #collect(u: number, threshold: number): void {
    const holdings = this.#holdings, chooser = this.#chooser;
    const { slots, count, problem } = holdings;
    const { instance: { start }, middle, k } = problem;
    const n = count[u], { add, drop } = shapeCosts(holdings, chooser, u);
    const typeOf = (p: number) => p < middle[u] ? 1 : 0;
    for (let slot = u * k; slot < u * k + n; slot++) {
      const p = slots[slot];
      this.#note(u, p, NONE, chooser.netValue(p) + drop[typeOf(p)], threshold);
    }
    for (const type of [1, 0]) {
      const from = type === 1 ? start[u] : middle[u], to = type === 1 ? middle[u] : start[u + 1];
      let least = Infinity;
      for (let slot = u * k; slot < u * k + n; slot++) {
        if (typeOf(slots[slot]) === type) least = Math.min(least, chooser.netValue(slots[slot]));
      }
      const next = (q: number) => chooser.nextBelow(threshold, add[type], least, q, to);
      for (let q = next(from); q < to; q = next(q + 1)) {
        if (!holdings.holds(u, q)) this.#collectTaking(u, q, type, add[type], threshold);
      }
    }
  }

  /** Notes the changes by which user `u` gets pair `q` of a type: in exchange for each offer of that type, and in addition. */
  #collectTaking(u: number, q: number, type: number, add: number, threshold: number): void {
    const { slots, count, problem: { middle, k } } = this.#holdings, chooser = this.#chooser;
    const value = chooser.netValue(q);
    this.#note(u, NONE, q, add - value, threshold);
    for (let slot = u * k; slot < u * k + count[u]; slot++) {
      const p = slots[slot];
      if ((p < middle[u] ? 1 : 0) !== type) continue;
      this.#note(u, p, q, chooser.netValue(p) - value, threshold);
    }
  }

  #note(u: number, out: number, taken: number, cost: number, threshold: number): void {
    if (!(cost < threshold)) return;
    const { contract } = this.#holdings.problem.instance;
    const from = out === NONE ? this.#nothing : contract[out];
    const to = taken === NONE ? this.#nothing : contract[taken];
    const key = from * (this.#nothing + 1) + to;
    if (this.#mostExpensive !== null && cost >= this.#mostExpensive[key]) return;
    let list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, list = []);
    if (list.length === KEPT && cost >= list[KEPT - 1].cost) return;
    let at = list.length < KEPT ? list.length : KEPT - 1;
    for (; at > 0 && list[at - 1].cost > cost; at--) list[at] = list[at - 1];
    list[at] = { u, out, taken, cost };
    if (this.#mostExpensive !== null && list.length === KEPT) {
      this.#mostExpensive[key] = list[KEPT - 1].cost;
    }
  }

  /** Makes the exchange of two changes, or the single change, that gains most. Returns the gain. */
  #bestOf(there: readonly Change[], back: readonly Change[], changed: Set<number>): number {
    const limits = this.#holdings.limits!, most = this.#most;
    let best = WORTH_ROUNDING * this.#holdings.problem.unit, first: Change | null = null;
    let second: Change | null = null;
    for (const one of there) {
      if (changed.has(one.u)) continue;
      this.#tryAlone(one, best, (won) => [best, first, second] = [won, one, null]);
      for (const other of back) {
        // Lists are sorted by cost, so no later change can gain more.
        if (one.cost + other.cost > most - best) break;
        if (one.u === other.u || changed.has(other.u)) continue;
        const won = limits.worthOfChange(one, other, this.#price, this.#extra) - one.cost -
          other.cost;
        if (won > best) [best, first, second] = [won, one, other];
      }
    }
    for (const one of back) {
      if (!changed.has(one.u)) {
        this.#tryAlone(one, best, (won) => [best, first, second] = [won, one, null]);
      }
    }
    if (first === null) return 0;
    return this.#make(second === null ? [first] : [first, second], changed) ? best : 0;
  }

  /** Calls `better` with the gain of a single change if its contract has room and the gain is more than `best`. */
  #tryAlone(one: Change, best: number, better: (won: number) => void): void {
    const { load, limits, problem: { instance: { cap, contract } } } = this.#holdings;
    if (one.taken !== NONE && load[contract[one.taken]] >= cap[contract[one.taken]]) return;
    const won = limits!.worthOfChange(one, NOBODY, this.#price, this.#extra) - one.cost +
      this.#capWorth(one);
    if (won > best) better(won);
  }

  /** The caps' prices in a single change's cost, which it does not really pay or get back: it changes the loads. */
  #capWorth({ out, taken }: Change): number {
    const { contract } = this.#holdings.problem.instance;
    const priceOf = (p: number) => p === NONE ? 0 : this.#capPrice[contract[p]];
    return priceOf(taken) - priceOf(out);
  }

  /** Makes the changes, and undoes them if they break a rule or gain nothing. Returns whether they were kept. */
  #make(changes: readonly Change[], changed: Set<number>): boolean {
    const holdings = this.#holdings, over = holdings.overload();
    let won = 0;
    const before = new HeldBefore(holdings);
    for (const change of changes) {
      const bundle = this.#after(change);
      const sponsored = holdings.sponsoredAmong(change.u, bundle, bundle.length);
      const allowed = holdings.rulesAllow(change.u, sponsored, bundle.length - sponsored) &&
        holdings.shapeOf(change.u, sponsored, bundle.length - sponsored) >= 0 &&
        keepsBrands(holdings.problem, bundle, bundle.length);
      if (!allowed) won = -Infinity;
      else won += holdings.gainOf(change.u, bundle, bundle.length);
      before.note(change.u, holdings.bundleOf(change.u));
      holdings.setBundle(change.u, bundle, bundle.length);
    }
    const left = won > -Infinity ? holdings.overload() : Infinity;
    if (left < over || (left === over && won > 0)) {
      for (const { u } of before) {
        changed.add(u);
        this.#onChange(u);
      }
      this.#lookAtLimits();
      return true;
    }
    before.undo();
    return false;
  }

  #after({ u, out, taken }: Change): Int32Array {
    const pairs = [...this.#holdings.bundleOf(u)].filter((p) => p !== out);
    if (taken !== NONE) pairs.push(taken);
    return Int32Array.from(pairs).sort();
  }
}
