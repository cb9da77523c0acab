import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { Clock } from "../../../lib/allocator/optimal/clock.ts";

Deno.test("the search for prices has no end without a time limit, and at least a part of it otherwise", () => {
  assertEquals(new Clock({}, 1e9).pricesEnd, Infinity);
  for (const [pairs, share] of [[0, 0.8], [1e9, 0.8 * (0.96 - 0.15)], [1e12, 0.8 * 0.8 * 0.5]]) {
    const clock = new Clock({ timeout: 1000 }, pairs);
    assertAlmostEquals((clock.pricesEnd - clock.begun) / 1e6, share, 1e-9, `${pairs} pairs`);
  }
});

Deno.test("time that is short ends a run, and is said to have cut it short", () => {
  const clock = new Clock({ timeout: 1000 }, 1e9);
  clock.endOfCompiling();
  assert(
    !clock.isShort(true) && !clock.isShort(false) && !clock.isShortForFlow() &&
      !clock.isShortForBound(),
  );
  assert(!clock.cutShort);
  for (
    const late of [new Clock({ timeout: 0 }, 1e9), new Clock({ signal: AbortSignal.abort() }, 1)]
  ) {
    assert(
      late.isShort(true) && late.isShort(false) && late.isShortForFlow() &&
        late.isShortForBound() && late.stopped(),
    );
    assert(late.cutShort);
  }
});

Deno.test("time is kept to compare with the greedy solver, of small drops a little beyond the end too", () => {
  const small = new Clock({ timeout: 1000 }, 1e6);
  assertAlmostEquals((small.deadline - small.begun) / 1e6, 1 - 4e-5 - 2e-3, 1e-9);
  const limited = new Clock({ timeout: 1000 }, 1e6, true);
  assertAlmostEquals((limited.deadline - limited.begun) / 1e6, 1 - 4e-5 - 4e-3, 1e-9);
  const short = new Clock({ timeout: 1 }, 1e6), shortLimited = new Clock({ timeout: 1 }, 1e6, true);
  assertAlmostEquals((short.deadline - short.begun) / 1e3, 1 - 0.04 - 0.2, 1e-9);
  assertAlmostEquals((shortLimited.deadline - shortLimited.begun) / 1e3, 1 - 0.04 - 0.4, 1e-9);
  assert(small.msForGreedy > 9e5);
  assertEquals(new Clock({ timeout: 0 }, 1e6).msForGreedy, 50);
  assertEquals(new Clock({ timeout: 0 }, 2e6).msForGreedy, 0);
  assertEquals(new Clock({ timeout: 1000, signal: AbortSignal.abort() }, 1e6).msForGreedy, 50);
  assertEquals(new Clock({ timeout: 1000, signal: AbortSignal.abort() }, 2e6).msForGreedy, 0);
});
