/**
 * Finds the best sponsored price t of every group exactly, given all other prices.
 *
 * As a function of t alone, D is a constant − t · count + Σ max(0, margin_u + t), where count is the group's minimum (t > 0) or
 * maximum (t < 0) and a user's margin is by how much its best sponsored bundle is better than its best other one. It is convex
 * with slope (users with margin > −t) − count. So if too few users are sponsored at t = 0, the best t is minus an order
 * statistic of the margins, at most P; likewise for the maximum if there are too many. Sponsored prices need no search, however
 * many groups there are and however far their minima are out of reach.
 *
 * @module
 */
import { SPONSORED_USERS } from "../../limits/kinds/user_counts.ts";
import { BLOCKS, blockStart } from "../dual/pair_block.ts";
import type { PassBoard } from "./pass_board.ts";
import { selectLargest } from "../dual/select.ts";

/** Least and most sponsored users of each group; scaled down for a sample. Least ≤ most. */
export interface SponsoredTargets {
  /** Float64Array, length groups: whole numbers. */
  readonly least: Float64Array;
  /** Float64Array, length groups: whole numbers or Infinity. */
  readonly most: Float64Array;
}

/** What holds the sponsored price t of a group in its place. */
export enum Held {
  /** Nothing: t = 0 and the count lies between least and most. */
  Nothing,
  /** The count equals the least or the most, and t moves with the margins. */
  Count,
  /** P, or the edge of the view. */
  Edge,
}

/** How far t may go. */
export interface SponsoredRange {
  /** Float64Array, length groups: the centre of the view. */
  readonly centre: Float64Array;
  /** Float64Array, length groups: how far from it t may go; null: anywhere. */
  readonly reach: Float64Array | null;
  /** t is at most this: P. */
  readonly highest: number;
  /** t keeps this far from the order statistics if there is room. */
  readonly inset: number;
}

/** The number of sponsored users of each group at the last scan, among the groups' marks. */
export interface SponsoredCounts {
  /** The marks of all users, `stride` for each group. */
  readonly all: Float64Array;
  /** The marks of frozen users, likewise. */
  readonly frozen: Float64Array;
  /** Marks per group. */
  readonly stride: number;
}

/** Room for the margins of active users near the edge of their group's count. */
export interface MarginRoom {
  /** Float64Array, length users + 1: margins. */
  readonly margin: Float64Array;
  /** Uint32Array, length users + 1: the group of the user of each. */
  readonly group: Uint32Array;
}

/** Room for the margins of so many users. */
export function marginRoom(users: number): MarginRoom {
  return { margin: new Float64Array(users + 1), group: new Uint32Array(users + 1) };
}

/**
 * Sets `board.settled` from the margins of the last scan, starting at `board.point.sponsored`.
 *
 * @param room written over
 * @param held length groups: set to what holds each sponsored price, see {@link Held}
 * @returns whether any sponsored price was stopped by the edge of the view
 */
export function settleGroups(
  board: PassBoard,
  room: MarginRoom,
  targets: SponsoredTargets,
  range: SponsoredRange,
  { all, frozen, stride }: SponsoredCounts,
  held: Uint8Array,
): boolean {
  const groups = held.length, t = board.settled;
  t.set(board.point.sponsored);
  const open = new Uint8Array(groups);
  for (let g = 0; g < groups; g++) {
    const count = all[g * stride + SPONSORED_USERS],
      least = targets.least[g],
      most = targets.most[g];
    if (t[g] === 0 && count >= least && count <= most) held[g] = Held.Nothing;
    else {
      held[g] = Held.Count;
      open[g] = (t[g] > 0 && count === least) || (t[g] < 0 && count === most) ? 0 : 1;
    }
  }
  let confined = false;
  const settle = (g: number, target: number) => {
    const reach = range.reach?.[g] ?? Infinity;
    const low = range.centre[g] - reach, high = range.centre[g] + reach;
    const inView = Math.min(Math.max(target, low), high);
    if (inView !== target) confined = true;
    t[g] = inView;
    held[g] = inView !== target || inView === range.highest
      ? Held.Edge
      : inView === 0
      ? Held.Nothing
      : Held.Count;
    open[g] = 0;
  };
  // Mostly the best price is near the one of now. Where it is not, all margins are looked at.
  for (const isPart of [true, false]) {
    if (!open.includes(1)) break;
    const window = isPart ? nearWindow(t, targets, range.inset, all, stride) : wholeWindow(groups);
    const { margins, from, above, atZero } = marginsByGroup(board, room, open, window);
    for (let g = 0; g < groups; g++) {
      if (open[g] === 0) continue;
      const own = frozen[g * stride + SPONSORED_USERS];
      const target = bestAmong(margins.subarray(from[g], from[g + 1]), {
        frozen: own + above[g],
        atZero: own + atZero[g],
        least: targets.least[g],
        most: targets.most[g],
        near: t[g],
        isPart,
      }, range);
      if (target !== null) settle(g, target);
    }
  }
  return confined;
}

/** Margins from `low` to `high` of each group. */
interface MarginWindow {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * A window is this many insets wide, times the share of a group's sponsored users that are too few or too many: several times as wide
 * as the price is likely to move. The counts are taken as larger by FEW, so that of few users several are in it.
 */
const WIDTH = 1500, FEW = 16;

/** Of each group the margins between the one at which users change their type now and where it is likely to go. */
function nearWindow(
  t: Float64Array,
  { least, most }: SponsoredTargets,
  inset: number,
  counts: Float64Array,
  stride: number,
): MarginWindow {
  const low = t.map((price) => -price), high = low.slice();
  for (let g = 0; g < t.length; g++) {
    const count = counts[g * stride + SPONSORED_USERS];
    const isForLeast = t[g] > 0 || (t[g] === 0 && count < least[g]);
    const missing = (isForLeast ? least[g] : most[g]) - count;
    const width = WIDTH * inset * (Math.abs(missing) + FEW) / (count + FEW);
    if (missing > 0) low[g] = Math.max(low[g] - width, -Number.MAX_VALUE);
    else high[g] += width;
  }
  return { low, high };
}

/** All finite margins. */
function wholeWindow(groups: number): MarginWindow {
  return {
    low: new Float64Array(groups).fill(-Number.MAX_VALUE),
    high: new Float64Array(groups).fill(Infinity),
  };
}

/** The margins of active users of groups with `open` 1 in each group's window, group after group (a counting sort). */
function marginsByGroup(
  { margin, activeGroup, activeCount }: PassBoard,
  { margin: near, group: groupOfNear }: MarginRoom,
  open: Uint8Array,
  { low, high }: MarginWindow,
): { margins: Float64Array; from: Uint32Array; above: Uint32Array; atZero: Uint32Array } {
  const groups = open.length, from = new Uint32Array(groups + 1);
  const above = new Uint32Array(groups), atZero = new Uint32Array(groups);
  let count = 0;
  for (let b = 0; b < BLOCKS; b++) {
    const first = blockStart(margin.length, b), end = first + activeCount[b];
    for (let i = first; i < end; i++) {
      const g = activeGroup[i], m = margin[i];
      if (open[g] === 0) continue;
      // Added up without branches, which nobody could predict. A margin that is not in the window is written over by the next one.
      const isAbove = Number(m > high[g]);
      atZero[g] += Number(m > 0);
      above[g] += isAbove;
      near[count] = m;
      groupOfNear[count] = g;
      count += Number(m >= low[g]) - isAbove;
    }
  }
  for (let i = 0; i < count; i++) from[groupOfNear[i] + 1]++;
  for (let g = 0; g < groups; g++) from[g + 1] += from[g];
  const margins = new Float64Array(count), at = from.slice();
  for (let i = 0; i < count; i++) margins[at[groupOfNear[i]]++] = near[i];
  return { margins, from, above, atZero };
}

/** The target of one group: how many of its sponsored users are frozen, the least and most of all, and the t to stay near. */
export interface GroupTarget {
  readonly frozen: number;
  readonly least: number;
  readonly most: number;
  readonly near: number;
}

/**
 * The best t of one group, from the margins of its users; if an interval of t is best, the one nearest to `near`. The order of
 * `margins` changes.
 */
export function settleOne(
  margins: Float64Array,
  target: GroupTarget,
  range: Pick<SponsoredRange, "highest" | "inset">,
): number {
  let atZero = target.frozen;
  for (let i = 0; i < margins.length; i++) if (margins[i] > 0) atZero++;
  return bestAmong(margins, { ...target, atZero, isPart: false }, range)!;
}

/**
 * As {@link settleOne}, from the margins in a window: those above it are among the frozen ones, and `atZero` users are sponsored at
 * t = 0. Null where they are but a part (`isPart`) and the best t lies elsewhere.
 */
function bestAmong(
  margins: Float64Array,
  { frozen, atZero, least, most, near, isPart }: GroupTarget & {
    readonly atZero: number;
    readonly isPart: boolean;
  },
  range: Pick<SponsoredRange, "highest" | "inset">,
): number | null {
  if (atZero >= least && atZero <= most) return 0;
  const users = margins.length, rank = (atZero < least ? least : most) - frozen;
  if (isPart && (rank <= 0 || rank >= users)) return null;
  // With the rank-th largest margin sponsored and the next one not, the count is met: −a ≤ t ≤ −b.
  let a = -Infinity, b = -Infinity;
  if (rank <= 0) a = Infinity;
  else if (rank <= users) {
    selectLargest(margins, rank - 1);
    a = margins[rank - 1];
  }
  if (rank >= 0 && rank < users) {
    if (rank === 0) selectLargest(margins, 0);
    b = margins[rank];
    for (let i = rank + 1; i < users; i++) if (margins[i] > b) b = margins[i];
  }
  const tooFew = atZero < least;
  const low = Math.max(-a, tooFew ? 0 : -Infinity);
  const high = Math.min(-b, tooFew ? range.highest : 0);
  if (low >= high) return tooFew ? high : low;
  const inset = Math.min(range.inset, (high - low) / 4);
  return Math.min(Math.max(near, low + inset), high - inset);
}
