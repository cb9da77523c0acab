/** What is asked of greedy and ilp, which prove nothing by prices, on one odd drop. */
import { allocate } from "../../lib/api/allocate.ts";
import type { Allocation, Prices } from "../../lib/allocator/model/allocation.ts";
import { certificateOf } from "../../lib/allocator/model/certificate.ts";
import { certificateFault } from "../../lib/allocator/model/certificate_fault.ts";
import { boundFromPrices, type ProvenBound } from "../../lib/allocator/check/bound/bound.ts";
import { demandsOf } from "../../lib/allocator/check/rules/demands.ts";
import { seededRandom } from "../../lib/base/numbers/random.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { check } from "../../lib/api/check.ts";
import { bestByTrying } from "../support/foreign_brute_force.ts";
import {
  bestKnown,
  foreignDrop,
  missingOf,
  objectiveOf,
  type SecondSolver,
} from "../support/foreign_model.ts";
import { judgedWorth, MAY_BE_MISSED, minimaComeFirst } from "./judge_drop.ts";
import type { OddDrop } from "./odd_drop.ts";

/** Rounding of sums of doubles, relative to what is summed. */
const ROUNDING = 1e-12;

/** Faults in words: rules broken, values that are not so, an optimum that is none, a bound below what is feasible. */
export async function judgeExact(
  odd: OddDrop,
  seconds = 20,
  second?: SecondSolver,
): Promise<string[]> {
  const faults: string[] = [];
  const say = (what: string) => faults.push(what);
  const drop = Drop.from(odd.drop), foreign = foreignDrop(odd);
  const greedy = await allocate(drop, { ...odd.policy, solver: "greedy" });
  const ilp = await allocate(drop, { ...odd.policy, solver: "ilp", timeout: seconds });
  const price = ilp.shortfallPrice;
  const ofGreedy = judgedWorth(foreign, drop, greedy, "greedy", say);
  const ofIlp = judgedWorth(foreign, drop, ilp, "ilp", say);
  const best = bestByTrying(foreign, price) ?? await bestKnown(foreign, price, seconds, second);
  if (best === null) return faults;
  const size = ofIlp.size + best.worth.size +
    price * (1 + missingOf(ofIlp) + missingOf(best.worth));
  const room = ROUNDING * size;
  const value = objectiveOf(ofIlp, price);
  // Stopped before HiGHS had anything it gives greedy's allocation, which no bound judges.
  const bound = ilp.bound ?? Infinity, isCalledBest = ilp.gap !== null && ilp.gap <= 0;
  if (objectiveOf(ofGreedy, price) > bound + room) {
    say(`greedy has ${objectiveOf(ofGreedy, price)}, ilp's bound is ${ilp.bound}`);
  }
  if (bound < best.objective - room) say(`ilp: bound ${ilp.bound}, not ${best.objective}`);
  const off = best.objective - value;
  if (isCalledBest && off > room) say(`ilp: ${value} is called best, ${best.objective} is better`);
  // HiGHS stops within its tolerances, which are relative to the largest cost.
  const largest = odd.drop.pairs.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0);
  if (!ilp.timedOut && off > 1e-6 * size + 1e-8 * largest) {
    say(`ilp: ${value}, but ${best.objective} is feasible`);
  }
  if (!ilp.timedOut && minimaComeFirst(odd, foreign)) {
    const missing = missingOf(ofIlp);
    if (missing > best.leastMissing) say(`ilp: ${missing} missing, not ${best.leastMissing}`);
  }
  for (const allocation of [greedy, ilp]) compareWithChecker(drop, allocation, size, say);
  for (let n = 0; n < 3; n++) {
    const { bound, size } = provenAtRandom(odd, drop, ilp, n, say);
    if (bound < best.objective - room - ROUNDING * size) {
      say(`prices prove ${bound}, ${best.objective} is feasible`);
    }
  }
  return faults;
}

/** The checker finds no rule broken, and the same figures. */
function compareWithChecker(
  drop: Drop,
  allocation: Allocation,
  size: number,
  say: (what: string) => void,
): void {
  const { solver, shortfallPrice } = allocation;
  const report = check(drop, allocation, { ...allocation.policy, shortfallPrice });
  for (const { rule, count } of report.rules) {
    if (count > 0 && !MAY_BE_MISSED.has(rule)) say(`check: ${solver} breaks ${rule}`);
    if (rule !== "limit_at_least") continue;
    const isMissed = allocation.limitShortfall! > 0;
    if (isMissed !== count > 0) say(`check: ${solver} misses ${count} leasts`);
  }
  const figures = [
    ["objective", report.objective, allocation.objective],
    ["penalty", report.limit_penalty, allocation.limitPenalty],
    ["limit shortfall", report.limit_shortfall, allocation.limitShortfall],
  ] as const;
  for (const [name, theirs = 0, ours = 0] of figures) {
    if (Math.abs(theirs - ours) > ROUNDING * size) {
      say(`check: ${name} of ${solver} is ${theirs}, not ${ours}`);
    }
  }
}

/** The bound of prices drawn at random, which are as good as any; their certificate must be found right. */
function provenAtRandom(
  odd: OddDrop,
  drop: Drop,
  allocation: Allocation,
  n: number,
  say: (what: string) => void,
): ProvenBound {
  const { instance } = drop;
  const random = seededRandom(n + 31 * odd.drop.pairs.length);
  const policy = { ...allocation.policy, shortfallPrice: allocation.shortfallPrice };
  const mean = odd.drop.pairs.reduce((sum, { score }) => sum + Math.abs(score), 0) /
    odd.drop.pairs.length;
  const drawn = (most: number) =>
    Math.min(most, [0, random.next() * mean, random.next() * 3 * mean, most][random.below(4)]);
  const atMost = (most: number) => most === Infinity ? drawn(10 * mean) : drawn(most);
  const demands = demandsOf(instance, policy);
  const groups = (priced: (g: number) => number) =>
    Float64Array.from(instance.groups, (_, g) => priced(g));
  const rows = instance.limits?.rows;
  const prices: Prices = {
    contract: Float64Array.from(instance.cap, () => atMost(Infinity)),
    minSponsored: groups((g) => demands[g].least > 0 ? atMost(allocation.shortfallPrice) : 0),
    maxSponsored: groups((g) => demands[g].most === null ? 0 : atMost(Infinity)),
    assignmentRatio: groups((g) => demands[g].share === null ? 0 : atMost(Infinity)),
    mixedShare: groups((g) => demands[g].mixed === null ? 0 : atMost(Infinity)),
    ...(rows !== undefined && {
      limit: rows.price.map((price) =>
        atMost(Number.isNaN(price) ? allocation.shortfallPrice : price)
      ),
    }),
  };
  const proven = boundFromPrices(instance, policy, demands, prices), { bound } = proven;
  // By rounding alone it may lie below the objective: how far it may, the caller judges.
  const claimed = Math.max(bound, allocation.objective);
  const { pricesBound: _, ...rest } = allocation;
  const certificate = JSON.parse(
    JSON.stringify(certificateOf(instance, { ...rest, policy, prices, bound: claimed })),
  );
  if (certificateFault(certificate) !== null) {
    say(`certificate: ${JSON.stringify(certificateFault(certificate))}`);
  }
  const { certified, problems, bound: found } = check(drop, allocation, { certificate })
    .certificate!;
  if (!certified) say(`certificate of any prices: ${problems[0]}`);
  if (found !== bound) say(`certificate: bound ${found}, the prices proved ${bound}`);
  return proven;
}
