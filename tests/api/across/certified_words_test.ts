/** What is said of an allocation whose certificate was issued is what that proves. */
import { allocate } from "../../../lib/api/allocate.ts";
import { asCertified, issueCertificate, provenExactly } from "../../../lib/api/certificate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { proofInWords } from "../../../lib/report/proof_words.ts";
import { type DropSize, oddDrop } from "../../fuzz/odd_drop.ts";
import { tried } from "../../support/effort.ts";

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
  const others = Array.from(
    { length: tried(25, 60) },
    (_, i): [DropSize, number] => ["tiny", 50_001_000 + i],
  );
  let best = 0;
  for (const [size, seed] of [...CLAIMED_MORE, ...others]) {
    const odd = oddDrop(seed, size, seed % 2 === 0), drop = Drop.from(odd.drop);
    const found = await allocate(drop, odd.policy);
    const certificate = issueCertificate(drop, found);
    const told = asCertified(drop, found, certificate);
    assertEquals(
      provenExactly(drop, found),
      told,
      `${size} ${seed}: with a certificate and without`,
    );
    const { objective, bound, prices, pricesBound, gap } = told;
    const byPrices = prices === null ? null : pricesBound ?? bound;
    const words = proofInWords(objective, bound, byPrices, gap);
    if (words !== "no allocation can be better") continue;
    best++;
    assertEquals(certificate.gap, 0, `${size} ${seed}: ${words}`);
  }
  assert(best > 20, `${best}`);
});

Deno.test("an allocation without prices is told as it is", async () => {
  const drop = Drop.from(oddDrop(3, "tiny").drop);
  const greedy = await allocate(drop, { solver: "greedy" });
  assertEquals(provenExactly(drop, greedy), greedy);
});

Deno.test("scores that are lost beside the largest are named as beyond what is proven, and only such", async () => {
  const dropOf = (must: number) => {
    const random = seededRandom(12), users = 40, pairs = [];
    for (let u = 0; u < users; u++) {
      for (let c = 0; c < 6; c++) {
        const score = random.next() < 0.1 ? must : Math.round(1000 * random.next()) / 1000;
        pairs.push({ user: `u${u}`, contract: `c${c}`, score });
      }
    }
    return Drop.from({
      users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: "g" })),
      contracts: Array.from({ length: 6 }, (_, c) => ({ id: `c${c}`, cap: 15, sponsored: false })),
      groups: [{ id: "g", ratio: 0 }],
      pairs,
    });
  };
  for (const must of [1, 1e6, 1e9, 1e12, 1e15, 1e18]) {
    const drop = dropOf(must), allocation = await allocate(drop);
    const { warnings } = provenExactly(drop, allocation);
    const found = warnings.filter((line) => line.includes("are lost beside the largest score"));
    const { gap } = issueCertificate(drop, allocation);
    // Whatever is not proven to the last unit is named.
    assertEquals(found.length, gap > 0 ? 1 : 0, `${must}: gap ${gap}, ${warnings.join()}`);
    if (must <= 1e6) assertEquals(gap, 0);
  }
});

Deno.test("a gap that the search left is not taken for scores that are lost", async () => {
  const drop = Drop.from(oddDrop(3, "tiny").drop), allocation = await allocate(drop);
  const certificate = issueCertificate(drop, allocation);
  const { warnings } = asCertified(drop, allocation, {
    ...certificate,
    objective: certificate.bound * 0.98,
  });
  assertEquals(warnings, allocation.warnings);
});

Deno.test("where a bound is the prices' own, and the certificate proves less, the certificate's is told", async () => {
  const drop = Drop.from(oddDrop(3, "tiny").drop), allocation = await allocate(drop);
  const { bound } = allocation, certificate = issueCertificate(drop, allocation);
  // As rounding beside the bonus of pins may have it.
  const told = asCertified(drop, { ...allocation, pricesBound: bound! }, {
    ...certificate,
    bound: bound! * (1 + 1e-11),
    gap: 1e-11,
  });
  assertEquals(told.bound, bound! * (1 + 1e-11));
  assertEquals(told.gap, 1e-11);
});

Deno.test("where a search proves more than the prices, the gap and the words are the search's", async () => {
  const drop = Drop.from(oddDrop(3, "tiny").drop), allocation = await allocate(drop);
  const { objective, bound } = allocation;
  assertEquals(objective, bound);
  const pricesBound = bound! * 1.1, certificate = issueCertificate(drop, allocation);
  const told = asCertified(drop, { ...allocation, pricesBound }, {
    ...certificate,
    bound: pricesBound,
    gap: 1 - 1 / 1.1,
  });
  assertEquals(told.gap, allocation.gap);
  assertEquals(
    proofInWords(objective, bound, pricesBound, told.gap),
    "no allocation can be better, by the solver's search; " +
      "by the certificate alone no allocation can be more than 10 % better",
  );
});
