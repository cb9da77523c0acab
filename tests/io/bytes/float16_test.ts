/** Numbers of half precision as the shortest decimals that give them. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { shortestFloat16 } from "../../../lib/io/bytes/float16.ts";

/** The bits of the nearest number of half precision, by what a view of bytes rounds to. */
const view = new DataView(new ArrayBuffer(2));
function bitsOf(value: number): number {
  view.setFloat16(0, value);
  return view.getUint16(0);
}

Deno.test("half precision: every number is the shortest decimal that gives it, and gives its bits back", () => {
  for (let bits = 0; bits < 1 << 16; bits++) {
    view.setUint16(0, bits);
    const value = view.getFloat16(0), shown = shortestFloat16(bits);
    if (Number.isNaN(value)) assert(Number.isNaN(shown));
    else {
      assertEquals(bitsOf(shown), bits);
      const digits = digitsOf(shown);
      // One digit less gives another number.
      if (digits > 1) assert(bitsOf(Number(value.toPrecision(digits - 1))) !== bits, `${shown}`);
    }
  }
  const decimals = [0, -0, 0.07, 0.1, 0.9, 1, 3.14, 65500, 6e-8, -0.333, Infinity, -Infinity];
  for (const decimal of decimals) assertEquals(shortestFloat16(bitsOf(decimal)), decimal);
});

function digitsOf(value: number): number {
  return Number.isFinite(value)
    ? value.toExponential().replace(/e.*/, "").replace(/[^0-9]/g, "").length
    : 0;
}
