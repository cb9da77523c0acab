/**
 * The prices of a certificate as columns of a drop, and which of them are not allowed.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import type { Certificate } from "../../model/certificate.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { GroupDemand } from "../rules/demands.ts";
import { LimitPrices } from "./limit_prices.ts";
import type { DeclaredLimits } from "../rules/limits.ts";
import { type DividedPrices, OwnLimits } from "./own_limits.ts";

/** Most wrong prices that are named; the rest are counted. */
const NAMED = 5;

/** A certificate's prices in columns, and the problems with them. */
export interface ClaimedPrices extends DividedPrices {
  readonly prices: Prices;
  readonly problems: string[];
}

/** Lays the certificate's prices out in columns, and notes which of them are not allowed; those are left at 0. */
export function claimedPrices(
  instance: Instance,
  demands: readonly GroupDemand[],
  declared: DeclaredLimits | null,
  certificate: Pick<
    Certificate,
    "contracts" | "groups" | "limits" | "shortfall_price" | "own_limits_kept"
  >,
): ClaimedPrices {
  const problems: string[] = [];
  let unnamed = 0;
  const note = (problem: string) => problems.length < NAMED ? problems.push(problem) : unnamed++;
  const groups = instance.groups.length;
  const prices: Prices = {
    contract: new Float64Array(instance.contracts.length),
    minSponsored: new Float64Array(groups),
    maxSponsored: new Float64Array(groups),
    assignmentRatio: new Float64Array(groups),
    mixedShare: new Float64Array(groups),
  };
  const set = (column: Float64Array, i: number, price: number, most: number, what: string) => {
    const allowed = price >= 0 && price <= most && price < Infinity;
    if (!allowed) note(`${what} is ${price}, expected ${range(most)}`);
    else column[i] = price;
  };

  const contractIndex = new Map(instance.contracts.map((id, c) => [id, c]));
  for (const [id, price] of Object.entries(certificate.contracts)) {
    const c = contractIndex.get(id);
    if (c === undefined) note(`contract ${id} has a price and is not in the drop`);
    else set(prices.contract, c, price, Infinity, `price of contract ${id}`);
  }
  const groupIndex = new Map(instance.groups.map((id, g) => [id, g]));
  for (const [id, group] of Object.entries(certificate.groups)) {
    const g = groupIndex.get(id);
    if (g === undefined) {
      note(`group ${id} has prices and is not in the drop`);
      continue;
    }
    const { most, share, mixed } = demands[g];
    // A price of a minimum above the shortfall price proves nothing: it would be cheaper to miss the minimum.
    const price = (name: keyof typeof group, column: Float64Array, limit: number) =>
      set(column, g, group[name] ?? 0, limit, `${name} of group ${id}`);
    price("min_sponsored", prices.minSponsored, certificate.shortfall_price);
    price("max_sponsored", prices.maxSponsored, most === null ? 0 : Infinity);
    price("assignment_ratio", prices.assignmentRatio, share === null ? 0 : Infinity);
    price("mixed_share", prices.mixedShare, mixed === null ? 0 : Infinity);
  }
  const limits = declared === null ? null : new LimitPrices(declared, instance);
  const { limits: ofLimits = [] } = certificate;
  if (limits !== null) limits.set(ofLimits, certificate.shortfall_price, note);
  else if (ofLimits.length > 0) note("limits have prices and the drop has no limits");
  if (unnamed > 0) problems.push(`and ${unnamed} more wrong prices`);
  const divided = limits !== null && certificate.own_limits_kept === true
    ? OwnLimits.divide(instance, limits)
    : { limits };
  return { prices, ...divided, problems };
}

function range(most: number): string {
  if (most === 0) return "0, there being no such rule";
  return most === Infinity ? "a finite number ≥ 0" : `0 … ${most}, the shortfall price`;
}
