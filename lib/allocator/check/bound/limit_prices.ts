/**
 * The prices of limits: their part of a bound, and what an offer pays for them.
 *
 * @module
 */
import type { LimitPrice } from "../../model/certificate.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import {
  DeclaredLimits,
  highestPrice,
  MOST_CELLS,
  type Side,
  valuesText,
} from "../rules/limits.ts";

/** Prices of the limits of a drop. */
export class LimitPrices {
  /** The limits. */
  readonly declared: DeclaredLimits;
  /** Float64Array, length limits: price of a unit, ≥ 0. */
  readonly price: Float64Array;

  /** By limit: what each pin counts toward a least. */
  readonly #pinned: ReadonlyMap<number, readonly number[]>;

  /** All prices 0. */
  constructor(declared: DeclaredLimits, instance: Instance) {
    this.declared = declared;
    this.price = new Float64Array(declared.limits.length);
    this.#pinned = givenByPins(declared, instance);
  }

  /** What each pin counts toward limit `l`, if that is a least and no share; else empty. */
  countedByPins(l: number): readonly number[] {
    return this.#pinned.get(l) ?? [];
  }

  /** What a least asks for beyond the pins. */
  leftOf(l: number): number {
    const counted = this.countedByPins(l).reduce((sum, one) => sum + one, 0);
    return Math.max(0, this.declared.limits[l].amount - counted);
  }

  /** Prices from the solvers' column by row; null: the drop has no limits. Rows that are no limit here are left out. */
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

  /** Sets the prices of a certificate; calls `note` for each that is not allowed. */
  set(prices: readonly LimitPrice[], shortfallPrice: number, note: (problem: string) => void) {
    for (const { limit, values = {}, side, price } of prices) {
      const l = this.declared.find(limit, values, side);
      if (l < 0) {
        note(`limit ${nameOf(limit, side, valuesOf(values))} has a price and is not in the drop`);
        continue;
      }
      const own = this.declared.limits[l], most = highestPrice(own, shortfallPrice);
      if (price >= 0 && price <= most && price < Infinity) this.price[l] = price;
      else {
        const range = most === Infinity ? "a finite number ≥ 0" : `0 … ${most}, what a unit costs`;
        note(
          `price of limit ${nameOf(limit, side, valuesText(own))} is ${price}, expected ${range}`,
        );
      }
    }
  }

  /** Calls `see` with ± price × amount of each limit, its term of the bound; shares of offers have no amount. */
  eachWorth(see: (term: number) => void): void {
    this.price.forEach((_, l) => {
      const term = this.worthOf(l);
      if (term !== 0) see(term);
    });
  }

  /** ± price × amount of limit `l`; 0 of a share. */
  worthOf(l: number): number {
    const { family, amount, side } = this.declared.limits[l];
    if (family.shareOf !== null) return 0;
    return side === "at_most" ? this.price[l] * amount : -this.price[l] * this.leftOf(l);
  }
}

/** What pins count toward leasts that are no shares, by limit, one number for each pin. */
function givenByPins(
  declared: DeclaredLimits,
  { pins, start, contract }: Instance,
): Map<number, number[]> {
  const given = new Map<number, number[]>();
  let u = 0;
  for (const p of pins?.pair ?? []) {
    while (start[u + 1] <= p) u++;
    declared.visit(contract[p], u, p, (l, counted) => {
      const { side, family } = declared.limits[l];
      if (side !== "at_least" || family.shareOf !== null || counted === 0) return;
      const others = given.get(l);
      if (others === undefined) given.set(l, [counted]);
      else others.push(counted);
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

/** A few whole numbers up to here add up exactly in doubles. */
const MOST_EXACT = 2 ** 51;
/** Rounding of a sum of a few products, or of a difference of two sums, relative to their size. */
export const LAST_DIGITS = 2 ** -48;

/** What an offer of each pair pays for limits at the prices. Remembered by kind of user and contract, as those pay the same. */
export class LimitCosts {
  readonly #prices: LimitPrices;
  readonly #kind: Uint32Array;
  readonly #contracts: number;
  /** Float64Array, by kind of user and contract: the cost, NaN if not known yet; null: it is not remembered. */
  readonly #ofKind: Float64Array | null;
  readonly #byPair: boolean;
  readonly #signs: Float64Array;
  /** Float64Array, length limits: what leasts ask for beyond the pins. */
  readonly #left: Float64Array;
  readonly #down: boolean;

  /**
   * Costs at these prices.
   *
   * @param down whether prices are whole numbers and costs must be too: rounded down, so that they are never above the exact cost
   */
  constructor(instance: Instance, prices: LimitPrices, down = false) {
    this.#down = down;
    const { declared } = prices;
    const { kind, kinds } = declared.kindsOfUsers();
    this.#prices = prices;
    this.#kind = kind;
    this.#contracts = instance.contracts.length;
    const cells = kinds * this.#contracts;
    // More cells than pairs are hardly looked at twice, as where each user is a kind.
    const isUseful = cells <= Math.min(MOST_CELLS, instance.contract.length);
    this.#ofKind = isUseful ? new Float64Array(cells).fill(NaN) : null;
    this.#byPair = declared.byPair;
    this.#left = Float64Array.from(declared.limits, (_, l) => prices.leftOf(l));
    this.#signs = Float64Array.from(declared.limits, ({ side }) => side === "at_most" ? 1 : -1);
  }

  /** What an offer of pair `p` (contract `c`, user `u`) pays; below 0 if leasts need it. */
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
    let cost = 0, inexact = 0;
    declared.visit(c, u, p, (l, counted) => {
      if (price[l] === 0) return;
      const { family, amount, side } = declared.limits[l];
      const isLeast = side === "at_least" && family.shareOf === null;
      // A pinned offer that counts toward a least lowers what the least still asks for.
      if (isLeast && isPinned) return;
      // One offer can't deliver more than a whole least asks for.
      const useful = isLeast && amount > 0 ? Math.min(counted, this.#left[l]) : counted;
      const adds = family.shareOf === null ? useful : counted - amount;
      cost += this.#signs[l] * price[l] * adds;
      const size = price[l] * (counted + amount);
      const isWhole = family.shareOf === null && Number.isInteger(adds) && size <= MOST_EXACT;
      if (!isWhole) inexact += size;
    }, which);
    return this.#down ? Math.floor(cost - inexact * LAST_DIGITS) : cost;
  }
}
