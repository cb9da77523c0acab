import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { BINARY, I32, LIST, ThriftReader } from "../../../lib/io/parquet/thrift.ts";

/** What a reader of one list finds: how many values, and where the next value begins. */
function listOf(bytes: readonly number[], isSkipped: boolean): { values: number[]; at: number } {
  const reader = new ThriftReader(Uint8Array.from([0x10 | LIST, ...bytes, 0]), 0);
  const values: number[] = [];
  reader.struct((_, type) => {
    if (isSkipped) return false;
    assertEquals(type, LIST);
    reader.list(I32, () => values.push(reader.i32()));
    return true;
  });
  return { values, at: reader.at };
}

Deno.test("an empty list may be of any type, or of none as fastparquet writes it", () => {
  for (const head of [[I32], [BINARY], [0], [15], [0xf0, 0]]) {
    for (const isSkipped of [false, true]) {
      assertEquals(listOf(head, isSkipped), { values: [], at: head.length + 2 });
    }
  }
  assertEquals(listOf([0x20 | I32, 2, 3], false).values, [1, -2]);
});

Deno.test("a list that has values needs their type", () => {
  for (const type of [0, 13, 15]) {
    assertThrows(() => listOf([0x10 | type, 2], true), RangeError, "a field of no type");
  }
  assertThrows(() => listOf([0x10 | BINARY, 0], false), RangeError, "a list of another type");
});
