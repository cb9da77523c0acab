/**
 * What is asked about limits: a drop, and who got what.
 *
 * @module
 */
import type { Instance } from "../drop/instance.ts";
import type { Limits } from "../drop/limits.ts";
import type { Prices } from "../model/allocation.ts";
import type { Offers } from "../model/offers.ts";
import type { Policy } from "../model/policy.ts";

/** A drop with limits, and who got what under which rules. */
export interface LimitsQuestion {
  /** The drop. */
  readonly instance: Instance & { readonly limits: Limits };
  /** The rules. */
  readonly policy: Pick<Policy, "k">;
  /** Who got what. */
  readonly offers: Offers;
  /** Prices; null: there are none. */
  readonly prices: Prices | null;
  /** What a unit short of a least without a price of its own costs. */
  readonly shortfallPrice: number;
}
