import { hurriedUsers } from "../../../lib/engine/run/sample.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";

Deno.test("where time is over a fifth of the users wanted is read, but a thousand where that is less", () => {
  assertEquals([0, 200, 1000, 3000, 100_000].map(hurriedUsers), [0, 200, 1000, 1000, 20_000]);
});
