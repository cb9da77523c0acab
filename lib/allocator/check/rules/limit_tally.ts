/**
 * What assignments count toward each limit, by how much limits are missed, and what that costs.
 *
 * @module
 */
import { compareIds } from "../../../base/ids/ids.ts";
import type { Policy } from "../../model/policy.ts";
import { UserPolicies } from "./demands.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import type { LimitFamily } from "../../drop/instance/limit_family.ts";
import { Findings } from "./findings.ts";
import {
  consequenceOf,
  type DeclaredLimit,
  type DeclaredLimits,
  highestPrice,
  type Side,
  valuesText,
} from "./limits.ts";

/** An excess up to this, relative to the figures, is rounding of sums of decimals; whole numbers are compared exactly. */
const DECIMALS = 1e-9;

/** What limits that may be missed cost. */
export interface BeyondLimits {
  /** What it takes from the objective. */
  penalty: number;
  /** Units that limits at the shortfall price lack. */
  missing: number;
  /** Σ price × size of the figures that were compared: the rounding of the penalty is relative to it. */
  size: number;
}

/** Units that what is counted exceeds an amount by, or lacks; 0 if it is rounding of sums. */
export function beyondOf(side: Side, counted: number, allowed: number): number {
  const beyond = side === "at_most" ? counted - allowed : allowed - counted;
  if (beyond <= 0) return 0;
  const exact = Number.isInteger(beyond) && Number.isInteger(allowed);
  return exact || beyond > DECIMALS * (counted + allowed) ? beyond : 0;
}

/** Counts the offers of assignments toward limits. */
export class LimitTally {
  readonly #declared: DeclaredLimits;
  /** Σ of what the offers count, by limit. */
  readonly #counted: Float64Array;
  /** By limit: the offers that a share is taken of. */
  readonly #offers: Float64Array;

  /** No offers yet. */
  constructor(declared: DeclaredLimits) {
    this.#declared = declared;
    this.#counted = new Float64Array(declared.limits.length);
    this.#offers = new Float64Array(declared.limits.length);
  }

  /** Counts an offer of pair `p`, or several that count alike. */
  add(c: number, u: number, p: number, offers = 1): void {
    this.#declared.visit(c, u, p, (limit, counted) => {
      this.#counted[limit] += offers * counted;
      this.#offers[limit] += offers;
    });
  }

  /** A limit's amount in units; for a share, of all offers so far. */
  #allowed(l: number): number {
    const { family, amount } = this.#declared.limits[l];
    return family.shareOf === null ? amount : amount * this.#offers[l];
  }

  /** Units that limit `l` is exceeded by, or lacks. */
  beyond(l: number): number {
    return beyondOf(this.#declared.limits[l].side, this.#counted[l], this.#allowed(l));
  }

  /** Adds up what missed limits cost, those that are rules aside. */
  sum(shortfallPrice: number): BeyondLimits {
    let penalty = 0, missing = 0, size = 0;
    this.#declared.limits.forEach((limit, l) => {
      const consequence = consequenceOf(limit), beyond = this.beyond(l);
      if (beyond === 0 || consequence === "broken") return;
      const price = highestPrice(limit, shortfallPrice);
      penalty += price * beyond;
      size += price * (this.#counted[l] + this.#allowed(l));
      if (consequence === "at_shortfall_price") missing += beyond;
    });
    return { penalty, missing, size };
  }

  /** The findings of exceeded mosts and missed leasts, of limits without a price of their own. */
  findings(instance: Instance, policy: Policy): Findings[] {
    const { limits } = this.#declared;
    const found: Findings[] = [];
    if (limits.some((limit) => consequenceOf(limit) === "broken")) {
      found.push(new Findings("limit_at_most"));
    }
    if (limits.some((limit) => consequenceOf(limit) === "at_shortfall_price")) {
      found.push(new Findings("limit_at_least"));
    }
    const order = orderOf(limits, instance.limits!.families);
    const missed = new Set<number>();
    limits.forEach((limit, l) => {
      if (this.beyond(l) === 0 || consequenceOf(limit) === "at_own_price") return;
      const findings = found.find(({ rule }) => rule === `limit_${limit.side}`)!;
      if (limit.side === "at_least") missed.add(l);
      else findings.add(order[l], () => this.#case(limit, l));
    });
    if (missed.size === 0) return found;
    const reachable = reachableUnits(instance, this.#declared, missed, policy);
    const findings = found.find(({ rule }) => rule === "limit_at_least")!;
    for (const l of missed) {
      findings.add(order[l], () => ({
        ...this.#case(limits[l], l),
        // A share can always be reached by giving fewer of the other offers.
        ...(limits[l].family.shareOf === null && { reachable_at_most: reachable.get(l) ?? 0 }),
      }));
    }
    return found;
  }

  #case(limit: DeclaredLimit, l: number) {
    const { family, side, amount } = limit, values = valuesText(limit);
    const isShare = family.shareOf !== null;
    return {
      limit: family.limit,
      ...(values !== null && { values }),
      [isShare ? `${side}_share` : side]: amount,
      ...(isShare && { offers: this.#offers[l] }),
      given: this.#counted[l],
    };
  }
}

/** The place of each limit when sorted by family, then by values; `limits` are in the order in which pairs name them. */
function orderOf(
  limits: readonly DeclaredLimit[],
  families: readonly LimitFamily[],
): Uint32Array {
  const place = new Map(families.map((family, f) => [family, f]));
  const sorted = limits.map((_, l) => l).sort((a, b) => {
    const byFamily = place.get(limits[a].family)! - place.get(limits[b].family)!;
    if (byFamily !== 0) return byFamily;
    const at = limits[a].values.findIndex((value, i) => value !== limits[b].values[i]);
    return at < 0 ? a - b : compareIds(limits[a].values[at], limits[b].values[at]);
  });
  const order = new Uint32Array(limits.length);
  sorted.forEach((l, at) => order[l] = at);
  return order;
}

/**
 * At most how many units each of some limits could get: the lesser of the sums over users (of their k pairs that count most) and over
 * contracts (of the pairs that count most within the cap).
 */
function reachableUnits(
  instance: Instance,
  declared: DeclaredLimits,
  wanted: ReadonlySet<number>,
  policy: Policy,
): Map<number, number> {
  const { start, contract, cap, group } = instance;
  const policies = new UserPolicies(instance, policy);
  const byUsers = new Map<number, number>();
  const byContract = new Map<number, Map<number, number[]>>();
  for (let u = 0; u < group.length; u++) {
    const own = new Map<number, number[]>();
    for (let p = start[u]; p < start[u + 1]; p++) {
      const c = contract[p];
      declared.visit(c, u, p, (l, counted) => {
        if (!wanted.has(l) || counted === 0) return;
        listOf(own, l).push(counted);
        listOf(innerOf(byContract, l), c).push(counted);
      });
    }
    const { k } = policies.of(u);
    for (const [l, counts] of own) byUsers.set(l, (byUsers.get(l) ?? 0) + largest(counts, k));
  }
  for (const [l, contracts] of byContract) {
    let units = 0;
    for (const [c, counts] of contracts) units += largest(counts, cap[c]);
    byUsers.set(l, Math.min(byUsers.get(l)!, units));
  }
  return byUsers;
}

function listOf(lists: Map<number, number[]>, key: number): number[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, list = []);
  return list;
}

function innerOf<T>(maps: Map<number, Map<number, T>>, key: number): Map<number, T> {
  let inner = maps.get(key);
  if (inner === undefined) maps.set(key, inner = new Map());
  return inner;
}

/** The sum of the n largest. */
function largest(counts: number[], n: number): number {
  return counts.sort((a, b) => b - a).slice(0, n).reduce((sum, count) => sum + count, 0);
}
