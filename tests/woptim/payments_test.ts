/** The price in whole coins. */
import { fc } from "../../lib/deps/fast_check.ts";
import { InputError } from "../../lib/base/errors.ts";
import { assert, assertEquals, assertThrows } from "../../lib/deps/std_assert.ts";
import { sharePrice } from "../../lib/woptim/payments.ts";
import { splitArrays } from "../../lib/woptim/split.ts";
import { runs } from "../support/arbitrary_split.ts";

const pay = (price: number, units: number[], digits = 2) =>
  Array.from(
    sharePrice(price, units.reduce((a, b) => a + b, 0), Float64Array.from(units), digits).payment,
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
        const { share, payment } = sharePrice(price, total, Float64Array.from(units), digits);
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
  assertThrows(of(0, 1), InputError, 'price is "1", expected 0, as the total is 0');
  assertThrows(of(2, 1e15), InputError, "expected at most 9007199254740991 coins of 1e-2");
  assertEquals(Array.from(of(0, 0)().payment!), [0, 0]);
  assertEquals(of(2, 10.005, 3)().payment![0], 5.003);
});
