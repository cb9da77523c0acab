/**
 * Reviews of several weeks put together: the counts that rates are estimated from.
 *
 * @module
 */
import { compareIds } from "../base/ids/ids.ts";
import type { RateCounts } from "./rate_counts.ts";

/** The part of a review that rates are estimated from; the facts of a review have it. */
export interface ReviewedWeek {
  /** Name of the week. */
  readonly title: string;
  /** Contracts. */
  readonly contracts: readonly ReviewedContract[];
  /** Offers by contract and group. */
  readonly cells: readonly ReviewedCell[];
}

/** A contract of a reviewed week. */
export interface ReviewedContract {
  /** Its id. */
  readonly contract_address: string;
  /** Its brand; null: none, or not known. */
  readonly brand_id: string | null;
  /** Whether it is sponsored; null: not known. */
  readonly is_sponsored: boolean | null;
  /** Its cap; null: not known. */
  readonly cap: number | null;
  /** The cautious redemption rate that its cap was made with; null: not known. */
  readonly planned_rate: number | null;
}

/** Offers of a contract to a group. */
export interface ReviewedCell {
  /** Contract. */
  readonly contract_address: string;
  /** Group; null: users without one. */
  readonly group_id: string | null;
  /** Offers. */
  readonly offered: number;
  /** Offers redeemed; null: not known, then the week can't be learned from. */
  readonly redeemed: number | null;
}

/** Counts of several weeks in one numbering. */
export interface PooledWeeks {
  /** Ids of contracts, in canonical order. */
  readonly contractIds: readonly string[];
  /** What the last week says about each contract. */
  readonly contracts: readonly ReviewedContract[];
  /** Ids of groups, in canonical order; null, for users without one, comes last. */
  readonly groupIds: readonly (string | null)[];
  /** Ids of brands, in canonical order. A contract without a brand is one by itself, which has no id. */
  readonly brandIds: readonly (string | null)[];
  /** Counts of all weeks. */
  readonly all: RateCounts;
  /** Counts of each week, over the same cells: those without offers in the week have 0. */
  readonly weeks: readonly { readonly offers: Float64Array; readonly hits: Float64Array }[];
}

/** Puts weeks together. Weeks come in their order, the oldest first. */
export function poolWeeks(weeks: readonly ReviewedWeek[]): PooledWeeks {
  const known = new Map<string, ReviewedContract>();
  for (const week of weeks) {
    for (const contract of week.contracts) {
      const before = known.get(contract.contract_address);
      // Details that a later review lacks are taken from an earlier one.
      known.set(
        contract.contract_address,
        before === undefined ? contract : later(before, contract),
      );
    }
  }
  for (const { cells } of weeks) {
    for (const { contract_address } of cells) {
      if (!known.has(contract_address)) {
        known.set(contract_address, unknownContract(contract_address));
      }
    }
  }
  const contractIds = [...known.keys()].sort(compareIds);
  const contracts = contractIds.map((id) => known.get(id)!);
  const groupIds = groupsOf(weeks);
  const { brandOf, brandIds } = brandsOf(contracts);
  const contractAt = new Map(contractIds.map((id, i) => [id, i]));
  const groupAt = new Map(groupIds.map((id, i) => [id, i]));
  const keyOf = ({ contract_address, group_id }: ReviewedCell) =>
    contractAt.get(contract_address)! * groupIds.length + groupAt.get(group_id)!;
  const keys = [...new Set(weeks.flatMap(({ cells }) => cells.map(keyOf)))].sort((a, b) => a - b);
  const cellAt = new Map(keys.map((key, i) => [key, i]));
  const perWeek = weeks.map(({ cells }) => {
    const offers = new Float64Array(keys.length), hits = new Float64Array(keys.length);
    for (const cell of cells) {
      const at = cellAt.get(keyOf(cell))!;
      offers[at] += cell.offered;
      hits[at] += cell.redeemed ?? 0;
    }
    return { offers, hits };
  });
  const sum = (of: (week: (typeof perWeek)[number]) => Float64Array) =>
    Float64Array.from(keys, (_, i) => perWeek.reduce((all, week) => all + of(week)[i], 0));
  return {
    contractIds,
    contracts,
    groupIds,
    brandIds,
    all: {
      contracts: contractIds.length,
      brands: brandIds.length,
      brandOf,
      contract: Uint32Array.from(keys, (key) => Math.floor(key / groupIds.length)),
      group: Uint32Array.from(keys, (key) => key % groupIds.length),
      offers: sum(({ offers }) => offers),
      hits: sum(({ hits }) => hits),
    },
    weeks: perWeek,
  };
}

function later(before: ReviewedContract, now: ReviewedContract): ReviewedContract {
  return {
    contract_address: now.contract_address,
    brand_id: now.brand_id ?? before.brand_id,
    is_sponsored: now.is_sponsored ?? before.is_sponsored,
    cap: now.cap ?? before.cap,
    planned_rate: now.cap === null ? before.planned_rate : now.planned_rate,
  };
}

function unknownContract(id: string): ReviewedContract {
  return {
    contract_address: id,
    brand_id: null,
    is_sponsored: null,
    cap: null,
    planned_rate: null,
  };
}

function groupsOf(weeks: readonly ReviewedWeek[]): (string | null)[] {
  const ids = new Set<string>();
  let without = false;
  for (const { cells } of weeks) {
    for (const { group_id } of cells) {
      if (group_id === null) without = true;
      else ids.add(group_id);
    }
  }
  const sorted: (string | null)[] = [...ids].sort(compareIds);
  return without ? [...sorted, null] : sorted;
}

function brandsOf(contracts: readonly ReviewedContract[]) {
  const named = new Set(contracts.flatMap(({ brand_id }) => brand_id === null ? [] : [brand_id]));
  const brandIds: (string | null)[] = [...named].sort(compareIds);
  const place = new Map(brandIds.map((id, i) => [id, i]));
  const isBranded = named.size > 0;
  // Where no brands are known all contracts share one, so that they are shrunk towards the overall rate only once.
  if (!isBranded) brandIds.push(null);
  const brandOf = Uint32Array.from(contracts, ({ brand_id }) => {
    if (brand_id !== null) return place.get(brand_id)!;
    return isBranded ? brandIds.push(null) - 1 : 0;
  });
  return { brandOf, brandIds };
}
