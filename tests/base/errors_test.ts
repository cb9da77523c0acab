import { assertEquals } from "../../lib/deps/std_assert.ts";
import { quote } from "../../lib/base/errors.ts";
import { twoDigitsDown, twoDigitsUp } from "../../lib/base/numbers/two_digits.ts";

Deno.test("values that look alike are told apart: what can't be seen is spelt out, what can stays", () => {
  const quoted = ["u1", "\u200bu1", "\ufeffu1", "u\u00ad1", "u\u00a01", "u\u20281", "u 1", "ü€"];
  assertEquals(quoted.map(quote), [
    '"u1"',
    '"\\u200bu1"',
    '"\\ufeffu1"',
    '"u\\u00ad1"',
    '"u\\u00a01"',
    '"u\\u20281"',
    '"u 1"',
    '"ü€"',
  ]);
});

Deno.test("the most that is said to be allowed is allowed, and what is said to be at most is that or more", () => {
  for (let n = 1; n < 400; n++) {
    for (const size of [1e300, 1, 1e-7]) {
      const value = size / n;
      const [down, up] = [Number(twoDigitsDown(value)), Number(twoDigitsUp(value))];
      assertEquals([down <= value, up >= value * (1 - 1e-12)], [true, true], `${value}`);
      assertEquals(up - down <= 0.11 * value, true, `${value}`);
    }
  }
});
