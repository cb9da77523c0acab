import {
  capFromBudget,
  type ContractBudget,
  defaultCapRule,
} from "../../../lib/allocator/drop/cap_from_budget.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";

const plain: ContractBudget = {
  budget: 1000,
  spent: 0,
  liveClaims: 0,
  faceValue: 10,
  redeemed: 0,
  assigned: 0,
  isSponsored: false,
};

Deno.test("without history new claims count a quarter and live ones a fifth", () => {
  assertEquals(capFromBudget(plain).cap, 400);
  const live = capFromBudget({ ...plain, liveClaims: 50 });
  assertEquals(live.reserved, 100);
  assertEquals(live.cap, 360);
});

Deno.test("sponsored budgets are overdrawn by half, and only what is left of them", () => {
  const cap = capFromBudget({ ...plain, spent: 400, isSponsored: true });
  assertEquals(cap.left, 900);
  assertEquals(cap.cap, 360);
});

Deno.test("history sets both rates as worked by hand", () => {
  // r = 9, n = 98: p = 10/100; deviation = sqrt(10 · 90 / (100² · 101)) = 0.0298511…
  const cap = capFromBudget({ ...plain, liveClaims: 20, redeemed: 9, assigned: 98 });
  assertAlmostEquals(cap.liveRate, 0.1, 1e-12);
  assertAlmostEquals(cap.newRate, 0.1 + 1.28 * 0.029851115706299675, 1e-12);
  assertEquals(cap.reserved, 20);
  assertEquals(cap.cap, Math.floor(980 / (10 * cap.newRate)));
});

Deno.test("the rate of new claims keeps to its floor and to one", () => {
  assertEquals(capFromBudget({ ...plain, redeemed: 0, assigned: 100_000 }).newRate, 0.03);
  assertEquals(capFromBudget({ ...plain, redeemed: 5, assigned: 5 }).newRate, 1);
});

Deno.test("a budget that is spent or reserved gives cap 0, not a negative one", () => {
  assertEquals(capFromBudget({ ...plain, spent: 2000 }).cap, 0);
  assertEquals(capFromBudget({ ...plain, liveClaims: 10_000 }).cap, 0);
});

Deno.test("rounding in doubles costs no unit", () => {
  // 0.3 / (0.1 · 0.25) is 11.999999999999998 in doubles.
  assertEquals(capFromBudget({ ...plain, budget: 0.3, faceValue: 0.1 }).cap, 12);
});

Deno.test("figures that can't be are said, not divided by", () => {
  const why = (change: Partial<ContractBudget>) => capFromBudget({ ...plain, ...change });
  assertEquals(why({ faceValue: 0 }).impossible, "face value is 0, so the budget limits nothing");
  assertEquals(why({ redeemed: 3, assigned: 2 }).impossible, "3 redeemed of 2 assigned");
  assertEquals(why({ spent: -1 }).impossible, "spent is negative");
  assertEquals(why({ budget: NaN }).impossible, "budget is not a number");
  assertEquals(why({ faceValue: 5e-324 }).impossible, "the expected cost of a claim is too small");
  assertEquals(why({ faceValue: 0 }).cap, 0);
});

Deno.test("more money never means a smaller cap; more live claims never a larger one", () => {
  const budget = fc.record({
    budget: fc.integer({ min: 0, max: 100_000 }),
    spent: fc.integer({ min: 0, max: 100_000 }),
    liveClaims: fc.integer({ min: 0, max: 5_000 }),
    faceValue: fc.integer({ min: 1, max: 500 }),
    redeemed: fc.integer({ min: 0, max: 200 }),
    assigned: fc.integer({ min: 200, max: 5_000 }),
    isSponsored: fc.boolean(),
  });
  fc.assert(fc.property(budget, (contract) => {
    const { cap } = capFromBudget(contract, defaultCapRule);
    assert(capFromBudget({ ...contract, budget: contract.budget + 100 }).cap >= cap);
    assert(capFromBudget({ ...contract, liveClaims: contract.liveClaims + 1 }).cap <= cap);
    assert(Number.isInteger(cap) && cap >= 0);
  }));
});

Deno.test("a large cap is rounded down to a unit too, so that no budget is exceeded", () => {
  // Without a history a claim is expected to cost face value · 1 / 4: whole numbers of dimes, exactly.
  const dimes = fc.record({ budget: fc.bigInt(0n, 10n ** 11n), faceValue: fc.bigInt(1n, 50n) });
  fc.assert(
    fc.property(dimes, ({ budget, faceValue }) => {
      const money = (amount: bigint) => Number(amount) / 10;
      const { cap } = capFromBudget({
        ...plain,
        budget: money(budget),
        faceValue: money(faceValue),
        redeemed: 0,
        assigned: 0,
      });
      assertEquals(BigInt(cap), budget * 4n / faceValue);
    }),
    {
      examples: [[{ budget: 999_999_990n, faceValue: 1n }], [{
        budget: 999_999_991n,
        faceValue: 3n,
      }]],
    },
  );
});
