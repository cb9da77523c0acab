/**
 * Prices groups: finds the best choice of bundles for all users of a group, with its limits kept over whole users, at prices of rows.
 *
 * What is found for a group depends on the prices and on what was found for it before, not on other groups. So threads can share the
 * groups, if each always prices the same ones.
 *
 * @module
 */
import { spread } from "../../../base/numbers/spread.ts";
import { hasRule } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { keepsBrands } from "../recovery/brand_limit.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { areTied, MOST_STATES } from "../joint/proof.ts";
import { GroupChoices, type GroupLook } from "../joint/group_choices.ts";
import { settleGroupPrices } from "../joint/group_prices.ts";
import type { JointChoice } from "../joint/joint_states.ts";
import { pointOfPrices, pricesOfPoint } from "../dual/price_point.ts";
import { equalBundles } from "../programs/near_bundles.ts";
import { OfferCounter, type OfferUse, payments } from "../programs/offer_use.ts";

/** Most states of the search for a group's choice if it had too many before. */
const FEW_STATES = 30_000;
/** The first limit of a group's search: its last loss times ROOM, or what a known column loses, with room for rounding. */
const ROOM = 1.05, ROUNDING = 1e-9;

/** A choice of a group: the bundles of all its users. */
export interface GroupColumn {
  /** Int32Array: the pairs, user after user in the order of the group's users, those of each ascending. */
  readonly pairs: Int32Array;
  /** Uint16Array, length users of the group: how many of the pairs are each user's. */
  readonly count: Uint16Array;
  /** What the offers count toward caps and limits. */
  readonly use: OfferUse;
  /** Its worth without the prices of rows, less the price of a missed minimum. */
  readonly value: number;
  /** Whether it keeps the brand limit; bundles that prices choose may break it. */
  readonly isGivable: boolean;
}

/** What pricing a group finds. */
export interface GroupPriced {
  /** The group. */
  readonly group: number;
  /** Its part of the bound, its constant aside. */
  readonly own: number;
  /** The constant: what its limits' prices are worth by themselves. */
  readonly constant: number;
  /** By how much less the choice that was found is worth than the bound takes it to be, if the best one can't be found. */
  readonly loose: number;
  /** Its sponsored price, and the prices of the other limits, by place in `rules.others`: the best ones at the prices of rows. */
  readonly sponsored: number;
  readonly others: readonly number[];
  /** Its best choice; null if none was found, or if it is known. */
  readonly column: GroupColumn | null;
}

/** What a group loses at least at given prices of all its limits. */
export interface GroupLost {
  /** The group. */
  readonly group: number;
  /** Its part of D, its constant aside: what its users' best bundles are worth. */
  readonly best: number;
  /** What its best choice loses; 0 where none is found. */
  readonly loss: number;
  /** Int32Array, length users of the group: the shapes of that choice; null where none is found. */
  readonly shape: Int32Array | null;
}

/** Prices groups, one after the other. */
export class GroupPricer {
  readonly #problem: DualProblem;
  readonly #choices: GroupChoices;
  /** By group: its columns, and these by a hash of their pairs. */
  readonly #columns: GroupColumn[][];
  readonly #known: Map<number, GroupColumn[]>[];
  readonly #counter: OfferCounter;
  /** Float64Array, length groups: the loss of each group's last choice; 0: not known. */
  readonly #lost: Float64Array;
  /** Uint8Array, length groups: 1 if finding the best choice takes too many states. */
  readonly #isHard: Uint8Array;

  /** No columns yet. */
  constructor(problem: DualProblem, prices: Prices) {
    const groups = problem.instance.groupSize.length;
    this.#problem = problem;
    this.#choices = new GroupChoices(problem, prices);
    this.#columns = Array.from({ length: groups }, () => []);
    this.#known = Array.from({ length: groups }, () => new Map());
    this.#counter = new OfferCounter(problem);
    this.#lost = new Float64Array(groups);
    this.#isHard = new Uint8Array(groups);
  }

  /** The users of group g, in the order of its columns. */
  usersOf(g: number): Uint32Array {
    return this.#choices.usersOf(g);
  }

  /** Prices these groups. Their columns become known. */
  price(prices: Prices, groups: Iterable<number>): GroupPriced[] {
    const problem = this.#problem, point = pointOfPrices(problem, prices);
    this.#choices.kernel.setPrices(prices);
    const looks = Array.from(groups, (g) => {
      const look = this.#choices.look(g);
      settleGroupPrices(problem, look, point);
      return look;
    });
    const settled = pricesOfPoint(problem, point);
    return looks.map((look) => ({
      ...this.#priceAt(look, settled),
      sponsored: point.sponsored[look.group],
      others: point.others.map((price) => price[look.group]),
    }));
  }

  /** What these groups lose at the prices of rows and of their own limits. */
  lossesAt(prices: Prices, groups: Iterable<number>): GroupLost[] {
    this.#choices.kernel.setPrices(prices);
    return Array.from(groups, (group) => {
      const look = this.#choices.look(group), best = this.#choices.bestAt(look, prices);
      if (!areTied(this.#problem, prices, group)) return { group, best, loss: 0, shape: null };
      const firstLimit = this.#isHard[group] === 1 ? 0 : ROOM * this.#lost[group];
      const choice = this.#choices.chooseAt(look, prices, {
        mostStates: MOST_STATES,
        firstLimit: firstLimit > 0 ? firstLimit : undefined,
      });
      if (choice === null || !choice.isBest) {
        this.#isHard[group] = 1;
        return { group, best, loss: 0, shape: null };
      }
      this.#lost[group] = choice.loss;
      return { group, best, loss: choice.loss, shape: choice.shape };
    });
  }

  #priceAt(look: GroupLook, prices: Prices): Omit<GroupPriced, "sponsored" | "others"> {
    const g = look.group, best = this.#choices.bestAt(look, prices);
    const constant = this.#constantOf(g, prices);
    let known = -Infinity;
    for (const { value, use } of this.#columns[g]) {
      known = Math.max(known, value - payments(use, prices));
    }
    const hard = this.#isHard[g] === 1;
    // A known column says what the best choice loses at most; it mostly loses about as much as at the last prices.
    const most = (best + constant - known) * (1 + ROUNDING);
    const firstLimit = hard ? 0 : Math.min(most, ROOM * this.#lost[g]);
    const choice = this.#choices.chooseAt(look, prices, {
      mostStates: hard ? FEW_STATES : MOST_STATES,
      firstLimit: firstLimit > 0 ? firstLimit : undefined,
      near: true,
    });
    if (choice === null || !choice.isBest) this.#isHard[g] = 1;
    const loose = choice?.isBest ? 0 : Math.min(most, choice?.loss ?? Infinity);
    if (choice === null) return { group: g, own: best, constant, loose, column: null };
    this.#lost[g] = choice.loss;
    const column = this.#newColumnOf(look, choice);
    const own = choice.isBest ? best - choice.loss : best;
    return { group: g, own, constant, loose, column };
  }

  /** A group's part of D's constant. */
  #constantOf(g: number, prices: Prices): number {
    let sum = 0;
    for (const rule of this.#problem.rules.all) {
      const price = prices[rule.name][g];
      if (price > 0 && hasRule(rule, g)) sum += rule.sense * price * rule.amount[g];
    }
    return sum;
  }

  /** The column of a choice, which becomes known; null if it was known. */
  #newColumnOf({ group, users, pair }: GroupLook, { shape }: JointChoice): GroupColumn | null {
    const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = this.#problem;
    const pairs = new Int32Array(k * users.length), count = new Uint16Array(users.length);
    let end = 0, worth = 0, sponsoredUsers = 0;
    for (let x = 0; x < users.length; x++) {
      const s = shape[x], i = shapeSponsored[s], j = shapeUnsponsored[s], from = end;
      for (let t = 0; t < i; t++) insertPair(pairs, from, end++, pair[2 * k * x + t]);
      for (let t = 0; t < j; t++) insertPair(pairs, from, end++, pair[2 * k * x + k + t]);
      count[x] = i + j;
      worth += shapeWorth[s];
      if (i > 0) sponsoredUsers++;
    }
    const ofUsers = pairs.slice(0, end);
    if (this.#knows(group, ofUsers)) return null;
    const column = this.complete(group, { pairs: ofUsers, count, worth, sponsoredUsers });
    this.add(group, column);
    return column;
  }

  /** A column with these pairs; `worth`: that of the users' shapes. */
  complete(
    g: number,
    { pairs, count, worth, sponsoredUsers }: Pick<GroupColumn, "pairs" | "count"> & {
      worth: number;
      sponsoredUsers: number;
    },
  ): GroupColumn {
    const { instance: { score }, item, offerBonus, rules, shortfallPrice } = this.#problem;
    let value = worth;
    for (const p of pairs) value += score[p] + offerBonus[item[p]];
    const missing = Math.max(0, rules.sponsored.least[g] - sponsoredUsers);
    if (missing > 0) value -= missing * shortfallPrice;
    const use = this.#counter.count(pairs, pairs.length);
    return { pairs, count, use, value, isGivable: this.#isGivable(pairs, count) };
  }

  #isGivable(pairs: Int32Array, count: Uint16Array): boolean {
    if (this.#problem.policy.maxPerBrand === null) return true;
    let from = 0;
    return count.every((n) => {
      from += n;
      return keepsBrands(this.#problem, pairs.subarray(from - n, from), n);
    });
  }

  /** Makes a column known. Returns whether it is new. */
  add(g: number, column: GroupColumn): boolean {
    if (this.#knows(g, column.pairs)) return false;
    const name = hashOf(column.pairs), known = this.#known[g].get(name);
    if (known === undefined) this.#known[g].set(name, [column]);
    else known.push(column);
    this.#columns[g].push(column);
    return true;
  }

  /** Whether a column of these pairs is known. */
  #knows(g: number, pairs: Int32Array): boolean {
    const known = this.#known[g].get(hashOf(pairs));
    return known !== undefined && known.some((other) => equalBundles(other.pairs, pairs));
  }
}

/** Adds a pair to `pairs[from, end)`, which is ascending, and stays so. */
export function insertPair(
  pairs: Int32Array,
  from: number,
  end: number,
  pair: number,
): void {
  let at = end;
  for (; at > from && pairs[at - 1] > pair; at--) pairs[at] = pairs[at - 1];
  pairs[at] = pair;
}

/** A hash of a column's pairs. */
function hashOf(pairs: Int32Array): number {
  let name = pairs.length;
  for (const p of pairs) name = spread(name) ^ p;
  return name;
}
