/**
 * Chooses the best bundle that a user may have while some contracts are full, for repair and refilling.
 *
 * @module
 */
import {
  adds,
  type GroupRule,
  hasRule,
  sponsoredPrices,
  usedOf,
} from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import type { Holdings } from "./holdings.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import { takeKeepingBrands } from "./brand_limit.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** A price so high that everything else is negligible compared to it, in units of an offer's size. */
export const DECISIVE = 1e6;

/** Further conditions on the bundle that {@link BundleChooser.choose} looks for. */
export interface Wanted {
  /** Only bundles of this kind (see `bundle_kernel.ts`). */
  readonly kind?: number;
  /**
   * Choose at another price of one of the groups' limits; Infinity forbids what the limit counts. The bundle's value is at the
   * chooser's prices all the same.
   */
  readonly at?: { readonly rule: GroupRule; readonly price: number };
  /** A bundle with this pair, if there is one. */
  readonly with?: number;
}

const ANY: Wanted = {};

/**
 * Chooses bundles at given prices that keep the limits of groups, either from all contracts or only from those with room. A full
 * contract stays open to users who hold it, unless it is banned.
 */
export class BundleChooser {
  /** Int32Array, length k: pairs of the bundle chosen last, the sponsored ones first. */
  readonly pairs: Int32Array;
  /** How many pairs the bundle has. */
  count = 0;
  /** How many of them are sponsored; 0 if types do not matter. */
  sponsored = 0;
  /** The bundle's value at the prices, group prices included. */
  value = 0;
  /** The kernel that finds bundles. */
  readonly kernel: BundleKernel;

  readonly #holdings: Holdings;
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  /** The prices that the kernel uses: those of groups are changed for one scan at a time. */
  readonly #seen: Prices;
  /** Float64Array, length groups: the sponsored prices, see `sponsoredPriceOf`. */
  readonly #sponsoredPrices: Float64Array;
  /**
   * Float64Array, by item: its net price while it is open. Under limits it is the kernel's own, which {@link #scanUnderLimits} changes
   * during a scan.
   */
  readonly #open: Float64Array;
  /** Uint8Array, by contract: 1 if it is full. */
  readonly #closed: Uint8Array;
  /** Whether only contracts with room are open. */
  readonly withinCaps: boolean;
  /** The usual net prices of a user's pairs, to be restored after a scan. */
  readonly #usual: number[] = [];
  #banned = -1;
  #bannedLimit = -1;

  /** A chooser for `holdings`; `withinCaps`: only contracts with room are open. */
  constructor(holdings: Holdings, prices: Prices, withinCaps: boolean) {
    this.#holdings = holdings;
    this.#problem = holdings.problem;
    this.#prices = prices;
    const others = this.#problem.rules.others.map(({ name }) => [name, prices[name].slice()]);
    this.#seen = { ...prices, ...Object.fromEntries(others) };
    this.#sponsoredPrices = sponsoredPrices(this.#problem.rules, prices);
    const shared = this.#problem.items === null ? undefined : holdings.netPrices(prices);
    this.kernel = new BundleKernel(this.#problem, shared);
    if (shared === undefined) this.kernel.setPrices(this.#seen);
    else this.kernel.setPricesOfGroups(this.#seen);
    this.#open = shared ?? this.kernel.netPrice.slice();
    this.#closed = new Uint8Array(this.#problem.instance.cap.length);
    this.withinCaps = withinCaps;
    this.pairs = new Int32Array(this.#problem.k);
    for (let c = 0; c < this.#closed.length; c++) this.#refresh(c);
  }

  /** Gives user `u` the bundle chosen last. */
  give(u: number): void {
    const { k, instance: { contract } } = this.#problem;
    const { slots, count } = this.#holdings;
    const before: number[] = [];
    for (let slot = u * k; slot < u * k + count[u]; slot++) before.push(contract[slots[slot]]);
    this.#holdings.setBundle(u, this.pairs, this.count);
    for (const c of before) this.#refresh(c);
    for (let t = 0; t < this.count; t++) this.#refresh(contract[this.pairs[t]]);
  }

  /** Takes everything away that user `u` holds. */
  clear(u: number): void {
    this.count = 0;
    this.give(u);
  }

  /** Closes contract `c` even to its holders, and reopens the one closed before; −1: none. */
  ban(c: number): void {
    this.#banned = c;
  }

  /** Closes what adds to limit `r` even to its holders, and reopens what was closed before; −1: nothing. */
  banLimit(r: number): void {
    this.#bannedLimit = r;
  }

  /** Whether any contract has room. */
  hasOpen(): boolean {
    return this.#closed.includes(0);
  }

  /** Whether any contract that user `u` may have and does not hold has room, in its limits too. */
  hasOpenFor(u: number): boolean {
    const { start, contract } = this.#problem.instance;
    const { limits } = this.#holdings;
    for (let p = start[u]; p < start[u + 1]; p++) {
      if (this.#closed[contract[p]] === 1 || this.#holdings.holds(u, p)) continue;
      if (limits === null || limits.hasRoomFor(p)) return true;
    }
    return false;
  }

  /** Whether user `u`, who holds nothing sponsored, could be given a sponsored offer: one that has room, where that counts. */
  mayBeSponsored(u: number): boolean {
    const { instance: { start, contract }, middle } = this.#problem;
    if (!this.withinCaps) return middle[u] > start[u];
    const { limits } = this.#holdings;
    for (let p = start[u]; p < middle[u]; p++) {
      if (this.#closed[contract[p]] === 0 && (limits === null || limits.hasRoomFor(p))) return true;
    }
    return false;
  }

  /** Opens or closes contract `c` by its load. */
  #refresh(c: number): void {
    const full = this.withinCaps && this.#holdings.load[c] >= this.#problem.instance.cap[c];
    this.#closed[c] = full ? 1 : 0;
    if (this.#problem.items === null) {
      this.kernel.netPrice[c] = full ? Infinity : this.#open[c];
    }
  }

  /** Net value of a pair at the prices: score + bonus − prices. */
  netValue(p: number): number {
    return this.#problem.instance.score[p] - this.#open[this.#problem.item[p]];
  }

  /**
   * The first of pairs `[from, to)` for which `a` or `b`, less its net value, is below `threshold`; `to` if there is none. A fast loop
   * that skips the many pairs which are too expensive.
   */
  nextBelow(threshold: number, a: number, b: number, from: number, to: number): number {
    const { item, instance: { score } } = this.#problem, open = this.#open;
    for (let p = from; p < to; p++) {
      const value = score[p] - open[item[p]];
      if (a - value < threshold || b - value < threshold) return p;
    }
    return to;
  }

  /** Net value of a pair to user `u` with the present use of limits. */
  #valueTo(u: number, p: number): number {
    if (this.#problem.items === null || !this.withinCaps) return this.netValue(p);
    return this.#problem.instance.score[p] - this.#costTo(p, this.#holdings.holds(u, p));
  }

  /** The cost of a pair with the present use of limits, where soft limits cost their penalties; for a chooser within the caps. */
  #costTo(p: number, held: boolean): number {
    const { instance: { contract }, items, item, offerBonus } = this.#problem;
    const { contract: price, limit } = this.#prices;
    const own = price[contract[p]] - offerBonus[item[p]];
    return items === null || limit === undefined
      ? own
      : own + this.#holdings.limits!.costOf(p, held, limit);
  }

  /** Value of the best bundle of user `u` at the prices, whatever the rules of its group say. */
  bestValue(u: number): number {
    this.kernel.scanUser(u);
    const { value } = this.kernel;
    return Math.max(value[SPONSORED] + this.#sponsoredPrice(u), value[UNSPONSORED]);
  }

  /**
   * A lower bound on how much less every other bundle is worth than the best one, for the user of the last call of
   * {@link bestValue}. It is 0 if the policy limits offers of one brand.
   */
  leadOfBest(u: number): number {
    const { policy, shapeSponsored, shapeUnsponsored } = this.#problem;
    const { value, shape, otherValue, sponsored, unsponsored } = this.kernel;
    if (policy.maxPerBrand !== null) return 0;
    const ahead = value[SPONSORED] + this.#sponsoredPrice(u) - value[UNSPONSORED];
    const kind = ahead > 0 ? SPONSORED : UNSPONSORED;
    const i = shapeSponsored[shape[kind]], j = shapeUnsponsored[shape[kind]];
    let lead = Math.min(Math.abs(ahead), value[kind] - otherValue[kind]);
    if (i > 0) lead = Math.min(lead, sponsored.value[i - 1] - sponsored.value[i]);
    if (j > 0) lead = Math.min(lead, unsponsored.value[j - 1] - unsponsored.value[j]);
    return lead;
  }

  /**
   * A lower bound on what another type costs user `u`, as far as is known from its bundle at the prices. Within the caps what others
   * hold may change a user's prices, so nothing is known there.
   */
  leastCostOfType(u: number): number {
    const { leads } = this.#holdings;
    if (this.withinCaps || leads === null || leads.prices !== this.#prices) return -Infinity;
    return leads.lead[u] > 0 ? leads.ahead[u] : -Infinity;
  }

  /** The value of user `u`'s bundle at the prices, group prices included. */
  valueHeld(u: number): number {
    const { k } = this.#problem;
    const sponsored = this.#holdings.sponsored[u], n = this.#holdings.count[u];
    let sum = this.shapeValue(u, sponsored, n - sponsored);
    for (let slot = u * k; slot < u * k + n; slot++) {
      sum += this.#valueTo(u, this.#holdings.slots[slot]);
    }
    return sum;
  }

  /** The value of a shape to user `u`, offers aside, group prices included; −Infinity if the user may not have it. */
  shapeValue(u: number, sponsored: number, unsponsored: number): number {
    const { shapeWorth, rules, instance: { group } } = this.#problem;
    const g = group[u], prices = this.#prices;
    const shape = this.#holdings.shapeOf(u, sponsored, unsponsored);
    if (shape < 0) return -Infinity;
    let value = shapeWorth[shape];
    if (sponsored > 0) value += this.#sponsoredPrice(u);
    for (const rule of rules.others) {
      const price = prices[rule.name][g];
      if (price > 0) value -= rule.sense * price * adds(rule, g, sponsored, unsponsored);
    }
    return value;
  }

  /** Finds the best bundle for `u` that the rules allow. Returns whether there is one; it is then in the fields. */
  choose(u: number, wanted: Wanted = ANY): boolean {
    const group = this.#problem.instance.group[u];
    const { rules } = this.#problem, seen = this.#seen;
    for (const rule of rules.others) {
      if (this.#isFull(rule, group, u)) seen[rule.name][group] = Infinity;
    }
    if (wanted.at !== undefined) seen[wanted.at.rule.name][group] = wanted.at.price;
    let found = this.#chooseAllowed(u, wanted.kind, wanted.with);
    // If the rules allow none of the bundles found, search again with what the group's limits ask for priced decisively.
    if (!found && this.#problem.countsOffers) {
      const asking = rules.others.filter((rule) => rule.countsOffers && hasRule(rule, group));
      for (const { name } of asking) seen[name][group] = DECISIVE * this.#problem.unit;
      found = asking.length > 0 && this.#chooseAllowed(u, wanted.kind, wanted.with);
    }
    for (const { name } of rules.others) seen[name][group] = this.#prices[name][group];
    return found;
  }

  /** Whether a limit on a number of users has no room for user `u`, who does not count toward it yet. */
  #isFull(rule: GroupRule, group: number, u: number): boolean {
    if (rule.countsOffers || rule.sense < 0 || !hasRule(rule, group)) return false;
    const { sponsored, count, counts } = this.#holdings;
    return adds(rule, group, sponsored[u], count[u] - sponsored[u]) === 0 &&
      usedOf(rule, group, counts.of(group)) >= rule.amount[group];
  }

  #chooseAllowed(u: number, kind?: number, must?: number): boolean {
    const { netPrice } = this.kernel;
    const decisive = DECISIVE * this.#problem.unit;
    if (this.#problem.items !== null) this.#scanUnderLimits(u, must ?? -1, decisive);
    else {
      const wanted = must === undefined ? -1 : this.#problem.instance.contract[must];
      if (wanted >= 0) netPrice[wanted] -= decisive;
      this.#scan(u);
      if (wanted >= 0) {
        netPrice[wanted] = this.#closed[wanted] === 1 ? Infinity : this.#open[wanted];
      }
    }
    const { value } = this.kernel;
    const first = value[SPONSORED] + this.#sponsoredPrice(u) > value[UNSPONSORED]
      ? SPONSORED
      : UNSPONSORED;
    return this.#take(u, kind ?? first) || (kind === undefined && this.#take(u, 1 - first));
  }

  /** Scans user `u`'s pairs, with the full contracts that it holds open. */
  #scan(u: number): void {
    const { instance: { contract }, k } = this.#problem;
    const { netPrice } = this.kernel;
    const { slots, count } = this.#holdings;
    const from = u * k, to = from + count[u];
    for (let slot = from; slot < to; slot++) {
      const c = contract[slots[slot]];
      netPrice[c] = c === this.#banned ? Infinity : this.#open[c];
    }
    this.kernel.scanUser(u);
    for (let slot = from; slot < to; slot++) {
      const c = contract[slots[slot]];
      netPrice[c] = this.#closed[c] === 1 ? Infinity : this.#open[c];
    }
  }

  /** {@link #scan} for a drop with limits: opens and closes pair by pair. Pair `must` (−1: none) is made cheaper by `decisive`. */
  #scanUnderLimits(u: number, must: number, decisive: number): void {
    const { item, instance: { start, contract } } = this.#problem;
    const { netPrice } = this.kernel, holdings = this.#holdings;
    const limits = holdings.limits!, usual = this.#usual, first = start[u];
    for (let p = first; p < start[u + 1]; p++) usual[p - first] = netPrice[item[p]];
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p], held = holdings.holds(u, p);
      const closed = held
        ? c === this.#banned
        : this.#closed[c] === 1 || (this.withinCaps && !limits.hasRoomFor(p));
      const banned = this.#bannedLimit >= 0 && limits.adds(p, this.#bannedLimit);
      netPrice[item[p]] = closed || banned
        ? Infinity
        : this.withinCaps
        ? this.#costTo(p, held)
        : usual[p - first];
      if (p === must) netPrice[item[p]] -= decisive;
    }
    this.kernel.scanUser(u);
    for (let p = first; p < start[u + 1]; p++) netPrice[item[p]] = usual[p - first];
  }

  /** Takes the best bundle of a kind of the user scanned last. Returns false if there is none or the rules forbid it. */
  #take(u: number, kind: number): boolean {
    const { kernel, pairs } = this;
    if (kernel.value[kind] === -Infinity) return false;
    const shape = kernel.shape[kind], n = takeKeepingBrands(kernel, shape, pairs);
    return this.#takeWithinLimits(u, this.#problem.shapeSponsored[shape], n);
  }

  /**
   * Takes the first `n` of `pairs` if rules and limits allow that. Several offers of one user may be too much for a limit that has
   * room for each of them: then those that don't fit any more are left out.
   */
  #takeWithinLimits(u: number, sponsored: number, n: number): boolean {
    const { pairs } = this, holdings = this.#holdings;
    if (this.withinCaps && !holdings.limitsAllow(u, pairs, n)) {
      let kept = 0, keptSponsored = 0;
      for (let t = 0; t < n; t++) {
        pairs[kept] = pairs[t];
        if (!holdings.limitsAllow(u, pairs, kept + 1)) continue;
        kept++;
        if (t < sponsored) keptSponsored++;
      }
      const changed = holdings.shapeOf(u, keptSponsored, kept - keptSponsored);
      if (changed < 0 || !holdings.limitsAllow(u, pairs, kept)) return false;
      if ((keptSponsored > 0) !== (sponsored > 0)) return false;
      [sponsored, n] = [keptSponsored, kept];
    }
    if (!holdings.rulesAllow(u, sponsored, n - sponsored)) return false;
    this.count = n;
    this.sponsored = sponsored;
    this.value = this.shapeValue(u, sponsored, n - sponsored);
    for (let t = 0; t < n; t++) this.value += this.#valueTo(u, pairs[t]);
    return true;
  }

  /**
   * What user `u` adds by being sponsored: its group's sponsored price. But for a chooser within the caps, which repairs, it is all of
   * P if the group's minimum would be missed without `u`.
   */
  #sponsoredPrice(u: number): number {
    const { instance: { group }, rules, shortfallPrice } = this.#problem;
    const { sponsored, counts: { sponsoredUsers } } = this.#holdings;
    const g = group[u], others = sponsoredUsers[g] - (sponsored[u] > 0 ? 1 : 0);
    if (this.withinCaps && others < rules.sponsored.least[g]) return shortfallPrice;
    return this.#sponsoredPrices[g];
  }
}
