/**
 * Every user's best bundle, kept from the pass that proves a bound.
 *
 * @module
 */
import {
  sharedFloat64,
  sharedInt32,
  sharedUint16,
  sharedUint8,
} from "../../../base/arrays/shared_array.ts";
import type { DualProblem } from "../dual/dual_problem.ts";

/** Bundles of users as a pass keeps them, in memory that its shares have in common. */
export interface KeptBundles {
  /** Int32Array, length users × k: pairs of user u in `[u·k, u·k + count[u])`, the sponsored ones first; −1 behind them. */
  readonly slots: Int32Array;
  /** Uint16Array, length users: offers of each user. */
  readonly count: Uint16Array;
  /** Float64Array, length users: any other bundle of the same kind is worth at least this much less. */
  readonly lead: Float64Array;
  /** Float64Array, length users: how much less the best bundle of the other kind is worth at least. */
  readonly ahead: Float64Array;
  /** Uint8Array, length shares: 1 where a share has kept those of its users. */
  readonly isKept: Uint8Array;
  /** Uint8Array, length shares: 1 where those users of a share are kept whom its first view leaves out. */
  readonly isFrozen: Uint8Array;
}

/** The bundles of those whom one share's first view leaves out: at all prices within that view they stay the best. */
export interface FrozenBundles {
  /** Where they are kept; also how far bundles of the view's users are ahead, 0 where that may change. */
  readonly kept: KeptBundles;
  /** Float64Array, length blocks of the share: what those of each block are worth without noise, prices aside. */
  readonly worth: Float64Array;
}

/**
 * Whether at least half of the users have another bundle that may be as good as their best one: then it is noise that decides.
 *
 * @example
 * ```ts
 * import { areMostTied, keptBundles } from "./kept_bundles.ts";
 * import { compileDualProblem } from "../dual/dual_problem.ts";
 * import { defaultPolicy } from "../../model/policy.ts";
 * import { generateInstance } from "../../../generate/generate_instance.ts";
 * import { assert } from "../../../deps/std_assert.ts";
 *
 * const problem = compileDualProblem(generateInstance({ users: 20 }), defaultPolicy);
 * const kept = keptBundles(problem, 1);
 * assert(areMostTied(kept));
 * kept.lead.fill(0.1);
 * kept.ahead.fill(0.1);
 * assert(!areMostTied(kept));
 * ```
 */
export function areMostTied({ lead, ahead }: KeptBundles): boolean {
  let tied = 0;
  for (let u = 0; u < lead.length; u++) if (lead[u] === 0 || ahead[u] === 0) tied++;
  return 2 * tied >= lead.length;
}

/** Keeps the first `count` pairs of `bundle` as those of user `u`. `pair`: the pair of the drop that each is; null: they are the drop's. */
export function keepBundle(
  kept: KeptBundles,
  u: number,
  bundle: Int32Array,
  count: number,
  pair: Uint32Array | null,
): void {
  const k = bundle.length;
  for (let t = 0; t < k; t++) {
    kept.slots[u * k + t] = t >= count ? -1 : pair === null ? bundle[t] : pair[bundle[t]];
  }
  kept.count[u] = count;
}

/** Room for the bundles of a problem's users; the system gives memory for it where it is written to. */
export function keptBundles({ instance: { group }, k }: DualProblem, shares: number): KeptBundles {
  const users = group.length;
  return {
    slots: sharedInt32(users * k),
    count: sharedUint16(users),
    lead: sharedFloat64(users),
    ahead: sharedFloat64(users),
    isKept: sharedUint8(shares),
    isFrozen: sharedUint8(shares),
  };
}
