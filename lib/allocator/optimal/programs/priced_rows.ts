/**
 * Shared limits as rows of a program whose costs are losses against given prices.
 *
 * At prices with bound D every allocation is worth D − Σ_u regret_u − Σ_limits price · (what it leaves of the limit) −
 * Σ_g (P − μ_g) · missing_g, with all terms losses ≥ 0 and μ_g the price of a minimum. A program with these losses as costs has the
 * same optimum as one with scores, but its numbers are of the size of the distance to the optimum, however large scores or P
 * are. What loses more than can be gained is fixed: a limit whose unit costs that much is kept with equality.
 *
 * @module
 */
import type { Instance } from "../../drop/instance/instance.ts";
import { adds, hasRule, usedOf } from "../../limits/kinds/group_rules.ts";
import { GroupCounts } from "../../limits/kinds/user_counts.ts";
import type { Holdings } from "../recovery/holdings.ts";
import { pricesOfKinds } from "../../model/allocation.ts";
import type { MipBuilder } from "../../ilp/mip.ts";
import type { OfferUse } from "./offer_use.ts";
import { type CasePrices, type DualProblem, zeroPrices } from "../dual/dual_problem.ts";

/** What users outside the program count toward caps and limits. */
export interface Counted {
  /** Float64Array, length contracts: how many users hold each. */
  readonly load: Float64Array;
  /** The counts of each group's users. */
  readonly counts: GroupCounts;
  /** Float64Array, length limits: the use of each. */
  readonly used: Float64Array;
}

/** A copy of the counts of holdings. */
export function countedIn(holdings: Holdings): Counted {
  const { load, counts, limits } = holdings;
  return {
    load: load.slice(),
    counts: counts.copy(),
    used: limits?.used.slice() ?? new Float64Array(0),
  };
}

/** The counts where nobody has an offer. */
export function nothingCounted({ instance: { cap, groups }, items }: DualProblem): Counted {
  return {
    load: new Float64Array(cap.length),
    counts: new GroupCounts(groups.length),
    used: new Float64Array(items?.amount.length ?? 0),
  };
}

/** The settings of the rows. */
export interface RowPricing {
  /** What users outside the program count. */
  readonly counted: Counted;
  /** The largest loss that is worth looking at; what costs more per unit is fixed. @default Infinity */
  readonly most?: number;
  /** How far prices may move, for a linear program that is solved for prices. @default Infinity */
  readonly box?: number;
  /** Costs are divided by this. @default 1 */
  readonly scale?: number;
}

/** The row of one cap or limit. */
interface Row {
  readonly index: number;
  /** 1: at most, −1: at least. */
  readonly sense: 1 | -1;
  readonly price: number;
  /** What users outside the program leave of the limit. */
  readonly limit: number;
  /** The cost of a unit beyond the limit; Infinity: the limit is hard. */
  readonly missing: number;
  /** Whether the row counts in whole numbers. */
  readonly countsWhole: boolean;
  /** The row is scaled by this, so that HiGHS's tolerance is small compared to a unit. */
  readonly times: number;
}

/** What rows allow, for a search that moves their prices. */
export interface MovedRows {
  /** Float64Array, length rows: the amounts of their limits. */
  readonly limit: Float64Array;
  /** Float64Array, length rows: how far down each price may move, ≤ 0. That of a least counts against it: it gets higher by moving down. */
  readonly low: Float64Array;
  /** Float64Array, length rows: how far up. */
  readonly high: Float64Array;
}

/** The column of prices that a row belongs to. */
type PriceName = keyof CasePrices;

/** Rows of caps and limits, made when an offer or a group first needs them. */
export class PricedRows {
  /** The program that rows and their slack are added to. */
  readonly #mip: MipBuilder;
  readonly #problem: DualProblem;
  readonly #prices: CasePrices;
  readonly #pricing: RowPricing;
  readonly #rows: Record<PriceName, Map<number, Row>> = {
    contract: new Map(),
    ...pricesOfKinds(() => new Map<number, Row>()),
    limit: new Map(),
    leastOfCase: new Map(),
  };
  readonly #groups = new Set<number>();
  /** Uint32Array, length contracts: how many users have a pair of it. */
  readonly #usersOfContract: Uint32Array;
  /** Room of contracts whose cap has no row, as not even all users who have a pair exceed it. */
  readonly #unused = new Map<number, number>();
  /** The rows of {@link prepareMoves}. */
  #ofMoves: number[] = [];

  /** No rows yet. */
  constructor(mip: MipBuilder, problem: DualProblem, prices: CasePrices, pricing: RowPricing) {
    this.#mip = mip;
    this.#problem = problem;
    this.#prices = prices;
    this.#pricing = pricing;
    this.#usersOfContract = usersOfContract(problem.instance);
  }

  /** Makes the rows that an offer of pair `p` counts toward. */
  prepareOffer(p: number): void {
    this.#prepareItem(this.#problem.item[p]);
  }

  /** Makes the rows that any offer counts toward. */
  prepareOffers(): void {
    for (let i = 0; i < this.#problem.offerBonus.length; i++) this.#prepareItem(i);
  }

  #prepareItem(i: number): void {
    const { cap, group } = this.#problem.instance, { items } = this.#problem;
    const c = items === null ? i : items.contract[i];
    const left = cap[c] - this.#pricing.counted.load[c];
    // A cap that not even all users who have a pair can exceed needs no row: addMoves counts its room with others'.
    if (cap[c] < this.#usersOfContract[c] || this.#prices.contract[c] !== 0) {
      this.#prepare("contract", c, 1, () => left, Infinity);
    } else if (left < group.length) this.#unused.set(c, left);
    if (items === null) return;
    for (let e = items.start[i]; e < items.start[i + 1]; e++) {
      const r = items.row[e], price = this.#prices.limit?.[r] ?? 0;
      const left = () => items.amount[r] - this.#pricing.counted.used[r];
      this.#prepare("limit", r, 1, left, Math.max(0, items.highest[r] - price));
    }
  }

  /** Makes the rows of group `g`. */
  prepareGroup(g: number): void {
    const { rules, shortfallPrice } = this.#problem;
    if (this.#groups.has(g)) return;
    this.#groups.add(g);
    const counts = this.#pricing.counted.counts.of(g);
    for (const rule of rules.all) {
      if (!hasRule(rule, g)) continue;
      const missing = rule.mayBeMissed
        ? Math.max(0, shortfallPrice - this.#prices[rule.name][g])
        : Infinity;
      const limit = () => rule.amount[g] - usedOf(rule, g, counts);
      this.#prepare(rule.name, g, rule.sense, limit, missing);
    }
    const least = rules.leastOfCase?.[g] ?? -Infinity;
    if (least > -Infinity) this.#prepare("leastOfCase", g, -1, () => least, Infinity);
  }

  #prepare(
    name: PriceName,
    at: number,
    sense: 1 | -1,
    limitOf: () => number,
    missing: number,
  ): void {
    if (this.#rows[name].has(at)) return;
    const { countsWhole, times } = this.#measureOf(name, at);
    const limit = limitOf() * times, index = this.#mip.row(limit, limit);
    const price = (this.#prices[name]?.[at] ?? 0) / times;
    if (missing < Infinity) missing /= times;
    const row = { index, sense, price, limit, missing, countsWhole, times };
    this.#rows[name].set(at, row);
  }

  /** Whether a row counts in whole numbers, and its scale. */
  #measureOf(name: PriceName, at: number): Pick<Row, "countsWhole" | "times"> {
    const { rules, items } = this.#problem;
    if (name === "limit") {
      return { countsWhole: items!.whole[at] === 1, times: 1 / items!.unit[at] };
    }
    const rule = rules.all.find((rule) => rule.name === name);
    return { countsWhole: !rule?.countsOffers, times: 1 / (rule?.unit[at] ?? 1) };
  }

  /** Enters what offers of `pairs` count into the column of `mip` that was begun last. Rows that were not prepared are left out. */
  enterOffers(mip: MipBuilder, pairs: ArrayLike<number>): void {
    const { instance: { contract }, items, item } = this.#problem;
    // Offers of one column may count toward the same row.
    const sums = new Map<Row, number>();
    const add = (row: Row | undefined, amount: number) => {
      if (row !== undefined) sums.set(row, (sums.get(row) ?? 0) + amount);
    };
    for (let t = 0; t < pairs.length; t++) {
      const p = pairs[t];
      add(this.#rows.contract.get(contract[p]), 1);
      if (items === null) continue;
      for (let e = items.start[item[p]]; e < items.start[item[p] + 1]; e++) {
        add(this.#rows.limit.get(items.row[e]), items.coefficient[e]);
      }
    }
    for (const [row, sum] of sums) if (sum !== 0) mip.entry(row.index, sum * row.times);
  }

  /** {@link enterOffers} for offers that are summed up already. */
  enterUse(mip: MipBuilder, { contract, offers, limit, amount }: OfferUse): void {
    for (let i = 0; i < contract.length; i++) {
      const row = this.#rows.contract.get(contract[i]);
      if (row !== undefined) mip.entry(row.index, offers[i] * row.times);
    }
    for (let i = 0; i < limit.length; i++) {
      const row = this.#rows.limit.get(limit[i]);
      if (row !== undefined) mip.entry(row.index, amount[i] * row.times);
    }
  }

  /** Enters what a user of group `g` with this many offers counts toward the group's rows. */
  enterShape(mip: MipBuilder, g: number, sponsored: number, unsponsored: number): void {
    for (const rule of this.#problem.rules.all) {
      const row = this.#rows[rule.name].get(g);
      if (row === undefined) continue;
      const added = adds(rule, g, sponsored, unsponsored);
      if (added !== 0 || rule.countsOffers) mip.entry(row.index, added * row.times);
    }
    const ofCase = this.#rows.leastOfCase.get(g);
    if (ofCase !== undefined && sponsored > 0) mip.entry(ofCase.index, 1);
  }

  /**
   * Adds, after all other columns, those for what is left of each limit and for what is missing. Returns their values if the other
   * columns sum to `activity` (by row), to complete a start solution.
   */
  addSlack(activity: Float64Array): number[] {
    const start: number[] = [], reach = this.#mip.reach();
    for (const row of this.#all()) {
      const left = row.sense * (row.limit - activity[row.index]);
      const most = Math.abs(row.limit) + reach[row.index];
      this.#addColumn(row, row.price, row.sense, { value: Math.max(0, left), most }, start);
      if (row.missing < Infinity || this.#pricing.box !== undefined) {
        this.#addColumn(row, row.missing, -row.sense, { value: Math.max(0, -left), most }, start);
      }
    }
    return start;
  }

  /** Makes the rows that keep what moves away from contracts of a type, and to others of it, alike; before any column. */
  prepareMoves(): void {
    this.#ofMoves = [this.#mip.row(0, 0), this.#mip.row(0, 0)];
  }

  /** Adds, after all other columns, those by which offers move from one contract to another of its type, at a cost each. */
  addMoves(cost: number): void {
    const { scale = 1 } = this.#pricing, { typedContracts } = this.#problem;
    const rowOf = (c: number) => this.#ofMoves[c < typedContracts ? 0 : 1];
    for (const [c, { index, times }] of this.#rows.contract) {
      for (const sign of [1, -1]) {
        this.#mip.column(sign < 0 ? -cost / scale : 0, Infinity, false);
        this.#mip.entry(index, sign * times);
        this.#mip.entry(rowOf(c), -sign);
      }
    }
    const room = new Map<number, number>();
    for (const [c, left] of this.#unused) room.set(rowOf(c), (room.get(rowOf(c)) ?? 0) + left);
    for (const [row, left] of room) {
      this.#mip.column(0, left, false);
      this.#mip.entry(row, -1);
    }
  }

  /** Adds a column for units on one side of a row's limit, at a cost each. `value`: its start value; `most`: it is never larger. */
  #addColumn(
    row: Row,
    cost: number,
    sign: number,
    units: { value: number; most: number },
    start: number[],
  ): void {
    const { most = Infinity, box = Infinity, scale = 1 } = this.#pricing;
    let upper = Infinity;
    if (box === Infinity && cost > 0) {
      // More units would cost more than can be gained. A limit that counts users has whole units.
      upper = most * (1 + 1e-9) / cost;
      if (row.countsWhole && row.times === 1) upper = Math.floor(upper + 1e-9);
      if (upper === 0) return;
      // A bound that no row comes near, such as 1e9, has made HiGHS return a wrong optimum, so it is left out.
      if (upper >= units.most) upper = Infinity;
    }
    this.#mip.column(-Math.min(cost, box) / scale, upper, false);
    this.#mip.entry(row.index, sign);
    start.push(units.value);
  }

  /** The limits of the rows, and how far their prices may move. */
  movedRows(): MovedRows {
    const all = this.#all(), column = () => new Float64Array(all.length);
    const rows = { limit: column(), low: column(), high: column() };
    for (const { index, sense, price, limit, missing } of all) {
      rows.limit[index] = limit;
      rows.low[index] = sense === 1 ? -price : -missing;
      rows.high[index] = sense === 1 ? missing : price;
    }
    return rows;
  }

  #all(): Row[] {
    return Object.values(this.#rows).flatMap((rows) => [...rows.values()]);
  }

  /** The prices that the dual values of a solved program's rows give, on top of the prices it was made with. */
  pricesFrom(rowPrice: Float64Array): CasePrices {
    const { scale = 1 } = this.#pricing;
    const moved = zeroPrices(this.#problem);
    const soft = new Set<PriceName>(
      this.#problem.rules.all.filter((rule) => rule.mayBeMissed).map(({ name }) => name),
    );
    for (const name of Object.keys(moved) as PriceName[]) {
      if (this.#prices[name] !== undefined) moved[name]!.set(this.#prices[name]);
      for (const [at, row] of this.#rows[name]) {
        const price = (row.price + row.sense * rowPrice[row.index] * scale) * row.times;
        const most = name === "limit"
          ? this.#problem.items!.highest[at]
          : soft.has(name)
          ? this.#problem.shortfallPrice
          : Infinity;
        moved[name]![at] = Math.min(most, Math.max(0, price));
      }
    }
    return moved;
  }

  /** Whether any price stopped at the edge of the box. */
  atEdge(rowPrice: Float64Array): boolean {
    const { box = Infinity, scale = 1 } = this.#pricing;
    const edge = (1 - 1e-6) * box;
    return this.#all().some((row) => {
      const moved = row.sense * rowPrice[row.index] * scale;
      return moved >= edge ? row.missing > edge : moved <= -edge && row.price > edge;
    });
  }
}

/** By a drop's column of its pairs' contracts: how many users have a pair of each contract. */
const knownUsers = new WeakMap<Instance["contract"], Uint32Array>();

/** Uint32Array, length contracts: how many users have a pair of it. It is counted once for a drop. */
function usersOfContract({ contract, cap }: Instance): Uint32Array {
  const known = knownUsers.get(contract);
  if (known !== undefined) return known;
  const users = new Uint32Array(cap.length);
  for (let p = 0; p < contract.length; p++) users[contract[p]]++;
  knownUsers.set(contract, users);
  return users;
}
