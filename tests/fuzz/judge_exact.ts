/** What is asked of greedy and ilp, which prove nothing by prices, on one odd drop. */
import { allocate } from "../../lib/api/allocate.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { check } from "../../lib/api/check.ts";
import { bestByTrying } from "../support/foreign_brute_force.ts";
import { bestKnown, foreignDrop, missingOf, objectiveOf } from "../support/foreign_model.ts";
import { judgedWorth, MAY_BE_MISSED, minimaComeFirst } from "./judge_drop.ts";
import type { OddDrop } from "./odd_drop.ts";

/** Rounding of sums of doubles, relative to what is summed. */
const ROUNDING = 1e-12;

/** Faults in words: rules broken, values that are not so, an optimum that is none, a bound below what is feasible. */
export async function judgeExact(odd: OddDrop, seconds = 20): Promise<string[]> {
  const faults: string[] = [];
  const say = (what: string) => faults.push(what);
  const drop = Drop.from(odd.drop), foreign = foreignDrop(odd);
  const greedy = await allocate(drop, { ...odd.policy, solver: "greedy" });
  const ilp = await allocate(drop, { ...odd.policy, solver: "ilp", timeout: seconds });
  const price = ilp.shortfallPrice;
  const ofGreedy = judgedWorth(foreign, drop, greedy, "greedy", say);
  const ofIlp = judgedWorth(foreign, drop, ilp, "ilp", say);
  const best = bestByTrying(foreign, price) ?? await bestKnown(foreign, price, seconds);
  if (best === null) return faults;
  const size = ofIlp.size + best.worth.size +
    price * (1 + missingOf(ofIlp) + missingOf(best.worth));
  const room = ROUNDING * size;
  const value = objectiveOf(ofIlp, price);
  if (objectiveOf(ofGreedy, price) > ilp.bound! + room) {
    say(`greedy has ${objectiveOf(ofGreedy, price)}, ilp's bound is ${ilp.bound}`);
  }
  if (ilp.bound! < best.objective - room) say(`ilp: bound ${ilp.bound}, not ${best.objective}`);
  const off = best.objective - value;
  if (ilp.gap! <= 0 && off > room) say(`ilp: ${value} is called best, ${best.objective} is better`);
  // HiGHS stops within its tolerances, which are relative to the largest cost.
  if (!ilp.timedOut && off > 1e-6 * size) say(`ilp: ${value}, but ${best.objective} is feasible`);
  if (!ilp.timedOut && minimaComeFirst(odd, foreign)) {
    const missing = missingOf(ofIlp);
    if (missing > best.leastMissing) say(`ilp: ${missing} missing, not ${best.leastMissing}`);
  }
  for (const [solver, allocation] of [["greedy", greedy], ["ilp", ilp]] as const) {
    for (const { rule, count } of check(drop, allocation).rules) {
      if (count > 0 && !MAY_BE_MISSED.has(rule)) say(`check: ${solver} breaks ${rule}`);
    }
  }
  return faults;
}
