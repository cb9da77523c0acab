import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { check } from "../../../lib/api/check.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { bestByTrying } from "../../support/foreign_brute_force.ts";
import { foreignDrop, objectiveOf } from "../../support/foreign_model.ts";
import { boundFromPrices } from "../../../lib/allocator/check/bound/bound.ts";
import { demandsOf } from "../../../lib/allocator/check/rules/demands.ts";
import { MAY_BE_MISSED } from "../../fuzz/judge_drop.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { tried } from "../../support/effort.ts";

const ROUNDING = 1e-9;

/** What is wrong with the solvers' answers to an odd drop with pins drawn from its pairs; null: too many choices. */
async function faultsOf(seed: number, withLimits: boolean): Promise<string[] | null> {
  const odd = oddDrop(seed, "tiny", withLimits), random = seededRandom(seed + 1);
  const foreign = foreignDrop(odd);
  const count = Math.min(foreign.options.length, 1 + random.below(3));
  const needed = new Set(
    Array.from({ length: count }, () => foreign.options[random.below(foreign.options.length)]),
  );
  const pins = [...needed].map((option) => foreign.rows[foreign.options.indexOf(option)]);
  const drop = Drop.from({ ...odd.drop, pins });
  const faults: string[] = [];
  for (const solver of ["optimal", "ilp", "greedy"] as const) {
    let allocation;
    try {
      allocation = await allocate(drop, { ...odd.policy, solver, timeout: 20 });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const best = bestByTrying(foreign, 1, needed);
      // Greedy may not find what there is.
      if (best !== null && best !== "none" && solver !== "greedy") {
        faults.push(`${solver}: ${error.message}; but it can be done`);
      }
      continue;
    }
    const { shortfallPrice: price, objective, bound, offerPair } = allocation;
    const best = bestByTrying(foreign, price, needed);
    if (best === null) return null;
    if (best === "none") {
      faults.push(`${solver}: pins that can't be given are`);
      continue;
    }
    const missing = [...drop.instance.pins!.pair].filter((p) => !offerPair.includes(p));
    if (missing.length > 0) faults.push(`${solver}: a pin is missing`);
    const room = ROUNDING * (1 + Math.abs(best.objective) + price);
    if (objective > best.objective + room) {
      faults.push(`${solver}: ${objective}, the best is ${best.objective}`);
    }
    if (bound !== null && bound < best.objective - room) {
      faults.push(`${solver}: bound ${bound}, the best is ${best.objective}`);
    }
    if (solver === "ilp" && objective < best.objective - room - 1e-6 * Math.abs(best.objective)) {
      faults.push(`ilp: ${objective}, the best is ${objectiveOf(best.worth, price)}`);
    }
    if (solver === "optimal" && allocation.gap === 0 && objective < best.objective - room) {
      faults.push(`optimal: ${objective} is called best, which is ${best.objective}`);
    }
    const certificate = allocation.prices === null ? undefined : issueCertificate(drop, allocation);
    const report = check(drop, allocation, { ...odd.policy, shortfallPrice: price, certificate });
    const broken = report.rules.filter(({ rule, count }) => count > 0 && !MAY_BE_MISSED.has(rule));
    if (broken.length > 0) faults.push(`check: ${solver} breaks ${broken[0].rule}`);
    if (report.certificate?.certified === false) {
      faults.push(`check: ${report.certificate.problems[0]}`);
    }
    if (allocation.prices === null) continue;
    const judged = { ...allocation.policy, shortfallPrice: price };
    const { bound: proven, size } = boundFromPrices(
      drop.instance,
      judged,
      demandsOf(drop.instance, judged),
      allocation.prices,
    );
    if (proven < best.objective - room - 1e-12 * size) {
      faults.push(`check: the prices prove ${proven}, the best is ${best.objective}`);
    }
  }
  return faults;
}

for (
  const [name, withLimits, first] of [["", false, 7000], [" under limits", true, 9000]] as const
) {
  Deno.test(`pins${name}: every solver gives them, none beats brute force, bounds and certificates hold`, async () => {
    let judged = 0;
    for (
      let seed = first;
      seed < first + Number(Deno.env.get("PIN_SEEDS") ?? tried(40, 100));
      seed++
    ) {
      const faults = await faultsOf(seed, withLimits);
      if (faults !== null) judged++;
      assertEquals(faults ?? [], [], `seed ${seed}`);
    }
    assert(judged > tried(16, 40), `${judged}`);
  });
}
