/** What is asked of the solvers on one odd drop. */
import { allocate } from "../../lib/api/allocate.ts";
import type { Allocation } from "../../lib/allocator/model/allocation.ts";
import { asCertified, issueCertificate } from "../../lib/api/certificate.ts";
import { check } from "../../lib/api/check.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import {
  bestKnown,
  type ForeignDrop,
  foreignDrop,
  type ForeignResult,
  linearBound,
  missingOf,
  objectiveOf,
  type SecondSolver,
  worthOf,
} from "../support/foreign_model.ts";
import { hurried, UNHURRIED } from "../support/hurried_clock.ts";
import type { OddDrop } from "./odd_drop.ts";

/** Rounding of sums of doubles, relative to what is summed. */
const ROUNDING = 1e-12;

/** Seconds that a run takes which no time limit of its programs had a part in. */
const IN_TIME = 0.3;

/** Rules that an allocation may leave unmet: what is missed is priced in. */
export const MAY_BE_MISSED = new Set<string>(["min_sponsored", "limit_at_least"]);

/** What was found: faults in words, and what the statistics are made of. */
export interface Verdict {
  readonly faults: readonly string[];
  /** (bound − objective) / |bound| of solver optimal. */
  readonly gap: number;
  /** Seconds that solver optimal took. */
  readonly seconds: number;
}

/** Solves a drop in several ways and judges what comes out by a model of the tests' own. */
export async function judge(
  odd: OddDrop,
  foreignSeconds = 20,
  second?: SecondSolver,
): Promise<Verdict> {
  const faults: string[] = [];
  const drop = Drop.from(odd.drop);
  const foreign = foreignDrop(odd);
  const begun = performance.now();
  // Tiny drops are solved to the end on any machine; a larger one may take minutes then.
  const solve = (drop: Drop) =>
    odd.size === "tiny"
      ? hurried(UNHURRIED, () => allocate(drop, odd.policy))
      : allocate(drop, odd.policy);
  const optimal = await solve(drop);
  const seconds = (performance.now() - begun) / 1000;
  const price = optimal.shortfallPrice;
  const say = (what: string) => faults.push(what);
  const own = judgedWorth(foreign, drop, optimal, "optimal", say);
  // Terms that cancel out leave the rounding of the larger ones.
  const size = own.size + price * (missingOf(own) + 1);
  const bound = optimal.bound!, objective = optimal.objective;
  if (!(bound >= objective)) say(`bound ${bound} is below the objective ${objective}`);
  if (!Number.isFinite(optimal.gap!)) say(`gap ${optimal.gap}`);

  const greedy = await allocate(drop, { ...odd.policy, solver: "greedy" });
  const ofGreedy = judgedWorth(foreign, drop, greedy, "greedy", say);
  const greedyObjective = objectiveOf(ofGreedy, price);
  if (greedyObjective > objective + ROUNDING * size) {
    say(`greedy has ${greedyObjective}, optimal ${objective}`);
  }
  const certificate = issueCertificate(drop, optimal);
  const report = check(drop, optimal, { certificate });
  const problems = report.certificate!.problems;
  if (problems.length > 0) say(`certificate refused: ${problems[0]}`);
  // What is said without naming a search is what the certificate proves.
  const told = asCertified(drop, optimal, certificate);
  const said = told.pricesBound ?? told.bound!, proven = certificate.bound;
  if (proven > said + ROUNDING * (size + Math.abs(said))) {
    say(`the bound told is ${said}, the certificate proves ${proven}`);
  }
  for (const { rule, count } of report.rules) {
    if (count > 0 && !MAY_BE_MISSED.has(rule)) say(`check: ${rule} is broken ${count} times`);
  }
  if (minimaComeFirst(odd, foreign)) {
    const [missing, need] = [missingOf(own), missingOf(ofGreedy)];
    if (missing > need) say(`${missing} are missing, ${need} need be`);
  }
  // Where programs run into their time limits, as on a busy machine, what they have by then differs from run to run.
  const inTime = odd.size === "tiny" || seconds < IN_TIME;
  if (odd.size !== "mid" && inTime) {
    const from = performance.now();
    const again = await solve(Drop.from(reversed(odd.drop)));
    const same = again.objective === objective && again.bound === bound &&
      again.offerPair.join() === optimal.offerPair.join();
    const isSlow = odd.size !== "tiny" && performance.now() - from > 1000 * IN_TIME;
    if (!same && !isSlow) {
      say(`rows in another order: ${again.objective}, bound ${again.bound}`);
    }
  }
  if (odd.size !== "mid") {
    const best = await bestKnown(foreign, price, foreignSeconds, second);
    if (best !== null) {
      await compareWithForeign(
        odd,
        foreign,
        optimal,
        { price, size, best, inTime },
        foreignSeconds,
        say,
      );
    }
  }
  return { faults, gap: optimal.gap!, seconds };
}

/** The same drop, its rows from the last to the first. */
function reversed(drop: OddDrop["drop"]): OddDrop["drop"] {
  return {
    ...drop,
    users: drop.users.toReversed(),
    contracts: drop.contracts.toReversed(),
    groups: drop.groups.toReversed(),
    pairs: drop.pairs.toReversed(),
  };
}

async function compareWithForeign(
  odd: OddDrop,
  foreign: ForeignDrop,
  optimal: Allocation,
  { price, size, best, inTime }: {
    price: number;
    size: number;
    best: ForeignResult;
    inTime: boolean;
  },
  seconds: number,
  say: (what: string) => void,
): Promise<void> {
  const bound = optimal.bound!, objective = optimal.objective;
  const room = ROUNDING * (size + best.worth.size);
  if (bound < best.objective - room) say(`bound ${bound}, but ${best.objective} is feasible`);
  if (optimal.gap! <= 0 && objective < best.objective - room) {
    say(`${objective} is called optimal, ${best.objective} is feasible`);
  }
  // Tiny drops are solved to their optimum, whatever can be proven of it.
  if (odd.size === "tiny" && objective < best.objective - room) {
    say(`a tiny drop was left at ${objective}, ${best.objective} is feasible`);
  }
  if (optimal.pricesBound! < best.objective - room) {
    say(`the prices' bound ${optimal.pricesBound}, but ${best.objective} is feasible`);
  }
  if (minimaComeFirst(odd, foreign)) {
    const missing = optimal.shortfall + (optimal.limitShortfall ?? 0);
    if (missing > best.leastMissing) say(`${missing} missing, not ${best.leastMissing}`);
  }
  judgeMissingInWords(optimal, best, foreign.limits.length > 0, say);
  const drop = Drop.from(odd.drop);
  const ilp = await allocate(drop, { ...odd.policy, solver: "ilp", timeout: seconds });
  const ofIlp = judgedWorth(foreign, drop, ilp, "ilp", say);
  const theirs = objectiveOf(ofIlp, price);
  if (ilp.bound !== null && ilp.shortfallPrice === price) {
    if (ilp.bound < best.objective - room) say(`ilp: bound ${ilp.bound}, not ${best.objective}`);
    if (ilp.gap! <= 0 && theirs < best.objective - room) {
      say(`ilp: ${theirs} is called optimal, ${best.objective} is feasible`);
    }
  }
  if (theirs > bound + room) say(`bound ${bound}, but ilp has ${theirs}`);
  const mixedBrands = odd.policy.maxPerBrand != null && odd.policy.mixTail === true;
  const linear = mixedBrands || !inTime ? null : await linearBound(foreign, Math.min(price, 1e9));
  // Less than a feasible objective is what tolerances let the linear program say.
  if (linear === null || price > 1e6 || linear < Math.max(best.objective, objective)) {
    return;
  }
  if (
    optimal.pricesBound! >
      linear + 1e-6 * Math.abs(linear) + 1e-9 * best.worth.size + 1e-10 * price + room
  ) {
    say(`prices prove ${optimal.pricesBound}, the linear program ${linear}`);
  }
}

/** Judges what a run says in words of the users that minima lack; `best` knows how few units must be missing in all. */
function judgeMissingInWords(
  { warnings, shortfall, limitShortfall = 0 }: Allocation,
  { leastMissing }: ForeignResult,
  limited: boolean,
  say: (what: string) => void,
): void {
  const line = warnings.find((line) => / missing to the minim/.test(line));
  if (line === undefined) return;
  const untrue = () => say(`"${line}", but ${leastMissing} need be missing in all`);
  const isLeast = /, the least possible( under the limits)?$/.test(line) && limitShortfall === 0;
  if (isLeast && shortfall > leastMissing) untrue();
  const together = /together with what limits lack$/.test(line);
  if (together && shortfall + limitShortfall > leastMissing + 1e-6) untrue();
  const possible = /(\d+) is the least possible;/.exec(line);
  if (possible !== null && (limited || Number(possible[1]) !== leastMissing)) untrue();
}

/** Judges one allocation by the tests' own model: rules, and the value that it says it has. */
export function judgedWorth(
  foreign: ForeignDrop,
  drop: Drop,
  allocation: Allocation,
  solver: string,
  say: (what: string) => void,
) {
  const { instance } = drop;
  const key = (user: string, contract: string) => `${user} ${contract}`;
  const chosen = new Set<string>();
  for (let u = 0; u < instance.group.length; u++) {
    for (let o = allocation.offerStart[u]; o < allocation.offerStart[u + 1]; o++) {
      const c = instance.contract[allocation.offerPair[o]];
      chosen.add(key(instance.users.at(u), instance.contracts[c]));
    }
  }
  const given = foreign.rows.map(({ user, contract }) => chosen.has(key(user, contract)));
  if (given.filter((is) => is).length !== chosen.size) say(`${solver} offers what is not eligible`);
  const worth = worthOf(foreign, given);
  for (const rule of worth.broken.slice(0, 1)) say(`${solver}: ${rule}`);
  const value = objectiveOf(worth, allocation.shortfallPrice);
  const size = worth.size + allocation.shortfallPrice * missingOf(worth);
  if (Math.abs(value - allocation.objective) > ROUNDING * size) {
    say(`${solver} says ${allocation.objective}, it is worth ${value}`);
  }
  if (worth.missing !== allocation.shortfall) {
    say(`${solver} says shortfall ${allocation.shortfall}`);
  }
  const { limitPenalty = 0, limitShortfall = 0 } = allocation;
  const penalty = worth.penalty + allocation.shortfallPrice * worth.limitMissing;
  if (Math.abs(limitPenalty - penalty) > ROUNDING * size) {
    say(`${solver} says that limits cost ${limitPenalty}, they cost ${penalty}`);
  }
  if (Math.abs(limitShortfall - worth.limitMissing) > 1e-9 * (1 + worth.limitMissing)) {
    say(`${solver} says that limits lack ${limitShortfall}, they lack ${worth.limitMissing}`);
  }
  return worth;
}

/** Whether no allocation may miss more than must be: where no price is asked for, unless a limit has one that competes. */
export function minimaComeFirst({ policy }: OddDrop, { limits }: ForeignDrop): boolean {
  return policy.shortfallPrice == null && limits.every(({ price }) => price === "hard");
}
