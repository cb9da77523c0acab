/**
 * Computes the best flow and the prices that prove it.
 *
 * @module
 */
import { Auction } from "./auction.ts";
import { CheapestPaths } from "./cheapest_paths.ts";
import type { FlowControl } from "./flow_control.ts";
import type { FlowNetwork } from "./flow_network.ts";
import { roundPrices } from "./round_prices.ts";

/** A flow and its prices. */
export interface FlowResult {
  /** Float64Array, length contracts: prices, in the objective's terms. */
  readonly price: Float64Array;
  /** Int32Array, length users × k: pairs of user u in `[u·k, u·k + count[u])`; no cap is exceeded. */
  readonly arc: Int32Array;
  /** Uint16Array, length users: offers of each. */
  readonly count: Uint16Array;
  /** Whether the computation came to its end: the flow is the best, and the prices prove it. */
  readonly finished: boolean;
}

/** The first ε is the range of values divided by FIRST; each next one is divided by FACTOR. */
const FIRST = 4, FACTOR = 4;

/**
 * How far prices are lowered between two auctions, in multiples of the last ε: so far that hardly any contract is left with room and
 * a price above 0 (bids can't lower prices), and no further than bids soon make up for.
 */
const LOWERED = 3;

/** The last ε if values are not whole, relative to their range, and the least there is: below it doubles lose digits. Paths do the rest. */
const FINE = 2 ** -20, LEAST = 2 ** -1022;

/**
 * Computes the best flow. Auctions with smaller and smaller ε (ε-scaling; Bertsekas 1988) bring prices within the last ε of the
 * best ones. If all values are whole, prices are then rounded to the best ones. In any case cheapest paths settle the rest, so
 * the result is exact up to the rounding of sums of doubles. If it is stopped, it returns the holdings of the last auction,
 * which keep all caps.
 */
export async function solveFlow(
  network: FlowNetwork,
  control: FlowControl,
): Promise<FlowResult> {
  const { whole, scale, cap } = network;
  const auction = new Auction(network);
  const range = rangeOf(network);
  // The widest gap between cap.length + 1 fractions is wider than this ε, so rounding is exact.
  const last = whole
    ? 2 ** -Math.ceil(Math.log2(2 * cap.length + 4))
    : Math.max(LEAST, range * FINE);
  const phases = range === 0 ? 0 : Math.max(0, Math.ceil(log(FACTOR, range / FIRST / last)));
  let held: Held = auction;
  const stopped = () => ({ ...inUnits(held, scale), finished: false });
  for (let phase = phases; phase >= 0; phase--) {
    const step = last * FACTOR ** phase;
    control.onDone?.(1 - (phase + 1) / (phases + 2));
    if (!await auction.run(step, control)) return stopped();
    held = copyOf(auction);
    if (phase > 0) auction.lowerPrices(LOWERED * step);
  }
  if (whole) roundPrices(auction.price, last);
  const paths = new CheapestPaths(network, auction.price, auction);
  if (!await paths.run(control)) return stopped();
  return { ...inUnits({ ...paths.holdings, price: paths.price }, scale), finished: true };
}

/** Prices and holdings. */
type Held = Pick<FlowResult, "price" | "arc" | "count">;

function copyOf({ price, arc, count }: Held): Held {
  return { price: price.slice(), arc: arc.slice(), count: count.slice() };
}

function inUnits({ price, arc, count }: Held, scale: number): Held {
  return { price: price.map((steps) => steps * scale), arc, count };
}

function log(base: number, value: number): number {
  return Math.log2(value) / Math.log2(base);
}

/** The most that one offer can add to or take from the objective. */
function rangeOf({ value, step }: FlowNetwork): number {
  let largest = 0, largestStep = 0;
  for (let p = 0; p < value.length; p++) largest = Math.max(largest, Math.abs(value[p]));
  for (const own of step) {
    if (Number.isFinite(own)) largestStep = Math.max(largestStep, Math.abs(own));
  }
  return largest + largestStep;
}
