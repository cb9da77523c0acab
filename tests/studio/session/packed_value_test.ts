import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { packValue, unpackValue } from "../../../lib/studio/session/packed_value.ts";
import { packed, unpackedBytes } from "../../../lib/studio/session/packed_text.ts";

Deno.test("packed values: what goes in comes out, arrays and maps too", async () => {
  const value = {
    a: Float64Array.of(0.1, -0, Infinity, NaN),
    b: [Uint16Array.of(1, 2, 3), Uint8Array.of(), Int8Array.of(-1), new Uint32Array(5)],
    c: new Map<unknown, unknown>([["x", { y: Uint8Array.of(7) }], [2, null]]),
    d: { e: "é\u2028", f: -Infinity, g: true, h: [] },
    shared: new Float64Array(new SharedArrayBuffer(16)),
  };
  const bytes = packValue(value);
  assertEquals(unpackValue(bytes), { ...value, shared: new Float64Array(2) });
  assertEquals(unpackValue(await unpackedBytes(await packed(bytes))), unpackValue(bytes));
  assertThrows(() => packValue({ a: new Float32Array(1) }));
});

Deno.test("packed values: those longer than a part come back whole", async () => {
  const random = seededRandom(1);
  const bytes = Uint8Array.from({ length: 60_000 }, () => random.below(256));
  assertEquals(await unpackedBytes(await packed(bytes)), bytes);
});
