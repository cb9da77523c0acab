import { Watch } from "../../../lib/allocator/greedy/watch.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("a watch looks at the clock by the work between its questions", () => {
  let looks = 0;
  const signal = {
    get aborted() {
      looks++;
      return false;
    },
  } as AbortSignal;
  const looksOf = (questions: number, steps?: number) => {
    const watch = new Watch({ signal });
    looks = 0;
    for (let n = 0; n < questions; n++) watch.isOver(steps);
    return looks;
  };
  assertEquals([looksOf(1), looksOf(1024), looksOf(1025)], [1, 1, 2]);
  // Of users with 3,000 pairs each, and of searches that may take long.
  assertEquals([looksOf(10, 3000), looksOf(10, Infinity)], [10, 10]);
  const watch = new Watch({ signal });
  watch.isOver();
  looks = 0;
  watch.lookSoon();
  watch.isOver();
  assertEquals(looks, 1);
});

Deno.test("once time is out or the signal was given a watch says so for good", () => {
  for (const control of [{ timeout: 0 }, { signal: AbortSignal.abort() }]) {
    const watch = new Watch(control);
    assertEquals([watch.timedOut, watch.isOver(), watch.timedOut], [false, true, true]);
  }
});
