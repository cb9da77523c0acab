/**
 * Groups of people, and of groups: teams in departments. Each may have an interval and a target of its own.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import {
  addFractions,
  compareFractions,
  type Fraction,
  fractionOf,
  toDouble,
  ZERO,
} from "../exact/fraction.ts";
import { isRounded, type SplitStatus, type Standing, summingError } from "./status.ts";

/** Groups of a split, checked: one entry a group in each array. */
export interface CheckedGroups {
  names: string[];
  /** −Infinity: no limit. */
  lower: Float64Array;
  /** Infinity: no limit. */
  upper: Float64Array;
  /** NaN: none. */
  target: Float64Array;
  /** How much each group's discontent counts. */
  weight: Float64Array;
  /** The group that each is in; −1: none. */
  parent: Int32Array;
  /** The groups so that each comes before the one that it is in. */
  inwardOut: Int32Array;
}

/** No groups at all. */
export const NO_GROUPS: CheckedGroups = {
  names: [],
  lower: new Float64Array(0),
  upper: new Float64Array(0),
  target: new Float64Array(0),
  weight: new Float64Array(0),
  parent: new Int32Array(0),
  inwardOut: new Int32Array(0),
};

/** An amount that may be infinite: null is without end. */
type Amount = Fraction | null;

/** The least and the most that bounds allow. */
interface Range {
  low: Amount;
  high: Amount;
}

/** Bounds of people or of groups; infinite: none. */
interface Bounds {
  lower: ArrayLike<number>;
  upper: ArrayLike<number>;
}

/**
 * How the total stands to the bounds of people and groups, each person's and group's to be kept. Throws {@link InputError} for
 * a group whose bounds its members' leave no room for. Amounts may be counted in steps: `unitsOf` is for messages.
 */
export function standingOfTree(
  total: number,
  people: Bounds & { group: Int32Array },
  groups: Pick<CheckedGroups, "names" | "lower" | "upper" | "parent" | "inwardOut">,
  unitsOf: (amount: number) => number = (amount) => amount,
): Standing {
  const shown = (amount: Fraction) => unitsOf(toDouble(amount));
  const empty = (): Range => ({ low: ZERO, high: ZERO });
  const sums = groups.names.map(empty), all = empty();
  for (let i = 0; i < people.group.length; i++) {
    const into = people.group[i] < 0 ? all : sums[people.group[i]];
    add(into, amountOf(people.lower[i]), amountOf(people.upper[i]));
  }
  for (const g of groups.inwardOut) {
    const members = sums[g], low = amountOf(groups.lower[g]), high = amountOf(groups.upper[g]);
    const conflict = (which: "lower" | "upper", bound: Fraction, limit: string) =>
      InputError.at({
        column: `groups[${g}].interval`,
        value: `${groups.names[g]}, ${which} ${shown(bound)}`,
        expected: limit,
      });
    if (low !== null && members.high !== null && compareFractions(low, members.high) > 0) {
      throw conflict(
        "lower",
        low,
        `at most ${shown(members.high)}, all that its members may have`,
      );
    }
    if (high !== null && members.low !== null && compareFractions(high, members.low) < 0) {
      throw conflict("upper", high, `at least ${shown(members.low)}, what its members need`);
    }
    const tightLow = low !== null &&
      (members.low === null || compareFractions(low, members.low) > 0);
    const tightHigh = high !== null &&
      (members.high === null || compareFractions(high, members.high) < 0);
    add(
      groups.parent[g] < 0 ? all : sums[groups.parent[g]],
      tightLow ? low : members.low,
      tightHigh ? high : members.high,
    );
  }
  const found = standing(fractionOf(total), all);
  // As in standingOf: what divisions and sums came to is what was meant up to their rounding.
  const size = Math.abs(total), terms = people.group.length;
  const isNear = found.amount <= Math.min(2 * Number.EPSILON * size, summingError(size, terms));
  return isNear && hasRounded(total, people, groups) ? { status: "feasible", amount: 0 } : found;
}

/** Whether the total or a bound is taken for the rounded result of a division. */
function hasRounded(
  total: number,
  people: Bounds,
  groups: Bounds,
): boolean {
  const all = [[total], people.lower, people.upper, groups.lower, groups.upper];
  return all.some((values) => Array.from(values).some(isRounded));
}

function amountOf(bound: number): Amount {
  return Number.isFinite(bound) ? fractionOf(bound) : null;
}

function add(range: Range, low: Amount, high: Amount): void {
  range.low = range.low === null || low === null ? null : addFractions(range.low, low);
  range.high = range.high === null || high === null ? null : addFractions(range.high, high);
}

function standing(total: Fraction, { low, high }: Range): Standing {
  const away = (status: SplitStatus, from: Fraction, to: Fraction): Standing => ({
    status,
    amount: toDouble(addFractions(from, { n: -to.n, d: to.d })),
  });
  if (high !== null && compareFractions(total, high) > 0) {
    return away("total_too_high", total, high);
  }
  if (low !== null && compareFractions(total, low) < 0) return away("total_too_low", low, total);
  return { status: "feasible", amount: 0 };
}
