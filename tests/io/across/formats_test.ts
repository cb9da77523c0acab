import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { type BasicType, parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import type { Drop } from "../../../lib/allocator/drop/drop.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { readAssignments } from "../../../lib/io/tables/results/assignments_reader.ts";
import { writeAssignments } from "../../../lib/io/tables/results/assignments_writer.ts";
import { type DropSources, readDrop } from "../../../lib/io/drop_reader.ts";
import { offersFromSlots } from "../../../lib/allocator/model/offers.ts";
import { withFolder } from "../../support/temp_folder.ts";
import { parquetBytes } from "../../support/parquet_bytes.ts";

/** A drop with ids as text, so that two can be compared whole. */
function plain({ instance, input }: Drop) {
  return { ...instance, users: instance.users.toArray(), input };
}

async function gzip(path: string): Promise<string> {
  const file = await Deno.open(path);
  await Deno.writeFile(`${path}.gz`, file.readable.pipeThrough(new CompressionStream("gzip")));
  return `${path}.gz`;
}

/** Cuts a CSV file into shards with a header each. */
async function shards(path: string, folder: string): Promise<void> {
  const [header, ...rows] = (await Deno.readTextFile(path)).trimEnd().split("\n");
  await Deno.mkdir(folder);
  for (let s = 0; s * 700 < rows.length; s++) {
    const name = `part-${String(s).padStart(3, "0")}.csv`;
    const text = [header, ...rows.slice(700 * s, 700 * (s + 1))].join("\n");
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

Deno.test("gzip, Parquet, a folder and a glob of shards read to the same drop as the plain file", async () => {
  await withFolder(async (folder) => {
    const { files } = await generateDrop({ dir: `${folder}/csv`, users: 400 });
    const expected = plain(await readDrop(files));
    const other = await generateDrop({ dir: `${folder}/parquet`, users: 400, format: "parquet" });
    await shards(files.elig, `${folder}/elig`);
    await Deno.writeTextFile(`${folder}/elig/.hidden`, "not a shard");
    const ways: Partial<DropSources>[] = [
      other.files,
      { elig: `${folder}/elig` },
      { elig: `${folder}/elig/*.csv` },
      { elig: `${folder}/*/part-0??.csv` },
      {
        elig: await gzip(files.elig),
        caps: await gzip(files.caps),
        userGroups: await gzip(files.userGroups),
      },
    ];
    for (const way of ways) {
      assertEquals(plain(await readDrop({ ...files, ...way })), expected, JSON.stringify(way));
    }
  });
});

Deno.test("Zstandard, made by the reference tool", async () => {
  // `printf 'group_id,sponsorship_ratio\ng1,0.5\ng2,0.25\n' | zstd -c`
  const hex = "28b52ffd045851010067726f75705f69642c73706f6e736f72736869705f726174696f" +
    "0a67312c302e350a67322c302e32350a8c997585";
  const bytes = Uint8Array.from(hex.match(/../g)!, (pair) => parseInt(pair, 16));
  await withFolder(async (folder) => {
    const { files } = await generateDrop({
      dir: folder,
      users: 1,
      groups: 1,
      contracts: 2,
      pairs: 1,
    });
    await Deno.writeFile(`${folder}/ratios.csv.zst`, bytes);
    const error = await assertRejects(
      () => readDrop({ ...files, groupRatios: `${folder}/ratios.csv.zst` }),
      InputError,
    );
    assert(error.message.includes("no sponsorship_ratio"), error.message);
    const drop = await readDrop(
      { ...files, groupRatios: `${folder}/ratios.csv.zst` },
      { defaultRatio: 0.1 },
    );
    assertEquals(drop.input.group_ratios.groups, 2);
  });
});

Deno.test("Parquet of any sensible type: integer ids, float or integer scores, blanks around ids", async () => {
  await withFolder(async (folder) => {
    const write = async (name: string, columns: Record<string, [BasicType, unknown[]]>) => {
      await Deno.writeFile(`${folder}/${name}`, parquetBytes(columns));
      return `${folder}/${name}`;
    };
    const sources = {
      caps: await write("caps.parquet", {
        contract_address: ["INT32", [7, 8]],
        cap_face: ["DOUBLE", [3, 4.5]],
        is_sponsored: ["BOOLEAN", [true, false]],
        brand_id: ["STRING", ["x", "y"]],
      }),
      userGroups: await write("groups.parquet", {
        user_id: ["INT64", [1n, 2n]],
        group_id: ["STRING", [" g ", "g"]],
      }),
      groupRatios: await write("ratios.parquet", {
        group_id: ["STRING", ["g"]],
        sponsorship_ratio: ["FLOAT", [0.5]],
      }),
    };
    const ids = {
      user_id: ["STRING", ["2", " 1", "2 "]],
      contract_address: ["INT32", [7, 8, 8]],
    } as const;
    const scores: [BasicType, unknown[], number[]][] = [
      ["DOUBLE", [0.1, 0.2, 0.3], [0.2, 0.1, 0.3]],
      ["FLOAT", [0.5, 0.25, 1], [0.25, 0.5, 1]],
      ["INT32", [1, 2, 3], [2, 1, 3]],
      ["INT64", [1n, 2n, 3n], [2, 1, 3]],
      ["STRING", ["0.1", " 2e-1", "3"], [0.2, 0.1, 3]],
    ];
    for (const [type, data, expected] of scores) {
      const elig = await write("elig.parquet", {
        score: [type, data],
        extra: ["INT32", [1, 2, 3]],
        user_id: ["STRING", [...ids.user_id[1]]],
        contract_address: ["INT32", [...ids.contract_address[1]]],
      });
      const { instance, input } = await readDrop({ ...sources, elig });
      assertEquals(instance.users.toArray(), ["1", "2"]);
      assertEquals(instance.contracts, ["7", "8"]);
      assertEquals([...instance.cap], [3, 4]);
      assertEquals(instance.brands, ["x", "y"]);
      assertEquals([...instance.contract], [1, 0, 1]);
      assertEquals([...instance.score], expected);
      assertEquals(input.caps.fractional_caps, 1);
    }
  });
});

Deno.test("decimals in Parquet are the doubles that their text would be", async () => {
  await withFolder(async (folder) => {
    const { files } = await generateDrop({ dir: folder, users: 300 });
    const rows = (await Deno.readTextFile(files.elig)).trimEnd().split("\n").slice(1)
      .map((row) => row.split(","));
    const bytes = parquetWriteBuffer({
      columnData: ["user_id", "contract_address", "score"].map((name, c) => ({
        name,
        data: rows.map((row) => c < 2 ? row[c] : Number(row[c])),
      })),
      schema: [
        { name: "root", num_children: 3 },
        { name: "user_id", type: "BYTE_ARRAY", converted_type: "UTF8" },
        { name: "contract_address", type: "BYTE_ARRAY", converted_type: "UTF8" },
        { name: "score", type: "INT32", converted_type: "DECIMAL", scale: 6, precision: 9 },
      ],
    });
    await Deno.writeFile(`${folder}/elig.parquet`, new Uint8Array(bytes));
    const drop = await readDrop({ ...files, elig: `${folder}/elig.parquet` });
    assertEquals(plain(drop), plain(await readDrop(files)));
  });
});

Deno.test("faults in Parquet and compressed files are named", async () => {
  await withFolder(async (folder) => {
    const { files } = await generateDrop({ dir: folder, users: 5, contracts: 4, pairs: 2 });
    const path = `${folder}/bad`;
    const ids = (...values: unknown[]): [BasicType, unknown[]] => ["STRING", values];
    const good = { user_id: ids("a", "b"), contract_address: ids("c", "d") };
    const cases: [Uint8Array, string][] = [
      [
        parquetBytes({ ...good, score: ["DOUBLE", [1, NaN]] }),
        `${path}:2: score is "NaN", expected a finite number`,
      ],
      [
        parquetBytes({ ...good, user_id: ids("a", null), score: ["DOUBLE", [1, 2]] }),
        `${path}:2: user_id is missing, expected an id`,
      ],
      [
        parquetBytes({ ...good, contract_address: ids(" ", "d"), score: ["DOUBLE", [1, 2]] }),
        `${path}:1: contract_address is "", expected an id`,
      ],
      [
        parquetBytes(good),
        `${path}:1: missing column score (the header has "user_id", "contract_address")`,
      ],
      [
        parquetBytes({ ...good, score: ["DOUBLE", [1, 2]] }).slice(0, 60),
        `${path}: damaged or unsupported Parquet: `,
      ],
      [Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3), `${path}: damaged gzip data: `],
      [Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 9, 9, 9), `${path}: damaged zstd data: `],
    ];
    for (const [bytes, message] of cases) {
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => readDrop({ ...files, elig: path }), InputError);
      assertEquals(error.message.slice(0, message.length), message);
    }
  });
});

Deno.test("assignments in Parquet, gzip and Zstandard hold what those in CSV hold", async () => {
  await withFolder(async (folder) => {
    const { files } = await generateDrop({ dir: folder, users: 60 });
    const { instance } = await readDrop(files);
    const users = instance.group.length;
    // The first two pairs of each user, or the only one.
    const count = Uint8Array.from(
      { length: users },
      (_, u) => Math.min(2, instance.start[u + 1] - instance.start[u]),
    );
    const slots = Uint32Array.from(
      { length: 2 * users },
      (_, i) => instance.start[i >> 1] + (i & 1),
    );
    const offers = offersFromSlots(instance, 2, slots, count);
    await writeAssignments(`${folder}/a.csv`, instance, offers);
    await writeAssignments(`${folder}/a.parquet`, instance, offers);
    const csv = await readAssignments(`${folder}/a.csv`);
    const table = await readAssignments(`${folder}/a.parquet`);
    assertEquals(table.userIds.toArray(), csv.userIds.toArray());
    assertEquals({ ...table, userIds: 0, line: 0 }, { ...csv, userIds: 0, line: 0 });
    assertEquals([...table.line], [...csv.line].map((line) => line - 1));
    for (const ending of ["csv.gz", "csv.zst"]) {
      const packed = `${folder}/a.${ending}`;
      await writeAssignments(packed, instance, offers);
      const head = Deno.readFileSync(packed).subarray(0, 2);
      assertEquals([...head], ending === "csv.gz" ? [0x1f, 0x8b] : [0x28, 0xb5]);
      const read = await readAssignments(packed);
      assertEquals(read.userIds.toArray(), csv.userIds.toArray());
      assertEquals({ ...read, userIds: 0 }, { ...csv, userIds: 0 });
    }
  });
});

Deno.test("standard input: plain, compressed or Parquet", async () => {
  await withFolder(async (folder) => {
    const { files } = await generateDrop({ dir: `${folder}/csv`, users: 40 });
    const parquet = await generateDrop({ dir: `${folder}/parquet`, users: 40, format: "parquet" });
    const expected = (await readDrop(files)).input.elig;
    const module = new URL("../../../lib/io/drop_reader.ts", import.meta.url).href;
    const script = `${folder}/read.ts`;
    await Deno.writeTextFile(
      script,
      `import { readDrop } from ${JSON.stringify(module)};
       const drop = await readDrop(${JSON.stringify({ ...files, elig: "-" })});
       console.log(JSON.stringify(drop.input.elig));`,
    );
    for (const path of [files.elig, await gzip(files.elig), parquet.files.elig]) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", `--allow-read=${folder}`, "--quiet", "--no-lock", script],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const file = await Deno.open(path);
      await file.readable.pipeTo(child.stdin);
      const { stdout, stderr } = await child.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assertEquals(text(stderr), "");
      assertEquals(JSON.parse(text(stdout)), expected);
    }
  });
});
