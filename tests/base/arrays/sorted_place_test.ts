import { firstAbove, placeIn } from "../../../lib/base/arrays/sorted_place.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("placeIn: as indexOf of the stretch, at its ends too", () => {
  const random = seededRandom(1);
  for (let i = 0; i < 300; i++) {
    const numbers = new Set(Array.from({ length: random.below(9) }, () => random.below(12)));
    const sorted = Uint32Array.from([...numbers].sort((a, b) => a - b));
    const from = random.below(sorted.length + 1);
    const to = from + random.below(sorted.length - from + 1);
    for (let value = 0; value < 12; value++) {
      const at = sorted.subarray(from, to).indexOf(value);
      assertEquals(placeIn(sorted, value, from, to), at < 0 ? -1 : from + at);
      assertEquals(placeIn(Float64Array.from(sorted), value), sorted.indexOf(value));
    }
  }
});

Deno.test("firstAbove: how many of the stretch are not greater, equal values among them", () => {
  const random = seededRandom(2);
  for (let i = 0; i < 300; i++) {
    const sorted = Uint32Array.from({ length: random.below(9) }, () => random.below(6)).sort();
    const to = random.below(sorted.length + 1);
    for (let value = 0; value < 7; value++) {
      const notGreater = (numbers: Uint32Array) => numbers.filter((n) => n <= value).length;
      assertEquals(firstAbove(sorted, value, to), notGreater(sorted.subarray(0, to)));
      assertEquals(firstAbove(Float64Array.from(sorted), value), notGreater(sorted));
    }
  }
});
