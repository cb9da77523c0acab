import { Drop, type DropInput, type LimitInput } from "../../lib/allocator/drop/drop.ts";
import type { Policy } from "../../lib/allocator/model/policy.ts";
import { allocate } from "../../lib/api/allocate.ts";
import { asCertified, issueCertificate } from "../../lib/api/certificate.ts";
import { check } from "../../lib/api/check.ts";
import { InputError, UsageError } from "../../lib/base/errors.ts";
import { assert, assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";

function dropOf(limits: LimitInput[] = [], score = 0.5, cost = 1.5): Drop {
  const input: DropInput = {
    users: [{ id: "u1", group: "g" }, { id: "u2", group: "g" }],
    contracts: [
      { id: "a", cap: 2, sponsored: true, attributes: { cost } },
      { id: "b", cap: 3, sponsored: false, attributes: { cost: 2 } },
    ],
    groups: [{ id: "g", ratio: 0.5 }],
    pairs: [
      { user: "u1", contract: "a", score },
      { user: "u1", contract: "b", score: 0.25 },
      { user: "u2", contract: "a", score: 1 },
      { user: "u2", contract: "b", score: 0.75 },
    ],
    previous: [{ user: "u1", contract: "a" }],
    limits,
  };
  return Drop.from(input);
}

Deno.test("numbers of the policy that sums can't hold are refused by name; up to there all sums are finite", async () => {
  const fields: ((x: number) => Partial<Policy>)[] = [
    (x) => ({ covW: [0, x] }),
    (x) => ({ sponsoredBonus: -x }),
    (x) => ({ shortfallPrice: x }),
    (x) => ({ changeCost: x }),
    (x) => ({ covMode: "shortfall", shortfallPenalty: x }),
  ];
  for (const field of fields) {
    const policy = field(1e308), name = Object.keys(policy).at(-1)!;
    await assertRejects(() => allocate(dropOf(), policy), UsageError, `${name} is`);
    await finiteIn(dropOf(), field(1e289));
  }
});

Deno.test("limits whose units and price sums can't hold are refused by what is too large", async () => {
  const refused: [LimitInput, string][] = [
    [{ limit: "m", atLeast: 1e300 }, "atLeast"],
    [{ limit: "m", atLeast: 1e200, price: 1e200 }, "atLeast"],
    [{ limit: "m", atMost: 1e295, price: 1 }, "atMost"],
    [{ limit: "m", atLeast: 1, price: 1e305 }, "price"],
    [{ limit: "m", counts: "cost", atMost: 3, price: 1e290 }, "counts"],
  ];
  for (const [limit, column] of refused) {
    const error = await assertRejects(
      () => allocate(dropOf([limit], 0.5, 1e100)),
      InputError,
      "so that sums don't overflow",
    );
    assertEquals(error.column, column);
  }
  // Numbers that HiGHS refuses, far above all scores, and what is never exceeded.
  for (const [amount, price] of [[1e100, 1e100], [1e20, 1e100], [1e280, 1e20], [1e290, 1]]) {
    await finiteIn(dropOf([{ limit: "m", atLeast: amount, price }]), {});
    await finiteIn(dropOf([{ limit: "m", counts: "cost", atMost: amount }], 0.5, 1e300), {});
  }
  // The default price is above all scores, however large these are.
  await finiteIn(dropOf([{ limit: "m", atLeast: 3 }], 2e299), {});
});

/** Solves a drop and checks its figures, with those of its certificate, as decimals too. */
async function finiteIn(drop: Drop, policy: Partial<Policy>): Promise<void> {
  const allocation = await allocate(drop, policy);
  const certificate = issueCertificate(drop, allocation);
  assert(Number.isFinite(allocation.objective) && allocation.bound! >= allocation.objective);
  assertEquals(check(drop, allocation, { certificate }).certificate!.problems, []);
  assert(Number.isFinite(asCertified(drop, allocation, certificate).objective));
}
