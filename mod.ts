/**
 * Divvy: divide scarce things among people, the best possible way, and prove it.
 *
 * - **Drops**: {@link readDrop} or {@link Drop.from}, then {@link allocate}, {@link check}, {@link report},
 *   {@link explain} and {@link whatIf}. Afterwards {@link review} or {@link readReview}, and {@link capsFromReviews}.
 * - **Splits**: {@link split}, of a problem that {@link readSplit} reads or a script makes. Columns of a great many people,
 *   several goods or totals, other methods, explanations and charts are in `split.ts` (`@divvy/divvy/split`).
 *
 * Options are plain objects whose defaults their documentation gives. Whatever can take long takes `onProgress`, and
 * an AbortSignal as `signal`. What goes wrong is an {@link InputError}, a {@link UsageError} or another class below.
 * In a Jupyter notebook results show themselves (examples/notebook.ipynb).
 *
 * This is what scripts call, pass and get back. Types of what is inside those, and a drop's columns, are in `types.ts`
 * (`@divvy/divvy/types`).
 *
 * @example A drop in memory: who gets the tea?
 * ```ts
 * import { allocate, check, Drop, report } from "./mod.ts";
 * import { assert, assertEquals } from "./lib/deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "north" }, { id: "bob", group: "north" }],
 *   contracts: [
 *     { id: "tea", cap: 1, sponsored: true },
 *     { id: "cake", cap: 2, sponsored: false },
 *   ],
 *   groups: [{ id: "north", ratio: 0.5 }],
 *   pairs: [
 *     { user: "ann", contract: "tea", score: 0.9 },
 *     { user: "bob", contract: "tea", score: 0.4 },
 *     { user: "bob", contract: "cake", score: 0.7 },
 *   ],
 * });
 * const allocation = await allocate(drop);
 * assert(check(drop, allocation).ok);
 * assertEquals(allocation.score, 1.6);
 * for (const { user, contract } of allocation.offers()) console.log(`${user} gets ${contract}`);
 * console.log(report(drop, allocation).facts.headline.sentence);
 * ```
 *
 * @example A split: seven slices for three people.
 * ```ts
 * import { split } from "./mod.ts";
 * import { assertEquals } from "./lib/deps/std_assert.ts";
 *
 * const { people } = split({
 *   total: 7,
 *   price: 20,
 *   requirements: [
 *     { name: "ann", interval: [1, 3], target: 2 },
 *     { name: "bob", interval: [2, 4], target: "upper" },
 *     { name: "cleo", interval: [0, 2], target: "center" },
 *   ],
 * });
 * assertEquals(people.reduce((sum, { units }) => sum + units, 0), 7);
 * assertEquals(people.reduce((sum, { payment }) => sum + payment!, 0), 20);
 * ```
 *
 * @module
 */

// Drops: read, allocate, check, report, explain.
export { Drop } from "./lib/allocator/drop/drop.ts";
export { readDrop } from "./lib/io/drop_reader.ts";
export { allocate } from "./lib/api/allocate.ts";
export { writeAssignments } from "./lib/api/write_assignments.ts";
export { check } from "./lib/api/check.ts";
export { preview, report } from "./lib/api/report.ts";
export { explain } from "./lib/api/explain.ts";
export { whatIf } from "./lib/api/whatif.ts";
export { diff } from "./lib/api/diff.ts";
export { serveHoldout } from "./lib/api/holdout.ts";
export { alternates } from "./lib/api/alternates.ts";

// Drops: review of their answers, and caps for the next drop.
export { readReview, review } from "./lib/api/review.ts";
export { capsFromReviews } from "./lib/api/caps_from_reviews.ts";

// Splits; more of them in split.ts.
export { readSplit } from "./lib/io/documents/split/split_reader.ts";
export { split } from "./lib/api/split.ts";

// What can go wrong.
export { InfeasibleError, InputError, TimeoutError, UsageError } from "./lib/base/errors.ts";

// What they take and give.
export type { DropInput } from "./lib/allocator/drop/drop.ts";
export type { AllocateOptions } from "./lib/api/allocate.ts";
export type { AllocatedDrop } from "./lib/api/allocated_drop.ts";
export type { SplitProblem } from "./lib/woptim/problem/problem.ts";
export type { Split } from "./lib/woptim/split.ts";
