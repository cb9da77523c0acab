/**
 * The holdings: the bundles of all users while an allocation is repaired and improved, with loads and the groups' counts.
 *
 * @module
 */
import { BundleKernel } from "../dual/bundle_kernel.ts";
import { keepsBrands } from "./brand_limit.ts";
import {
  adds,
  beyond,
  type GroupRule,
  hasRule,
  tolerance,
} from "../../limits/kinds/group_rules.ts";
import { GroupCounts } from "../../limits/kinds/user_counts.ts";
import { LongSum } from "../../../base/numbers/long_sum.ts";
import { LimitUse } from "../../limits/limit_use.ts";
import { type DualProblem, mayHaveShape } from "../dual/dual_problem.ts";
import type { Prices } from "../../model/allocation.ts";

/** How far users' bundles lead their alternatives at some prices. */
export interface Leads {
  readonly prices: Prices;
  /** Float64Array, length users: at the prices any other bundle of the same kind is worth at least this much less. */
  readonly lead: Float64Array;
  /** Float64Array, length users: how much less the best bundle of the other kind is worth at least; for users with a lead. */
  readonly ahead: Float64Array;
}

/** Users whose worth is added up before it is added to that of all: few enough for their rounding not to count. */
const USERS_AT_ONCE = 256;

/**
 * The bundles of all users, with the sums that shared rules depend on, kept up to date by {@link setBundle}. Caps and rules may be
 * broken for a while; see {@link overload} and {@link isFeasible}.
 */
export class Holdings {
  /** The problem it belongs to. */
  readonly problem: DualProblem;
  /** Int32Array, length users × k: pairs of user u in `[u·k, u·k + count[u])`, the sponsored ones first. */
  readonly slots: Int32Array;
  /** Uint16Array, length users: offers of each user. */
  readonly count: Uint16Array;
  /** Uint16Array, length users: sponsored offers of each user; 0 if types do not matter. */
  readonly sponsored: Uint16Array;
  /** Float64Array, length contracts: how many users hold each. */
  readonly load: Float64Array;
  /** The use of each limit; null: the drop has none. */
  readonly limits: LimitUse | null;
  /** The counts of each group's users. */
  readonly counts: GroupCounts;
  /** Whether {@link rulesAllow} ignores limits of groups that count offers, which are then restored later. */
  offerLimitsWait = false;
  /** How far users' bundles lead, if that is known. A bundle that is changed leads by 0 from then on. */
  leads: Leads | null = null;
  /** The last result of {@link netPrices}. */
  #netPrices: { readonly prices: Prices; readonly ofItem: Float64Array } | null = null;
  /** The last results of {@link objective} and {@link isFeasible}; null: bundles have changed since. */
  #objective: number | null = null;
  /** Σ |what each bundle adds| to that objective. */
  #size = 0;
  // Sums by block of USERS_AT_ONCE users, as most changes are of a few users.
  /** Float64Array, length blocks: what the users' bundles add to the objective. */
  readonly #worthOfBlock: Float64Array;
  /** Float64Array, length blocks: Σ |what each bundle adds|. */
  readonly #sizeOfBlock: Float64Array;
  /** Uint8Array, length blocks: 1 if a user has a shape that it may not have. */
  readonly #hasOddShape: Uint8Array;
  /** Uint8Array, length blocks: 1 if a bundle has changed since the block was summed up. */
  readonly #isStale: Uint8Array;
  #hasBonus: boolean | null = null;
  #isFeasible: boolean | null = null;
  /** Int32Array, length (k + 1)²: index of shape (i, j) at i·(k + 1) + j, −1 where nobody may have it. */
  readonly #shapeAt: Int32Array;

  /**
   * Empty bundles, or those in the columns given, which belong to the holdings from then on.
   *
   * @param same other holdings of the bundles given, whose problem differs in the shortfall price at most: its sums are taken over
   */
  constructor(
    problem: DualProblem,
    given?: Pick<Holdings, "slots" | "count">,
    same?: Holdings,
  ) {
    const { k, instance, shapeSponsored, shapeUnsponsored } = problem;
    const users = instance.group.length;
    this.problem = problem;
    this.slots = given?.slots ?? new Int32Array(users * k).fill(-1);
    this.count = given?.count ?? new Uint16Array(users);
    const blocks = Math.ceil(users / USERS_AT_ONCE);
    this.#worthOfBlock = new Float64Array(blocks);
    this.#sizeOfBlock = new Float64Array(blocks);
    this.#hasOddShape = new Uint8Array(blocks);
    this.#isStale = new Uint8Array(blocks).fill(1);
    this.sponsored = new Uint16Array(users);
    this.load = new Float64Array(instance.cap.length);
    this.limits = problem.items === null ? null : new LimitUse(problem.items);
    this.counts = same?.counts.copy() ?? new GroupCounts(instance.groups.length);
    this.#shapeAt = new Int32Array((k + 1) * (k + 1)).fill(-1);
    for (let s = 0; s < shapeSponsored.length; s++) {
      this.#shapeAt[shapeSponsored[s] * (k + 1) + shapeUnsponsored[s]] = s;
    }
    if (same !== undefined) this.#takeSums(same);
    else if (given !== undefined) this.#countAll();
  }

  /** Takes over what holdings of the same bundles have added up, but for their counts of groups. */
  #takeSums(same: Holdings): void {
    this.#worthOfBlock.set(same.#worthOfBlock);
    this.#sizeOfBlock.set(same.#sizeOfBlock);
    this.#hasOddShape.set(same.#hasOddShape);
    this.#isStale.set(same.#isStale);
    this.sponsored.set(same.sponsored);
    this.load.set(same.load);
    this.limits?.used.set(same.limits!.used);
  }

  /** Counts bundles that were given. */
  #countAll(): void {
    const { instance: { contract, group }, middle, k } = this.problem;
    const { slots, count, limits } = this;
    for (let u = 0; u < count.length; u++) {
      let sponsored = 0;
      for (let at = u * k; at < u * k + count[u]; at++) {
        this.load[contract[slots[at]]]++;
        limits?.add(slots[at]);
        if (slots[at] < middle[u]) sponsored++;
      }
      this.sponsored[u] = sponsored;
      this.counts.change(group[u], sponsored, count[u] - sponsored, 1);
    }
  }

  /**
   * Float64Array, length items: Σ λ − bonus per offer, what an offer of each costs at some prices. There can be as many
   * items as pairs, so all callers with the same prices share the array. Who changes it must restore it.
   */
  netPrices(prices: Prices): Float64Array {
    if (this.#netPrices?.prices === prices) return this.#netPrices.ofItem;
    const kernel = new BundleKernel(this.problem);
    kernel.setPrices(prices);
    this.#netPrices = { prices, ofItem: kernel.netPrice };
    return kernel.netPrice;
  }

  /** Index of the shape of `sponsored` and `unsponsored` offers, −1 where user `u` may not have it. */
  shapeOf(u: number, sponsored: number, unsponsored: number): number {
    const s = this.#shapeAt[sponsored * (this.problem.k + 1) + unsponsored];
    return s >= 0 && mayHaveShape(this.problem, u, s) ? s : -1;
  }

  /** Index of the shape of what user `u` holds, −1 where the user may not have it. */
  shapeHeld(u: number): number {
    return this.shapeOf(u, this.sponsored[u], this.count[u] - this.sponsored[u]);
  }

  /** Whether user `u` may have a bundle of the shape of the first `n` of `pairs`. */
  mayHave(u: number, pairs: Int32Array, n: number): boolean {
    const sponsored = this.sponsoredAmong(u, pairs, n);
    return this.shapeOf(u, sponsored, n - sponsored) >= 0;
  }

  /** Gives user `u` the first `n` of `pairs` (sponsored ones first) in place of what it holds. */
  setBundle(u: number, pairs: Int32Array, n: number): void {
    const { instance: { contract, group }, middle, k } = this.problem;
    const { slots, load, limits } = this;
    const at = u * k, g = group[u];
    this.#objective = this.#isFeasible = null;
    this.#isStale[Math.floor(u / USERS_AT_ONCE)] = 1;
    if (this.leads !== null) this.leads.lead[u] = 0;
    this.#count(u, g, -1);
    limits?.change(slots.subarray(at, at + this.count[u]), pairs, n);
    for (let t = 0; t < this.count[u]; t++) load[contract[slots[at + t]]]--;
    let sponsored = 0;
    for (let t = 0; t < n; t++) {
      const p = pairs[t];
      slots[at + t] = p;
      load[contract[p]]++;
      if (p < middle[u]) sponsored++;
    }
    for (let t = n; t < k; t++) slots[at + t] = -1;
    this.count[u] = n;
    this.sponsored[u] = sponsored;
    this.#count(u, g, 1);
  }

  #count(u: number, g: number, sign: 1 | -1): void {
    const sponsored = this.sponsored[u];
    this.counts.change(g, sponsored, this.count[u] - sponsored, sign);
  }

  /** Whether user `u` holds pair `p`. */
  holds(u: number, p: number): boolean {
    const at = u * this.problem.k;
    for (let t = 0; t < this.count[u]; t++) if (this.slots[at + t] === p) return true;
    return false;
  }

  /**
   * Whether the limits of u's group allow it to change to this many sponsored and unsponsored offers: no limit gets broken, or more
   * broken, by it.
   */
  rulesAllow(u: number, sponsored: number, unsponsored: number): boolean {
    const { rules, instance: { group } } = this.problem;
    const g = group[u], before = this.sponsored[u], othersBefore = this.count[u] - before;
    if (sponsored > 0 && before === 0) {
      if (this.counts.sponsoredUsers[g] >= rules.sponsored.most[g]) return false;
    }
    for (const rule of rules.others) {
      if (!hasRule(rule, g) || (this.offerLimitsWait && rule.countsOffers)) continue;
      const more = rule.sense *
        (adds(rule, g, sponsored, unsponsored) - adds(rule, g, before, othersBefore));
      if (more <= 0) continue;
      const counts = this.counts.of(g);
      if (beyond(rule, g, counts) + more > tolerance(rule, g, counts)) return false;
    }
    return true;
  }

  /** Whether a limit of group `g` is kept. */
  isKept(rule: GroupRule, g: number): boolean {
    return beyond(rule, g, this.counts.of(g)) <= 0;
  }

  /** Whether the group's limits in `rules.others` are kept. */
  othersKept(g: number): boolean {
    for (const rule of this.problem.rules.others) if (!this.isKept(rule, g)) return false;
    return true;
  }

  /** Whether hard limits allow user `u` to hold the first `n` of `pairs` in place of what it holds; as {@link rulesAllow}. */
  limitsAllow(u: number, pairs: Int32Array, n: number): boolean {
    if (this.limits === null) return true;
    const at = u * this.problem.k;
    return this.limits.allows(this.slots.subarray(at, at + this.count[u]), pairs, n);
  }

  /** Σ over contracts of users beyond the cap, and over hard limits of the excess, in each row's unit. */
  overload(): number {
    const { cap } = this.problem.instance;
    let over = 0;
    for (let c = 0; c < cap.length; c++) over += Math.max(0, this.load[c] - cap[c]);
    return this.limits === null ? over : over + this.limits.overload();
  }

  /** Σ over groups of users that the minima lack. */
  shortfall(): number {
    const { sponsored: { least } } = this.problem.rules, { sponsoredUsers } = this.counts;
    let missing = 0;
    for (let g = 0; g < least.length; g++) missing += Math.max(0, least[g] - sponsoredUsers[g]);
    return missing;
  }

  /** Σ penalties of soft limits. */
  penalty(): number {
    return this.limits?.penalty() ?? 0;
  }

  /** How many of the first `n` of `pairs` of user `u` are sponsored; 0 if types do not matter. */
  sponsoredAmong(u: number, pairs: Int32Array, n: number): number {
    const { middle } = this.problem;
    let sponsored = 0;
    for (let t = 0; t < n; t++) if (pairs[t] < middle[u]) sponsored++;
    return sponsored;
  }

  /** A copy of the pairs that user u holds. */
  bundleOf(u: number): Int32Array {
    const at = u * this.problem.k;
    return this.slots.slice(at, at + this.count[u]);
  }

  /** What the bundle of user u adds to the objective, missed minima and limits left out. */
  worth(u: number): number {
    const at = u * this.problem.k;
    return this.#worthOf(u, this.slots, at, at + this.count[u]);
  }

  /** What a bundle would add to the objective if user u held it, missed minima and limits left out. */
  worthOf(u: number, pairs: Int32Array): number {
    return this.#worthOf(u, pairs, 0, pairs.length);
  }

  #worthOf(u: number, pairs: Int32Array, from: number, to: number): number {
    const { instance: { score }, middle, item, offerBonus, shapeWorth } = this.problem;
    let sum = 0, sponsored = 0;
    for (let slot = from; slot < to; slot++) {
      const p = pairs[slot];
      sum += score[p] + offerBonus[item[p]];
      if (p < middle[u]) sponsored++;
    }
    return sum + shapeWorth[this.shapeOf(u, sponsored, to - from - sponsored)];
  }

  /** By how much the objective would grow if user `u` held the first `n` of `pairs` in place of what it holds. */
  gainOf(u: number, pairs: Int32Array, n: number): number {
    const { problem, sponsored, counts: { sponsoredUsers }, limits } = this;
    const { instance: { group }, rules, shortfallPrice } = problem;
    const before = this.bundleOf(u), g = group[u];
    let gain = this.#worthOf(u, pairs, 0, n) - this.worth(u);
    if (limits !== null) gain -= limits.penaltyOf(before, pairs, n);
    const isSponsored = this.sponsoredAmong(u, pairs, n) > 0;
    const least = rules.sponsored.least[g], own = sponsored[u] > 0;
    if (isSponsored && !own && sponsoredUsers[g] < least) gain += shortfallPrice;
    if (!isSponsored && own && sponsoredUsers[g] <= least) gain -= shortfallPrice;
    return gain;
  }

  /** The objective, missed minima and limits priced in. Whether hard rules are kept is not checked. */
  objective(): number {
    return this.#objective ??= this.#sumOfWorth();
  }

  /** Σ |terms| of {@link objective}: the rounding of its sum is judged relative to it. */
  sizeOfObjective(): number {
    this.objective();
    return this.problem.shortfallPrice * this.shortfall() + this.penalty() + this.#size;
  }

  #sumOfWorth(): number {
    const worth = new LongSum();
    worth.add(this.problem.ownCoverage);
    this.#size = 0;
    for (let block = 0; block < this.#isStale.length; block++) {
      if (this.#isStale[block] === 1) this.#sumBlock(block);
      worth.add(this.#worthOfBlock[block]);
      this.#size += this.#sizeOfBlock[block];
    }
    return worth.value - this.problem.shortfallPrice * this.shortfall() - this.penalty();
  }

  #sumBlock(block: number): void {
    const { instance: { score }, item, offerBonus, shapeWorth, k } = this.problem;
    const { slots, count } = this;
    // Where offers have no bonus, as under model uniform, the look at items would take as long as all the rest.
    const hasBonus = this.#hasBonus ??= !isZero(offerBonus);
    const from = block * USERS_AT_ONCE, to = Math.min(from + USERS_AT_ONCE, count.length);
    let sum = 0, size = 0, odd = 0;
    for (let u = from; u < to; u++) {
      let own = 0;
      for (let slot = u * k; slot < u * k + count[u]; slot++) {
        own += hasBonus ? score[slots[slot]] + offerBonus[item[slots[slot]]] : score[slots[slot]];
      }
      const shape = this.shapeHeld(u);
      if (shape < 0) odd = 1;
      own += shapeWorth[shape];
      sum += own;
      size += Math.abs(own);
    }
    this.#worthOfBlock[block] = sum;
    this.#sizeOfBlock[block] = size;
    this.#hasOddShape[block] = odd;
    this.#isStale[block] = 0;
  }

  /** Whether every hard rule is kept: caps, limits, shapes and brands of each user, limits of groups. */
  isFeasible(): boolean {
    return this.#isFeasible ??= this.#keepsRules();
  }

  #keepsRules(): boolean {
    const { k, rules: { sponsored: { most } }, policy } = this.problem;
    if (this.overload() > 0) return false;
    for (let block = 0; block < this.#isStale.length; block++) {
      if (this.#isStale[block] === 1) this.#sumBlock(block);
      if (this.#hasOddShape[block] === 1) return false;
    }
    for (let u = 0; policy.maxPerBrand !== null && u < this.count.length; u++) {
      const n = this.count[u], own = this.slots.subarray(u * k, u * k + n);
      if (!keepsBrands(this.problem, own, n)) return false;
    }
    for (let g = 0; g < most.length; g++) {
      if (this.counts.sponsoredUsers[g] > most[g] || !this.othersKept(g)) return false;
    }
    return true;
  }
}

/** Whether all numbers are 0. A loop, as there may be millions. */
function isZero(numbers: Float64Array): boolean {
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) return false;
  return true;
}
