/**
 * Random splits of any mix of sizes, beside exact fractions. By hand, from seed 1 to 50,000:
 *
 *     deno run --allow-read tests/fuzz/splits.ts 1 50000
 *
 * Prints what is wrong, a line each, and exits with 1 if anything is.
 */
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { splitArrays } from "../../lib/woptim/split.ts";
import {
  type RationalCase,
  rationalStatus,
  rationalUnits,
  toNumber,
} from "../support/rational_split.ts";

/** Everybody's units are right to so much of them, whatever the others' are. */
const RIGHT = 1e-12;

/**
 * A random split with sizes from 1e-12 to 1e15 mixed, bounds open, huge, finite or one, in every third case weights and
 * amounts of last time.
 */
export function mixedSplit(seed: number): RationalCase {
  const random = seededRandom(seed);
  const size = () => 10 ** (random.below(28) - 12);
  const own = size();
  const number = () =>
    Number(((random.below(3) > 0 ? own : size()) * random.next()).toPrecision(4));
  const n = 1 + random.below(6);
  const lower: number[] = [], upper: number[] = [], target: number[] = [];
  for (let i = 0; i < n; i++) {
    const ends = [number(), number()].sort((a, b) => a - b);
    const kind = random.below(8);
    if (kind === 0) ends[1] = Infinity;
    if (kind === 1) ends[0] = -Infinity;
    if (kind === 2) ends[1] = 10 ** (60 + random.below(41));
    if (kind === 3) ends[1] = ends[0];
    lower.push(ends[0]);
    upper.push(ends[1]);
    target.push(number());
  }
  const split = {
    total: number(),
    lower,
    upper,
    target,
    gamma: 0.2,
    tMin: 0.5,
    absolute: random.below(4) === 0,
    allowNegative: seed % 7 === 0,
  };
  if (seed % 3 !== 0) return split;
  return {
    ...split,
    weight: target.map(() => 10 ** (random.below(13) - 6)),
    previous: target.map(() => random.below(2) === 0 ? NaN : number()),
    changeWeight: [0.01, 1][random.below(2)],
  };
}

/** What is wrong with the split of a seed; null: nothing. */
export function faultOfSplit(seed: number): string | null {
  const split = mixedSplit(seed);
  const { units, status } = splitArrays(split, split);
  const at = `seed ${seed}: ${JSON.stringify(split)}: ${units}`;
  const standing = rationalStatus(split);
  if (status !== standing) return `${status}, not ${standing}: ${at}`;
  for (const [i, exact] of rationalUnits(split).map(toNumber).entries()) {
    if (Math.abs(units[i] - exact) > RIGHT * Math.abs(exact)) {
      return `person ${i} should get ${exact}: ${at}`;
    }
  }
  return null;
}

if (import.meta.main) {
  const [from = 1, to = 50_000] = Deno.args.map(Number);
  let wrong = 0;
  for (let seed = from; seed <= to; seed++) {
    const fault = faultOfSplit(seed);
    if (fault === null) continue;
    wrong++;
    console.log(fault);
  }
  console.log(`${wrong} wrong of ${to - from + 1}`);
  Deno.exit(wrong === 0 ? 0 : 1);
}
