/**
 * All about splits: units, and their price, divided among people.
 *
 * - {@link readSplit} reads a problem from its files.
 * - {@link split} divides it, {@link splitArrays} for a great many people, {@link splitTotals} as the total moves,
 *   {@link splitGoods} for several goods, {@link splitBy} by other methods (seats, max-min, pro rata).
 * - {@link explainSplit} tells why somebody gets so much, {@link splitChart} draws it.
 *
 * Types of what is inside these are in `types.ts`; what goes wrong is an error of `mod.ts`.
 *
 * @example Seats by votes
 * ```ts
 * import { splitBy } from "./split.ts";
 * import { assertEquals } from "./lib/deps/std_assert.ts";
 *
 * const { people } = splitBy("webster", {
 *   total: 4,
 *   requirements: [
 *     { name: "north", interval: [0], target: 500 },
 *     { name: "south", interval: [0], target: 300 },
 *   ],
 * });
 * assertEquals(people.map(({ units }) => units), [3, 1]);
 * ```
 *
 * @module
 */
export { readSplit } from "./lib/io/documents/split/split_reader.ts";
export { split, splitArrays, splitGoods, splitTotals } from "./lib/api/split.ts";
export { explainSplit, splitBy } from "./lib/api/split_by.ts";
export { splitChart } from "./lib/report/charts/split_chart.ts";

export type { SplitProblem } from "./lib/woptim/problem/problem.ts";
export type { Split } from "./lib/woptim/split.ts";
