/** Drops of more contracts than two bytes number: read whole, by any number of threads, and solved. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { parquetWriteBuffer } from "../../../lib/deps/hyparquet_writer.ts";
import { orderPairs } from "../../../lib/allocator/drop/pairs/order_pairs.ts";
import { buildDirectory, type Directory } from "../../../lib/allocator/drop/instance/directory.ts";
import { compareIds, IdPool } from "../../../lib/base/ids/ids.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { EligPool } from "../../../lib/io/elig/elig_pool.ts";
import { type EligControl, readElig } from "../../../lib/io/elig/elig_reader.ts";
import { allocate, check, Drop, type DropInput } from "../../../mod.ts";
import type { SolverName } from "../../../types.ts";
import { withFolder } from "../../support/temp_folder.ts";

const USERS = 500;

/** A directory of so many contracts, sponsored where their number is even, and 500 users. */
function directoryOf(contracts: readonly string[]): Directory {
  const users = Array.from({ length: USERS }, (_, u) => `u${u}`);
  return buildDirectory(
    {
      contracts,
      sponsored: Uint8Array.from(contracts, (_, c) => 1 - c % 2),
      cap: new Float64Array(contracts.length).fill(5),
      brands: null,
    },
    {
      userIds: IdPool.from(users),
      groupIds: ["g"],
      user: Uint32Array.from(users, (_, u) => u),
      group: new Uint32Array(USERS),
    },
    { groups: ["g"], ratio: Float64Array.of(0) },
    1,
  );
}

type Row = readonly [user: string, contract: string, score: number];

function rowsOf(contracts: readonly string[], isSorted: boolean, seed: number): Row[] {
  const random = seededRandom(seed);
  return Array.from({ length: 12_000 }, (_, row) => [
    `u${isSorted ? Math.floor(row / 24) : random.below(USERS)}`,
    random.next() < 0.02
      ? `unknown${random.below(9)}`
      // Some come twice for a user, and the last ones are sure to occur.
      : contracts[contracts.length - 1 - random.below(random.next() < 0.3 ? 9 : contracts.length)],
    random.below(1000) / 1000,
  ]);
}

/** What the rows come to, by the plainest means. */
function expectedOf(rows: readonly Row[], contracts: readonly string[]): string[] {
  const number = new Map(contracts.map((id, c) => [id, c]));
  const first = new Map<string, Row>();
  for (const row of rows) {
    if (number.has(row[1]) && !first.has(`${row[0]} ${row[1]}`)) {
      first.set(`${row[0]} ${row[1]}`, row);
    }
  }
  const unsponsored = (id: string) => number.get(id)! % 2;
  return [...first.values()].sort((a, b) =>
    compareIds(a[0], b[0]) || unsponsored(a[1]) - unsponsored(b[1]) || compareIds(a[1], b[1])
  ).map((row) => row.join(" "));
}

async function readPairs(path: string, directory: Directory, control: EligControl) {
  control.pool?.lookUpIn({ ...directory, users: null });
  const { chunks } = await readElig(path, Promise.resolve(directory), control);
  const { pool } = control;
  const { start, contract, score } = pool
    ? await pool.orderPairs(directory, chunks, {})
    : orderPairs(directory, chunks);
  const pairs: string[] = [];
  for (let u = 0; u < USERS; u++) {
    const user = directory.users.pool.at(u);
    for (let p = start[u]; p < start[u + 1]; p++) {
      pairs.push(`${user} ${directory.contracts[contract[p]]} ${score[p]}`);
    }
  }
  return { pairs, width: contract.BYTES_PER_ELEMENT };
}

async function write(folder: string, rows: readonly Row[]): Promise<string[]> {
  const paths = ["csv", "parquet"].map((ending) => `${folder}/elig.${ending}`);
  const header = "user_id,contract_address,score\n";
  await Deno.writeTextFile(paths[0], header + rows.map((row) => `${row.join(",")}\n`).join(""));
  const columnData = [
    { name: "user_id", type: "STRING", data: rows.map((row) => row[0]) },
    { name: "contract_address", type: "STRING", data: rows.map((row) => row[1]) },
    { name: "score", type: "DOUBLE", data: rows.map((row) => row[2]) },
  ] as const;
  const bytes = parquetWriteBuffer({ columnData: [...columnData], rowGroupSize: 3000 });
  await Deno.writeFile(paths[1], new Uint8Array(bytes));
  return paths;
}

Deno.test("65,536 and 200,000 contracts are read as they are, two bytes each while they fit", async () => {
  const pools = [1, 2].map((threads) => EligPool.start(threads)!);
  try {
    for (const count of [65_536, 65_537, 200_000]) {
      const contracts = Array.from({ length: count }, (_, c) => `contract${c}`);
      const directory = directoryOf(contracts);
      for (const isSorted of [true, false]) {
        const rows = rowsOf(contracts, isSorted, count), expected = expectedOf(rows, contracts);
        await withFolder(async (folder) => {
          for (const path of await write(folder, rows)) {
            for (const pool of [null, ...pools]) {
              // Small ranges, so that threads have something to share.
              const control = { pool, rangeBytes: path.endsWith("csv") ? 40_000 : 1 };
              const { pairs, width } = await readPairs(path, directory, control);
              assertEquals(pairs, expected, `${count} ${path} ${isSorted}`);
              assertEquals(width, count <= 65_536 ? 2 : 4);
            }
          }
        });
      }
    }
  } finally {
    for (const pool of pools) pool.close();
  }
});

/** A drop of users with a few contracts each, spread among `contracts` of which the others are nobody's. */
function sparseDrop(contracts: number): DropInput {
  const random = seededRandom(7), users = 300, used = 90;
  const id = (c: number) => `c${String(c).padStart(7, "0")}`;
  const isUsed = (c: number) => c % Math.floor(contracts / used) === 0;
  const all = Array.from({ length: contracts }, (_, c) => c);
  const place = all.filter(isUsed).slice(0, used);
  return {
    users: Array.from({ length: users }, (_, u) => ({ id: `u${u}`, group: `g${u % 3}` })),
    groups: [0, 1, 2].map((g) => ({ id: `g${g}`, ratio: 0.2 })),
    contracts: all.map((c) => ({
      id: id(c),
      cap: 12,
      // By the place among those used, so that it is the same in any drop.
      sponsored: place.indexOf(isUsed(c) ? c : -1) % 2 === 0,
    })),
    pairs: Array.from({ length: users }, (_, u) =>
      Array.from({ length: 12 }, (_, i) => ({
        user: `u${u}`,
        contract: id(place[(7 * u + i * i + random.below(3)) % used]),
        score: random.below(10_000) / 10_000,
      }))).flat(),
  };
}

Deno.test("contracts that nobody can be given change no result, however many they are", async () => {
  const few = Drop.from(sparseDrop(90)), many = Drop.from(sparseDrop(70_000));
  assert(few.instance.contract instanceof Uint16Array);
  assert(many.instance.contract instanceof Uint32Array);
  assertEquals(many.instance.score, few.instance.score);
  for (const solver of ["greedy", "optimal", "ilp"] satisfies SolverName[]) {
    for (const model of ["coverage", "uniform"] as const) {
      const options = { solver, model };
      const [a, b] = [await allocate(few, options), await allocate(many, options)];
      assert(check(many, b, { model }).ok, `${solver} ${model}`);
      if (solver === "greedy") assertEquals(b.objective, a.objective);
      // What is proven of one holds for the other.
      else assert(a.bound! >= b.objective - 1e-9 && b.bound! >= a.objective - 1e-9);
      if (solver === "optimal") assert(b.gap! < 1e-3, `${model} ${b.gap}`);
    }
  }
});
