/**
 * Amounts of limits lowered to what offers can add up to.
 *
 * Where every offer counts a multiple of some g toward a hard limit, as all offers of a contract do toward a budget of its own, the sum
 * is a multiple of g: of 15, offers of 4 use 12. With 12 for an amount nothing is lost, and bounds are lower, as prices let a limit be
 * kept by a fraction of an offer (Chvátal, "Edmonds polytopes and a hierarchy of combinatorial problems", 1973).
 *
 * @module
 */
import { greatestDivisor } from "../../base/numbers/greatest_divisor.ts";
import { decimalsOf, MOST_DECIMALS } from "../model/objective_grid.ts";
import type { LimitRows } from "../drop/instance/limits.ts";

/** Numbers are counted in steps of a decimal as long as they are below this, so that no sum of two is rounded. */
const MOST_WHOLE = 2 ** 50;

/**
 * Float64Array, length rows: the amounts, those of hard limits lowered where that loses nothing.
 *
 * @param tolerance length rows: an excess up to this counts as none
 * @param counts length rows: 1 where every offer is known to count 1
 */
export function wholeAmounts(
  limits: LimitRows,
  tolerance: Float64Array,
  counts: Uint8Array = new Uint8Array(tolerance.length),
): Float64Array {
  const { amount, price, sense } = limits;
  const isAsked = Uint8Array.from(price, (own, r) => own === Infinity && sense[r] >= 0 ? 1 : 0);
  if (!isAsked.includes(1)) return amount.slice();
  // Of millions of offers only those need be looked at that count toward other rows.
  const isOpen = isAsked.map((asked, r) => counts[r] === 1 ? 0 : asked);
  const decimals = decimalsOfRows(limits, isOpen);
  const divisor = divisorsOf(limits, decimals, isOpen);
  return amount.map((own, r) => {
    if (isAsked[r] === 0 || !(divisor[r] > 0)) return own;
    const scale = 10 ** decimals[r], most = (own + tolerance[r]) * scale;
    if (!(Math.abs(most) < MOST_WHOLE)) return own;
    return Math.min(own, Math.floor(most / divisor[r]) * divisor[r] / scale);
  });
}

/** Uint8Array, length rows: decimals of what offers count toward the rows that are open; 0 for others. */
function decimalsOfRows({ row, coefficient, amount }: LimitRows, isOpen: Uint8Array): Uint8Array {
  const decimals = new Uint8Array(amount.length);
  let open = isOpen.reduce((sum, own) => sum + own, 0);
  // Money of many digits has no decimals, which one offer tells.
  for (let e = 0; e < row.length && open > 0; e++) {
    const r = row[e], own = coefficient[e], known = decimals[r];
    if (isOpen[r] === 0 || known > MOST_DECIMALS) continue;
    if (known === 0 && (own === 1 || own === -1)) continue;
    decimals[r] = decimalsOf(own, known);
    if (decimals[r] > MOST_DECIMALS) open--;
  }
  return decimals;
}

/**
 * Float64Array, length rows: the greatest common divisor of what offers count, in steps of the row's decimals, for rows that are open;
 * NaN: there is none. 1 for others.
 */
function divisorsOf(
  { row, coefficient, amount }: LimitRows,
  decimals: Uint8Array,
  isOpen: Uint8Array,
): Float64Array {
  const divisor = new Float64Array(amount.length).fill(1);
  const scale = Float64Array.from(decimals, (digits) => 10 ** digits);
  let open = 0;
  decimals.forEach((digits, r) => {
    if (isOpen[r] === 0) return;
    divisor[r] = digits > MOST_DECIMALS ? NaN : 0;
    if (digits <= MOST_DECIMALS) open++;
  });
  for (let e = 0; e < row.length && open > 0; e++) {
    const r = row[e], known = divisor[r];
    if (isOpen[r] === 0 || known !== known) continue;
    const whole = Math.abs(Math.round(coefficient[e] * scale[r]));
    if (!(whole < MOST_WHOLE)) {
      divisor[r] = NaN;
      open--;
    } else if (known !== 1) divisor[r] = greatestDivisor(known, whole);
  }
  return divisor;
}
