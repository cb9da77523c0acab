/** What is too large, or packed in a way of its own, ends in one line that names the file. */
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { InputError } from "../../../lib/base/errors.ts";
import {
  DEFAULT_LIMITS,
  inflatedLimit,
  type ReadLimits,
} from "../../../lib/io/bytes/read_limits.ts";
import { parseNumber } from "../../../lib/io/bytes/parse_number.ts";
import { readDrop } from "../../../lib/io/drop_reader.ts";
import { readCaps } from "../../../lib/io/tables/caps_table.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";
import { partText } from "../../support/part_text.ts";

const MIB = 1 << 20;
const TABLES = {
  caps: "contract_address,cap_face,is_sponsored\na,5,false\n",
  elig: "user_id,contract_address,score\nu,a,0.5\n",
  userGroups: "user_id,group_id\nu,g\n",
  groupRatios: "group_id,sponsorship_ratio\ng,0\n",
};

async function textOf(path: string, bytes: Uint8Array, limits?: ReadLimits): Promise<string> {
  await Deno.writeFile(path, bytes);
  return await partText(path, limits);
}

async function refusal(path: string, bytes: Uint8Array, limits?: ReadLimits): Promise<string> {
  const error = await assertRejects(() => textOf(path, bytes, limits), InputError);
  assert(error.message.startsWith(`${path}: `), error.message);
  assert(!error.message.includes("\n"), error.message);
  return error.message.slice(path.length + 2);
}

interface ZipOptions {
  flags?: number;
  method?: number;
  crc?: number;
}

/** A zip of some members, all packed alike. */
function zip(
  members: Record<string, string>,
  { flags = 0, method = 8, crc }: ZipOptions = {},
): Uint8Array {
  const bytes: number[] = [], directory: number[] = [];
  const two = (value: number) => [value & 255, value >> 8 & 255];
  const four = (value: number) => [...two(value), ...two(value >>> 16)];
  for (const [name, text] of Object.entries(members)) {
    const plain = new TextEncoder().encode(text), at = bytes.length;
    const packed = method === 0 ? plain : new Uint8Array(deflateRawSync(plain));
    const about = [
      ...[...two(flags), ...two(method), ...four(0), ...four(crc ?? crc32(plain))],
      ...[...four(packed.length), ...four(plain.length), ...two(name.length), ...two(0)],
    ];
    const letters = new TextEncoder().encode(name);
    bytes.push(...four(0x04034b50), ...two(20), ...about, ...letters, ...packed);
    directory.push(...four(0x02014b50), ...two(20), ...two(20), ...about);
    directory.push(...Array(10).fill(0), ...four(at), ...letters);
  }
  const count = Object.keys(members).length;
  const end = [
    ...[...four(0x06054b50), ...four(0), ...two(count), ...two(count)],
    ...[...four(directory.length), ...four(bytes.length), ...two(0)],
  ];
  return Uint8Array.from([...bytes, ...directory, ...end]);
}

Deno.test("compressed zeros are refused at the limit of inflated data", async () => {
  const zeros = new Uint8Array(30 * MIB);
  const limits = { ...DEFAULT_LIMITS, inflated: 8 * MIB };
  await withFolder(async (folder) => {
    for (const [ending, pack] of [["gz", gzipSync], ["zst", zstdCompressSync]] as const) {
      const path = `${folder}/bomb.csv.${ending}`, bytes = new Uint8Array(pack(zeros));
      const why = "it holds more than 8 MiB, the limit (limits.inflated raises it)";
      assertEquals(await refusal(path, bytes, limits), why);
      const table = { ...DEFAULT_LIMITS, table: MIB };
      assertEquals(
        await refusal(path, bytes, table),
        "the table is larger than 1 MiB, the limit (limits.table raises it)",
      );
    }
  });
  // A file of zeros shrinks to a thousandth, text to a tenth.
  assertEquals(inflatedLimit(DEFAULT_LIMITS, 100 * MIB), 20_000 * MIB);
  assertEquals(inflatedLimit(DEFAULT_LIMITS, MIB), 1024 * MIB);
});

Deno.test("zeros without a line's end are refused as a drop's pairs", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, TABLES);
    const elig = `${folder}/pairs.csv.gz`;
    const head = new TextEncoder().encode(TABLES.elig), bytes = new Uint8Array(30 * MIB);
    bytes.set(head);
    await Deno.writeFile(elig, new Uint8Array(gzipSync(bytes)));
    const error = await assertRejects(() => readDrop({ ...files, elig }), InputError);
    assert(error.message.startsWith(`${elig}:`), error.message);
    assert(!error.message.includes("\n") && error.message.length < 1000, error.message);
  });
});

Deno.test("a number of 100,000 digits is read, or refused where it is none", async () => {
  const digits = "1234567890".repeat(10_000);
  const numberOf = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return parseNumber(bytes, 0, bytes.length);
  };
  assertEquals(numberOf(`0.${digits}`), 0.12345678901234568);
  assertEquals(numberOf(`-${"0".repeat(100_000)}12.5`), -12.5);
  assertEquals(numberOf(`${digits}x`), NaN);
  assertEquals(numberOf(`0.${digits}e-2`), 0.0012345678901234568);
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, { ...TABLES, elig: TABLES.elig + `u,a,0.${digits}x\n` });
    const error = await assertRejects(() => readDrop(files), InputError);
    assert(error.message.startsWith(`${files.elig}:3`), error.message.slice(0, 300));
    assert(error.message.length < 1000, `${error.message.length} characters`);
    const whole = TABLES.elig.replace("0.5", `0.${digits}`);
    const { instance } = await readDrop(await writeFiles(folder, { ...TABLES, elig: whole }));
    assertEquals([...instance.score], [0.12345678901234568]);
  });
});

Deno.test("a zip with one member is read as that member", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, TABLES);
    for (const method of [0, 8]) {
      const path = `${folder}/ratios.zip`;
      const members = { "in/ratios.csv": TABLES.groupRatios };
      assertEquals(await textOf(path, zip(members, { method })), TABLES.groupRatios);
      const extra = { "in/": "", "__MACOSX/._ratios.csv": "x", ...members };
      assertEquals(await textOf(path, zip(extra, { method })), TABLES.groupRatios);
      const { instance } = await readDrop({ ...files, groupRatios: path });
      assertEquals(instance.groups, ["g"]);
    }
  });
});

Deno.test("a zip of several members, encrypted, damaged or cut is refused by name", async () => {
  const one = { "a.csv": TABLES.caps }, whole = zip(one);
  await withFolder(async (folder) => {
    const why = (bytes: Uint8Array) => refusal(`${folder}/a.zip`, bytes);
    assert((await why(zip({ ...one, "b.csv": "x" }))).includes("2 members"));
    for (const name of ["[Content_Types].xml", "mimetype", "Index/Document.iwa"]) {
      const said = await why(zip({ [name]: "x", b: "" }));
      assert(said.includes("an office document can't be read; save it as .xlsx or CSV"), said);
    }
    assert((await why(zip(one, { flags: 1 }))).includes("encrypted zip"));
    assert((await why(zip(one, { method: 12 }))).includes("method 12"));
    assert((await why(zip(one, { crc: 7 }))).includes("checksum"));
    for (const cut of [5, 40, whole.length >> 1, whole.length - 1]) {
      assert((await why(whole.subarray(0, cut))).includes("damaged zip"), `cut at ${cut}`);
    }
  });
});

Deno.test("a zip with any byte changed is read or refused by name", async () => {
  const whole = zip({ "a.csv": TABLES.caps });
  await withFolder(async (folder) => {
    for (let at = 0; at < whole.length; at++) {
      for (const byte of [0, 0x7f, 0xff]) {
        const path = `${folder}/a.zip`;
        await Deno.writeFile(path, whole.map((b, i) => i === at ? byte : b));
        await readCaps(path).catch((error) => {
          assert(error instanceof InputError && !error.message.includes("\n"), `${at}: ${error}`);
        });
      }
    }
  });
});

Deno.test("bzip2, xz, 7z and encrypted Parquet are refused by name", async () => {
  const heads: Record<string, string> = {
    "bzip2": "425a68393141592653590000",
    "xz": "fd377a585a000004e6d6b446",
    "7z": "377abcaf271c0004",
    "encrypted Parquet": "5041524515001500",
  };
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, TABLES);
    for (const [name, hex] of Object.entries(heads)) {
      const bytes = Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16));
      const why = await refusal(`${folder}/caps.bin`, bytes);
      assert(why.startsWith(`${name} can't be read: `), why);
      for (const input of ["caps", "elig", "userGroups", "groupRatios"]) {
        const sources = { ...files, [input]: `${folder}/caps.bin` };
        const error = await assertRejects(() => readDrop(sources), InputError);
        assertEquals(error.message, `${folder}/caps.bin: ${why}`, input);
      }
    }
  });
});
