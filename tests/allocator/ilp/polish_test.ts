import { assert } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { tried } from "../../support/effort.ts";

/** Drops in which some offers must be made, a million to a billion times what others are worth; those have tie-breakers too. */
function withMusts(seed: number, limits: boolean) {
  const odd = oddDrop(seed, "tiny", limits), must = [1e6, 1e9][seed % 2];
  const pairs = odd.drop.pairs.map((pair, i) => {
    const small = ((i + 1) * 7919 + seed * 31) % 1000 / 1000;
    return { ...pair, score: (i * 7 + seed) % 5 === 0 ? must + small : small };
  });
  return { drop: Drop.from({ ...odd.drop, pairs }), policy: odd.policy };
}

Deno.test("ilp decides small scores beside very large ones and high prices: it has what optimal and greedy have", async () => {
  const below: string[] = [];
  let compared = 0;
  for (let seed = 1; seed <= tried(20, 60); seed++) {
    for (const limits of [false, true]) {
      const { drop, policy } = withMusts(seed, limits);
      const ilp = await allocate(drop, { ...policy, solver: "ilp" });
      assert(ilp.bound! >= ilp.objective);
      for (const solver of ["optimal", "greedy"] as const) {
        const other = await allocate(drop, { ...policy, solver });
        // Objectives at different prices of a missing user are not to be compared.
        if (other.shortfallPrice !== ilp.shortfallPrice) continue;
        compared++;
        const room = 1e-15 * Math.abs(other.objective) + 1e-9;
        if (ilp.objective < other.objective - room) {
          below.push(`${seed} ${limits}: ${ilp.objective}, ${solver} ${other.objective}`);
        }
        assert(ilp.bound! >= other.objective - room, `${seed} ${limits}: bound`);
      }
    }
  }
  assert(compared > tried(66, 200), `${compared}`);
  assert(below.length === 0, below.join("\n"));
});
