/**
 * Moves of whole groups. If a limit ties the offers of a group together, as an assignment ratio does, changing one user's number of
 * offers breaks it, so the group's users must change together.
 *
 * @module
 */
import type { Prices } from "../../../model/allocation.ts";
import type { Holdings } from "../holdings.ts";
import { keepsBrands } from "../brand_limit.ts";
import { GroupChoices } from "../../joint/group_choices.ts";
import type { Pause } from "../../../../base/pause.ts";
import { HeldBefore } from "./held_before.ts";

/** Most states of the search for a group's choice. */
const MOST_STATES = 50_000;
/** Moving ends after this many searches that took too many states: in large groups it costs more than it brings. */
const MOST_GIVEN_UP = 150;
/** Surcharges on full contracts that make groups leave them, in units of an offer's size: first, last, and the factor between them. */
const FIRST_RISE = 1e-4, LAST_RISE = 10, NEXT_RISE = 3;
/** The most that a group may lose per unit that it frees, as a multiple of the surcharge. */
const MOST_LOSS = 2;

/** Moves the groups of holdings. */
export class GroupMoves {
  readonly #holdings: Holdings;
  readonly #choices: GroupChoices;
  /** Float64Array, by item: the net price at the prices. */
  readonly #net: Float64Array;
  readonly #changed: (u: number) => void;
  readonly #bundle: Int32Array;
  /** What the users of the last group that moved held before. */
  readonly #moved: HeldBefore;
  readonly #movable: number[] = [];
  #givenUp = 0;

  /**
   * Moves at these prices, for groups whose users have a `shape` of a joint choice; for others none would be found here either.
   *
   * @param changed called with each user that a move changed
   */
  constructor(
    holdings: Holdings,
    prices: Prices,
    shape: Int32Array,
    changed: (u: number) => void,
  ) {
    this.#holdings = holdings;
    this.#moved = new HeldBefore(holdings);
    this.#choices = new GroupChoices(holdings.problem, prices);
    for (let g = 0; g < holdings.problem.instance.groups.length; g++) {
      if (shape[this.#choices.usersOf(g)[0]] >= 0) this.#movable.push(g);
    }
    this.#net = this.#choices.kernel.netPrice.slice();
    this.#changed = changed;
    this.#bundle = new Int32Array(holdings.problem.k);
  }

  /**
   * Lets groups leave full contracts at the least loss until none is overloaded: a surcharge on full contracts rises step by step,
   * and each group that then chooses fewer of their units does so.
   *
   * @param relieve moves load from overloaded contracts to contracts with room, as far as possible
   */
  async relieve(
    relieve: () => Promise<unknown>,
    stop: () => boolean,
    pause: Pause,
  ): Promise<void> {
    const holdings = this.#holdings, { unit } = holdings.problem;
    for (let rise = FIRST_RISE * unit; rise <= LAST_RISE * unit; rise *= NEXT_RISE) {
      for (const g of this.#movable) {
        await pause();
        if (holdings.overload() === 0 || stop() || this.#givenUp > MOST_GIVEN_UP) return;
        if (this.#leaveFull(g, rise)) await relieve();
      }
    }
  }

  /** Moves group g to a choice with fewer units of full contracts, at a surcharge of `rise` on them. Returns whether it moved. */
  #leaveFull(g: number, rise: number): boolean {
    const { load, problem: { instance: { cap }, items } } = this.#holdings;
    const full = Uint8Array.from(cap, (most, c) => load[c] >= most ? 1 : 0);
    const { netPrice } = this.#choices.kernel;
    for (let i = 0; i < netPrice.length; i++) {
      netPrice[i] = this.#net[i] + (full[items === null ? i : items.contract[i]] === 1 ? rise : 0);
    }
    const taken = () => load.reduce((sum, n, c) => full[c] === 1 ? sum + n : sum, 0);
    const before = taken();
    const loss = this.#rechoose(g);
    if (loss === null) return false;
    const freed = before - taken();
    if (!(freed > 0 && loss <= MOST_LOSS * rise * freed)) {
      this.#moved.undo();
      return false;
    }
    for (const { u } of this.#moved) this.#changed(u);
    return true;
  }

  /**
   * Gives group g its best choice at the kernel's net prices, within the caps. Returns what the users who changed lose at the prices,
   * missed minima priced in. Returns null, and changes nothing, if there is no such choice or they have it already.
   */
  #rechoose(g: number): number | null {
    const holdings = this.#holdings;
    const { rules, shortfallPrice } = holdings.problem;
    this.#moved.forget();
    const choice = this.#choices.choose(g, MOST_STATES);
    if (choice === null) {
      this.#givenUp++;
      return null;
    }
    const { shape } = choice;
    const missing = () => Math.max(0, rules.sponsored.least[g] - holdings.counts.sponsoredUsers[g]);
    const missingBefore = missing(), penaltyBefore = holdings.penalty();
    const changing: { u: number; shape: number }[] = [];
    this.#choices.usersOf(g).forEach((u, x) => {
      if (shape[x] !== holdings.shapeHeld(u)) changing.push({ u, shape: shape[x] });
    });
    if (changing.length === 0) return null;
    // First they give up everything, so that what they held is open to all of them.
    const nothing = new Int32Array(0);
    for (const { u } of changing) {
      this.#moved.note(u, holdings.bundleOf(u));
      holdings.setBundle(u, nothing, 0);
    }
    for (const { u, shape } of changing) {
      if (!this.#give(u, shape)) {
        this.#moved.undo();
        return null;
      }
    }
    if (!holdings.othersKept(g)) {
      this.#moved.undo();
      return null;
    }
    let loss = shortfallPrice * (missing() - missingBefore) +
      holdings.penalty() - penaltyBefore;
    for (const { u, bundle } of this.#moved) {
      loss += this.#worth(u, bundle) - this.#worth(u, holdings.bundleOf(u));
    }
    return loss;
  }

  #worth(u: number, bundle: Int32Array): number {
    const { item, offerBonus } = this.#holdings.problem;
    let worth = this.#holdings.worthOf(u, bundle);
    for (const p of bundle) worth -= this.#net[item[p]] + offerBonus[item[p]];
    return worth;
  }

  /** Gives user `u`, who holds nothing, its best bundle of a shape within the caps. Returns false if there is none. */
  #give(u: number, shape: number): boolean {
    const { problem, load } = this.#holdings;
    const { instance: { start, contract, cap } } = problem;
    const { kernel } = this.#choices;
    const i = problem.shapeSponsored[shape], j = problem.shapeUnsponsored[shape];
    const closed: { at: number; price: number }[] = [];
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p], at = problem.item[p];
      if (load[c] < cap[c]) continue;
      closed.push({ at, price: kernel.netPrice[at] });
      kernel.netPrice[at] = Infinity;
    }
    kernel.scanUser(u);
    for (const { at, price } of closed) kernel.netPrice[at] = price;
    const { sponsored, unsponsored } = kernel;
    if (i > 0 && !(sponsored.value[i - 1] > -Infinity)) return false;
    if (j > 0 && !(unsponsored.value[j - 1] > -Infinity)) return false;
    const n = kernel.takeShape(shape, this.#bundle);
    if (!keepsBrands(problem, this.#bundle, n)) return false;
    if (!this.#holdings.limitsAllow(u, this.#bundle, n)) return false;
    this.#holdings.setBundle(u, this.#bundle, n);
    return true;
  }
}
