/**
 * Column generation with whole groups as blocks, for limits (such as an assignment ratio) that tie a group's users together.
 *
 * In D, a sum over single users, a group may keep such a limit by a fraction of a user. Here a block's choice is the bundles of all
 * users of a group, with its limits kept over whole users (see `joint_choice.ts`), and only rows have prices. The least bound of
 * this kind is below the least D. At its prices few groups are mixtures of choices, so some allocation made of columns is
 * nearly as good.
 *
 * @module
 */
import { hasRule } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import type { MipBuilder } from "../../ilp/mip.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { keepsBrands } from "../recovery/brand_limit.ts";
import { constantTerm, type DualProblem, worthOfShape } from "../dual/dual_problem.ts";
import { GroupChoices, type GroupLook } from "../joint/group_choices.ts";
import { settleGroupPrices } from "../joint/group_prices.ts";
import type { JointChoice } from "../joint/joint_states.ts";
import { pointOfPrices, pricesOfPoint } from "../dual/price_point.ts";
import type { Blocks, Priced } from "./column_generation.ts";
import { equalBundles } from "../programs/near_bundles.ts";
import { OfferCounter, type OfferUse, payments } from "../programs/offer_use.ts";
import type { PricedRows } from "../programs/priced_rows.ts";

/** Most states of the search for a group's choice, and for a group that had too many before. */
const MOST_STATES = 1_000_000, FEW_STATES = 30_000;
/** The first limit of a group's search: its last loss times ROOM, or what a known column loses, with room for rounding. */
const ROOM = 1.25, ROUNDING = 1e-9;

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

/** The groups as blocks: their columns, and the search for those that prices make best. */
export class GroupColumns implements Blocks<GroupColumn> {
  readonly problem: DualProblem;
  readonly size: Uint8Array;
  readonly columns: GroupColumn[][];
  /** A group has many offers, whose prices can all move: no column is left out. */
  readonly reach = Infinity;
  readonly #choices: GroupChoices;
  /** By group: its columns by a hash of their pairs. */
  readonly #known: Map<number, GroupColumn[]>[];
  readonly #counter: OfferCounter;
  /** Float64Array, length groups: the loss of each group's last choice; 0: not known. */
  readonly #lost: Float64Array;
  /** Float64Array, length groups: what its last choice loses, as far as the bound leaves that out. */
  readonly #unproved: Float64Array;
  /** Uint8Array, length groups: 1 if finding the best choice takes too many states. */
  readonly #isHard: Uint8Array;

  /** No columns yet. */
  constructor(problem: DualProblem, prices: Prices) {
    const groups = problem.instance.groups.length;
    this.problem = problem;
    this.size = new Uint8Array(groups).fill(1);
    this.columns = Array.from({ length: groups }, () => []);
    this.#choices = new GroupChoices(problem, prices);
    this.#known = Array.from({ length: groups }, () => new Map());
    this.#counter = new OfferCounter(problem);
    this.#lost = new Float64Array(groups);
    this.#unproved = new Float64Array(groups);
    this.#isHard = new Uint8Array(groups);
  }

  /** The users of group g, in the order of its columns. */
  usersOf(g: number): Uint32Array {
    return this.#choices.usersOf(g);
  }

  /** Adds a column of what each group's users hold. */
  hold(assignment: Assignment): void {
    for (let g = 0; g < this.columns.length; g++) {
      this.#add(g, this.#columnHeld(g, assignment), () => {});
    }
  }

  price(
    prices: Prices,
    added: (group: number, column: GroupColumn) => void = () => {},
    open: Iterable<number> = this.columns.keys(),
  ): Priced {
    const { problem } = this, groups = this.columns.length;
    const worth = new Float64Array(groups), point = pointOfPrices(problem, prices);
    this.#choices.movePrices(prices);
    const looks = Array.from(open, (g) => {
      const look = this.#choices.look(g);
      settleGroupPrices(problem, look, point);
      return look;
    });
    const settled = pricesOfPoint(problem, point);
    let bound = constantTerm(problem, settled), loose = 0;
    for (const look of looks) {
      const g = look.group, own = this.#worthOf(look, settled, added);
      bound += own;
      worth[g] = own + this.#constantOf(g, settled);
      loose += this.#unproved[g];
    }
    return { prices: settled, bound, worth, loose };
  }

  /**
   * A group's part of the bound, its constant aside. Its best choice, if one was found, is added to the columns.
   */
  #worthOf(
    look: GroupLook,
    prices: Prices,
    added: (group: number, column: GroupColumn) => void,
  ): number {
    const g = look.group, best = this.#choices.bestAt(look, prices);
    let known = -Infinity;
    for (const column of this.columns[g]) {
      known = Math.max(known, this.valueOf(g, column, prices));
    }
    const hard = this.#isHard[g] === 1;
    // A known column says what the best choice loses at most; it mostly loses about as much as at the last prices.
    const most = (best + this.#constantOf(g, prices) - known) * (1 + ROUNDING);
    const firstLimit = hard ? 0 : Math.min(most, ROOM * this.#lost[g]);
    const choice = this.#choices.chooseAt(look, prices, {
      mostStates: hard ? FEW_STATES : MOST_STATES,
      firstLimit: firstLimit > 0 ? firstLimit : undefined,
      near: true,
    });
    if (choice === null || !choice.isBest) this.#isHard[g] = 1;
    this.#unproved[g] = choice?.isBest ? 0 : Math.min(most, choice?.loss ?? Infinity);
    if (choice === null) return best;
    this.#lost[g] = choice.loss;
    this.#add(g, this.#columnOf(look, choice), added);
    return choice.isBest ? best - choice.loss : best;
  }

  /** A group's part of D's constant. */
  #constantOf(g: number, prices: Prices): number {
    let sum = 0;
    for (const rule of this.problem.rules.all) {
      const price = prices[rule.name][g];
      if (price > 0 && hasRule(rule, g)) sum += rule.sense * price * rule.amount[g];
    }
    return sum;
  }

  /** The column of a choice. */
  #columnOf({ group, users, pair }: GroupLook, { shape }: JointChoice): GroupColumn {
    const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = this.problem;
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
    return this.#complete(group, { pairs: pairs.slice(0, end), count, worth, sponsoredUsers });
  }

  /** The column of what a group's users hold. */
  #columnHeld(g: number, assignment: Assignment): GroupColumn {
    const { problem } = this, users = this.usersOf(g);
    const pairs: number[] = [], count = new Uint16Array(users.length);
    let worth = 0, sponsoredUsers = 0;
    users.forEach((u, x) => {
      const held = assignment.bundleOf(u), sponsored = assignment.sponsored[u];
      for (const p of held) insertPair(pairs, pairs.length - count[x]++, pairs.length, p);
      worth += worthOfShape(problem, sponsored, held.length - sponsored);
      if (sponsored > 0) sponsoredUsers++;
    });
    return this.#complete(g, { pairs: Int32Array.from(pairs), count, worth, sponsoredUsers });
  }

  /** A column with these pairs; `worth`: that of the users' shapes. */
  #complete(
    g: number,
    { pairs, count, worth, sponsoredUsers }: Pick<GroupColumn, "pairs" | "count"> & {
      worth: number;
      sponsoredUsers: number;
    },
  ): GroupColumn {
    const { instance: { score }, item, offerBonus, rules, shortfallPrice } = this.problem;
    let value = worth;
    for (const p of pairs) value += score[p] + offerBonus[item[p]];
    const missing = Math.max(0, rules.sponsored.least[g] - sponsoredUsers);
    if (missing > 0) value -= missing * shortfallPrice;
    const use = this.#counter.count(pairs, pairs.length);
    return { pairs, count, use, value, isGivable: this.#isGivable(pairs, count) };
  }

  #isGivable(pairs: Int32Array, count: Uint16Array): boolean {
    let from = 0;
    return count.every((n) => {
      from += n;
      return keepsBrands(this.problem, pairs.subarray(from - n, from), n);
    });
  }

  /** Adds a column if it is new. */
  #add(
    g: number,
    column: GroupColumn,
    added: (group: number, column: GroupColumn) => void,
  ): void {
    const name = hashOf(column), known = this.#known[g].get(name);
    if (known?.some((other) => equalBundles(other.pairs, column.pairs))) return;
    if (known === undefined) this.#known[g].set(name, [column]);
    else known.push(column);
    this.columns[g].push(column);
    added(g, column);
  }

  valueOf(_: number, { use, value }: GroupColumn, prices: Prices): number {
    return value - payments(use, prices);
  }

  /** Gives group g's users the bundles of a column in place of what they hold; null: empty ones. */
  give(assignment: Assignment, g: number, column: GroupColumn | null): void {
    const nothing = new Int32Array(0);
    let from = 0;
    this.usersOf(g).forEach((u, x) => {
      const n = column?.count[x] ?? 0;
      assignment.setBundle(u, n === 0 ? nothing : column!.pairs.subarray(from, from + n), n);
      from += n;
    });
  }

  /** How many offers of a column are beyond caps, plus 1 if it breaks a hard limit. The group's users must hold nothing. */
  excess({ load, limits, problem }: Assignment, { pairs, use }: GroupColumn): number {
    const { instance: { cap } } = problem;
    let excess = 0;
    use.contract.forEach((c, i) => {
      const beyond = load[c] + use.offers[i] - cap[c];
      if (beyond > 0) excess += Math.min(beyond, use.offers[i]);
    });
    const fits = limits === null || limits.allows(new Int32Array(0), pairs, pairs.length);
    return fits ? excess : excess + 1;
  }

  prepare(rows: PricedRows): void {
    rows.prepareOffers();
  }

  enter(mip: MipBuilder, rows: PricedRows, _: number, { use }: GroupColumn): void {
    rows.enterUse(mip, use);
  }
}

/** Adds a pair to `pairs[from, end)`, which is ascending, and stays so. */
function insertPair(pairs: Int32Array | number[], from: number, end: number, pair: number): void {
  let at = end;
  for (; at > from && pairs[at - 1] > pair; at--) pairs[at] = pairs[at - 1];
  pairs[at] = pair;
}

/** A hash of a column's pairs. */
function hashOf({ pairs }: GroupColumn): number {
  let name = pairs.length;
  for (const p of pairs) name = (Math.imul(name, 0x9e3779b1) ^ p) | 0;
  return name;
}
