/**
 * The best flow and the prices that prove it.
 *
 * @module
 */
import { Auction } from "./auction.ts";
import { CheapestPaths } from "./cheapest_paths.ts";
import type { FlowControl } from "./flow_control.ts";
import type { FlowNetwork } from "./flow_network.ts";
import { roundPrices } from "./round_prices.ts";

/** What a flow ends with. */
export interface FlowResult {
  /** Float64Array, length contracts: prices, in the objective's terms. */
  readonly price: Float64Array;
  /** Int32Array, length users × k: pairs of user u in `[u·k, u·k + count[u])`; no cap is exceeded. */
  readonly arc: Int32Array;
  /** Uint16Array, length users: offers of each. */
  readonly count: Uint16Array;
  /** Whether it came to its end: the flow is the best, and the prices prove it. */
  readonly finished: boolean;
}

/** The first step of bids is the range of values over this, each next one the last over that. */
const FIRST = 4, FACTOR = 4;

/**
 * How far prices are lowered between two auctions, in steps of the last: so far that hardly any contract is then left with a
 * price and with room (its price could not fall by bids), and no further than bids can make up for.
 */
const LOWERED = 3;

/** The last step where values are not whole, relative to their range: what is left is for paths. */
const FINE = 2 ** -20;

/**
 * Auctions with smaller and smaller steps (ε-scaling; Bertsekas 1988) bring prices within a last step of the best. Where all
 * values are whole they are then rounded to the best; in any case paths settle what is left, so that the result is exact
 * but for the rounding of sums of doubles. Stopped, it returns the last auction's holdings, which keep all caps.
 */
export async function solveFlow(
  network: FlowNetwork,
  control: FlowControl,
): Promise<FlowResult> {
  const { whole, scale, cap } = network;
  const auction = new Auction(network);
  const range = rangeOf(network);
  // With steps this small, less than any gap between cap.length + 1 fractions can be, rounding is exact.
  const last = whole ? 2 ** -Math.ceil(Math.log2(2 * cap.length + 4)) : range * FINE;
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

/** Prices, and who holds what. */
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

/** The most that an offer can add to or take from the objective. */
function rangeOf({ value, step }: FlowNetwork): number {
  let largest = 0, largestStep = 0;
  for (let p = 0; p < value.length; p++) largest = Math.max(largest, Math.abs(value[p]));
  for (const own of step) {
    if (Number.isFinite(own)) largestStep = Math.max(largestStep, Math.abs(own));
  }
  return largest + largestStep;
}
