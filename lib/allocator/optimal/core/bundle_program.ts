/**
 * The choice between users' bundles as a mixed-integer program, around the users who keep what they hold. Users who are
 * alike are one, with a number for each bundle of how many of them get it.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { MipBuilder } from "../../ilp/mip.ts";
import type { Assignment } from "../recovery/assignment.ts";
import { PricedRows } from "./priced_rows.ts";

/** Users who are alike, and the bundles that they may get. */
export interface BundleChoice {
  /** The users. */
  readonly users: readonly number[];
  /** Pairs of the first of them, in order; by how much each bundle is worth less than the best one at the prices. */
  readonly bundles: readonly { readonly pairs: Int32Array; readonly regret: number }[];
  /** How many of the users hold each now. */
  readonly held: readonly number[];
}

/** A program with losses as costs: the objective is what it is now plus the cost of `start` less that of a solution. */
export interface LossProgram {
  readonly mip: MipBuilder;
  /** What the assignment has: a solution to start from, length columns of the program. */
  readonly start: Float64Array;
  /** Most that the columns of a solution sum to, slack apart. */
  readonly units: number;
}

/** Whether two bundles are the same; both in pair order. */
export function equalBundles(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((pair, i) => pair === b[i]);
}

/**
 * Builds the program; its first columns are the bundles, choice by choice. The assignment is as before when it returns.
 *
 * @param most the most that a solution worth finding loses in all
 */
export function bundleProgram(
  assignment: Assignment,
  prices: Prices,
  choices: readonly BundleChoice[],
  most: number,
): LossProgram {
  const { problem } = assignment;
  const { group } = problem.instance;
  const held = choices.flatMap(({ users }) => users.map((u) => assignment.bundleOf(u)));
  const nothing = new Int32Array(0);
  // Rows have what is left of caps and rules when these users hold nothing.
  for (const { users } of choices) for (const u of users) assignment.setBundle(u, nothing, 0);
  const mip = new MipBuilder(), start: number[] = [];
  const rows = new PricedRows(mip, problem, prices, { counted: countedIn(assignment), most });
  for (const { users, bundles } of choices) {
    rows.prepareGroup(group[users[0]]);
    for (const { pairs } of bundles) for (const p of pairs) rows.prepareOffer(p);
    const one = mip.row(users.length, users.length);
    for (const { pairs, regret } of bundles) {
      mip.column(-regret, users.length, true);
      mip.entry(one, 1);
      rows.enterOffers(mip, pairs);
      const sponsored = assignment.sponsoredAmong(users[0], pairs, pairs.length);
      rows.enterShape(mip, group[users[0]], sponsored, pairs.length - sponsored);
    }
  }
  for (const { held: counts } of choices) start.push(...counts);
  let at = 0;
  for (const { users } of choices) {
    for (const u of users) assignment.setBundle(u, held[at], held[at++].length);
  }
  start.push(...rows.addSlack(mip.activityOf(start)));
  return { mip, start: Float64Array.from(start), units: held.length };
}

/** Copies of an assignment's counts. */
export function countedIn(assignment: Assignment) {
  const { load, counts, limits } = assignment;
  return {
    load: load.slice(),
    counts: counts.copy(),
    used: limits?.used.slice() ?? new Float64Array(0),
  };
}
