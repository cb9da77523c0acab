import { assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { outFormat } from "../../../lib/engine/spark/spark_run.ts";

Deno.test("Spark: a folder is written as its ending says, else as asked; other dots are part of its name", () => {
  const format = (out: string, asked?: "csv" | "parquet") => outFormat(out, asked).format;
  assertEquals(format("out"), "parquet");
  assertEquals(format("out.csv/"), "csv");
  assertEquals(format("out.parquet", "parquet"), "parquet");
  assertEquals(format("s3a://drops/2026.11.28", "csv"), "csv");
  assertEquals(format("drops/v1.2"), "parquet");
  for (const [out, asked] of [["out.csv", "parquet"], ["out.parquet", "csv"]] as const) {
    assertThrows(() => outFormat(out, asked), UsageError, `--format is ${asked}, expected`);
  }
  assertThrows(() => outFormat("out", "json"), UsageError, "expected csv or parquet");
});
