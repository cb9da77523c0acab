/**
 * Alternates: what users get next when they decline an offer.
 *
 * @module
 */
import { findAlternates } from "../allocator/explain/alternates.ts";
import type { Drop } from "../allocator/drop/drop.ts";
import { UsageError } from "../base/errors.ts";
import { aNumber, checkAllocation, checkDrop, checkOptions } from "../base/validate.ts";
import type { Offer } from "./allocated_drop.ts";
import type { Explicable } from "./explain.ts";

/** An option that takes the place of an offer that is declined. */
export interface Alternate extends Offer {
  /** 1: the first to use. */
  readonly rank: number;
  /** Score less all prices: what it is worth at them. */
  readonly netValue: number;
}

/**
 * Each user's next best offers at the final prices, in the order to use them when one is declined: options that may take the
 * place of one of the user's offers and are worth their price. They keep caps and limits in expectation only: a contract whose
 * price is its next unit's worth elsewhere is nobody's cheap way out, but where many decline at once it can be given beyond its cap.
 *
 * @throws {UsageError} for an allocation without prices, or an option not known or out of range
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
export function* alternates(
  drop: Drop,
  allocation: Explicable,
  options: { perUser?: number } = {},
): Generator<Alternate, void> {
  checkDrop(drop);
  checkAllocation(allocation);
  checkOptions("alternates", options, { perUser: aNumber({ min: 1, whole: true }) });
  const { perUser = 3 } = options, { instance } = drop, { policy, prices } = allocation;
  if (prices === null) {
    throw new UsageError("the allocation has no prices to find alternates by: use solver optimal");
  }
  const { start, pair, netValue } = findAlternates(instance, policy, allocation, prices, perUser);
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
