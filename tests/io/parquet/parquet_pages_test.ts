import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { IdTable } from "../../../lib/base/ids/id_table.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { ParquetFile } from "../../../lib/io/parquet/parquet_file.ts";
import { withPart } from "../../../lib/io/bytes/source.ts";
import { parquetColumn } from "../../support/parquet_column.ts";
import { withFolder } from "../../support/temp_folder.ts";

async function openColumn(path: string, column: string): Promise<ParquetFile> {
  const part = { name: path, path, size: null };
  return await withPart(part, (open) => ParquetFile.open(part, { ...open, file: null }, [column]));
}

/** A column as the reading library gives it, value by value. */
async function libraryColumn(path: string, column: string): Promise<unknown[]> {
  return await parquetColumn(await Deno.readFile(path), column);
}

async function idsOf(path: string, column: string): Promise<string[]> {
  const file = await openColumn(path, column);
  const table = new IdTable(), texts: string[] = [];
  const read = await file.ids(column, (view, from, to) => table.intern(view, from, to));
  for (const range of file.ranges) {
    for (const id of Array.from(await read(range))) {
      texts.push(id < 0 ? "" : table.pool.at(id));
    }
  }
  return texts;
}

async function numbersOf(path: string, column: string): Promise<number[]> {
  const file = await openColumn(path, column);
  const read = await file.numbers(column), numbers: number[] = [];
  for (const range of file.ranges) {
    const into = new Float64Array(range.rowEnd - range.rowStart);
    numbers.push(...Array.from(await read(range, into)));
  }
  return numbers;
}

const text = (value: unknown) => String(value ?? "").trim();
const number = (value: unknown) => value === null || value === undefined ? NaN : Number(value);

// Written by pyarrow 26: 300 rows, 3 row groups, several pages to a column, with and without missing values.
Deno.test("pages of every version, with and without dictionaries, missing values and compression", async () => {
  const folder = new URL("../../fixtures/parquet/", import.meta.url);
  let files = 0, missing = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    const path = decodeURIComponent(new URL(name, folder).pathname);
    for (const column of ["user", "contract"]) {
      const expected = (await libraryColumn(path, column)).map(text);
      assertEquals(expected.length, 300);
      assertEquals(await idsOf(path, column), expected, `${name} ${column}`);
      missing += expected.filter((id) => id === "").length;
    }
    for (const column of ["f64", "f32", "i32", "i64"]) {
      // A number of single precision is read as the shortest decimal that it was written for.
      const exact = (await libraryColumn(path, column)).map(number);
      const expected = column === "f32" ? exact.map((v) => Number(v.toPrecision(6))) : exact;
      assertEquals(await numbersOf(path, column), expected, `${name} ${column}`);
    }
    // Integers as ids stand for their decimal text.
    assertEquals(await idsOf(path, "i64"), (await libraryColumn(path, "i64")).map(text));
    files++;
  }
  assertEquals(files, 8);
  assert(missing > 0);
});

Deno.test("random columns read as the library reads them, dictionaries of every width", async () => {
  const random = seededRandom(9);
  await withFolder(async (folder) => {
    const path = `${folder}/random.parquet`;
    for (let round = 0; round < 40; round++) {
      const rows = 1 + random.below(2000), distinct = 1 + random.below(1 + 2 ** (round % 11));
      const share = random.next() < 0.5 ? 0 : random.next();
      const ids = Array.from(
        { length: rows },
        () =>
          random.next() < share
            ? null
            : `${" ".repeat(random.below(2))}id ${random.below(distinct)}é`,
      );
      const scores = Array.from(
        { length: rows },
        () => random.next() < share ? null : random.below(distinct) / 8,
      );
      const buffer = parquetWriteBuffer({
        columnData: [
          { name: "id", type: "STRING", data: ids, nullable: true },
          { name: "score", type: "DOUBLE", data: scores, nullable: true },
        ],
        rowGroupSize: 1 + random.below(rows),
      });
      await Deno.writeFile(path, new Uint8Array(buffer));
      assertEquals(await idsOf(path, "id"), ids.map(text));
      assertEquals(await numbersOf(path, "score"), scores.map(number));
    }
  });
});

Deno.test("damaged files end in an error that names the file, whichever byte is wrong", async () => {
  const random = seededRandom(10);
  const source = new URL(
    "../../fixtures/parquet/pages1_dictionary_optional.parquet",
    import.meta.url,
  );
  const good = await Deno.readFile(source);
  await withFolder(async (folder) => {
    const path = `${folder}/damaged.parquet`;
    let errors = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = good.slice();
      for (let i = 0; i < 3; i++) bytes[4 + random.below(bytes.length - 12)] = random.below(256);
      await Deno.writeFile(path, bytes);
      try {
        await idsOf(path, "user");
        await numbersOf(path, "f64");
      } catch (error) {
        assert(error instanceof InputError && error.message.startsWith(path), String(error));
        errors++;
      }
    }
    assert(errors > 20, `${errors} errors`);
    await Deno.writeFile(path, good.subarray(0, good.length - 9));
    await assertRejects(() => idsOf(path, "user"), InputError);
  });
});
