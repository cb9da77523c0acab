import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { selectLargest, Smallest } from "../../../../lib/allocator/optimal/dual/select.ts";

Deno.test("order statistics are those of sorted numbers, however many there are and whatever ties", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed), kinds = 1 + Math.floor(random.next() * 60);
    const numbers = Float64Array.from(
      { length: Math.floor(random.next() * 200) },
      () => Math.floor(random.next() * kinds),
    );
    const sorted = numbers.slice().sort(), rank = Math.floor(random.next() * 20);
    const smallest = new Smallest(rank);
    for (const number of numbers) if (number < smallest.limit) smallest.add(number);
    const what = `seed ${seed}`;
    assertEquals(smallest.last(), sorted[rank] ?? Infinity, what);
    if (numbers.length === 0) continue;
    const place = Math.floor(random.next() * numbers.length);
    selectLargest(numbers, place);
    assertEquals(numbers[place], sorted[sorted.length - 1 - place], what);
  }
});
