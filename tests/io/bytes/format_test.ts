import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
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

Deno.test("format: databases are refused with the address that reads them, documents with what to save", () => {
  const head = (text: string) => new TextEncoder().encode(text);
  const refused: [head: Uint8Array, said: string][] = [
    [
      head("SQLite format 3\0"),
      "an SQLite database can't be read: name a table of it, sqlite://FILE?table=NAME",
    ],
    [
      head(`${"\0".repeat(8)}DUCK\x40`),
      "a DuckDB database can't be read: name a table of it, duckdb://FILE?table=NAME",
    ],
    [head("%PDF-1.7\n%\u00e2\u00e3"), "PDF can't be read: save the table as .xlsx or CSV"],
  ];
  for (const [bytes, said] of refused) {
    assertThrows(() => formatOf(bytes, "a.csv"), InputError, `a.csv: ${said}`);
  }
  assertEquals(formatOf(head("user_id,DUCKS,%PDF-"), "a.csv"), "csv");
  assertEquals(formatOf(head("%PDF-s of users,"), "a.csv"), "csv");
});
