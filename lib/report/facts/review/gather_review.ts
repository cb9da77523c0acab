/**
 * Gathers the facts of a review from its data.
 *
 * @module
 */
import {
  type CellSteps,
  type Funnels,
  funnelsOf,
  type NamedSteps,
  type Steps,
} from "../../../review/funnel.ts";
import { wilson } from "../../../review/intervals.ts";
import { NO_GROUP, type ReviewData, SPONSORED, UNKNOWN_TYPE } from "../../../review/review_data.ts";
import { type GroupUsers, groupUsers, type Lift, liftOf } from "../../../review/user_shares.ts";
import type {
  ArmFacts,
  FunnelSteps,
  LiftFacts,
  NeverChosen,
  ReviewCell,
  ReviewDetails,
  ReviewFacts,
  ReviewGroup,
  ShareFacts,
} from "./review_facts.ts";
import { aboutContract } from "../../../allocator/drop/instance/contract_columns.ts";
import { reviewHeadline } from "./review_words.ts";

/** Gathers the facts of a review. */
export function reviewFacts(data: ReviewData, details: ReviewDetails = {}): ReviewFacts {
  const { confidence = 0.95, title = "review" } = details;
  const funnels = funnelsOf(data), users = groupUsers(data);
  const hasRedemptions = data.redemptions !== null;
  const steps = (own: Steps) => funnelSteps(own, hasRedemptions, confidence);
  const rows = (all: readonly NamedSteps[]) =>
    all.map((row) => ({ name: row.name, ...steps(row) }));
  const sum = (of: (row: GroupUsers) => number) => users.reduce((all, row) => all + of(row), 0);
  const facts: Omit<ReviewFacts, "headline"> = {
    format: "divvy-review-1",
    title,
    confidence,
    totals: {
      ...steps(funnels.all),
      users: sum((row) => row.users),
      users_with_offers: sum((row) => row.offered),
      users_chose_none: sum((row) => row.choseNone),
      users_held_out: data.heldOut?.reduce((all, is) => all + is, 0) ?? 0,
      contracts_offered: funnels.contracts.filter(({ offered }) => offered > 0).length,
    },
    contracts: data.contractIds.map((id, c) => ({
      contract_address: id,
      ...aboutContract(data, c),
      is_sponsored: data.type[c] === UNKNOWN_TYPE ? null : data.type[c] === SPONSORED,
      brand_id: data.brand?.[c] || null,
      cap: known(data.cap?.[c]),
      planned_rate: known(data.plannedRate?.[c]),
      ...steps(funnels.contracts[c]),
    })),
    brands: funnels.brands === null ? null : rows(funnels.brands),
    types: rows(funnels.types),
    ranks: funnels.ranks?.map((own, i) => ({ rank: i + 1, ...steps(own) })) ?? null,
    groups: rows(funnels.groups),
    sponsored: sponsoredFacts(data, users, confidence),
    lift: liftOf(data, confidence)?.map((lift) => liftFacts(lift, confidence)) ?? null,
    never_chosen: neverChosen(data, funnels, confidence),
    cells: funnels.cells.map((cell) => cellFacts(data, cell)),
    input: {
      repeated_offers: data.repeatedOffers,
      offers_to_held_out: funnels.toHeldOut,
      selections: data.selections,
      redemptions: data.redemptions,
      redeemed_unselected: hasRedemptions ? funnels.redeemedUnselected : 0,
    },
    files: details.files ?? {},
  };
  return { ...facts, headline: reviewHeadline(facts) };
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function shareFacts(hits: number, n: number, confidence: number): ShareFacts {
  return { share: n === 0 ? null : hits / n, ...wilson(hits, n, confidence) };
}

function funnelSteps(steps: Steps, hasRedemptions: boolean, confidence: number): FunnelSteps {
  const { offered, selected, redeemed } = steps;
  return {
    offered,
    selected,
    redeemed: hasRedemptions ? redeemed : null,
    selection: shareFacts(selected, offered, confidence),
    redemption: hasRedemptions ? shareFacts(redeemed, offered, confidence) : null,
  };
}

function cellFacts(data: ReviewData, cell: CellSteps): ReviewCell {
  return {
    contract_address: data.contractIds[cell.contract],
    group_id: cell.group === NO_GROUP ? null : data.groupIds[cell.group],
    offered: cell.offered,
    selected: cell.selected,
    redeemed: data.redemptions === null ? null : cell.redeemed,
  };
}

/** Sponsored users of all groups, and of each. */
function sponsoredFacts(
  data: ReviewData,
  users: readonly GroupUsers[],
  confidence: number,
): ReviewFacts["sponsored"] {
  if (data.type.every((type) => type === UNKNOWN_TYPE)) return null;
  const facts = (row: GroupUsers, ratio: number): ReviewGroup => ({
    group_id: row.group === NO_GROUP ? null : data.groupIds[row.group],
    users: row.users,
    users_with_offers: row.offered,
    sponsorship_ratio: Number.isNaN(ratio) ? null : ratio,
    ratio_by_assignments: row.users === 0 ? 0 : row.sponsored / row.users,
    ratio_by_selections: shareFacts(row.sponsoredBySelection, row.users, confidence),
    users_chose_none: row.choseNone,
  });
  const all: GroupUsers = {
    group: NO_GROUP,
    users: 0,
    offered: 0,
    sponsored: 0,
    sponsoredBySelection: 0,
    choseNone: 0,
  };
  let wanted = 0, counted = 0;
  for (const row of users) {
    all.users += row.users;
    all.offered += row.offered;
    all.sponsored += row.sponsored;
    all.sponsoredBySelection += row.sponsoredBySelection;
    all.choseNone += row.choseNone;
    const ratio = row.group === NO_GROUP ? NaN : data.ratio[row.group];
    if (Number.isNaN(ratio)) continue;
    wanted += ratio * row.users;
    counted += row.users;
  }
  return {
    overall: facts(all, counted === 0 ? NaN : wanted / counted),
    groups: users.map((row) => facts(row, row.group === NO_GROUP ? NaN : data.ratio[row.group])),
  };
}

function liftFacts({ outcome, offered, heldOut, difference }: Lift, confidence: number): LiftFacts {
  const arm = ({ users, hits }: { users: number; hits: number }): ArmFacts => ({
    users,
    hits,
    ...shareFacts(hits, users, confidence),
  });
  return {
    outcome,
    offered: arm(offered),
    held_out: arm(heldOut),
    difference: difference?.difference ?? null,
    low: difference?.low ?? null,
    high: difference?.high ?? null,
    relative: difference === null || heldOut.hits === 0
      ? null
      : difference.difference / (heldOut.hits / heldOut.users),
  };
}

/** A group in which nobody chose a contract is listed where at least so many selections were to be expected. */
const EXPECTED = 3;

function neverChosen(data: ReviewData, funnels: Funnels, confidence: number): NeverChosen[] {
  const row = (c: number, group: string | null, offered: number, rate: number): NeverChosen => ({
    contract_address: data.contractIds[c],
    ...aboutContract(data, c),
    group_id: group,
    offered,
    expected: rate * offered,
    at_most: wilson(0, offered, confidence).high,
  });
  const { all } = funnels, overall = all.offered === 0 ? 0 : all.selected / all.offered;
  const isChosen = ({ selected, redeemed }: Steps) => selected > 0 || redeemed > 0;
  const everywhere = funnels.contracts.flatMap((own, c) =>
    own.offered > 0 && !isChosen(own) ? [row(c, null, own.offered, overall)] : []
  );
  const somewhere = funnels.cells.flatMap((cell) => {
    const { contract: c, group, offered } = cell, own = funnels.contracts[c];
    if (isChosen(cell) || own.selected === 0 || group === NO_GROUP) return [];
    const rate = own.selected / (own.offered - offered);
    return rate * offered < EXPECTED ? [] : [row(c, data.groupIds[group], offered, rate)];
  });
  const most = (a: NeverChosen, b: NeverChosen) => b.expected - a.expected;
  return [...everywhere.sort(most), ...somewhere.sort(most)];
}
