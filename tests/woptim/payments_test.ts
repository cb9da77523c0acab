/** The price in whole coins. */
import { fc } from "../../lib/deps/fast_check.ts";
import { InputError } from "../../lib/base/errors.ts";
import { assert, assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { sharePrice } from "../../lib/woptim/payments.ts";
import { split, splitArrays } from "../../lib/woptim/split.ts";
import { runs } from "../support/arbitrary_split.ts";

const pay = (price: number, units: number[], digits = 2) =>
  Array.from(
    sharePrice(
      price,
      units.reduce((a, b) => a + b, 0),
      Float64Array.from(units),
      Number(`1e-${digits}`),
    ).payment,
  );

Deno.test("coins left over go to the largest fractions, to the first among equals", () => {
  assertEquals(pay(10, [1, 1, 1]), [3.34, 3.33, 3.33]);
  assertEquals(pay(20, [1, 1, 1]), [6.67, 6.67, 6.66]);
  assertEquals(pay(1, [1, 2, 4]), [0.14, 0.29, 0.57]);
  assertEquals(pay(0.01, [1, 1]), [0.01, 0]);
  assertEquals(pay(10, [1, 1, 1], 0), [4, 3, 3]);
  assertEquals(pay(10, [1, 1, 1], 3), [3.334, 3.333, 3.333]);
  // Fractions that are equal but for rounding are equal.
  assertEquals(pay(1, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3], 0), [0, 0, 1, 0, 0, 0]);
});

Deno.test("no units cost nothing, and negative units are paid for", () => {
  assertEquals(pay(10, [0, 3, 0]), [0, 10, 0]);
  assertEquals(pay(10, [-1, 3]), [-5, 15]);
  assertEquals(pay(0, [1, 2]), [0, 0]);
});

Deno.test("where units cancel out, payments are the shares all the same", () => {
  // In 15 digits the first had 1000000000000.33, and all three 0.9966: 3.4 billion were paid too much.
  const units = Float64Array.of(1e12 + 1 / 3, -1e12, 2730.5 / 4096);
  const { share, payment } = sharePrice(1, 1, units, 0.01);
  assertEquals([...payment], [1000000000000.33, -1000000000000, 0.67]);
  assertEquals([...share], [...units]);
});

Deno.test("units of hardly any digits are read alike in their sum and in their parts", () => {
  for (const least of [5e-324, 1.5e-323, 1e-310, 1.23456789e-309]) {
    assertEquals(pay(506.92, [least]), [506.92]);
    const units = Float64Array.of(least, 0, 2 * least);
    const { share, payment } = sharePrice(-900, 3 * least, units, 0.01);
    assertEquals([...payment], [-300, -0, -600].map((x) => x + 0));
    assert(Math.abs(share[0] + 300) < 0.001 && Math.abs(share[2] + 600) < 0.001, `${share}`);
  }
});

Deno.test("payments that a number holds but does not print in full are refused", () => {
  const of = (price: number, units: number[], coin: number) => () =>
    sharePrice(price, units.reduce((a, b) => a + b, 0), Float64Array.from(units), coin);
  // 703703703703703.25 prints as 703703703703703.2.
  assertThrows(of(1e15, [2, 1, 19, 5], 0.25), InputError, "payments of at most 45035996273704");
  assertEquals([...of(1e15, [1, 3], 0.25)().payment], [2.5e14, 7.5e14]);
});

Deno.test("payments add up to the price, and are the share rounded up or down", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e6, noNaN: true })), {
        minLength: 1,
        maxLength: 50,
      }),
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 0, max: 6 }),
      (units, coins, digits) => {
        const total = units.reduce((a, b) => a + b, 0);
        fc.pre(total > 0);
        const price = Number(`${coins}e-${digits}`);
        const { share, payment } = sharePrice(
          price,
          total,
          Float64Array.from(units),
          Number(`1e-${digits}`),
        );
        const paid = Array.from(payment, (p) => Math.round(p * 10 ** digits));
        payment.forEach((p, i) => {
          assertEquals(p, paid[i] / 10 ** digits, "a whole number of coins");
          const exact = coins * units[i] / total;
          assert(Math.abs(paid[i] - exact) < 1 + 1e-6, `${paid[i]} for ${exact}`);
          assert(Math.abs(share[i] * 10 ** digits - exact) <= 1e-9 * (1 + exact));
        });
        assertEquals(paid.reduce((a, b) => a + b, 0), coins);
      },
    ),
    runs(2000),
  );
});

Deno.test("nobody pays a coin too much where the replaced program took one of each", () => {
  const columns = { total: 3, price: 10, lower: [1, 1, 1], upper: [1, 1, 1], target: [1, 1, 1] };
  const { payment, share } = splitArrays(columns);
  assertEquals(Array.from(payment!), [3.34, 3.33, 3.33]);
  assertEquals(Array.from(share!), [10 / 3, 10 / 3, 10 / 3]);
});

Deno.test("prices that can't be divided are errors", () => {
  const columns = { lower: [0, 0], upper: [4, 4], target: [1, 1] };
  const of = (total: number, price: number, currencyDigits = 2) => () =>
    splitArrays({ ...columns, total, price }, { currencyDigits });
  assertThrows(
    of(2, 10.005),
    InputError,
    'price is "10.005", expected at most 2 decimal places (see currency digits)',
  );
  assertThrows(of(2, 0.5, 0), InputError, 'price is "0.5", expected at most 0 decimal places');
  assertThrows(of(0, 1), InputError, 'price is "1", expected 0, as nothing is handed out');
  // Too little for a pack: all of the total is left over.
  assertThrows(
    () => splitArrays({ ...columns, total: 4, price: 1 }, { step: 6, leftover: true }),
    InputError,
    'price is "1", expected 0, as nothing is handed out',
  );
  assertThrows(of(2, 1e15), InputError, "expected at most 9007199254740991 coins of 1e-2");
  // For units below 0 somebody is paid, and payments of more coins than doubles count would not add up to the price.
  const below = (size: number) => () =>
    splitArrays({
      lower: [size, -Infinity],
      upper: [size, 0],
      target: [0, 0],
      total: 1,
      price: 7.5,
    });
  assertThrows(
    below(7e12),
    InputError,
    'price is "7.5", expected payments of at most 9007199254740991 coins of 1e-2',
  );
  const [paid, got] = below(3001)().payment!;
  assertEquals([paid, got], [22507.5, -22500]);
  assertEquals(Array.from(of(0, 0)().payment!), [0, 0]);
  assertEquals(of(2, 10.005, 3)().payment![0], 5.003);
});

Deno.test("amounts so large that doubles don't tell their coins apart are refused: what is paid would not read as the price", () => {
  const of = (total: number, price: number, targets: number[], currencyDigits = 2) => () =>
    splitArrays({
      total,
      price,
      target: targets,
      lower: targets.map(() => 0),
      upper: targets.map(() => Infinity),
    }, { currencyDigits }).payment!;
  // 80000000000000.01 is read as 80000000000000.02.
  assertThrows(
    of(2, 80_000_000_000_000.01, [1, 1]),
    InputError,
    "expected a price of at most 70368744177664: beyond it numbers don't tell coins of 1e-2 apart",
  );
  assertThrows(of(7, 9e13, [6.7, 0.2, 0.1]), InputError, "expected payments of at most");
  assertEquals(Array.from(of(3, 9e13, [1, 1, 1])()), [3e13, 3e13, 3e13]);
  assertEquals(Array.from(of(2, 7e13, [1, 1])()), [3.5e13, 3.5e13]);
  assertEquals(Array.from(of(3, 7e13 + 0.01, [1, 2])()), [23333333333333.34, 46666666666666.67]);
  assertEquals(Array.from(of(3, 9e15, [1, 2], 0)()), [3e15, 6e15]);
});

/** Σ payments, in coins. */
const paidCoins = (payment: Float64Array, digits: number) =>
  payment.reduce((sum, p) => sum + BigInt(Math.round(p * 10 ** digits)), 0n);

Deno.test("the sum is the price, to 15 digits and among many people", () => {
  const equal = (n: number, price: number, digits = 2) =>
    sharePrice(price, n, new Float64Array(n).fill(1), Number(`1e-${digits}`)).payment;
  assertEquals(paidCoins(equal(100_000, 120_000_999.99), 2), 12000099999n);
  assertEquals([...equal(3, 9e13)], [3e13, 3e13, 3e13]);
  assertEquals(paidCoins(equal(1_000_000, 1234567.89012345, 8), 8), 123456789012345n);
  assertEquals([...pay(1e13, [1, 2])], [3333333333333.33, 6666666666666.67]);
  // 760,179,076.65 · 5 / 7.2 = 527,902,136.5625 and 232,276,940.0875 for the other: a tie, which is the first's.
  assertEquals(pay(760_179_076.65, [5, 2.2], 3), [527_902_136.563, 232_276_940.087]);
});

Deno.test("payments are the largest remainder's, in fractions of integers", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 12 }),
      fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 999_999_999_999_999 })),
      fc.constantFrom(0, 2, 3, 8),
      fc.boolean(),
      (tenths, coins, digits, refund) => {
        const sum = tenths.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0 && coins > 0);
        const price = Number(`${refund ? "-" : ""}${coins}e-${digits}`);
        const units = Float64Array.from(tenths, (t) => t / 10);
        const { payment } = sharePrice(price, sum / 10, units, Number(`1e-${digits}`));
        const parts = tenths.map((t, i) => {
          const product = BigInt(coins) * BigInt(t);
          return { i, whole: product / BigInt(sum), rest: product % BigInt(sum) };
        });
        let left = BigInt(coins) - parts.reduce((a, p) => a + p.whole, 0n);
        for (
          const part of [...parts].sort((a, b) =>
            a.rest > b.rest ? -1 : a.rest < b.rest ? 1 : a.i - b.i
          )
        ) {
          if (left-- > 0n) part.whole++;
        }
        parts.forEach(({ i, whole }) =>
          assertEquals(payment[i], Number(`${refund && whole > 0n ? "-" : ""}${whole}e-${digits}`))
        );
      },
    ),
    runs(1000),
  );
});

Deno.test("cash is paid in its own coins", () => {
  const units = Float64Array.of(1, 1, 1);
  assertEquals([...sharePrice(10, 3, units, 0.05).payment], [3.35, 3.35, 3.3]);
  assertEquals([...sharePrice(-10, 3, units, 0.05).payment], [-3.35, -3.35, -3.3]);
  assertThrows(
    () => sharePrice(10.03, 3, units, 0.05),
    InputError,
    'price is "10.03", expected a multiple of the coin 0.05',
  );
});

Deno.test("payments for whole steps of a third go by the steps: of equal fractions the first person's is rounded up", () => {
  const requirements = [7, 5].map((thirds, i) => ({
    name: `p${i}`,
    interval: [thirds / 3, thirds / 3] as const,
    target: 1,
  }));
  // 44.46 · 7/12 is 25.935, and 44.46 · 5/12 is 18.525.
  const { people } = split({ total: 4, price: 44.46, requirements }, { step: "1/3" });
  assertEquals(people.map(({ payment }) => payment), [25.94, 18.52]);
});
