/** What is said of an allocation whose certificate was issued is what that proves. */
import { allocate } from "../../../lib/api/allocate.ts";
import { asCertified, issueCertificate } from "../../../lib/api/certificate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { assert } from "../../../lib/deps/std_assert.ts";
import { proofInWords } from "../../../lib/report/words.ts";
import { type DropSize, oddDrop } from "../../fuzz/odd_drop.ts";

/** Beside large costs of these, doubles called optimal what their certificates prove within 1e-7 and less. */
const CLAIMED_MORE: readonly [DropSize, number][] = [
  ...["small", "small", "small", "small"].map((size, i): [DropSize, number] => [
    size as DropSize,
    [50_000_044, 50_000_384, 50_000_364, 50_000_164][i],
  ]),
  ["tiny", 50_000_050],
  ["tiny", 50_000_106],
];

Deno.test("no allocation is called best by what its certificate does not prove", async () => {
  const others = Array.from({ length: 60 }, (_, i): [DropSize, number] => ["tiny", 50_001_000 + i]);
  let best = 0;
  for (const [size, seed] of [...CLAIMED_MORE, ...others]) {
    const odd = oddDrop(seed, size, seed % 2 === 0), drop = Drop.from(odd.drop);
    const found = await allocate(drop, odd.policy);
    const certificate = issueCertificate(drop, found);
    const { objective, bound, prices, pricesBound } = asCertified(found, certificate);
    const words = proofInWords(objective, bound, prices === null ? null : pricesBound ?? bound);
    if (!words.startsWith("no allocation can be better") || words.includes("search")) continue;
    best++;
    assert(
      certificate.gap <= 1e-12,
      `${size} ${seed}: ${words}, its certificate has ${certificate.gap}`,
    );
  }
  assert(best > 20, `${best}`);
});
