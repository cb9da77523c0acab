import { exceptionIn } from "../../lib/deps/clickhouse.ts";
import { assertEquals, assertRejects } from "../../lib/deps/std_assert.ts";
import { InputError } from "../../lib/base/errors.ts";
import { checkedClickHouseCsv } from "../../lib/sources/clickhouse_csv.ts";

/** What becomes of the text when it arrives in pieces of `size` bytes. */
async function checked(
  text: string,
  size: number,
  padded: boolean[] = [],
): Promise<{ text: string; rows: number }> {
  const bytes = new TextEncoder().encode(text);
  let rows = 0;
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) {
        controller.enqueue(bytes.slice(at, at + size));
      }
      controller.close();
    },
  }).pipeThrough(checkedClickHouseCsv("clickhouse://h", (n) => rows = n, padded));
  return { text: await new Response(stream).text(), rows };
}

Deno.test("NULLs of other columns become blank cells, text that looks like one stays", async () => {
  const text = `"user_id","näme","x"\n"\\N",\\N,1\n"a""\n,\\N",\\N,\\N\n`;
  for (const size of [1, 2, 7, 1000]) {
    const result = await checked(text, size);
    assertEquals(result.text, `"user_id","näme","x"\n"\\N",,1\n"a""\n,\\N",,\n`);
    assertEquals(result.rows, 2);
  }
  // Longer than what is held back, so that NULLs straddle pieces.
  const long = `x,y\n${"\\N,\\N\n".repeat(20_000)}`;
  for (const size of [4099, 16_384]) {
    assertEquals((await checked(long, size)).text, `x,y\n${",\n".repeat(20_000)}`);
  }
});

Deno.test("the NULs that fill up a FixedString are left out, those of other texts stay", async () => {
  const header = `"fixed","text"\n`;
  // Padding; a NUL within a value; one before a quote of the value; nothing but padding; a comma behind.
  const row = `"a\0\0","a\0"\n"b\0c\0","b\0c"\n"d\0""\0","\0"""\n"\0\0\0",""\n"e,\0","\0,"\n`;
  const kept = `"a","a\0"\n"b\0c","b\0c"\n"d\0""","\0"""\n"",""\n"e,","\0,"\n`;
  for (const times of [1, 2_000]) {
    for (const size of times === 1 ? [1, 2, 3, 1000] : [997, 4099, 1e6]) {
      const { text } = await checked(header + row.repeat(times), size, [true, false]);
      assertEquals(text, header + kept.repeat(times));
      const other = await checked(header + row.repeat(times), size, []);
      assertEquals(other.text, header + row.repeat(times));
    }
  }
});

Deno.test("a NULL in a required column is a fault that names row and column", async () => {
  await assertRejects(
    () => checked(`"user_id","score"\n"a",1\n"b",\\N\n`, 1000),
    InputError,
    "clickhouse://h: row 2: score is NULL, expected a value",
  );
});

Deno.test("a NaN among ids is a number that is missing; as text, or in other columns, it is a value", async () => {
  await assertRejects(
    () => checked(`"user_id","score"\n7,1\nnan,2\n`, 3),
    InputError,
    "clickhouse://h: row 2: user_id is NaN, expected an id",
  );
  const text = `"user_id","note"\n"nan",nan\n"n",1\n`;
  assertEquals((await checked(text, 3)).text, text);
});

Deno.test("an exception after the rows is an error, not rows", async () => {
  const error = await assertRejects(
    () =>
      checked(
        `x\n1\n2\nCode: 241, e.displayText() = DB::Exception: Memory limit, e.what() = DB::Exception\n`,
        5,
      ),
    Error,
    "Memory limit",
  );
  assertEquals(error.message, "Memory limit");
});

Deno.test("exceptions of old and new servers are read", () => {
  const old =
    "Code: 60, e.displayText() = DB::Exception: Table a.b doesn't exist., e.what() = DB::Exception\n";
  const current =
    "Code: 60. DB::Exception: Unknown table\nexpression 'x'. (UNKNOWN_TABLE) (version 26.9.2.1 (official build))\n";
  assertEquals([exceptionIn(old)!.code, exceptionIn(old)!.message], [
    60,
    "Table a.b doesn't exist.",
  ]);
  assertEquals(exceptionIn(current)!.message, "Unknown table expression 'x'. (UNKNOWN_TABLE)");
  const below =
    "Poco::Exception. Code: 1000, e.code() = 2, e.displayText() = File not found: /a/b.bin, e.what() = File not found\n";
  assertEquals([exceptionIn(below)!.code, exceptionIn(below)!.message], [
    1000,
    "File not found: /a/b.bin",
  ]);
  assertEquals(exceptionIn("a\nCode: 7\n"), null);
});
