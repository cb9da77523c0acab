/**
 * The input of explanations of limits: a drop and its offers.
 *
 * @module
 */
import type { Instance } from "../drop/instance/instance.ts";
import type { Limits } from "../drop/instance/limits.ts";
import type { Prices } from "../model/allocation.ts";
import type { Offers } from "../model/offers.ts";
import type { Policy } from "../model/policy.ts";

/** A drop with limits, its offers, and what is needed to explain its limits. */
export interface LimitsQuestion {
  /** The drop. */
  readonly instance: Instance & { readonly limits: Limits };
  /** The policy. */
  readonly policy: Policy;
  /** The offers. */
  readonly offers: Offers;
  /** Prices of the certificate; null if the solver gives none. */
  readonly prices: Prices | null;
  /** What each missed unit of a soft row without a price of its own costs. */
  readonly shortfallPrice: number;
}
