import { assertEquals } from "../../lib/deps/std_assert.ts";
import { bundleShapes, ceilShare, defaultPolicy, floorShare } from "../../lib/allocator/policy.ts";

Deno.test("ceilings and floors tolerate the rounding of share × users", () => {
  assertEquals(ceilShare(0.07, 100), 7);
  assertEquals(ceilShare(0.071, 100), 8);
  assertEquals(floorShare(0.29, 100), 29);
  assertEquals(floorShare(0.289, 100), 28);
});

Deno.test("bundle shapes: pure under uniform, all under coverage, the tail under mixing", () => {
  const text = (shapes: ReturnType<typeof bundleShapes>) =>
    shapes.map((s) => `${s.sponsored}${s.unsponsored}`).join(" ");
  assertEquals(text(bundleShapes(defaultPolicy)), "00 01 02 03 10 20 30");
  assertEquals(
    text(bundleShapes({ ...defaultPolicy, model: "coverage", k: 2 })),
    "00 01 02 10 11 20",
  );
  assertEquals(text(bundleShapes({ ...defaultPolicy, mixTail: true })), "00 01 02 03 10 20 21 30");
  const free = { ...defaultPolicy, mixTail: true, thirdSlotOnlyMixing: false };
  assertEquals(
    text(bundleShapes({ ...free, sponsoredFirstRounds: 1 })),
    "00 01 02 03 10 11 12 20 21 30",
  );
});
