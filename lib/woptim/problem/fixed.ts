/**
 * People whose amount is fixed beforehand: they are set aside, and the rest of the total is split among the others.
 *
 * @module
 */
import { InputError } from "../../base/errors.ts";
import { addFractions, type Fraction, fractionOf, toDouble, ZERO } from "../exact/fraction.ts";
import type { CheckedColumns } from "./problem.ts";
import { isRounded } from "./status.ts";

/** What is left to split once those who are fixed have theirs. */
export interface FreePart {
  /** The others, and what is left for them; undefined: there are none. */
  free?: CheckedColumns;
  /** Numbers of the others among all. */
  others: readonly number[];
  /** Units that are fixed. */
  fixedSum: number;
  /** What rounding may have taken from what is left, or added: of a total or amounts in thirds and the like; else 0. */
  room: number;
  /** Everybody's units, from those of the others. */
  withFixed: (units: Float64Array) => Float64Array;
  /** A total of the others with what is fixed added. */
  totalWith: (total: number) => number;
}

/**
 * Sets those aside who are fixed; undefined where nobody is. Amounts are subtracted as decimals, without rounding.
 * Throws {@link InputError} where more is fixed than there is, or where everybody is fixed and the amounts are not the
 * total.
 */
export function withoutFixed(columns: CheckedColumns): FreePart | undefined {
  const { fixed, total } = columns;
  if (fixed === undefined) return undefined;
  const others: number[] = [];
  let sum: Fraction = ZERO;
  fixed.forEach((units, i) => {
    if (Number.isNaN(units)) others.push(i);
    else sum = addFractions(sum, fractionOf(units));
  });
  const fixedSum = toDouble(sum), given = [total, ...fixed];
  const room = given.some(isRounded)
    ? Number.EPSILON * given.reduce((size, x) => size + (Number.isNaN(x) ? 0 : Math.abs(x)), 0)
    : 0;
  const exactLeft = toDouble(addFractions(fractionOf(total), { n: -sum.n, d: sum.d }));
  const left = Math.abs(exactLeft) <= room ? 0 : exactLeft;
  if (left < 0 || others.length === 0 && left !== 0) {
    throw InputError.at({
      column: "total",
      value: String(total),
      expected: others.length === 0
        ? `${fixedSum}, as everybody's amount is fixed`
        : `at least ${fixedSum}, what is fixed`,
    });
  }
  return {
    ...(others.length > 0 && { free: { ...subset(columns, others), total: left } }),
    others,
    fixedSum,
    room,
    withFixed: (units) => {
      const all = fixed.slice();
      others.forEach((i, j) => all[i] = units[j]);
      return all;
    },
    totalWith: (part) => toDouble(addFractions(fractionOf(part), sum)),
  };
}

/** The columns of some of the people; nobody among them is fixed. */
function subset(columns: CheckedColumns, some: readonly number[]): CheckedColumns {
  const picked: Record<string, unknown> = {};
  for (const [field, values] of Object.entries(columns)) {
    if (values instanceof Float64Array) picked[field] = Float64Array.from(some, (i) => values[i]);
    else if (Array.isArray(values)) picked[field] = some.map((i) => values[i]);
    else picked[field] = values;
  }
  delete picked.fixed;
  return picked as unknown as CheckedColumns;
}
