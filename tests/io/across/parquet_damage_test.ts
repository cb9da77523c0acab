/** Damaged Parquet is refused, in a line that names the file; and row groups of any number are read in one go. */
import * as zlib from "node:zlib";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { withPart } from "../../../lib/io/bytes/source.ts";
import { PageDecompressor } from "../../../lib/io/parquet/parquet_codecs.ts";
import { FileBytes } from "../../../lib/io/parquet/file_bytes.ts";
import { ParquetFile } from "../../../lib/io/parquet/parquet_file.ts";
import { readMetadata } from "../../../lib/io/parquet/parquet_metadata.ts";
import { withFolder } from "../../support/temp_folder.ts";

const FIXTURES = new URL("../../fixtures/parquet_kinds/", import.meta.url);

/** Ids of a column. */
async function idsOf(path: string, column: string): Promise<(string | null)[]> {
  const part = { name: path, path, size: null };
  return await withPart(part, async (open) => {
    const file = await ParquetFile.open(part, open, [column]);
    const texts = await file.texts(column, true), all: (string | null)[] = [];
    for (const range of file.ranges) all.push(...await texts(range));
    return all;
  });
}

/** The ids of these bytes, or the message of the error that reading them ends in. */
async function outcome(bytes: Uint8Array, column: string): Promise<(string | null)[] | string> {
  return await withFolder(async (folder) => {
    const path = `${folder}/damaged.parquet`;
    await Deno.writeFile(path, bytes);
    try {
      return await idsOf(path, column);
    } catch (error) {
      assert(error instanceof InputError, String(error));
      assert(error.message.startsWith(`${path}:`) && !error.message.includes("\n"), error.message);
      return error.message;
    }
  });
}

/** The error that reading the ids of these bytes ends in. */
async function refusal(bytes: Uint8Array, column: string): Promise<string> {
  const message = await outcome(bytes, column);
  assert(typeof message === "string", `read as ${message}`);
  return message;
}

Deno.test("a page whose checksum is wrong is refused, whichever of its bits is", async () => {
  for (const version of [1, 2]) {
    const good = await Deno.readFile(new URL(`checksums_${version}.parquet`, FIXTURES));
    const footer = new DataView(good.buffer).getUint32(good.length - 8, true);
    const { rowGroups } = readMetadata(good.subarray(good.length - 8 - footer, good.length - 8));
    const { dataAt, dictionaryAt, size } = rowGroups[0].columns[0].data!;
    const from = dictionaryAt || dataAt;
    const random = seededRandom(version), ids = await outcome(good, "user_id");
    let checksums = 0;
    for (let round = 0; round < 60; round++) {
      const bytes = good.slice();
      bytes[from + random.below(size)] ^= 1 << random.below(8);
      const read = await outcome(bytes, "user_id");
      // A few bits of a page's header say nothing that is of use.
      if (typeof read !== "string") assertEquals(read, ids);
      else if (/checksum is wrong/.test(read)) checksums++;
    }
    assert(checksums > 30, `${checksums} of 60`);
  }
});

const TEXT = new TextEncoder().encode("user-1, user-2, user-3, ".repeat(40));
const unpacked = async (codec: string, packed: Uint8Array) =>
  new Uint8Array(await new PageDecompressor().decompress(codec, packed, TEXT.length));

Deno.test("gzip pages are checked by their own checksum", async () => {
  const packed = new Uint8Array(zlib.gzipSync(TEXT));
  assertEquals(await unpacked("GZIP", packed), TEXT);
  let harmless = 0;
  // From the header on, which says nothing about the data.
  for (let bit = 8 * 10; bit < 8 * packed.length; bit++) {
    const bytes = packed.slice();
    bytes[bit >> 3] ^= 1 << (bit & 7);
    // Some bits fill up the last byte.
    await unpacked("GZIP", bytes).then((text) => {
      assertEquals(text, TEXT);
      harmless++;
    }, () => {});
  }
  assert(harmless < 8, `${harmless} bits`);
});

Deno.test("Brotli pages that are cut or go on are refused, and most that are damaged", async () => {
  const packed = new Uint8Array(zlib.brotliCompressSync(TEXT));
  assertEquals(await unpacked("BROTLI", packed), TEXT);
  for (let length = 0; length < packed.length; length++) {
    await assertRejects(() => unpacked("BROTLI", packed.subarray(0, length)));
  }
  await assertRejects(() => unpacked("BROTLI", Uint8Array.of(...packed, 0)));
  let taken = 0;
  for (let bit = 0; bit < 8 * packed.length; bit++) {
    const bytes = packed.slice();
    bytes[bit >> 3] ^= 1 << (bit & 7);
    // Brotli has no checksum: other text of the same length can't be told from what was written.
    await unpacked("BROTLI", bytes).then((text) => {
      taken++;
      assertEquals(text.length, TEXT.length);
    }, () => {});
  }
  assert(taken < 4 * packed.length, `${taken} of ${8 * packed.length}`);
});

Deno.test("other codecs refuse what is cut, and give as many bytes as the page says", async () => {
  const packed = new Uint8Array(zlib.zstdCompressSync(TEXT));
  assertEquals(await unpacked("ZSTD", packed), TEXT);
  for (let length = 0; length < packed.length; length++) {
    await assertRejects(async () => await unpacked("ZSTD", packed.subarray(0, length)));
  }
  for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4", "LZ4_RAW"]) {
    await assertRejects(async () => await unpacked(codec, new Uint8Array(0)));
    assertEquals(
      (await new PageDecompressor().decompress(codec, new Uint8Array(0), 0)).length,
      0,
      codec,
    );
  }
});

Deno.test("a file whose footer counts other rows than its row groups have is refused", async () => {
  const data = Array.from({ length: 100 }, (_, user) => `u${user}`);
  const columnData = [{ name: "user_id", data, type: "STRING" as const }];
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 40 }));
  // The number of rows, 100, is the field after the schema, and before the list of row groups.
  const at = bytes.findLastIndex((_, i) =>
    [0x16, 0xc8, 0x01, 0x19].every((byte, j) => bytes[i + j] === byte)
  );
  assert(at > 0);
  bytes[at + 1] = 0xca;
  assertStringIncludes(
    await refusal(bytes, "user_id"),
    "it says that it has 101 rows, its row groups have 100",
  );
});

Deno.test("a cut file, and one whose metadata is none, are refused at every length", async () => {
  const good = await Deno.readFile(new URL("users_uuid.parquet", FIXTURES));
  for (let length = 4; length < good.length; length += 37) {
    await refusal(good.subarray(0, length), "user_id");
  }
  const random = seededRandom(3);
  const begin = good.length - 8 - new DataView(good.buffer).getUint32(good.length - 8, true);
  for (let round = 0; round < 100; round++) {
    const bytes = good.slice();
    for (let at = begin; at < bytes.length - 8; at++) bytes[at] = random.below(256);
    await refusal(bytes, "user_id");
  }
});

Deno.test("thousands of row groups of a row each are read in a few pieces, in order", async () => {
  const data = Array.from({ length: 3000 }, (_, user) => `user ${user}`);
  const columnData = [
    { name: "user_id", data, type: "STRING" as const },
    { name: "other", data, type: "STRING" as const },
  ];
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1 }));
  await withFolder(async (folder) => {
    const path = `${folder}/groups.parquet`;
    await Deno.writeFile(path, bytes);
    assertEquals(await idsOf(path, "user_id"), data);
  });
  // However small the pieces asked for, the file is read some hundred thousand bytes at a time.
  let reads = 0;
  const file = {
    size: bytes.length,
    slice: (from: number, to: number) => {
      reads++;
      return bytes.slice(from, to);
    },
  };
  const pieces = new FileBytes(file as never);
  for (let at = 0; at + 40 <= bytes.length; at += 40) {
    assertEquals(await pieces.bytes(at, at + 40), bytes.subarray(at, at + 40));
  }
  assert(reads <= Math.ceil(bytes.length / (1 << 18)) + 2, `${reads} reads`);
});
