/** Zstandard: all frames, and nothing but whole ones. */
import { joinedBytes } from "../../../lib/base/arrays/joined_bytes.ts";
import { constants, zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { SMALL_DROP } from "../../support/cli.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";
import { partText } from "../../support/part_text.ts";

/** One frame with a checksum. */
function frame(text: string): Uint8Array {
  const params = { [constants.ZSTD_c_checksumFlag]: 1 };
  return new Uint8Array(zstdCompressSync(text, { params }));
}

/** A frame to be skipped, with `size` bytes of no meaning. */
function skippable(size: number, kind = 0): Uint8Array {
  const bytes = new Uint8Array(8 + size).fill(0xb5);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x184d2a50 + kind, true);
  view.setUint32(4, size, true);
  return bytes;
}

/** Rows that compress to several blocks, and are not all alike. */
function someRows(count: number, seed = 1): string {
  let state = seed, text = "";
  for (let row = 0; row < count; row++) {
    state = (state * 48271) % 2147483647;
    text += `u${row},c${state % 97},${state / 2147483647}\n`;
  }
  return text;
}

/** The text of a file of these bytes. */
async function textOf(path: string, bytes: Uint8Array): Promise<string> {
  await Deno.writeFile(path, bytes);
  return await partText(path);
}

/** Makes sure that the bytes are refused in one line that names the file. */
async function assertRefused(path: string, bytes: Uint8Array, what: string): Promise<void> {
  const error = await assertRejects(() => textOf(path, bytes), InputError, undefined, what);
  assert(error.message.startsWith(`${path}: `), `${what}: ${error.message}`);
  assert(!error.message.includes("\n"), `${what}: ${error.message}`);
}

Deno.test("Zstandard: every frame is read, wherever skippable ones stand", async () => {
  const a = someRows(20_000), b = someRows(30_000, 7), expected = a + b;
  const ways: Record<string, Uint8Array[]> = {
    two: [frame(a), frame(b)],
    "skippable first": [skippable(5), frame(a), frame(b)],
    "skippable between": [frame(a), skippable(400_000, 15), frame(b)],
    "skippable, empty, last": [frame(a), frame(b), skippable(0, 3)],
    "many small": expected.match(/[^]{1,9973}/g)!.map(frame),
    "with empty ones": [frame(""), frame(a), frame(""), frame(b), frame("")],
  };
  await withFolder(async (folder) => {
    for (const [way, frames] of Object.entries(ways)) {
      const text = await textOf(`${folder}/a.csv.zst`, joinedBytes(...frames));
      assert(text === expected, `${way}: ${text.length} of ${expected.length} characters`);
    }
  });
});

Deno.test("Zstandard: a file cut anywhere but between frames is refused", async () => {
  const first = frame(someRows(25_000)), second = frame(someRows(5_000, 3));
  const bytes = joinedBytes(first, second);
  const cuts = new Set([5, 6, 7, first.length - 1, first.length + 1, bytes.length - 1]);
  for (let last = 1; last <= 8; last++) cuts.add(first.length - last).add(bytes.length - last);
  for (let i = 1; i < 40; i++) cuts.add(Math.floor(i * bytes.length / 40));
  for (const end of blockEnds(first)) cuts.add(end);
  cuts.delete(first.length);
  await withFolder(async (folder) => {
    for (const cut of cuts) {
      await assertRefused(`${folder}/a.csv.zst`, bytes.subarray(0, cut), `cut at ${cut}`);
    }
  });
});

/** Where the blocks of a frame end (RFC 8878, 3.1.1.2): a cut there looks most like an end. */
function blockEnds(bytes: Uint8Array): number[] {
  const descriptor = bytes[4], single = descriptor >> 5 & 1, size = descriptor >> 6;
  let at = 5 + (1 - single) + [0, 1, 2, 4][descriptor & 3] + (size > 0 ? 1 << size : single);
  const ends = [at];
  for (let isLast = false; !isLast;) {
    const header = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
    isLast = (header & 1) === 1;
    at += 3 + ((header >> 1 & 3) === 1 ? 1 : header >> 3);
    ends.push(at);
  }
  assert(ends.length > 3, "the frame has too few blocks for the test");
  return ends;
}

Deno.test("Zstandard: what follows the last frame is refused", async () => {
  const whole = frame(someRows(1_000));
  const garbage = [[0], [10], [0x28], [0x28, 0xb5, 0x2f], [0x28, 0xb5, 0x2f, 0xfd], [1, 2, 3, 4]];
  await withFolder(async (folder) => {
    for (const bytes of [...garbage, [0, 0, 0, 0, 0, 0, 0, 0], [0x50, 0x2a, 0x4d, 0x18, 9]]) {
      const what = `followed by ${bytes}`;
      await assertRefused(`${folder}/a.zst`, joinedBytes(whole, Uint8Array.from(bytes)), what);
    }
  });
});

Deno.test("Zstandard: 100 flipped bits are refused, or change nothing", async () => {
  const text = someRows(8_000), whole = frame(text);
  let refused = 0;
  await withFolder(async (folder) => {
    for (let i = 0; i < 100; i++) {
      // The first four bytes say that it is Zstandard at all.
      const at = 4 + Math.floor(i * (whole.length - 4) / 100);
      const bytes = whole.slice();
      bytes[at] ^= 1 << i % 8;
      const path = `${folder}/a.csv.zst`, what = `bit ${i % 8} of byte ${at}`;
      const read = await textOf(path, bytes).catch((error) => {
        assert(error instanceof InputError, `${what}: ${error.stack}`);
        assert(error.message.startsWith(`${path}: `), `${what}: ${error.message}`);
        assert(!error.message.includes("\n"), `${what}: ${error.message}`);
        return null;
      });
      // A bit that nobody looks at (the window's size, an unused one) does no harm.
      if (read === null) refused++;
      else assert(read === text, `${what}: other text was read`);
    }
  });
  assert(refused >= 95, `${refused} of 100 refused`);
});

Deno.test("Zstandard: a drop of compressed files is the drop of the plain ones", async () => {
  await withFolder(async (folder) => {
    const texts = {
      caps: SMALL_DROP["caps.csv"],
      elig: SMALL_DROP["elig.csv"],
      userGroups: SMALL_DROP["user_groups.csv"],
      groupRatios: SMALL_DROP["group_ratios.csv"],
    };
    const plain = await readDrop(await writeFiles(folder, texts));
    const packed = Object.fromEntries(
      // In two frames, cut within a row.
      Object.entries(texts).map((
        [name, text],
      ) => [name, joinedBytes(frame(text.slice(0, 41)), frame(text.slice(41)))]),
    ) as Record<keyof typeof texts, Uint8Array>;
    const read = await readDrop(await writeFiles(folder, packed, ".csv.zst"));
    assertEquals(read.instance.users.toArray(), plain.instance.users.toArray());
    assertEquals(read.instance.score, plain.instance.score);
    assertEquals(read.instance.cap, plain.instance.cap);
    assertEquals(read.instance.ratio, plain.instance.ratio);
    assertEquals(read.input, plain.input);
  });
});
