/**
 * Offered → selected → redeemed, by whatever offers have in common.
 *
 * @module
 */
import { compareIds } from "../base/ids/ids.ts";
import {
  NO_GROUP,
  REDEEMED,
  type ReviewData,
  SELECTED,
  SPONSORED,
  UNSPONSORED,
} from "./review_data.ts";

/** Counts of offers. */
export interface Steps {
  /** Offers made. */
  offered: number;
  /** Offers among them that were selected. */
  selected: number;
  /** Offers among them that were redeemed, selected before or not. */
  redeemed: number;
}

/** A row of a funnel: what its offers have in common, and how many came how far. */
export interface NamedSteps extends Steps {
  /** Id or name; null where it is not known (users without a group, contracts without a brand). */
  readonly name: string | null;
}

/** The offers of a contract to a group. */
export interface CellSteps extends Steps {
  /** Place of the contract. */
  readonly contract: number;
  /** Place of the group, or {@link NO_GROUP}. */
  readonly group: number;
}

/** The funnels of a review; offers of users who are held out are not in them. */
export interface Funnels {
  /** All offers. */
  readonly all: Steps;
  /** By contract, in canonical order; those without offers too. */
  readonly contracts: readonly Steps[];
  /** By contract and group: those that have offers, by contract, then group. */
  readonly cells: readonly CellSteps[];
  /** By brand, in canonical order; null where no brands are known. */
  readonly brands: readonly NamedSteps[] | null;
  /** By group, in canonical order. */
  readonly groups: readonly NamedSteps[];
  /** By place among the user's offers, from 1; null where no scores are known. */
  readonly ranks: readonly Steps[] | null;
  /** By type: sponsored, unsponsored, not known. */
  readonly types: readonly NamedSteps[];
  /** Redeemed without having been selected. */
  readonly redeemedUnselected: number;
  /** Offers to users held out, which are not counted. */
  readonly toHeldOut: number;
}

/** Counts the offers of a review that came how far. */
export function funnelsOf(data: ReviewData): Funnels {
  const { offerStart, contract, outcome, group, groupIds, heldOut } = data;
  const cells = new Map<number, CellSteps>(), stride = groupIds.length + 1;
  const ranks: Steps[] = [];
  let redeemedUnselected = 0, toHeldOut = 0;
  for (let u = 0; u + 1 < offerStart.length; u++) {
    if (heldOut?.[u] === 1) {
      toHeldOut += offerStart[u + 1] - offerStart[u];
      continue;
    }
    const g = group[u] === NO_GROUP ? groupIds.length : group[u];
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const key = contract[o] * stride + g;
      let cell = cells.get(key);
      if (cell === undefined) {
        cells.set(key, cell = { contract: contract[o], group: group[u], ...none() });
      }
      count(cell, outcome[o]);
      if (data.rank !== null) {
        while (ranks.length < data.rank[o]) ranks.push(none());
        count(ranks[data.rank[o] - 1], outcome[o]);
      }
      if ((outcome[o] & (SELECTED | REDEEMED)) === REDEEMED) redeemedUnselected++;
    }
  }
  const sorted = [...cells.keys()].sort((a, b) => a - b).map((key) => cells.get(key)!);
  const byContract = data.contractIds.map(none);
  const byGroup = [...groupIds.map(none), none()];
  for (const cell of sorted) {
    add(byContract[cell.contract], cell);
    add(byGroup[cell.group === NO_GROUP ? groupIds.length : cell.group], cell);
  }
  const all = none();
  for (const steps of byContract) add(all, steps);
  return {
    all,
    contracts: byContract,
    cells: sorted,
    brands: data.brand === null ? null : brandSteps(data.brand, byContract),
    groups: named([...groupIds, null], byGroup),
    ranks: data.rank === null ? null : ranks,
    types: typeSteps(data.type, byContract),
    redeemedUnselected,
    toHeldOut,
  };
}

function none(): Steps {
  return { offered: 0, selected: 0, redeemed: 0 };
}

function count(steps: Steps, outcome: number): void {
  steps.offered++;
  if ((outcome & SELECTED) !== 0) steps.selected++;
  if ((outcome & REDEEMED) !== 0) steps.redeemed++;
}

function add(steps: Steps, more: Steps): void {
  steps.offered += more.offered;
  steps.selected += more.selected;
  steps.redeemed += more.redeemed;
}

/** Rows with their names; what has none is left out where it has no offers. */
function named(names: readonly (string | null)[], steps: readonly Steps[]): NamedSteps[] {
  return steps.map((own, i) => ({ name: names[i], ...own }))
    .filter(({ name, offered }) => name !== null || offered > 0);
}

function brandSteps(brand: readonly string[], byContract: readonly Steps[]): NamedSteps[] {
  const names = [...new Set(brand)].filter((id) => id !== "").sort(compareIds);
  const place = new Map(names.map((id, i) => [id, i]));
  const steps = [...names.map(none), none()];
  byContract.forEach((own, c) => add(steps[place.get(brand[c]) ?? names.length], own));
  return named([...names, null], steps);
}

function typeSteps(type: Uint8Array, byContract: readonly Steps[]): NamedSteps[] {
  const steps = [none(), none(), none()];
  byContract.forEach((own, c) =>
    add(steps[type[c] === SPONSORED ? 0 : type[c] === UNSPONSORED ? 1 : 2], own)
  );
  return named(["sponsored", "unsponsored", null], steps)
    .filter(({ offered }) => offered > 0);
}
