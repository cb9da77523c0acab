/**
 * The units of people who share a total at one price: in doubles, and in exact arithmetic where doubles are not precise enough.
 *
 * @module
 */
import { solveTree } from "../groups/group_split.ts";
import { NO_GROUPS } from "../problem/group_tree.ts";
import { solvePrice } from "./multiplier.ts";
import type { People } from "./people.ts";
import { withinReach } from "./reach.ts";

/** Relative errors of units up to this are accepted. */
const FINE = 2 ** -44;
/** Of more people than this, units that are small beside what the person asks for may be a little less right. */
const FEW = 1000;
/** Units below this share of what the person asks for count as small. */
const SMALL = 2 ** -5;
/** Exact arithmetic takes some seconds for so many people; for more, doubles are used. */
const MOST = 20_000;

/**
 * Writes everybody's units and returns the price, half the multiplier of Σ units = total.
 *
 * Doubles (two of them for the price) give all units right to about their last bit, unless sizes are very far apart: where
 * somebody's units are a small difference of large numbers, or hardly move the sum. Bounds on the errors
 * show where that may be so; then the units are worked out in exact arithmetic.
 */
export function solvePeople(people: People, total: number, units: Float64Array): number {
  const near = withinReach(people, total);
  const price = solvePrice(near, total, units);
  if (people.count > MOST || isFine(near, price, total, units)) return price;
  const exact = solveTree(
    {
      total,
      wishes: near,
      hard: near,
      group: new Int32Array(near.count).fill(-1),
      groups: NO_GROUPS,
      groupHard: NO_GROUPS_HARD,
    },
    people.options,
    units,
  );
  // Where nobody moves, there is a range of prices, and the search knows which end is meant.
  const moves = units.some((x, i) => near.floor[i] < x && x < near.ceiling[i]);
  return moves ? exact.price : price;
}

const NO_GROUPS_HARD = { floor: new Float64Array(0), ceiling: new Float64Array(0) };

/** Whether all units are known to be right. */
function isFine(people: People, price: number, total: number, units: Float64Array): boolean {
  const { floor, ceiling, lower, upper, center, slope, count } = people;
  // What the price may be off by: what the sum of units may miss, over what it moves by.
  let moves = 0, sizes = total;
  for (let i = 0; i < count; i++) {
    sizes += Math.abs(units[i]);
    if (floor[i] < units[i] && units[i] < ceiling[i]) moves += 1 / people.slopeAt(i, units[i]);
  }
  const off = 4 * Number.EPSILON * sizes / moves;
  for (let i = 0; i < count; i++) {
    const x = units[i];
    if (floor[i] === ceiling[i]) continue;
    const s = people.slopeAt(i, x), own = Math.abs(center[i]) + Math.abs(price) / s;
    // At a hard bound, far from the price at which it is left, nothing can be wrong.
    const isClamped = x <= floor[i] || x >= ceiling[i];
    const rounding = 4 * Number.EPSILON *
      (s * (own + Math.abs(x)) + slope[i] * sizeOf(lower[i], upper[i]));
    if (isClamped && Math.abs(people.halfDerivative(i, x) - price) > 2 * off + rounding) continue;
    const error = (moves > 0 ? off / s : 0) + Number.EPSILON * own;
    const size = count <= FEW ? Math.abs(x) : Math.max(Math.abs(x), SMALL * own);
    if (error > FINE * size) return false;
  }
  return true;
}

function sizeOf(lower: number, upper: number): number {
  return Math.max(
    Number.isFinite(lower) ? Math.abs(lower) : 0,
    Number.isFinite(upper) ? Math.abs(upper) : 0,
  );
}
