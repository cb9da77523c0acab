import {
  DecimalBytes,
  MOST_DECIMAL_BYTES,
  writeWhole,
} from "../../../lib/base/numbers/decimal_bytes.ts";
import { plainDecimal } from "../../../lib/base/numbers/plain_decimal.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

/** What is written of some numbers, one after the other; null where one was not. */
function written(values: readonly number[]): (string | null)[] {
  const writer = new DecimalBytes(), bytes = new Uint8Array(MOST_DECIMAL_BYTES);
  return values.map((value) => {
    const end = writer.write(bytes, 0, value);
    return end < 0 ? null : new TextDecoder().decode(bytes.subarray(0, end));
  });
}

Deno.test("decimals are written as plainDecimal has them, whatever was written before", () => {
  const decimal = fc.tuple(fc.integer({ min: -(10 ** 15) + 1, max: 10 ** 15 - 1 }), fc.nat(14))
    .map(([units, decimals]) => Number(`${units}e-${decimals}`));
  const value = fc.oneof(
    decimal,
    fc.integer({ min: -1000, max: 1000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.nat(10 ** 6).map((units) => units / 1e6),
  );
  fc.assert(fc.property(fc.array(value), (values) => {
    written(values).forEach((text, i) => {
      if (text !== null) assertEquals(text, plainDecimal(values[i]));
    });
  }));
});

Deno.test("a decimal of up to 15 digits and 9 after the point is written, another one is not", () => {
  const first = (value: number) => written([value])[0];
  for (
    const text of ["0", "-0.5", "0.000000001", "-999999.999999999", "999999999999999", "12.05"]
  ) {
    assertEquals(first(Number(text)), text);
  }
  for (const value of [1e15, 0.1 + 0.2, 1e-10, 1e300, 123456.7890123456]) {
    assertEquals(first(value), null);
  }
  // After one that is not, those of no more decimals than before are.
  assertEquals(written([0.25, 1 / 3, 0.5, 7]), ["0.25", null, "0.5", "7"]);
});

Deno.test("whole numbers are written with all their digits", () => {
  const bytes = new Uint8Array(20);
  for (let power = 1; power <= 2 ** 53; power *= 10) {
    for (const value of [power - 1, power, power + 1, 2 * power]) {
      const end = writeWhole(bytes, 2, value);
      assertEquals(new TextDecoder().decode(bytes.subarray(2, end)), String(value));
    }
  }
});
