/** The same pairs as CSV and as Parquet: to the same drop, counts and faults, whatever is left out, however they are read. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { buildDirectory, type Directory } from "../../../lib/allocator/drop/instance/directory.ts";
import { orderPairs } from "../../../lib/allocator/drop/pairs/order_pairs.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { EligPool } from "../../../lib/io/elig/elig_pool.ts";
import { type EligControl, readElig } from "../../../lib/io/elig/elig_reader.ts";
import { withFolder } from "../../support/temp_folder.ts";

/** A directory of these contracts, of which every fifth has no capacity, and 60 users. */
function directoryOf(contracts: readonly string[]): Directory {
  const users = Array.from({ length: 60 }, (_, u) => `u${u + 10}`);
  const isBare = (c: number) => c % 5 === 4;
  return buildDirectory(
    {
      contracts,
      sponsored: Uint8Array.from(contracts, (_, c) => isBare(c) ? 1 : 0),
      cap: Float64Array.from(contracts, (_, c) => isBare(c) ? 0 : 5),
      brands: null,
    },
    {
      userIds: IdPool.from(users),
      groupIds: ["g"],
      user: Uint32Array.from(users, (_, u) => u),
      group: new Uint32Array(users.length),
    },
    { groups: ["g"], ratio: Float64Array.of(0) },
    1,
  );
}

type Row = readonly [user: string, contract: string, score: number];

/** Pairs and counts, or the error, of the rows in a file. */
async function outcome(path: string, directory: Directory, control: EligControl = {}) {
  try {
    control.pool?.lookUpIn({ ...directory, users: null });
    const { chunks, leftOut } = await readElig(path, Promise.resolve(directory), control);
    const { unknownContracts, usersWithoutGroup, ...counts } = leftOut;
    const { start, contract, score, counts: ordered } = orderPairs(directory, chunks);
    return {
      counts,
      ordered,
      unknown: unknownContracts.pool.toArray(),
      without: usersWithoutGroup.pool.toArray().sort(),
      start: [...start],
      contract: [...contract.subarray(0, ordered.pairs)],
      score: [...score.subarray(0, ordered.pairs)],
    };
  } catch (error) {
    return (error as Error).message.replace(/^.*\.(?:csv|parquet):(\d+)/, "row $1");
  }
}

/** Writes the rows as CSV and as Parquet. */
async function write(folder: string, rows: readonly Row[], rowGroupSize: number) {
  const csv = `${folder}/elig.csv`, parquet = `${folder}/elig.parquet`;
  const header = "user_id,contract_address,score\n";
  await Deno.writeTextFile(csv, header + rows.map((row) => `${row.join(",")}\n`).join(""));
  const column = (i: 0 | 1) => rows.map((row) => row[i]);
  await Deno.writeFile(
    parquet,
    new Uint8Array(parquetWriteBuffer({
      columnData: [
        { name: "user_id", type: "STRING", data: column(0) },
        { name: "contract_address", type: "STRING", data: column(1) },
        { name: "score", type: "DOUBLE", data: rows.map((row) => row[2]) },
      ],
      rowGroupSize,
    })),
  );
  return { csv, parquet };
}

function randomRows(random: Random): Row[] {
  const odd = [0, 0.02, 0.3][random.below(3)], isSorted = random.next() < 0.6;
  const rows = Array.from({ length: 1 + random.below(900) }, () => {
    const user = random.next() < odd ? `stranger${random.below(5)}` : `u${10 + random.below(60)}`;
    const contract = random.next() < odd ? `unknown${random.below(3)}` : `c${random.below(40)}`;
    return [user, contract, random.below(100) / 100] as const;
  });
  if (isSorted) rows.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  return rows;
}

Deno.test("pairs from Parquet are those from CSV: sorted or not, with repeats, unknown users and faults", async () => {
  const random = seededRandom(12), pool = EligPool.start(1)!;
  const directory = directoryOf(Array.from({ length: 40 }, (_, c) => `c${c}`));
  let faults = 0;
  try {
    await withFolder(async (folder) => {
      for (let round = 0; round < 50; round++) {
        const rows = randomRows(random);
        if (round % 5 === 4) {
          const at = random.below(rows.length), [user, contract] = rows[at];
          const bad = [["", contract, 0.5], [user, "", 0.5], [user, contract, NaN]] as const;
          rows[at] = bad[random.below(3)];
        }
        const { csv, parquet } = await write(folder, rows, 1 + random.below(400));
        const expected = await outcome(csv, directory);
        const apart = { pool, rangeBytes: 1 };
        for (const control of [{}, apart]) {
          const read = await outcome(parquet, directory, control);
          if (typeof expected !== "string") assertEquals(read, expected, `round ${round}`);
          else {
            faults++;
            // Lines of CSV begin with the header.
            const [, line, what] = /^row (\d+): (\w+) is/.exec(expected)!;
            assert(
              String(read).startsWith(`row ${Number(line) - 1}: ${what} is`),
              `${expected} but ${read}`,
            );
          }
        }
      }
    });
  } finally {
    pool.close();
  }
  assertEquals(faults, 20);
});

Deno.test("more contracts, known and unknown, than 16 bits number", async () => {
  const random = seededRandom(13);
  // Every fifth has no capacity, so that 65,000 have some.
  const contracts = Array.from({ length: 81_250 }, (_, c) => `c${c}`);
  const directory = directoryOf(contracts);
  const rows = Array.from({ length: 4000 }, (_, row): Row => [
    `u${10 + Math.floor(row / 100)}`,
    row % 3 === 0 ? `unknown${row}` : contracts[random.below(contracts.length)],
    random.below(100) / 100,
  ]);
  await withFolder(async (folder) => {
    const { csv, parquet } = await write(folder, rows, 4000);
    const read = await outcome(parquet, directory);
    assertEquals(read, await outcome(csv, directory));
    assert(typeof read !== "string" && read.unknown.length === 1334);
  });
});

Deno.test("users with more rows than are sorted at once", async () => {
  const random = seededRandom(14);
  const contracts = Array.from({ length: 50_000 }, (_, c) => `c${c}`);
  const directory = directoryOf(contracts);
  const rows = ["u10", "u11", "u12"].flatMap((user, i) =>
    Array.from({ length: [5, 40_000, 7][i] }, (): Row => [
      user,
      contracts[random.below(contracts.length)],
      random.below(100) / 100,
    ])
  );
  await withFolder(async (folder) => {
    const { csv, parquet } = await write(folder, rows, 100_000);
    assertEquals(await outcome(parquet, directory), await outcome(csv, directory));
  });
});
