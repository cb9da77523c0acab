/**
 * Counts of users by group: with sponsored offers, with sponsored selections, with no selection; and what users who
 * were held out did.
 *
 * @module
 */
import { type Difference, shareDifference } from "./intervals.ts";
import { NO_GROUP, REDEEMED, type ReviewData, SELECTED, SPONSORED } from "./review_data.ts";

/** What says that an offer was chosen: a redemption does so too, where no selection is on record. */
const CHOSEN = SELECTED | REDEEMED;

/** Users of a group. */
export interface GroupUsers {
  /** Place of the group, or {@link NO_GROUP}. */
  readonly group: number;
  /** Users; those without offers only where they are known. */
  users: number;
  /** Users with an offer. */
  offered: number;
  /** Users with a sponsored offer. */
  sponsored: number;
  /** Users who selected a sponsored offer. */
  sponsoredBySelection: number;
  /** Users with offers who selected or redeemed none of them. */
  choseNone: number;
}

/** Users of every group that has any, in canonical order; users without a group come last. Nobody who is held out. */
export function groupUsers(data: ReviewData): GroupUsers[] {
  const { groupIds, group, heldOut, offerStart, contract, outcome, type } = data;
  const rows = Array.from({ length: groupIds.length + 1 }, (_, g): GroupUsers => ({
    group: g === groupIds.length ? NO_GROUP : g,
    users: 0,
    offered: 0,
    sponsored: 0,
    sponsoredBySelection: 0,
    choseNone: 0,
  }));
  for (let u = 0; u < group.length; u++) {
    if (heldOut?.[u] === 1) continue;
    const row = rows[group[u] === NO_GROUP ? groupIds.length : group[u]];
    row.users++;
    if (offerStart[u] === offerStart[u + 1]) continue;
    row.offered++;
    let sponsored = false, bySelection = false;
    for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
      const selected = (outcome[o] & SELECTED) !== 0, is = type[contract[o]] === SPONSORED;
      if (is) sponsored = true;
      if (is && selected) bySelection = true;
    }
    if (sponsored) row.sponsored++;
    if (bySelection) row.sponsoredBySelection++;
    if (choseNone(data, u)) row.choseNone++;
  }
  return rows.filter(({ users }) => users > 0);
}

/** Whether a user selected or redeemed none of its offers. */
function choseNone({ offerStart, outcome }: ReviewData, u: number): boolean {
  for (let o = offerStart[u]; o < offerStart[u + 1]; o++) {
    if ((outcome[o] & CHOSEN) !== 0) return false;
  }
  return true;
}

/** Users with offers who selected or redeemed none of them and are not held out: their places. */
export function usersWhoChoseNone(data: ReviewData): Uint32Array {
  const { offerStart, heldOut } = data, found: number[] = [];
  for (let u = 0; u + 1 < offerStart.length; u++) {
    if (heldOut?.[u] === 1 || offerStart[u] === offerStart[u + 1]) continue;
    if (choseNone(data, u)) found.push(u);
  }
  return Uint32Array.from(found);
}

/** Users of one side of a comparison. */
export interface Arm {
  /** Users. */
  users: number;
  /** Users among them who selected, or redeemed, anything at all. */
  hits: number;
}

/** What the drop brought: users who were not held out against those who were. */
export interface Lift {
  /** What is compared. */
  readonly outcome: "selected" | "redeemed";
  /** Users not held out: all of them where they are known, else those with offers. */
  readonly offered: Arm;
  /** Users held out. */
  readonly heldOut: Arm;
  /** Difference of the shares of users with a hit; null where there is nobody on a side. */
  readonly difference: Difference | null;
}

/**
 * The lift over the holdout; null where nobody was held out. Where all users are known, those whom the drop left without
 * an offer count as well: the held out are a sample of them too, and leaving them out would compare unlike with unlike.
 */
export function liftOf(data: ReviewData, confidence: number): Lift[] | null {
  const { heldOut, offerStart, userOutcome, knowsAllUsers } = data;
  if (heldOut === null) return null;
  const outcomes = [["selected", SELECTED], ["redeemed", REDEEMED]] as const;
  return outcomes.slice(0, data.redemptions === null ? 1 : 2).map(([outcome, mark]) => {
    const offered = { users: 0, hits: 0 }, held = { users: 0, hits: 0 };
    for (let u = 0; u < heldOut.length; u++) {
      const hasOffers = offerStart[u] < offerStart[u + 1];
      if (heldOut[u] === 0 && !knowsAllUsers && !hasOffers) continue;
      const arm = heldOut[u] === 1 ? held : offered;
      arm.users++;
      if ((userOutcome[u] & mark) !== 0) arm.hits++;
    }
    const difference = shareDifference(
      offered.hits,
      offered.users,
      held.hits,
      held.users,
      confidence,
    );
    return { outcome, offered, heldOut: held, difference };
  });
}
