import { assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { resolveSource } from "../../../lib/io/bytes/source.ts";

Deno.test("inputs: an address of a kind that is not read is not called a missing file", async () => {
  for (
    const [address, message] of [
      ["gs://bucket/elig.csv", "gs:// is not read, expected a file, or an address of https://"],
      ["abfss://data@store/*.parquet", "abfss:// is not read, expected a file, or an address"],
      ["FILE:///drop/caps.csv", "FILE:// is not read, expected the file's path"],
    ]
  ) {
    const error = await assertRejects(() => resolveSource(address), InputError, message);
    assertEquals(error.message.includes("no such file"), false);
  }
  await assertRejects(() => resolveSource("none.csv"), InputError, "none.csv: no such file");
  // A drive's letter is no scheme.
  await assertRejects(() => resolveSource("C:\\none.csv"), InputError, "no such file");
});
