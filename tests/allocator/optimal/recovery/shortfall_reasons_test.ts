import { assert, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { Drop } from "../../../../lib/allocator/drop/drop.ts";
import type { LimitInput } from "../../../../lib/allocator/drop/instance/limit_family.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";

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
        `group north: ${lacking} of 2 sponsored users are missing: ` +
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

Deno.test("missed minima: at a low shortfall price they are missed though nothing stands against them", async () => {
  const ample: LimitInput = { limit: "few", per: "contract_address", atMost: 5 };
  const [all, group] = missing((await solveWith([ample], { shortfallPrice: 0.1 })).warnings);
  assertEquals(
    all,
    "1 sponsored user is missing to the minimum of 1 group, " +
      "options and caps alone would let all be met; limits keep the others from it, or they are worth less than they would cost",
  );
  assertEquals(
    group,
    "group north: 1 of 2 sponsored users are missing: 1 though no cap or limit by itself stands against it",
  );
  const [plain] = missing((await solveWith([], { shortfallPrice: 0.1 })).warnings);
  assert(
    plain.endsWith(
      "0 is the least possible; at the shortfall price more is gained by missing the others",
    ),
  );
});

Deno.test("missed minima: where limits lack units too, what all lack together is told", async () => {
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
    "1 sponsored user is missing to the minimum of 1 group, options and caps alone would let all be met; " +
      "pins and the most mixed users keep the others from it, or they are worth less than they would cost",
  );
});
