/** Row groups that we encode ourselves, read back by another reader. */
import { fc } from "../../../lib/deps/fast_check.ts";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { viewOf } from "../../../lib/base/ids/id_table.ts";
import { ParquetSink } from "../../../lib/io/parquet/parquet_sink.ts";
import { TextColumn } from "../../../lib/io/parquet/text_column.ts";
import { writeCsvAsParquet } from "../../../lib/transfer/csv_to_parquet.ts";
import { parquetColumn } from "../../support/parquet_column.ts";
import { withFolder } from "../../support/temp_folder.ts";

const encoder = new TextEncoder();

/** Groups of rows of texts as a file. */
async function fileOf(groups: readonly (readonly string[])[]): Promise<Uint8Array> {
  const written: Uint8Array[] = [];
  const sink = { write: (bytes: Uint8Array) => Promise.resolve(void written.push(bytes.slice())) };
  const parquet = new ParquetSink(sink as never, [{ name: "t", type: "STRING" }]);
  const column = new TextColumn();
  for (const texts of groups) {
    for (const text of texts) {
      const bytes = encoder.encode(`<${text}>`);
      column.add(viewOf(bytes), 1, bytes.length - 1);
    }
    await parquet.encoded([column.take()]);
  }
  await parquet.finish();
  return new Uint8Array(await new Blob(written as BlobPart[]).arrayBuffer());
}

Deno.test("texts of any kind come back, whether they repeat or not", async () => {
  const text = fc.oneof(
    fc.constantFrom("", "a", "user1", "ü", "a".repeat(70)),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const groups = fc.array(fc.array(text, { maxLength: 60 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(groups, async (groups) => {
      assertEquals(await parquetColumn(await fileOf(groups), "t"), groups.flat());
    }),
    { numRuns: 60 },
  );
});

Deno.test("many texts: a dictionary of every width, and none where it does not pay", async () => {
  const sizes: number[] = [];
  for (const distinct of [1, 2, 3, 8, 9, 1000, 40_000]) {
    const texts = Array.from({ length: 40_001 }, (_, i) => `user ${i * 7919 % distinct}`);
    const file = await fileOf([texts, texts.slice(0, 5)]);
    sizes.push(file.length);
    const t = await parquetColumn(file, "t");
    assertEquals(t.length, 40_006);
    assert(t.every((text, i) => text === texts[i < 40_001 ? i : i - 40_001]));
  }
  assert(sizes[0] < 1000 && sizes[5] < 70_000, String(sizes));
});

Deno.test("CSV to Parquet: numbers as they are; what is none is named by row and column", () =>
  withFolder(async (folder) => {
    const path = `${folder}/x.parquet`, source = "db";
    const csv = (text: string) => new Blob([text]).stream();
    const rows = Array.from({ length: 300_000 }, (_, i) => `"u ""${i % 9}""",${i / 7},\n`);
    const names = ["user_id", "score", "note"];
    const text = `${names}\n${rows.join("")}`;
    assertEquals(await writeCsvAsParquet(csv(text), names, path, { source }), 300_000);
    const file = await Deno.readFile(path);
    assert((await parquetColumn(file, "score")).every((score, i) => score === i / 7));
    assert((await parquetColumn(file, "user_id")).every((id, i) => id === `u "${i % 9}"`));
    assert((await parquetColumn(file, "note")).every((note) => note === ""));
    for (const value of ["x", "", "NaN", "1e999"]) {
      const bad = csv(`user_id,score\na,1\nb,${value}\n`);
      await assertRejects(
        () => writeCsvAsParquet(bad, ["user_id", "score"], `${folder}/y.parquet`, { source }),
        InputError,
        `db: row 2: score is "${value}", expected a finite number`,
      );
    }
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["x.parquet"]);
  }));
