import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { withoutRounding } from "../../../lib/base/numbers/without_rounding.ts";

Deno.test("differences of decimals are decimals, of any size; what is left by rounding alone is 0", () => {
  for (const scale of [1e-200, 1e-9, 1, 1e7, 1e15, 1e25, 1e200]) {
    for (const [a, b] of [[0.3, 0.1], [1.1, 0.7], [0.07, 0.01], [5, 4.9]]) {
      const x = Number((a * scale).toPrecision(12)), y = Number((b * scale).toPrecision(12));
      const expected = Number(((a - b) * scale).toPrecision(12));
      const found = withoutRounding(x - y, x, y);
      assert(Math.abs(found - expected) <= 1e-13 * scale, `${x} − ${y}: ${found}`);
      if (scale >= 1e-9 && scale < 1e20) assertEquals(found, expected, `${x} − ${y}`);
    }
    assertEquals(withoutRounding((0.1 * scale + 0.2 * scale) - 0.3 * scale, 0.3 * scale), 0);
  }
  assertEquals([withoutRounding(0, 0), withoutRounding(-1e-20, 1), withoutRounding(7)], [0, 0, 7]);
  assertEquals([Infinity, -Infinity].map((value) => withoutRounding(value)), [Infinity, -Infinity]);
});

Deno.test("0 is 0 whatever the size of what was added up, as of numbers of 1e-300", () => {
  for (const size of [1e-320, 1e-300, 1e-100, 1, 1e300]) {
    assertEquals(withoutRounding(0, size), 0);
    assertEquals(withoutRounding(size, size), Number(size.toPrecision(15)));
  }
});
