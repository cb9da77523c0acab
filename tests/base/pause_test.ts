import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { nextTurn, noPause, pauseNowAndThen } from "../../lib/base/pause.ts";

Deno.test("while pauses are waited for, timers and messages come through", async () => {
  let fired = false, received = false;
  const timer = setTimeout(() => fired = true, 5);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => received = true;
  port2.postMessage("");
  const end = performance.now() + 20_000;
  while (!(fired && received) && performance.now() < end) await nextTurn();
  assertEquals([fired, received], [true, true]);
  clearTimeout(timer);
  port1.close();
});

Deno.test("a pause comes now and then only, and never where none is wanted", async () => {
  const pause = pauseNowAndThen();
  assertEquals([pause(), noPause()], [undefined, undefined]);
  const end = performance.now() + 20_000;
  let waited: Promise<void> | undefined;
  while (waited === undefined && performance.now() < end) waited = pause();
  assert(waited instanceof Promise);
  await waited;
});

Deno.test("where the platform has no other turn, a timer is one", async () => {
  const own = Object.getOwnPropertyDescriptor(globalThis, "setImmediate");
  const timers: Pick<typeof globalThis, "setTimeout"> = globalThis, { setTimeout } = timers;
  const waits: unknown[] = [];
  Reflect.deleteProperty(globalThis, "setImmediate");
  const counted = (call: () => void, wait: number) => {
    waits.push(wait);
    return setTimeout(call, wait);
  };
  timers.setTimeout = counted as unknown as typeof setTimeout;
  try {
    await nextTurn();
  } finally {
    timers.setTimeout = setTimeout;
    if (own !== undefined) Object.defineProperty(globalThis, "setImmediate", own);
  }
  assertEquals(waits, [0]);
});
