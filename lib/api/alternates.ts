/**
 * Alternates: the offers that users get next when they decline one.
 *
 * @module
 */
import { type Alternates, findAlternates } from "../allocator/explain/alternates.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import type { Instance } from "../allocator/drop/instance/instance.ts";
import { UsageError } from "../base/errors.ts";
import { aNumber, checkDrop, checkOptions } from "../base/validate.ts";
import { checkAllocationOf } from "./allocation_of_drop.ts";
import type { Offer } from "./allocated_drop.ts";
import type { Explicable } from "./explain.ts";

/** A pair that may replace an offer that is declined. */
export interface Alternate extends Offer {
  /** Place in the order of use, from 1. */
  readonly rank: number;
  /** The score less the prices of all limits that the pair counts toward. */
  readonly netValue: number;
}

/**
 * Each user's next best offers at the final prices, in the order to use them when one is declined: pairs that may replace one
 * of the user's offers and whose net value, with the weight of having the offer (`covW`), is not negative. Caps and limits are
 * kept on average only: prices make a scarce contract unattractive, but where many users decline at once, it may be given
 * beyond its cap.
 *
 * @throws {UsageError} for an allocation without prices, or an unknown option or one out of range
 *
 * @example
 * ```ts
 * import { allocate } from "./allocate.ts";
 * import { alternates } from "./alternates.ts";
 * import { Drop } from "../allocator/drop/drop.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = Drop.from({
 *   users: [{ id: "ann", group: "all" }],
 *   contracts: [
 *     { id: "tea", cap: 9, sponsored: false },
 *     { id: "bun", cap: 9, sponsored: false },
 *     { id: "pie", cap: 9, sponsored: false },
 *   ],
 *   groups: [{ id: "all", ratio: 0 }],
 *   pairs: [
 *     { user: "ann", contract: "tea", score: 0.75 },
 *     { user: "ann", contract: "bun", score: 0.25 },
 *     { user: "ann", contract: "pie", score: 0.5 },
 *   ],
 * });
 * const allocation = await allocate(drop, { k: 1 });
 * const next = [...alternates(drop, allocation, { perUser: 2 })];
 * assertEquals(next.map(({ rank, contract }) => `${rank} ${contract}`), ["1 pie", "2 bun"]);
 * ```
 */
export function alternates(
  drop: Drop,
  allocation: Explicable,
  options: { perUser?: number } = {},
): Generator<Alternate, void> {
  checkDrop(drop);
  checkAllocationOf(drop, allocation);
  checkOptions("alternates", options, { perUser: aNumber({ min: 1, whole: true }) });
  const { perUser = 3 } = options, { instance } = drop, { policy, prices } = allocation;
  if (prices === null) {
    throw new UsageError("the allocation has no prices to find alternates by: use solver optimal");
  }
  return byUser(instance, findAlternates(instance, policy, allocation, prices, perUser));
}

function* byUser(
  instance: Instance,
  { start, pair, netValue }: Alternates,
): Generator<Alternate, void> {
  for (let u = 0; u < instance.group.length; u++) {
    for (let i = start[u]; i < start[u + 1]; i++) {
      const p = pair[i], c = instance.contract[p];
      yield {
        user: instance.users.at(u),
        contract: instance.contracts[c],
        rank: i - start[u] + 1,
        score: instance.score[p],
        netValue: netValue[i],
        sponsored: c < instance.sponsoredContracts,
        group: instance.groups[instance.group[u]],
      };
    }
  }
}
