import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import type { Certificate } from "../../../../lib/allocator/model/certificate.ts";
import { defaultPolicy } from "../../../../lib/allocator/model/policy.ts";
import { allocate, Drop, report } from "../../../../mod.ts";
import { rulesPassedOver } from "../../../../lib/cli/frame/options/policy_options.ts";

async function certificateUnder(k: number): Promise<Certificate> {
  const drop = Drop.from({
    users: [{ id: "u", group: "g" }],
    contracts: [{ id: "c", cap: 1, sponsored: true }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [{ user: "u", contract: "c", score: 1 }],
  });
  return report(drop, await allocate(drop, { k, mixTail: true })).certificate()!;
}

Deno.test("options that a certificate's rules replace are named, if they were given and differ", async () => {
  const certificate = await certificateUnder(2);
  const note = (options: Record<string, unknown>, ...given: string[]) =>
    rulesPassedOver({ ...defaultPolicy, ...options }, new Set(given), certificate);
  assertEquals(note({}), null);
  assertEquals(note({ k: 2 }, "k"), null);
  assertEquals(note({ k: 3 }), null, "a default");
  assertEquals(note({ k: 3 }, "k"), "the rules are the certificate's: k 2, not 3");
  assertEquals(
    note({ k: 3, mixTail: false }, "k", "mixTail"),
    "the rules are the certificate's: k 2, not 3; mix_tail true, not false",
  );
  // Of whatif k is a change, and the rule is baseK.
  assertEquals(note({ k: 3, baseK: 2 }, "k"), null);
  assertEquals(note({ baseK: 1 }, "baseK"), "the rules are the certificate's: k 2, not 1");
  assertEquals(rulesPassedOver({ ...defaultPolicy, k: 3 }, new Set(["k"]), undefined), null);
});
