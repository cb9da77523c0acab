/** Files that are swapped, written over, cut or added to at any moment while they are read: the old rows, the new ones, or a refusal. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { parquetWriteBuffer } from "../../lib/deps/hyparquet_writer.ts";
import { InputError } from "../../lib/base/errors.ts";
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import type { Drop } from "../../lib/allocator/drop/drop.ts";
import { readDrop } from "../../lib/io/drop_reader.ts";
import type { DropSources } from "../../lib/io/drop_reader.ts";
import { writeFiles } from "../support/temp_folder.ts";

const CONTRACTS = ["a", "b", "c"];
/** Every pair has the same score, another one in the other file, so that a mixture shows. */
const OLD = 0.25, NEW = 0.75;
const FORMATS = ["csv", "csv.gz", "csv.zst", "parquet"] as const;

type Format = typeof FORMATS[number];

/** What the reads came to. */
export interface Swaps {
  old: number;
  new: number;
  refused: number;
  /** What went wrong, with the seed. */
  faults: string[];
}

/** Reads drops whose eligible pairs change meanwhile, one for each seed. */
export async function judgeSwaps(folder: string, seeds: readonly number[]): Promise<Swaps> {
  // Plain CSV is read by several threads from 8 MB on.
  const sizes: Record<Format, number> = {
    "csv": 60_000,
    "csv.gz": 20_000,
    "csv.zst": 20_000,
    "parquet": 60_000,
  };
  const swaps: Swaps = { old: 0, new: 0, refused: 0, faults: [] };
  const made = new Map<Format, { sources: DropSources; bytes: Uint8Array[]; pairs: number }>();
  for (const format of FORMATS) {
    const users = Array.from({ length: sizes[format] }, (_, u) => `user${u}`);
    const files = await writeFiles(folder, {
      [`${format}-caps`]: "contract_address,cap_face,is_sponsored\n" +
        CONTRACTS.map((c) => `${c},5,false\n`).join(""),
      [`${format}-groups`]: "user_id,group_id\n" + users.map((user) => `${user},g\n`).join(""),
      [`${format}-ratios`]: "group_id,sponsorship_ratio\ng,0\n",
    });
    const sources = {
      caps: files[`${format}-caps`],
      elig: `${folder}/elig.${format}`,
      userGroups: files[`${format}-groups`],
      groupRatios: files[`${format}-ratios`],
    };
    const bytes = [OLD, NEW].map((score) => pairs(format, users, score));
    made.set(format, { sources, bytes, pairs: users.length * CONTRACTS.length });
  }
  for (const seed of seeds) {
    const random = seededRandom(seed), format = FORMATS[seed % FORMATS.length];
    const { sources, bytes, pairs } = made.get(format)!;
    const told = await judgeSwap(sources, bytes, pairs, random);
    if (told === "old" || told === "new" || told === "refused") swaps[told]++;
    else swaps.faults.push(`seed ${seed} (${format}): ${told}`);
  }
  return swaps;
}

function pairs(format: Format, users: readonly string[], score: number): Uint8Array {
  if (format === "parquet") {
    const user = users.flatMap((id) => CONTRACTS.map(() => id));
    return new Uint8Array(parquetWriteBuffer({
      columnData: [
        { name: "user_id", data: user, type: "STRING" },
        {
          name: "contract_address",
          data: user.map((_, i) => CONTRACTS[i % CONTRACTS.length]),
          type: "STRING",
        },
        { name: "score", data: user.map(() => score), type: "DOUBLE" },
      ],
      rowGroupSize: 5000,
    }));
  }
  const note = "x".repeat(30);
  const rows = users.map((user) =>
    CONTRACTS.map((c) => `${user},${c},${score},${note}\n`).join("")
  );
  const plain = new TextEncoder().encode(`user_id,contract_address,score,note\n${rows.join("")}`);
  if (format === "csv") return plain;
  return new Uint8Array(format === "csv.gz" ? gzipSync(plain) : zstdCompressSync(plain));
}

/** What is read: as an untouched file has it, as the changed one has it when it is read again, or nothing; else what is wrong. */
async function judgeSwap(
  sources: DropSources,
  [before, after]: readonly Uint8Array[],
  pairs: number,
  random: Random,
): Promise<string> {
  const { elig } = sources;
  Deno.writeFileSync(elig, before);
  // What is written within the clock's step and at the same size can't be told by anyone.
  Deno.utimeSync(elig, 1e9, 1e9);
  const change = CHANGES[random.below(CHANGES.length)];
  const wait = random.next() ** 2 * 150;
  const timer = setTimeout(() => change(elig, after, random), wait);
  try {
    const read = rowsOf(await readDrop(sources, { workers: 1 + random.below(3) }));
    if (read === `${pairs} rows, score ${OLD}`) return "old";
    clearTimeout(timer);
    // What was changed before it was opened is a file like any other.
    const again = await readDrop(sources).then(rowsOf, (error) => error.message);
    return again === read ? "new" : `${read} where there were ${pairs}; read again: ${again}`;
  } catch (error) {
    const { message } = error as Error;
    const isOurs = error instanceof InputError && message.startsWith(elig) &&
      !message.includes("\n");
    return isOurs ? "refused" : `${(error as Error).stack}`;
  } finally {
    clearTimeout(timer);
  }
}

function rowsOf({ instance, input }: Drop): string {
  return `${input.elig.rows} rows, score ${[...new Set(instance.score)].join(" and ")}`;
}

const CHANGES: readonly ((path: string, other: Uint8Array, random: Random) => void)[] = [
  (path, other) => {
    Deno.writeFileSync(`${path}.new`, other);
    Deno.renameSync(`${path}.new`, path);
  },
  (path, other) => Deno.writeFileSync(path, other),
  (path, other, random) => Deno.truncateSync(path, 1 + random.below(other.length)),
  (path, other, random) =>
    Deno.writeFileSync(path, other.subarray(random.below(other.length)), { append: true }),
  (path) => Deno.removeSync(path),
];
