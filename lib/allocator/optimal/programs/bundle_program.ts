/**
 * The choice between users' bundles as a mixed-integer program, while other users keep what they hold. Users who are alike are one
 * in it: an integer for each bundle says how many of them get it.
 *
 * @module
 */
import type { Prices } from "../../model/allocation.ts";
import { MipBuilder } from "../../ilp/mip.ts";
import type { Holdings } from "../recovery/holdings.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { LossProgram } from "./loss_program.ts";
import { countedIn, PricedRows } from "./priced_rows.ts";

/** Users who are alike, and the bundles that they may get. */
export interface BundleChoice {
  /** The users. */
  readonly users: readonly number[];
  /** Each bundle as pairs of the first user, ascending; regret: by how much it is worth less than the best one at the prices. */
  readonly bundles: readonly { readonly pairs: Int32Array; readonly regret: number }[];
  /** How many of the users hold each bundle now. */
  readonly held: readonly number[];
}

/**
 * Builds the program. Its first columns are the bundles, choice by choice. The holdings are unchanged when it returns.
 *
 * @param given.problem that of the holdings, or without limits that all bundles keep, and whose cost is in their regrets
 * @param given.most the largest total loss of a solution that is worth finding
 */
export function bundleProgram(
  holdings: Holdings,
  prices: Prices,
  choices: readonly BundleChoice[],
  { problem, most }: { problem: DualProblem; most: number },
): LossProgram {
  const { group } = problem.instance;
  const held = choices.flatMap(({ users }) => users.map((u) => holdings.bundleOf(u)));
  const nothing = new Int32Array(0);
  // Rows get what caps and limits have left when these users hold nothing.
  for (const { users } of choices) for (const u of users) holdings.setBundle(u, nothing, 0);
  const mip = new MipBuilder(), start: number[] = [];
  const rows = new PricedRows(mip, problem, prices, { counted: countedIn(holdings), most });
  for (const { users, bundles } of choices) {
    rows.prepareGroup(group[users[0]]);
    for (const { pairs } of bundles) for (const p of pairs) rows.prepareOffer(p);
    const one = mip.row(users.length, users.length);
    for (const { pairs, regret } of bundles) {
      mip.column(-regret, users.length, true);
      mip.entry(one, 1);
      rows.enterOffers(mip, pairs);
      const sponsored = holdings.sponsoredAmong(users[0], pairs, pairs.length);
      rows.enterShape(mip, group[users[0]], sponsored, pairs.length - sponsored);
    }
  }
  for (const { held: counts } of choices) start.push(...counts);
  let at = 0;
  for (const { users } of choices) {
    for (const u of users) holdings.setBundle(u, held[at], held[at++].length);
  }
  start.push(...rows.addSlack(mip.activityOf(start)));
  return { mip, start: Float64Array.from(start), units: held.length };
}
