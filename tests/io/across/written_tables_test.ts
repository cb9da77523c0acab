/** Tables in every format that they are written in: what is read again is what was written. */
import { assert, assertEquals, assertRejects, assertThrows } from "../../../lib/deps/std_assert.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { InputError, UsageError } from "../../../lib/base/errors.ts";
import { CsvRecords } from "../../../lib/io/records/csv_records.ts";
import { writeTableAs } from "../../../lib/io/records/record_sinks.ts";
import { fileFormat } from "../../../lib/io/records/table_format.ts";
import { readTable } from "../../../lib/io/tables/rows/table.ts";
import { writeCsvText } from "../../../lib/io/tables/results/table_writer.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const field = (text: string) => `"${text.replaceAll('"', '""')}"`;

Deno.test("records come apart as they were put together, however the bytes come", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.string(), { minLength: 3, maxLength: 3 }), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, size) => {
        const text = rows.map((row) =>
          `${row.map((f) => /[",\r\n]/.test(f) ? field(f) : f).join(",")}\n`
        ).join("");
        const bytes = new TextEncoder().encode(text), records = new CsvRecords();
        const read: string[][] = [];
        for (let at = 0; at < bytes.length; at += size) {
          read.push(...records.take(bytes.subarray(at, at + size)));
        }
        // Half characters have no bytes.
        const whole = rows.map((row) => row.map((f) => f.toWellFormed()));
        await Promise.resolve(assertEquals(read, whole));
      },
    ),
  );
});

Deno.test("an id that is longer than a cell of a workbook holds makes no workbook", async () => {
  await using folder = new TempFolder();
  const path = `${folder.path}/t.xlsx`, longest = "é".repeat(32_767);
  await writeCsvText(path, `user_id\n${longest}\n`);
  assertEquals((await readTable(path, ["user_id"])).rows[0].fields, [longest]);
  await Deno.remove(path);
  const { message } = await assertRejects(
    () => writeCsvText(path, `user_id\nu\n${longest}x\n`),
    InputError,
  );
  assert(message.includes("of 32768 characters, expected at most 32,767"), message);
  assertEquals(folder.names(), []);
});

Deno.test("ids of any kind are the same in every format", async () => {
  await using folder = new TempFolder();
  const ids = ["001", "1", "=cmd|'/C calc'!A0", "+49", "-x", "@a", 'a,"b"', "x\ny", "é🙂", "1e5"];
  ids.push("true", "null", "_x0041_", "a  b", "&<>'", "12345678901234567890", "a\x01b", "a\rb");
  const csv = `user_id,score\n${ids.map((id) => `${field(id)},0.25\n`).join("")}`;
  for (const ending of ["csv", "jsonl", "json", "jsonl.gz", "json.zst", "csv.zst", "xlsx"]) {
    const path = `${folder.path}/t.${ending}`;
    await writeCsvText(path, csv);
    const { rows } = await readTable(path, ["user_id", "score"]);
    assertEquals(rows.map(({ fields }) => fields[0]), ids, ending);
    assert(rows.every(({ fields }) => fields[1] === "0.25"), ending);
    const bytes = await Deno.readFile(path);
    await writeCsvText(path, csv);
    assertEquals(await Deno.readFile(path), bytes, `${ending}: the same bytes`);
  }
});

Deno.test("JSON has numbers and truths where they are, text elsewhere, and blank as null", async () => {
  const pieces: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => Promise.resolve(void pieces.push(bytes.slice())) };
  const csv = "user_id,score,is_sponsored,group_id\n7,0.5,True,\n8,,False,g\n";
  for (const format of ["jsonl", "json"] as const) {
    await writeTableAs(
      { format, packed: null },
      sink,
      (out) => out.write(new TextEncoder().encode(csv)),
    );
  }
  const rows = [
    '{"user_id":"7","score":0.5,"is_sponsored":true,"group_id":""}',
    '{"user_id":"8","score":null,"is_sponsored":false,"group_id":"g"}',
  ];
  const text = await new Blob(pieces as BlobPart[]).text();
  assertEquals(text, `${rows.join("\n")}\n[\n${rows.join(",\n")}\n]\n`);
});

Deno.test("tables without rows have none in any format", async () => {
  await using folder = new TempFolder();
  for (const ending of ["jsonl", "json", "xlsx"]) {
    const path = `${folder.path}/t.${ending}`;
    await writeCsvText(path, "user_id,score\n");
    assertEquals((await readTable(path, ["user_id", "score"])).rows, [], ending);
  }
});

Deno.test("formats are told by names, and names that say another are refused", () => {
  assertEquals(fileFormat("a/b.c/out"), { format: "csv", packed: null });
  assertEquals(fileFormat("out.NDJSON.gz"), { format: "jsonl", packed: "gzip" });
  assertEquals(fileFormat(".hidden"), { format: "csv", packed: null });
  assertEquals(fileFormat("out", "json"), { format: "json", packed: null });
  assertEquals(fileFormat("/dev/stdout"), { format: "csv", packed: null });
  for (const name of ["a.zip", "a.parquet.gz", "a.xlsx.zst", "a.csv.bz2", "a.xls"]) {
    assertThrows(() => fileFormat(name), UsageError, `${name}: tables are written as .csv`);
  }
  assertThrows(() => fileFormat("a.csv", "json"), UsageError, "not as json: call it .json");
});

Deno.test("standard output takes the assignments, in any format, and nothing else", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const run = (...more: string[]) => divvy(["allocate", ...INPUTS, ...more], { cwd: folder.path });
  const { code } = await run("--out", "out.csv");
  assertEquals(code, 0);
  for (const name of ["-", "/dev/stdout"]) {
    assertEquals((await run("--out", name)).stdout, folder.read("out.csv"));
  }
  const { stdout } = await run("--out", "-", "--format", "jsonl", "-q");
  assertEquals(stdout.trim().split("\n").map((line) => JSON.parse(line).user_id), [
    ...folder.read("out.csv").trim().split("\n").slice(1).map((line) => line.split(",")[0]),
  ]);
  for (
    const more of [["--json"], ["--summary", "-"], ["--alternates", "1", "--alternates-out", "-"]]
  ) {
    const refused = await run("--out", "-", ...more);
    assertEquals([refused.code, refused.stdout], [1, ""]);
    assert(refused.stderr.includes("both go to standard output"), refused.stderr);
  }
});

Deno.test("a sink that refuses, as a full disk does: every format ends with the sink's own error", async () => {
  // Random, so that no compression makes it small.
  const rows = Array.from({ length: 20_000 }, () => `${crypto.randomUUID()},0.5\n`).join("");
  const text = new TextEncoder().encode(`user_id,score\n${rows}`);
  for (const name of ["a.csv", "a.csv.gz", "a.jsonl", "a.json", "a.json.gz", "a.xlsx"]) {
    for (const room of [0, 100, 200_000]) {
      const full = new Error("no space left on device");
      let left = room;
      const sink = {
        write: async (bytes: Uint8Array) => {
          await new Promise((resolve) => setTimeout(resolve));
          left -= bytes.length;
          if (left < 0) throw full;
        },
      };
      const thrown = await writeTableAs(fileFormat(name), sink, async (taker) => {
        for (let at = 0; at < text.length; at += 65_536) {
          await taker.write(text.subarray(at, at + 65_536));
        }
      }).then(() => "nothing", (error: unknown) => error);
      assertEquals(thrown, full, `${name}, ${room} bytes`);
    }
  }
});
