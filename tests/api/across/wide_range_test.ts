/** Scores of which some are a million to a million million times others: what the small ones decide is decided and proven too. */
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import type { LimitInput } from "../../../lib/allocator/drop/instance/limit_family.ts";
import { fractionOfText } from "../../../lib/allocator/check/exact/decimal.ts";
import { allocate, type AllocateOptions } from "../../../lib/api/allocate.ts";
import { issueCertificate, provenExactly } from "../../../lib/api/certificate.ts";
import { check } from "../../../lib/api/check.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { hurried, UNHURRIED } from "../../support/hurried_clock.ts";
import { tried } from "../../support/effort.ts";

/** A drop in which a fifth of the scores are `must`, and the others by `other`; under `limits`, contracts have a cost and a brand. */
function dropOf(
  seed: number,
  must: number,
  users: number,
  other: (drawn: number) => number,
  limits: LimitInput[] = [],
): Drop {
  const random = seededRandom(seed), costs = seededRandom(seed);
  const contracts = Array.from({ length: 6 }, (_, c) => ({
    id: `c${c}`,
    cap: Math.ceil((1 + c % 3) * users / 12),
    sponsored: c < 3,
    ...(limits.length > 0 && {
      attributes: { cost: Math.round(100 * (1 + 4 * costs.next())) / 100, brand: `b${c % 2}` },
    }),
  }));
  const people = Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 2}` }));
  return Drop.from({
    users: people,
    contracts,
    groups: [{ id: "g0", ratio: 0.3 }, { id: "g1", ratio: 0.5 }],
    pairs: people.flatMap(({ id: user }) =>
      contracts.filter(() => random.next() < 0.6).map(({ id: contract }) => {
        const isMust = random.next() < 0.2, score = other(random.next());
        return { user, contract, score: isMust ? must : score };
      })
    ),
    limits,
  });
}

const PLAIN: AllocateOptions = { covW: [], sponsoredBonus: 0 };

/** The allocation, how often it has the score `must`, and its exact figures, which are certified. */
async function solved(drop: Drop, must: number) {
  // However busy the machine is: proofs by cases are sought for some time.
  const allocation = await hurried(UNHURRIED, () => allocate(drop, PLAIN));
  const certificate = issueCertificate(drop, allocation);
  const report = check(drop, allocation, { certificate }).certificate!;
  assert(report.certified, report.problems.join("\n"));
  const musts = [...allocation.offers()].filter(({ score }) => score === must).length;
  const { top, bottom } = fractionOfText(certificate.exact!.objective);
  // In 10^-6, without the musts.
  const rest = top * 1_000_000n / bottom - BigInt(musts) * BigInt(must) * 1_000_000n;
  return { musts, rest, certificate, allocation };
}

Deno.test("a wide range: beside 1e6 to 1e12 the rest is as good as beside 1e4, and proven or named", async () => {
  let proven = 0, drops = 0;
  for (const digits of [0, 3, 6]) {
    for (let e = 6; e <= 12; e++) {
      const seed = 100 * digits + e;
      const other = (drawn: number) => Math.round(10 ** digits * (1 + 9 * drawn)) / 10 ** digits;
      const near = await solved(dropOf(seed, 1e4, 12, other), 1e4);
      const drop = dropOf(seed, 10 ** e, 12, other), far = await solved(drop, 10 ** e);
      assertEquals([far.musts, far.rest], [near.musts, near.rest], `1e${e}, ${digits} digits`);
      drops++;
      if (far.certificate.gap === 0) proven++;
      else assert(far.certificate.gap < 1e-12, `1e${e}, ${digits} digits`);
    }
  }
  assert(proven >= drops - 3, `${proven} of ${drops}`);
});

Deno.test("a wide range: tie-breakers of a billionth of the largest score are honoured and proven", async () => {
  for (const [seed, users] of [[1, 12], [2, 12], [3, 60]]) {
    const other = (drawn: number) =>
      Number((1 + Math.floor(3 * drawn) + Math.floor(1e6 * drawn) % 1000 * 1e-9).toPrecision(12));
    const { certificate } = await solved(dropOf(seed, 1, users, other), 1);
    assertEquals(certificate.gap, 0, `seed ${seed}`);
  }
});

Deno.test("a wide range: of musts of many sizes what is not proven is less than a millionth of the largest, and named", async () => {
  let proven = 0, named = 0;
  for (let seed = 1; seed <= tried(5, 12); seed++) {
    const sizes = seededRandom(seed);
    const other = (drawn: number) =>
      sizes.next() < 0.3 ? 1e12 * sizes.next() : Math.round(1000 * drawn) / 1000 + 0.001;
    const drop = dropOf(seed, 1e12, 40, other),
      { certificate, allocation } = await solved(drop, 1e12);
    const { warnings } = provenExactly(drop, allocation);
    const lines = warnings.filter((line) => line.includes("lost beside the largest score"));
    if (certificate.gap === 0) proven++;
    const room = certificate.gap * certificate.bound;
    assert(room < 1e6, `seed ${seed}: ${room}`);
    assertEquals(lines.length, room >= 0.001 ? 1 : 0, `seed ${seed}: ${room}, ${warnings.join()}`);
    named += lines.length;
  }
  assert(proven + named > 0);
});

Deno.test("a wide range: under budgets in money, whose prices are parts of a must, the rest is proven too", async () => {
  const budgets: LimitInput = { limit: "budgets", per: "brand", counts: "cost", atMost: 173 / 3 };
  const leasts: LimitInput = { limit: "leasts", per: "contract_address+group_id", atLeast: 2 };
  const other = (drawn: number) => Math.round(1000 * (1 + 9 * drawn)) / 1000;
  for (
    const [seed, ...limits] of [[2, budgets], [3, budgets, leasts], [7, budgets, leasts]] as const
  ) {
    const { certificate } = await solved(dropOf(seed, 1e12, 40, other, limits), 1e12);
    // Less than what doubles of that size can tell apart.
    assert(certificate.gap < Number.EPSILON, `seed ${seed}: ${certificate.gap}`);
  }
});

Deno.test("a wide range: no price of a minimum is above what missing a user costs", async () => {
  // Nobody has a sponsored option, and missing the minima costs nothing.
  const scores = [
    [2.1920452974216002e-11, 6726067.965876948, 0.06858484303106807],
    [2.276263549882175e-11, 43327.42078794839, 0.006709387409015411, 177509120819.15884],
    [235257679931.4191, 10647087.32242749, 67287.60344449153, 0.00003334342065640956],
  ];
  const drop = Drop.from({
    users: ["u0", "u1", "u2"].map((id, u) => ({ id, group: `g${Math.min(u, 1)}` })),
    contracts: [3, 1, 10, 2].map((cap, c) => ({ id: `c${c}`, cap, sponsored: false })),
    groups: [{ id: "g0", ratio: 1 }, { id: "g1", ratio: 0.5 }],
    pairs: scores.flatMap((row, u) =>
      row.map((score, c) => ({ user: `u${u}`, contract: `c${c}`, score }))
    ),
  });
  const found = await allocate(drop, { k: 4, shortfallPrice: 0 });
  const report = check(drop, found, { certificate: issueCertificate(drop, found) });
  assertEquals(report.certificate!.problems, []);
});
