/** Bans, against trying every allocation of the pairs that they leave. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { check } from "../../../lib/api/check.ts";
import { issueCertificate } from "../../../lib/api/certificate.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { MAY_BE_MISSED } from "../../fuzz/judge_drop.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { bestByTrying } from "../../support/foreign_brute_force.ts";
import { foreignDrop } from "../../support/foreign_model.ts";

const ROUNDING = 1e-9;

for (
  const [name, withLimits, first] of [["", false, 11_000], [" under limits", true, 12_000]] as const
) {
  Deno.test(`bans${name}: the best allocation of what they leave, with its proof`, async () => {
    let judged = 0;
    for (let seed = first; seed < first + 60; seed++) {
      const odd = oddDrop(seed, "tiny", withLimits), random = seededRandom(seed);
      const rows = [...foreignDrop(odd).rows] as { user: string; contract: string }[];
      // Some single pairs, and all that one user could have of what is left over.
      const banned = rows.filter(() => random.next() < 0.25);
      const bans = banned.map(({ user, contract }) => ({ user, contract }));
      const isBanned = new Set(bans.map(({ user, contract }) => `${user}|${contract}`));
      const pairs = [...odd.drop.pairs as { user: string; contract: string; score: number }[]]
        .filter(({ user, contract }) => !isBanned.has(`${user}|${contract}`));
      if (bans.length === 0 || pairs.length === 0) continue;
      let drop: Drop, allocation;
      try {
        drop = Drop.from({ ...odd.drop, bans });
        allocation = await allocate(drop, { ...odd.policy, timeout: 20 });
      } catch (error) {
        // Nothing may be left, or hard limits may not be kept.
        assert(error instanceof InputError, `seed ${seed}: ${error}`);
        continue;
      }
      const { objective, bound, shortfallPrice: price } = allocation;
      const best = bestByTrying(
        foreignDrop({ ...odd, drop: { ...odd.drop, pairs } }),
        price,
        new Set(),
      );
      if (best === null || best === "none") continue;
      judged++;
      const room = ROUNDING * (1 + Math.abs(best.objective) + price);
      assert(objective <= best.objective + room, `seed ${seed}: ${objective} of ${best.objective}`);
      assert(bound! >= best.objective - room, `seed ${seed}: bound ${bound} of ${best.objective}`);
      if (allocation.gap === 0) assert(objective >= best.objective - room, `seed ${seed}`);
      const certificate = issueCertificate(drop, allocation);
      const report = check(drop, allocation, { ...odd.policy, shortfallPrice: price, certificate });
      const broken = report.rules.filter(({ rule, count }) =>
        count > 0 && !MAY_BE_MISSED.has(rule)
      );
      assertEquals([broken, report.certificate!.problems], [[], []], `seed ${seed}`);
    }
    assert(judged > 20, `${judged}`);
  });
}
