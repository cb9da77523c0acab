/**
 * Refuses scores that are so large that sums of them would be no numbers.
 *
 * @module
 */
import { InputError, type InputFault } from "../../base/errors.ts";
import { twoDigitsDown } from "../../base/numbers/two_digits.ts";
import type { Directory } from "./instance/directory.ts";
import { COLUMN_NAMES, type SourceNames } from "./no_pair_left.ts";
import type { OrderedPairs } from "./pairs/tidy_pairs.ts";

/**
 * Largest sum of the absolute values of all scores. It leaves room for what solvers multiply sums by, so that no objective or
 * bound becomes Infinity, and no difference of two of them NaN.
 */
const LARGEST_SUM = 1e300;

/** The largest score of a drop whose scores' sum could be beyond LARGEST_SUM, and the pair that it is of. */
export class ScoreOverflow extends InputError {
  /** Id of the pair's user. */
  readonly user: string;
  /** Id of its contract. */
  readonly contract: string;
  /** The score. */
  readonly score: number;

  /** An error about the score of a pair; `message` and `fault` as {@link InputError} has them. */
  constructor(
    message: string,
    fault: InputFault,
    pair: [user: string, contract: string, score: number],
  ) {
    super(message, fault);
    [this.user, this.contract, this.score] = pair;
  }
}

/** @throws {ScoreOverflow} where scores' sum could be beyond LARGEST_SUM: names the largest, and whose it is */
export function refuseOverflow(
  directory: Directory,
  columns: OrderedPairs,
  names: SourceNames,
): void {
  const { start, contract, score, counts: { pairs } } = columns;
  let largest = 0, at = 0;
  for (let i = 0; i < pairs; i++) {
    const size = Math.abs(score[i]);
    if (size > largest) [largest, at] = [size, i];
  }
  if (largest * pairs <= LARGEST_SUM) return;
  const fields = names.fields ?? COLUMN_NAMES;
  const user = directory.users.pool.at(start.findIndex((first) => first > at) - 1);
  const given = directory.contracts[contract[at]];
  const { message, fault } = InputError.at({
    file: names.elig,
    column: "score",
    value: String(score[at]),
    expected: `a number of at most ±${twoDigitsDown(LARGEST_SUM / pairs)}, ` +
      `so that sums of scores don't overflow (it is that of ${fields.user} ${user} with ${fields.contract} ${given})`,
  });
  throw new ScoreOverflow(message, fault, [user, given, score[at]]);
}
