/**
 * Prices of limits: what they are worth in a bound, and what an offer pays for them.
 *
 * @module
 */
import type { LimitPrice } from "../model/certificate.ts";
import type { Instance } from "../drop/instance.ts";
import { DeclaredLimits, highestPrice, MOST_CELLS, type Side, valuesText } from "./limits.ts";

/** Prices of the limits of a drop. */
export class LimitPrices {
  /** The limits. */
  readonly declared: DeclaredLimits;
  /** Float64Array, length limits: price of a unit, ≥ 0. */
  readonly price: Float64Array;

  /** Float64Array, length limits: what pins give to each least, which is given first; 0 elsewhere. */
  readonly pinned: Float64Array;

  /** All prices 0. */
  constructor(declared: DeclaredLimits, instance: Instance) {
    this.declared = declared;
    this.price = new Float64Array(declared.limits.length);
    this.pinned = givenByPins(declared, instance);
  }

  /** What a least asks for beside the pins. */
  leftOf(l: number): number {
    return Math.max(0, this.declared.limits[l].amount - this.pinned[l]);
  }

  /** The prices that solvers have by row. Prices of rows that are no limit here are left out. */
  static ofRows(instance: Instance, byRow: Float64Array | undefined): LimitPrices | null {
    const declared = DeclaredLimits.of(instance);
    if (declared === null) return null;
    const prices = new LimitPrices(declared, instance);
    const { families, rows } = instance.limits!;
    byRow?.forEach((price, r) => {
      if (price === 0) return;
      const { limit, per } = families[rows.family[r]];
      const values = Object.fromEntries(per.map((column, i) => [column, rows.key[r][i]]));
      const l = declared.find(limit, values, rows.sense[r] > 0 ? "at_most" : "at_least");
      if (l >= 0) prices.price[l] = price;
    });
    return prices;
  }

  /** Sets the prices of a certificate; tells which are not allowed. */
  set(prices: readonly LimitPrice[], shortfallPrice: number, tell: (problem: string) => void) {
    for (const { limit, values = {}, side, price } of prices) {
      const l = this.declared.find(limit, values, side);
      if (l < 0) {
        tell(`limit ${nameOf(limit, side, valuesOf(values))} has a price and is not in the drop`);
        continue;
      }
      const own = this.declared.limits[l], most = highestPrice(own, shortfallPrice);
      if (price >= 0 && price <= most && price < Infinity) this.price[l] = price;
      else {
        const range = most === Infinity ? "a finite number ≥ 0" : `0 … ${most}, what a unit costs`;
        tell(
          `price of limit ${nameOf(limit, side, valuesText(own))} is ${price}, expected ${range}`,
        );
      }
    }
  }

  /** Visits price × amount of each limit, as the bound has it; shares of offers have no amount. */
  eachWorth(see: (term: number) => void): void {
    this.declared.limits.forEach(({ family, amount, side }, l) => {
      if (this.price[l] === 0 || family.shareOf !== null) return;
      see(side === "at_most" ? this.price[l] * amount : -this.price[l] * this.leftOf(l));
    });
  }
}

/** What pins count toward leasts that are no shares. */
function givenByPins(declared: DeclaredLimits, instance: Instance): Float64Array {
  const given = new Float64Array(declared.limits.length);
  const { pins, start, contract } = instance;
  let u = 0;
  for (const p of pins?.pair ?? []) {
    while (start[u + 1] <= p) u++;
    declared.visit(contract[p], u, p, (l, counted) => {
      const { side, family } = declared.limits[l];
      if (side === "at_least" && family.shareOf === null) given[l] += counted;
    });
  }
  return given;
}

function valuesOf(values: Readonly<Record<string, string>>): string | null {
  const all = Object.entries(values).map(([column, value]) => `${column}=${value}`);
  return all.length === 0 ? null : all.join(", ");
}

function nameOf(limit: string, side: Side, values: string | null): string {
  return `${limit} (${values === null ? "" : `${values}, `}${side})`;
}

/** What an offer of each pair pays for its limits at the prices: looked up where users of a kind pay the same. */
export class LimitCosts {
  readonly #prices: LimitPrices;
  readonly #kind: Uint32Array;
  readonly #contracts: number;
  /** By kind of users and contract; NaN where not known yet; null: too many of them. */
  readonly #ofKind: Float64Array | null;
  readonly #byPair: boolean;
  readonly #signs: Float64Array;

  /** Nothing is looked up yet. */
  constructor(instance: Instance, prices: LimitPrices) {
    const { declared } = prices;
    const { kind, kinds } = declared.kindsOfUsers();
    this.#prices = prices;
    this.#kind = kind;
    this.#contracts = instance.contracts.length;
    const cells = kinds * this.#contracts;
    this.#ofKind = cells <= MOST_CELLS ? new Float64Array(cells).fill(NaN) : null;
    this.#byPair = declared.byPair;
    this.#signs = Float64Array.from(declared.limits, ({ side }) => side === "at_most" ? 1 : -1);
  }

  /** What an offer of pair `p`, of contract `c` to user `u`, pays; below 0 where leasts want it. */
  of(c: number, u: number, p: number, isPinned = false): number {
    if (isPinned) return this.#add(c, u, p, "all", true);
    if (this.#ofKind === null) return this.#add(c, u, p, "all");
    const cell = this.#kind[u] * this.#contracts + c;
    let cost = this.#ofKind[cell];
    if (Number.isNaN(cost)) this.#ofKind[cell] = cost = this.#add(c, u, p, "kind");
    return this.#byPair ? cost + this.#add(c, u, p, "pair") : cost;
  }

  #add(
    c: number,
    u: number,
    p: number,
    which: "all" | "kind" | "pair",
    isPinned = false,
  ): number {
    const { price, declared } = this.#prices;
    let cost = 0;
    declared.visit(c, u, p, (l, counted) => {
      if (price[l] === 0) return;
      const { family, amount, side } = declared.limits[l];
      const isLeast = side === "at_least" && family.shareOf === null;
      // What pins give to leasts is taken off what those ask for.
      if (isLeast && isPinned) return;
      // One offer is no more than all of a least: what it counts beyond changes nothing that is missed.
      const useful = isLeast && amount > 0 ? Math.min(counted, this.#prices.leftOf(l)) : counted;
      const adds = family.shareOf === null ? useful : counted - amount;
      cost += this.#signs[l] * price[l] * adds;
    }, which);
    return cost;
  }
}
