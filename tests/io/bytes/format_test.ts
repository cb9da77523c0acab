import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { formatOf } from "../../../lib/io/bytes/format.ts";

Deno.test("format: a file that ends within its mark is cut off where its name says what it was", () => {
  const cut: [name: string, mark: number[], format: string][] = [
    ["elig.csv.zst", [0x28, 0xb5, 0x2f, 0xfd], "zstd"],
    ["elig.csv.gz", [0x1f, 0x8b], "gzip"],
    ["elig.parquet", [0x50, 0x41, 0x52, 0x31], "parquet"],
    ["drop.xlsx", [0x50, 0x4b, 3, 4], "zip"],
  ];
  for (const [name, mark, format] of cut) {
    for (let length = 1; length <= mark.length; length++) {
      assertEquals(formatOf(Uint8Array.from(mark.slice(0, length)), name), format, name);
    }
    assertEquals(formatOf(new Uint8Array(0), name), "csv", "an empty file is empty text");
  }
  assertEquals(formatOf(Uint8Array.of(0x28), "elig.csv"), "csv", "a text may begin with a bracket");
});
