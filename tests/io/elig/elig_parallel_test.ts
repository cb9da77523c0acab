import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertRejects } from "../../../lib/deps/std_assert.ts";
import { buildDirectory } from "../../../lib/allocator/drop/instance/directory.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { ELIG_COLUMNS } from "../../../lib/io/elig/elig_parser.ts";
import { parseTable } from "../../../lib/io/tables/rows/table.ts";
import { EligPool } from "../../../lib/io/elig/elig_pool.ts";
import { readElig } from "../../../lib/io/elig/elig_reader.ts";
import type { EligRows } from "../../../lib/io/elig/pairs_read.ts";
import { withFolder, writeFiles } from "../../support/temp_folder.ts";
import { rowsOf } from "../../support/pair_rows.ts";

const USERS = Array.from({ length: 40 }, (_, u) => `u${u}`);
const CONTRACTS = Array.from({ length: 12 }, (_, c) => `contract${c}`);
const directory = buildDirectory(
  {
    contracts: CONTRACTS,
    // The first is known and can't be given.
    sponsored: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    cap: Float64Array.of(0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5),
    brands: null,
  },
  {
    userIds: IdPool.from(USERS),
    groupIds: ["g"],
    user: Uint32Array.from(USERS, (_, u) => u),
    group: new Uint32Array(40),
  },
  { groups: ["g"], ratio: Float64Array.of(0) },
  1,
);

/** A file with notes that look like rows, line breaks in quotes included. */
function fileText(random: Random, faulty: boolean): string {
  const notes = [
    "",
    "",
    "plain",
    '"x\nu1,contract1,0.5,y\n"',
    '"\n\n"',
    '"a ""b"" c"',
    '"u9,c9,9,"',
    '"\r\n"',
  ];
  const rows = 20 + random.below(400), faultAt = faulty ? random.below(rows) : -1;
  let text = "user_id,contract_address,score,note", user = "u0";
  for (let row = 0; row < rows; row++) {
    text += random.next() < 0.1 ? "\r\n\n" : "\n";
    // Users mostly have several rows in a row.
    if (random.next() < 0.4) {
      user = random.next() < 0.1 ? "stranger" + random.below(5) : `u${random.below(40)}`;
    }
    const contract = random.next() < 0.1
      ? "unknown" + random.below(5)
      : `contract${random.below(12)}`;
    const score = row === faultAt ? "bad" : random.next().toFixed(3);
    text += `${user},${contract},${score},${notes[random.below(notes.length)]}`;
  }
  return text + (random.next() < 0.5 ? "\n" : "");
}

function plain({ chunks, leftOut }: EligRows) {
  const rows = chunks.flatMap(rowsOf);
  const { unknownContracts, usersWithoutGroup, ...counts } = leftOut;
  return {
    kept: rows,
    ...counts,
    unknown: unknownContracts.pool.toArray(),
    without: usersWithoutGroup.pool.toArray(),
  };
}

Deno.test("ranges read by threads give the same rows, counts and faults as one read", async () => {
  const random = seededRandom(5);
  await withFolder(async (folder) => {
    const path = `${folder}/elig.csv`;
    let faults = 0;
    for (const threads of [1, 3]) {
      const pool = EligPool.start(threads);
      assert(pool !== null && await pool.ready);
      try {
        for (let file = 0; file < 32; file++) {
          await Deno.writeTextFile(path, fileText(random, file % 4 === 0));
          const outcome = (rows: Promise<EligRows>) => rows.then(plain, (error) => error.message);
          const alone = await outcome(readElig(path, directory));
          const rangeBytes = 20 + random.below(file % 8 === 0 ? 60 : 3000);
          assertEquals(await outcome(readElig(path, directory, { pool, rangeBytes })), alone);
          // The threads begin with the contracts alone; the users come when some ranges are read.
          pool.lookUpIn({ ...directory, users: null });
          const later = new Promise<typeof directory>((resolve) =>
            setTimeout(() => resolve(directory), random.below(10))
          );
          assertEquals(await outcome(readElig(path, later, { pool, rangeBytes })), alone);
          if (typeof alone === "string") faults++;
        }
      } finally {
        pool.close();
      }
    }
    assert(faults === 16, `${faults} faults`);
  });
});

Deno.test("row groups read by threads give the same rows, counts and faults as one read", async () => {
  const random = seededRandom(6);
  await withFolder(async (folder) => {
    const path = `${folder}/elig.parquet`;
    const pool = EligPool.start(2);
    assert(pool !== null && await pool.ready);
    const outcome = (rows: Promise<EligRows>) => rows.then(plain, (error) => error.message);
    try {
      for (let file = 0; file < 12; file++) {
        const faulty = file % 3 === 0;
        const table = parseTable(fileText(random, false), "text", ELIG_COLUMNS).rows;
        const column = (f: number) => table.map(({ fields }) => fields[f]!);
        const score = column(2).map(Number);
        if (faulty) score[random.below(score.length)] = NaN;
        const bytes = parquetWriteBuffer({
          columnData: [
            { name: ELIG_COLUMNS[0], type: "STRING", data: column(0) },
            { name: ELIG_COLUMNS[1], type: "STRING", data: column(1) },
            { name: ELIG_COLUMNS[2], type: "DOUBLE", data: score },
          ],
          rowGroupSize: 10 + random.below(60),
        });
        await Deno.writeFile(path, new Uint8Array(bytes));
        const alone = await outcome(readElig(path, directory));
        assertEquals(typeof alone, faulty ? "string" : "object");
        const control = { pool, rangeBytes: 1 };
        assertEquals(await outcome(readElig(path, directory, control)), alone);
        pool.lookUpIn({ ...directory, users: null });
        const later = new Promise<typeof directory>((resolve) =>
          setTimeout(() => resolve(directory), random.below(20))
        );
        assertEquals(await outcome(readElig(path, later, control)), alone);
      }
    } finally {
      pool.close();
    }
  });
});

Deno.test("whole numbers as ids: row groups read apart, unknown users and all", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/elig.parquet`;
    const numbered = buildDirectory(
      {
        contracts: ["1", "2"],
        sponsored: Uint8Array.of(0, 0),
        cap: Float64Array.of(1, 1),
        brands: null,
      },
      {
        userIds: IdPool.from(["10", "11", "12"]),
        groupIds: ["g"],
        user: Uint32Array.of(0, 1, 2),
        group: new Uint32Array(3),
      },
      { groups: ["g"], ratio: Float64Array.of(0) },
      1,
    );
    const rows = Array.from({ length: 60 }, (_, i) => [10 + i * 7 % 5, 1 + i * 11 % 4, i]);
    const bytes = parquetWriteBuffer({
      columnData: ELIG_COLUMNS.map((name, column) => ({
        name,
        type: column < 2 ? "INT32" : "DOUBLE",
        data: rows.map((row) => row[column]),
      })),
      rowGroupSize: 7,
    });
    await Deno.writeFile(path, new Uint8Array(bytes));
    const pool = EligPool.start(1)!;
    try {
      const kept = rows.filter(([user, contract]) => user <= 12 && contract <= 2)
        .map(([user, contract, score]) => [user - 10, contract - 1, score]);
      for (const control of [{}, { pool, rangeBytes: 1 }]) {
        pool.lookUpIn({ ...numbered, users: null });
        const later = new Promise<typeof numbered>((resolve) =>
          setTimeout(() => resolve(numbered), 30)
        );
        const read = plain(await readElig(path, later, control));
        assertEquals(read.kept, kept);
        assertEquals([read.unknown.toSorted(), read.without.toSorted()], [["3", "4"], [
          "13",
          "14",
        ]]);
      }
    } finally {
      pool.close();
    }
  });
});

Deno.test("a directory that fails comes before a fault in the pairs", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/elig.csv`;
    const pool = EligPool.start(1)!;
    try {
      for (const text of [fileText(seededRandom(2), true), "user_id,score\n1,2\n"]) {
        await Deno.writeTextFile(path, text);
        pool.lookUpIn({ ...directory, users: null });
        const failing = Promise.reject(new Error("no groups"));
        await assertRejects(
          () => readElig(path, failing, { pool, rangeBytes: 200 }),
          Error,
          "no groups",
        );
      }
    } finally {
      pool.close();
    }
  });
});

Deno.test("an aborted read throws the signal's reason", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/elig.csv`;
    await Deno.writeTextFile(path, fileText(seededRandom(1), false));
    const reason = new Error("enough");
    const outcome = await readElig(path, directory, { signal: AbortSignal.abort(reason) })
      .then(() => null, (error) => error);
    assertEquals(outcome, reason);
  });
});

Deno.test("without permission to read the thread's script a large file is read by one thread, quietly", async () => {
  await withFolder(async (folder) => {
    const files = await writeFiles(folder, {
      caps: "contract_address,cap_face,is_sponsored\nc1,5,true\n",
      elig: "user_id,contract_address,score,note\n" +
        Array.from({ length: 90 }, (_, u) => `u${u},c1,1,${"x".repeat(100_000)}\n`).join(""),
      userGroups: "user_id,group_id\n" + Array.from({ length: 90 }, (_, u) => `u${u},g\n`).join(""),
      groupRatios: "group_id,sponsorship_ratio\ng,0.5\n",
    });
    const module = new URL("../../../lib/io/drop_reader.ts", import.meta.url).href;
    const script = `
      import { readDrop } from ${JSON.stringify(module)};
      const drop = await readDrop(${JSON.stringify(files)}, { workers: 3 });
      console.log(drop.input.elig.pairs);`;
    for (
      const reads of [folder, `${folder},${fileURLToPath(new URL("../../../", import.meta.url))}`]
    ) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", `--allow-read=${reads}`, "--quiet", "--no-lock", "-"],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      const input = child.stdin.getWriter();
      await input.write(new TextEncoder().encode(script));
      await input.close();
      const { stdout, stderr } = await child.output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assertEquals([text(stdout), text(stderr)], ["90\n", ""]);
    }
  });
});
