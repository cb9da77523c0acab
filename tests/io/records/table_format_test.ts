import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { fileFormat } from "../../../lib/io/records/table_format.ts";

Deno.test("a file's name may have any letters: its ending says the format", () => {
  const cases: [name: string, format: string, packed: string | null][] = [
    ["a\nb.csv", "csv", null],
    ["new\r\nlines/é\u2028.json.gz", "json", "gzip"],
    ["a.b/c\n", "csv", null],
    [".parquet", "csv", null],
    ["C:\\x.y\\o.PARQUET", "parquet", null],
    ["o.", "csv", null],
    [" .jsonl.ZST", "jsonl", "zstd"],
  ];
  for (const [name, format, packed] of cases) {
    assertEquals(fileFormat(name), { format, packed } as ReturnType<typeof fileFormat>, name);
  }
  assertThrows(() => fileFormat("a\n.b.foo"), UsageError, 'not as ".b.foo"');
});

Deno.test("a file's name may have any length: a million letters are read once", () => {
  for (const letters of ["a", "/", ".", " ", "a.", "./", "\n"]) {
    const name = letters.repeat(1_000_000);
    assertEquals(fileFormat(`${name}x.csv`).format, "csv");
    for (const end of ["", ".foo", ".foo/"]) {
      // Whether it is refused or taken as CSV, it is soon.
      try {
        assertEquals(fileFormat(name + end).format, "csv");
      } catch (error) {
        assertEquals(error instanceof UsageError, true, String(error).slice(0, 200));
      }
    }
  }
});
