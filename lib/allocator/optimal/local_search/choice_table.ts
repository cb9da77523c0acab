/**
 * A table of users' bundles of small regret, with what each takes from the shared rows.
 *
 * @module
 */
import { spread } from "../../../base/numbers/spread.ts";
import type { Holdings } from "../recovery/holdings.ts";
import type { Decided } from "../programs/decided.ts";
import { equalBundles } from "../programs/near_bundles.ts";
import type { SharedRows } from "./shared_rows.ts";
import { Float64List, Uint32List } from "../../../base/arrays/number_list.ts";

/** The bundles of users who have more than one, user after user. */
export interface ChoiceTable {
  /** Int32Array, length bundles: the user of each. */
  readonly owner: Int32Array;
  /** Float64Array, length bundles: by how much each is worth less than its user's best one. */
  readonly regret: Float64Array;
  /** Pairs of each, in order. */
  readonly pairs: readonly Int32Array[];
  /** Int32Array, length users + 1: bundles of user u are `[ofUser[u], ofUser[u + 1])`. */
  readonly ofUser: Int32Array;
  /** Int32Array, length bundles + 1: entries of bundle b are `[start[b], start[b + 1])`. */
  readonly start: Int32Array;
  /** Uint32Array, length entries: the row of each; a bundle has at most one entry in a row. */
  readonly row: Uint32Array;
  /** Float64Array, length entries: what the bundle takes from the row. */
  readonly amount: Float64Array;
  /** Int32Array, length users: the bundle that each holds, −1 if it has no choice. */
  readonly held: Int32Array;
}

/** The bundles that take something of each row or give it back. */
export interface BundlesByRow {
  /** Int32Array, length rows + 1: bundles of row r are `[start[r], start[r + 1])`. */
  readonly start: Int32Array;
  /** Int32Array: the bundles, ascending within a row. */
  readonly bundle: Int32Array;
}

/** The bundles of a table by row. */
export function bundlesByRow(table: ChoiceTable, rows: number): BundlesByRow {
  const start = new Int32Array(rows + 1), bundle = new Int32Array(table.row.length);
  for (const r of table.row) start[r + 1]++;
  for (let r = 0; r < rows; r++) start[r + 1] += start[r];
  const at = start.slice();
  for (let b = 0; b < table.owner.length; b++) {
    for (let e = table.start[b]; e < table.start[b + 1]; e++) bundle[at[table.row[e]]++] = b;
  }
  return { start, bundle };
}

/** Most bundles of one user. */
const MOST_OF_USER = 400;

/**
 * Every STRIDE-th user tells whether there are more bundles than allowed: CLEARLY times as many among those. Of many users they tell it
 * within a tenth, so there less is clear, and hardly ever is a table begun that is not finished.
 */
const STRIDE = 16, CLEARLY = 2, CLEARLY_OF_MANY = 1.25, MANY_USERS = 50_000;

/** Whether a table has clearly more bundles than allowed, as far as a sixteenth of the users tells. That is known far sooner. */
export function isClearlyTooLarge(
  holdings: Holdings,
  decided: Decided,
  { regret, most }: { regret: number; most: number },
): boolean {
  const users = holdings.count.length;
  let left = (users < MANY_USERS ? CLEARLY : CLEARLY_OF_MANY) * most / STRIDE;
  for (let u = STRIDE >> 1; u < users && left >= 0; u += STRIDE) {
    if (decided.isDecided(u, regret)) continue;
    const near = decided.near(u, regret, MOST_OF_USER);
    if (near.length > 1) left -= near.length;
  }
  return left < 0;
}

/** Which bundles stand in a table. */
interface TableSize {
  /** The largest regret. */
  readonly regret: number;
  /** Most bundles. */
  readonly most: number;
  /**
   * Of users whose bundle is worth less than their best one by at most `tie` only this share is in, others for each `sample`.
   * @default all of them
   */
  readonly tied?: { readonly share: number; readonly tie: number; readonly sample: number };
}

/** The table of all bundles of regret up to `regret` and of what users hold; null if those are more than `most`. */
export function choiceTable(
  holdings: Holdings,
  decided: Decided,
  rows: SharedRows,
  { regret, most, tied = { share: 1, tie: 0, sample: 0 } }: TableSize,
): ChoiceTable | null {
  // A part of the users has some of every kind, however they are ordered.
  const first = tied.sample * holdings.count.length;
  const isLeftOut = (u: number) => spread(first + u) >>> 0 >= tied.share * 2 ** 32;
  const { chooser } = decided;
  const users = holdings.count.length;
  const owner: number[] = [], regrets: number[] = [], pairs: Int32Array[] = [];
  const ofUser = new Int32Array(users + 1), held = new Int32Array(users).fill(-1);
  for (let u = 0; u < users; u++) {
    ofUser[u + 1] = pairs.length;
    if (decided.isDecided(u, regret)) continue;
    if (isLeftOut(u) && decided.best(u) - chooser.valueHeld(u) <= tied.tie) continue;
    const best = decided.best(u), own = holdings.bundleOf(u).sort();
    const near = decided.near(u, regret, MOST_OF_USER);
    let at = near.findIndex((bundle) => equalBundles(bundle.pairs, own));
    if (at < 0) at = near.push({ pairs: own, value: chooser.valueHeld(u) }) - 1;
    if (near.length > 1) {
      held[u] = pairs.length + at;
      for (const bundle of near) {
        owner.push(u);
        regrets.push(Math.max(0, best - bundle.value));
        pairs.push(bundle.pairs);
      }
      if (pairs.length > most) return null;
    }
    ofUser[u + 1] = pairs.length;
  }
  return {
    owner: Int32Array.from(owner),
    regret: Float64Array.from(regrets),
    pairs,
    ofUser,
    held,
    ...entriesOf(rows, owner, pairs),
  };
}

/** What bundles take from rows; entries of the same row are added up. */
function entriesOf(rows: SharedRows, owner: readonly number[], pairs: readonly Int32Array[]) {
  const start = new Int32Array(pairs.length + 1), row = new Uint32List();
  const amount = new Float64List();
  // A bundle takes from a few rows.
  const own: number[] = [], sums: number[] = [];
  let count = 0, entries = 0;
  const add = (r: number, value: number) => {
    let at = 0;
    while (at < count && own[at] !== r) at++;
    if (at < count) sums[at] += value;
    else {
      own[count] = r;
      sums[count++] = value;
    }
  };
  for (let b = 0; b < pairs.length; b++) {
    count = 0;
    rows.eachOf(owner[b], pairs[b], add);
    for (let n = 0; n < count; n++) {
      if (sums[n] === 0) continue;
      row.push(own[n]);
      amount.push(sums[n]);
      entries++;
    }
    start[b + 1] = entries;
  }
  return { start, row: row.array(), amount: amount.array() };
}
