import { Units } from "../../../../lib/allocator/check/exact/units.ts";
import { assertEquals } from "../../../../lib/deps/std_assert.ts";

Deno.test("units: up to 10^15 they are counted, one more is not", () => {
  const whole = new Units(0), most = 1e15;
  assertEquals([whole.up(most), whole.down(most)], [most, most]);
  assertEquals([whole.down(most + 0.125), whole.up(-most - 0.125)], [most, -most]);
  assertEquals([whole.up(most + 0.125), whole.down(-most - 0.125)], [NaN, NaN]);
  assertEquals([whole.up(most - 0.125), whole.down(most - 0.125)], [most, most - 1]);
  assertEquals([new Units(-2).up(1e17), new Units(-2).up(1.1e17)], [most, NaN]);
  // Past the powers of ten that doubles have.
  assertEquals([new Units(25).up(1e-10), new Units(25).up(1.1e-10)], [most, NaN]);
  assertEquals([whole.up(most + 1), whole.down(most + 1)], [NaN, NaN]);
});
