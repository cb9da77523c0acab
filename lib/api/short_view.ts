/**
 * What results that hold columns of millions show where a program prints them: `console.log` and `JSON.stringify`.
 *
 * @module
 */
import type { Allocation } from "../allocator/model/allocation.ts";
import { type Instance, pairCount, userCount } from "../allocator/drop/instance/instance.ts";

/** Symbol of the method by which Node.js, Deno and Bun ask a value what `console.log` shows. */
const INSPECT: symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * Lets `value` be printed as a few figures: `console.log` shows them under `name`, `JSON.stringify` writes them. Neither method is a
 * field, so copies and comparisons do not see them.
 *
 * @param figures returns them, under the names that they have in files; called with the value as `this`
 * @example
 * ```ts
 * import { printedShort } from "./short_view.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * const value = printedShort({ column: new Float64Array(1000) }, "Sizes", () => ({ numbers: 1000 }));
 * assertEquals(Deno.inspect(value), "Sizes { numbers: 1000 }");
 * assertEquals(JSON.stringify(value), '{"numbers":1000}');
 * ```
 */
export function printedShort<T extends object>(
  value: T,
  name: string,
  figures: (this: T) => object,
): T {
  loggedAs(value, name, figures);
  return Object.defineProperty(value, "toJSON", { configurable: true, value: figures });
}

/** The part of {@link printedShort} that `console.log` asks. */
export function loggedAs<T extends object>(
  value: T,
  name: string,
  figures: (this: T) => object,
): void {
  const Named = { [name]: class {} }[name];
  Object.defineProperty(value, INSPECT, {
    configurable: true,
    value: function (this: T) {
      return Object.assign(new Named(), figures.call(this));
    },
  });
}

/** How large a drop is: users with an eligible pair, contracts, groups, pairs; rows of limits where it has any. */
export function dropSizes(instance: Instance): Record<string, number> {
  const { contracts, groups, limits } = instance;
  return {
    users: userCount(instance),
    contracts: contracts.length,
    groups: groups.length,
    pairs: pairCount(instance),
    ...(limits !== undefined && { limits: limits.rows.family.length }),
  };
}

/** The figures of an allocation, as a summary (`divvy allocate --summary`) names them. */
export function allocationFigures(instance: Instance, allocation: Allocation): object {
  const { solver, policy, offerStart, offerPair, score, objective, bound, gap } = allocation;
  let without = 0;
  for (let u = 1; u < offerStart.length; u++) if (offerStart[u] === offerStart[u - 1]) without++;
  return {
    solver,
    model: policy.model,
    k: policy.k,
    users: userCount(instance),
    users_without_offers: without,
    assignments: offerPair.length,
    score,
    objective,
    bound,
    gap,
    shortfall: allocation.shortfall,
    ...(allocation.limitPenalty !== undefined && { limit_penalty: allocation.limitPenalty }),
    timed_out: allocation.timedOut,
    warnings: allocation.warnings,
  };
}
