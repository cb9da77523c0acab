import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { argmaxAndBound } from "../../../../lib/allocator/optimal/recovery/argmax_bundles.ts";
import {
  compileDualProblem,
  zeroPrices,
} from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { explainShortfall } from "../../../../lib/allocator/optimal/recovery/shortfall_reasons.ts";
import { rowsWithoutRoom, useOfPairs } from "../../../../lib/allocator/model/row_use.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

/** Two users must be sponsored, which the cap of s allows; further limits may not. */
function solveWith(limits: LimitInput[], policy: Partial<Policy> = {}, cap = 5) {
  const { instance } = Drop.from({
    users: [
      { id: "ann", group: "north" },
      { id: "bob", group: "north" },
      { id: "cy", group: "south" },
    ],
    contracts: [{ id: "s", cap, sponsored: true }, { id: "n", cap: 5, sponsored: false }],
    groups: [{ id: "north", ratio: 1 }, { id: "south", ratio: 0 }],
    pairs: [
      { user: "ann", contract: "s", score: 0.5 },
      { user: "bob", contract: "s", score: 0.5 },
      { user: "bob", contract: "n", score: 0.75 },
      { user: "cy", contract: "n", score: 0.75 },
    ],
    limits,
  });
  return solveOptimal(instance, { ...defaultPolicy, ...policy });
}

const missing = (warnings: readonly string[]) => warnings.filter((line) => /missing/.test(line));

Deno.test("missed minima: a hard limit that keeps users out is named, and no lower number is called possible", async () => {
  for (const atMost of [0, 1]) {
    const found = await solveWith([{ limit: "few", per: "contract_address", atMost }]);
    const [all, group] = missing(found.warnings), lacking = 2 - atMost;
    assertEquals(found.shortfall, lacking);
    assertEquals(
      all,
      `${lacking} sponsored user${
        lacking === 1 ? " is" : "s are"
      } missing to the minimum of 1 group, the least possible under the limits`,
    );
    assert(
      group.startsWith(
        `group north: ${lacking} of 2 sponsored users ${lacking === 1 ? "is" : "are"} missing: ` +
          `${lacking} as a limit has no room: few (contract_address=s) at `,
      ),
      group,
    );
    assertEquals(found.shortfallReasons!.map(({ limits }) => limits.length), [1]);
  }
});

Deno.test("missed minima: of a full contract a limit is named too that more units would not get past", async () => {
  const found = await solveWith([{ limit: "few", per: "contract_address", atMost: 1 }], {}, 1);
  const [, group] = missing(found.warnings);
  assert(
    /1 as sponsored capacity is taken: s .*; and as a limit has no room: few/.test(group),
    group,
  );
});

Deno.test("missed minima: prices are written as people read numbers", async () => {
  const [, group] = missing((await solveWith([], { shortfallPrice: 12_345_678 }, 1)).warnings);
  const [, told] = /s \(price ([^)]*)\)/.exec(group)!;
  assert(/^\d{2},\d{3},\d{3}$/.test(told), group);
});

Deno.test("missed minima: at a low shortfall price they are missed though nothing stands against them", async () => {
  const ample: LimitInput = { limit: "few", per: "contract_address", atMost: 5 };
  const [all, group] = missing((await solveWith([ample], { shortfallPrice: 0.1 })).warnings);
  assertEquals(
    all,
    "1 sponsored user is missing to the minimum of 1 group, " +
      "none would be by options and caps alone; limits keep the user unsponsored, or that would cost more than it is worth",
  );
  assertEquals(
    group,
    "group north: 1 of 2 sponsored users is missing: 1 though no cap or limit by itself stands against it",
  );
  const [plain] = missing((await solveWith([], { shortfallPrice: 0.1 })).warnings);
  assert(
    plain.endsWith(
      "0 is the least possible; at the shortfall price more is gained by missing the others",
    ),
  );
});

Deno.test("missed minima: where limits lack units too, what all lack together is reported", async () => {
  const found = await solveWith([
    { limit: "few", per: "contract_address", where: { is_sponsored: true }, atMost: 1 },
    { limit: "wanted", per: "contract_address", where: { is_sponsored: false }, atLeast: 3 },
  ]);
  assertEquals([found.shortfall, found.limitShortfall], [1, 1]);
  const [all] = missing(found.warnings);
  assertEquals(
    all,
    "1 sponsored user is missing to the minimum of 1 group, " +
      "the least possible under the limits, together with what limits lack",
  );
});

Deno.test("missed minima: beside pins a share of mixed users may keep one out, and no lower number is called possible", async () => {
  const { instance } = Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: "s", cap: 2, sponsored: true }, { id: "n", cap: 1, sponsored: false }],
    groups: [{ id: "north", ratio: 1 }],
    pairs: [
      { user: "ann", contract: "s", score: 1 },
      { user: "ann", contract: "n", score: 1 },
    ],
    pins: [{ user: "ann", contract: "n" }],
  });
  const { warnings } = await solveOptimal(instance, {
    ...defaultPolicy,
    mixTail: true,
    thirdSlotOnlyMixing: false,
    sponsoredFirstRounds: 1,
    maxMixedShare: 0.5,
  });
  assertEquals(
    missing(warnings)[0],
    "1 sponsored user is missing to the minimum of 1 group, none would be by options and caps alone; " +
      "pins and the most mixed users keep the user unsponsored, or that would cost more than it is worth",
  );
});

Deno.test("missed minima: named are all limits that have no room for an offer, whatever its user gives up", () => {
  let named = 0;
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededRandom(seed), users = Array.from({ length: 24 }, (_, u) => `u${u}`);
    const { instance } = Drop.from({
      users: users.map((id, u) => ({ id, group: `g${u % 3}` })),
      // Caps never stand against an offer.
      contracts: Array.from({ length: 8 }, (_, c) => ({
        id: `c${c}`,
        cap: 100,
        sponsored: c < 5,
        attributes: { brand: `b${c % 3}`, hours: 1 + c % 4 },
      })),
      groups: [0, 1, 2].map((g) => ({ id: `g${g}`, ratio: 0.9 })),
      pairs: users.flatMap((user) =>
        Array.from({ length: 8 }, (_, c) => ({ user, contract: `c${c}`, score: random.next() }))
          .filter(() => random.next() < 0.5)
      ),
      limits: [
        { limit: "brand", per: "brand", atMost: 2 + random.below(3) },
        { limit: "hours", per: "brand+group_id", counts: "hours", atMost: 3 + random.below(8) },
        { limit: "least", per: "contract_address", atLeast: 1 + random.below(4) },
        { limit: "share", per: "group_id", where: { brand: "b0" }, atMost: 0.3, shareOf: "offers" },
      ],
    });
    const problem = compileDualProblem(instance, defaultPolicy), prices = zeroPrices(problem);
    const { holdings } = argmaxAndBound(problem, prices);
    const run = { missed: holdings.shortfall(), proven: false, cutShort: false };
    const { rows } = instance.limits!;
    const use = useOfPairs(rows, holdings.slots.filter((pair) => pair >= 0));
    for (const { group, limits } of explainShortfall(holdings, prices, run).reasons) {
      const expected = new Set<number>();
      for (let u = 0; u < users.length; u++) {
        const held = holdings.bundleOf(u);
        if (instance.group[u] !== group || held.some((p) => p < instance.middle[u])) continue;
        for (let p = instance.start[u]; p < instance.middle[u]; p++) {
          for (const r of rowsWithoutRoom(rows, use, p, held)) expected.add(r);
        }
      }
      assertEquals(limits.toSorted(), [...expected].toSorted(), `seed ${seed}, group ${group}`);
      named += limits.length;
    }
  }
  assert(named > 50, `${named}`);
});
