import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { bestSet, type Change } from "../../../../lib/allocator/optimal/local_search/row_fill.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

const usersOf = ({ first, second }: Change) => second < 0 ? [first] : [first, second];

/** What is lost by the best of all sets of up to four changes of different users. */
function leastLost(changes: readonly Change[], left: number, price: number): number {
  let least = left >= 0 ? price * left : Infinity;
  const extend = (from: number, size: number, users: number[], more: number, cost: number) => {
    if (more <= left) least = Math.min(least, cost + price * (left - more));
    for (let i = from; size < 4 && i < changes.length; i++) {
      const own = usersOf(changes[i]);
      if (own.some((u) => users.includes(u))) continue;
      extend(i + 1, size + 1, [...users, ...own], more + changes[i].more, cost + changes[i].cost);
    }
  };
  extend(0, 0, [], 0, 0);
  return least;
}

Deno.test("the best set of changes in a row is that of trying all sets of up to four", () => {
  let better = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const random = seededRandom(seed), price = 0.2 + random.next();
    // Bundle b is user b's own, so that sets of different users are sets of different numbers.
    const changes = Array.from({ length: 12 }, (_, i): Change => ({
      first: i,
      second: random.next() < 0.3 ? 100 + i : -1,
      more: 4 * random.next() - 2,
      cost: random.next() ** 2 - (random.next() < 0.1 ? 0.5 : 0),
    }));
    const left = random.next() * (seed % 4 === 0 ? -1 : 1);
    const owner = Array.from({ length: 120 }, (_, b) => b);
    const set = bestSet(changes, left, price, owner);
    const users = set.flatMap(usersOf);
    assertEquals(new Set(users).size, users.length, "each user changes once");
    const more = set.reduce((sum, change) => sum + change.more, 0);
    const cost = set.reduce((sum, change) => sum + change.cost, 0);
    const expected = leastLost(changes, left, price);
    if (set.length === 0) assert(expected === Infinity || expected >= price * left - 1e-9);
    else {
      assert(more <= left, "the row is kept");
      assertAlmostEquals(cost + price * (left - more), expected, 1e-9);
      better++;
    }
  }
  assert(better > 40);
});

Deno.test("changes of the same user are never combined", () => {
  const change = (first: number, more: number): Change => ({ first, second: -1, more, cost: 0 });
  // Both changes of user 0 together would fill the row; one of them and user 1's do so nearly.
  const set = bestSet([change(0, 0.5), change(1, 0.5), change(2, 0.4)], 1, 1, [0, 0, 1]);
  assertEquals(set.map(({ first }) => first).sort(), [0, 2].map((b) => b));
});

Deno.test("a change that loses more than the row does is made where two others win it back", () => {
  const change = (first: number, more: number, cost: number): Change => ({
    first,
    second: -1,
    more,
    cost,
  });
  const changes = [change(0, 1.09, 0.5), change(1, -0.5, -0.22), change(2, -0.5, -0.23)];
  // Two of them alone either take too much or leave what is worth more than they win.
  const set = bestSet(changes, 0.1, 1, [0, 1, 2]);
  assertEquals(set.map(({ first }) => first).sort(), [0, 1, 2]);
});
