/** What is asked of a run that time cuts short: an allocation that keeps the rules, a bound that holds, a certificate that does. */
import { allocate } from "../../lib/api/allocate.ts";
import { issueCertificate } from "../../lib/api/certificate.ts";
import { check } from "../../lib/api/check.ts";
import { Drop } from "../../lib/allocator/drop/drop.ts";
import { bestKnown, foreignDrop, type SecondSolver } from "../support/foreign_model.ts";
import { hurried, type Hurry } from "../support/hurried_clock.ts";
import { judgedWorth, MAY_BE_MISSED } from "./judge_drop.ts";
import type { OddDrop } from "./odd_drop.ts";

/** Rounding of sums of doubles, relative to what is summed. */
const ROUNDING = 1e-12;

/** Faults in words. */
export async function judgeHurried(
  odd: OddDrop,
  hurry: Hurry,
  second?: SecondSolver,
): Promise<string[]> {
  const faults: string[] = [], say = (what: string) => faults.push(what);
  const drop = Drop.from(odd.drop), foreign = foreignDrop(odd);
  const policy = { ...odd.policy, ...(hurry.timeout !== undefined && { timeout: hurry.timeout }) };
  const found = await hurried(hurry, () => allocate(drop, policy)).catch((error) => {
    say(error instanceof Error ? error.message : String(error));
    return null;
  });
  if (found === null) return faults;
  const own = judgedWorth(foreign, drop, found, "optimal", say);
  const certificate = issueCertificate(drop, found);
  const report = check(drop, found, { certificate });
  for (const problem of report.certificate!.problems.slice(0, 1)) {
    say(`certificate refused: ${problem}`);
  }
  for (const { rule, count } of report.rules) {
    if (count > 0 && !MAY_BE_MISSED.has(rule)) say(`check: ${rule} is broken ${count} times`);
  }
  const price = found.shortfallPrice;
  const best = await bestKnown(foreign, price, 5, second);
  if (best === null) return faults;
  const room = ROUNDING * (own.size + best.worth.size + Math.abs(best.objective) + price);
  for (const bound of [found.bound!, found.pricesBound!, certificate.bound]) {
    if (bound < best.objective - room) say(`bound ${bound}, but ${best.objective} is feasible`);
  }
  return faults;
}
