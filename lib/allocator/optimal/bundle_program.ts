/**
 * The choice between users' bundles as a mixed-integer program, around the users who keep what they hold.
 *
 * @module
 */
import { MipBuilder } from "../mip.ts";
import type { Assignment } from "./assignment.ts";
import type { NearBundle } from "./near_bundles.ts";

/** A bundle that the program may give a user. */
export interface BundleColumn {
  readonly user: number;
  readonly pairs: Int32Array;
}

/** The program; its first columns are the bundles, a column per group that may miss its minimum follows. */
export interface BundleProgram {
  readonly mip: MipBuilder;
  /** What each of the first columns stands for. */
  readonly columns: readonly BundleColumn[];
  /** What the assignment has: a solution to start from, length columns of the program. */
  readonly start: Float64Array;
  /** What the other users, and groups without a choice, add to the objective. */
  readonly constant: number;
}

/** Rows of a group, one after another from the first. */
enum GroupRow {
  Least,
  Most,
  Mixed,
  Ratio,
}

/** Whether two bundles are the same; both in pair order. */
export function equalBundles(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((pair, i) => pair === b[i]);
}

/** Builds the program for the users of `bundles`. The assignment is as before when it returns. */
export function bundleProgram(
  assignment: Assignment,
  bundles: ReadonlyMap<number, readonly NearBundle[]>,
): BundleProgram {
  const { problem } = assignment;
  const held = new Map([...bundles.keys()].map((u) => [u, assignment.bundleOf(u)]));
  let constant = 0;
  for (let u = 0; u < assignment.count.length; u++) {
    if (!bundles.has(u)) constant += assignment.worth(u);
  }
  // Rows have what is left of caps and rules when these users hold nothing.
  const nothing = new Int32Array(0);
  for (const u of bundles.keys()) assignment.setBundle(u, nothing, 0);
  const rows = new SharedRows(assignment);
  const { mip } = rows;
  const columns: BundleColumn[] = [], start: number[] = [];
  for (const [user, near] of bundles) {
    const oneRow = mip.row(1, 1);
    const own = held.get(user)!.slice().sort();
    for (const { pairs } of near) {
      rows.prepare(user, pairs);
      mip.column(assignment.worthOf(user, pairs), 1, true);
      mip.entry(oneRow, 1);
      rows.enter(user, pairs);
      columns.push({ user, pairs });
      start.push(equalBundles(pairs, own) ? 1 : 0);
    }
  }
  const { minSponsored } = problem.rules;
  const missing = minSponsored.map((least, g) => least - assignment.sponsoredUsers[g]);
  for (const [u, pairs] of held) assignment.setBundle(u, pairs, pairs.length);
  for (let g = 0; g < missing.length; g++) {
    if (missing[g] <= 0) continue;
    const row = rows.leastRow(g);
    if (row === undefined) constant -= problem.shortfallPrice * missing[g];
    else {
      mip.column(-problem.shortfallPrice, missing[g], false);
      mip.entry(row, 1);
      start.push(Math.max(0, minSponsored[g] - assignment.sponsoredUsers[g]));
    }
  }
  return { mip, columns, start: Float64Array.from(start), constant };
}

/** Rows of caps and of groups' rules, made when a column first needs them. */
class SharedRows {
  readonly mip = new MipBuilder();
  readonly #assignment: Assignment;
  readonly #capRow = new Map<number, number>();
  readonly #groupRow = new Map<number, number>();

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
  }

  /** The row of the group's minimum, if it has rows. */
  leastRow(g: number): number | undefined {
    const first = this.#groupRow.get(g);
    return first === undefined ? undefined : first + GroupRow.Least;
  }

  /** Makes the rows that a bundle of user `u` is in. */
  prepare(u: number, pairs: Int32Array): void {
    const { load, sponsoredUsers, mixedUsers, problem } = this.#assignment;
    const { instance: { cap, contract, group }, rules } = problem;
    for (const p of pairs) {
      const c = contract[p];
      if (!this.#capRow.has(c)) this.#capRow.set(c, this.mip.row(-Infinity, cap[c] - load[c]));
    }
    const g = group[u];
    if (this.#groupRow.has(g)) return;
    const least = rules.minSponsored[g] - sponsoredUsers[g];
    const first = this.mip.row(least > 0 ? least : -Infinity, Infinity);
    this.mip.row(-Infinity, rules.maxSponsored[g] - sponsoredUsers[g]);
    this.mip.row(-Infinity, rules.maxMixed[g] - mixedUsers[g]);
    const hasRatio = rules.assignmentRatio[g] > 0;
    this.mip.row(hasRatio ? -this.#assignment.ratioBalance(g) : -Infinity, Infinity);
    this.#groupRow.set(g, first);
  }

  /** Enters a bundle of user `u` into its rows, as the column begun last. */
  enter(u: number, pairs: Int32Array): void {
    const { instance: { contract, group, middle }, rules, oneList } = this.#assignment.problem;
    const g = group[u], first = this.#groupRow.get(g)!;
    let sponsored = 0;
    for (const p of pairs) {
      if (!oneList && p < middle[u]) sponsored++;
      this.mip.entry(this.#capRow.get(contract[p])!, 1);
    }
    if (sponsored > 0) {
      this.mip.entry(first + GroupRow.Least, 1);
      this.mip.entry(first + GroupRow.Most, 1);
      if (pairs.length > sponsored) this.mip.entry(first + GroupRow.Mixed, 1);
    }
    const ratio = rules.assignmentRatio[g];
    if (ratio > 0) this.mip.entry(first + GroupRow.Ratio, sponsored - ratio * pairs.length);
  }
}
