/** What pins make of a drop, against every bundle tried. */
import { canHoldPins } from "../../../../lib/allocator/check/rules/before.ts";
import type { Instance } from "../../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { randomPolicy } from "../../../support/random_policy.ts";

/** Whether some set of the user's pairs holds its pins and is one of those that docs/model.md lets a user hold. */
function canHoldByTrying(instance: Instance, policy: Policy, pinned: Set<number>, u: number) {
  const { start, middle, k } = instance, own = k === undefined || k[u] < 0 ? policy.k : k[u];
  const pairs = Array.from({ length: start[u + 1] - start[u] }, (_, i) => start[u] + i);
  for (let set = 0; set < 2 ** pairs.length; set++) {
    const chosen = pairs.filter((_, i) => (set >> i) % 2 === 1);
    if (pairs.some((p) => pinned.has(p) && !chosen.includes(p))) continue;
    const s = chosen.filter((p) => p < middle[u]).length, t = chosen.length - s;
    if (chosen.length > own) continue;
    const isMixed = policy.model === "uniform" && s > 0 && t > 0;
    const least = Math.max(1, Math.min(policy.sponsoredFirstRounds, own - 1));
    const mayMix = policy.mixTail &&
      (policy.thirdSlotOnlyMixing ? t === 1 && s === own - 1 : s >= least);
    if (!isMixed || mayMix) return true;
  }
  return false;
}

Deno.test("pins that users can have at once are told from those that they can't, under every policy and own k", () => {
  let can = 0, cannot = 0;
  for (let seed = 0; seed < 3000; seed++) {
    const random = seededRandom(seed);
    const base = randomInstance({
      seed,
      users: 1 + seed % 4,
      contracts: 5,
      groups: 1,
      density: [0.3, 0.6, 1][seed % 3],
      sponsoredShare: [0, 0.4, 0.6, 1][seed % 5 % 4],
    });
    const users = base.group.length;
    if (users === 0) continue;
    const ownK = random.below(2) === 0;
    const k = ownK ? Int32Array.from({ length: users }, () => random.below(5) - 1 || 2) : undefined;
    const instance = { ...base, ...(k !== undefined && { k }) };
    const policy = { ...randomPolicy(seed), k: 1 + random.below(4) };
    const share = random.next();
    const pair = Uint32Array.from(instance.score.keys()).filter(() => random.next() < share);
    const rows = {
      nameOf: () => "score",
      placeOf: () => ({ file: "pins", line: 0 }),
      placeText: () => "pins",
    };
    const pins = { pair, created: new Uint8Array(pair.length), row: pair, rows };
    const pinned = new Set(pair);
    const expected = Array.from(
      { length: users },
      (_, u) => canHoldByTrying(instance, policy, pinned, u),
    ).every((can) => can);
    assertEquals(canHoldPins({ ...instance, pins }, policy), expected, `${seed}`);
    if (expected) can++;
    else cannot++;
  }
  assert(can > 500 && cannot > 500, `${can} ${cannot}`);
  assertEquals(
    canHoldPins(randomInstance({ seed: 1, users: 3, contracts: 2, groups: 1 }), defaultPolicy),
    true,
  );
});
