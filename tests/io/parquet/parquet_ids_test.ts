import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { interning, NOT_TEXT } from "../../../lib/io/parquet/parquet_ids.ts";

Deno.test("bytes that are not UTF-8 are no id whenever they come, as where a dictionary has them unused first", () => {
  const bytes = new DataView(Uint8Array.of(0x61, 0xff, 0x62).buffer),
    tables = [0, 1].map(() => new IdTable());
  for (const table of tables) {
    for (let again = 0; again < 3; again++) {
      const number = interning(table);
      assertEquals(number(bytes, 0, 1), 0);
      assertEquals(number(bytes, 1, 2), NOT_TEXT);
      assertEquals(number(bytes, 2, 3) >= 0, true);
    }
  }
});
