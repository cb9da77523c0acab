/** Writes files, damages them, has them judged. */
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { COLUMNS, isTypeRefusal, judgeFile, reading } from "./judge_file.ts";
import { mutated } from "./mutate_bytes.ts";
import { ParquetOracle, writeFiles } from "./oracle.ts";

/** What to do. */
export interface FuzzOptions {
  /** Number of the first file. */
  first: number;
  /** How many files. */
  files: number;
  /** Damages of each. */
  mutations: number;
  /** Folder for damaged files that are read wrong. @default none is kept */
  keep?: string;
  /** Takes each fault. */
  onFault: (fault: string) => void;
}

/** What came of it. */
export interface FuzzCounts {
  files: number;
  mutations: number;
  /** Damaged files of which Divvy refused some column. */
  refused: number;
  faults: number;
}

/** Runs it. */
export async function fuzzParquet(options: FuzzOptions): Promise<FuzzCounts> {
  const { first, files, mutations, keep, onFault } = options;
  const counts: FuzzCounts = { files: 0, mutations: 0, refused: 0, faults: 0 };
  const folder = await Deno.makeTempDir({ prefix: "divvy-fuzz-" });
  await using oracle = new ParquetOracle();
  try {
    for (const { path, kinds } of await writeFiles(folder, first, files)) {
      const number = first + counts.files++;
      const bytes = await Deno.readFile(path), original = await oracle.read(path);
      const report = (what: string, faults: readonly string[]) => {
        if (faults.length === 0) return;
        counts.faults++;
        onFault(`${what} (${kinds.join(", ")}): ${faults.join("; ")}`);
      };
      const { faults } = await judgeFile(path, original, original);
      report(`file ${number}`, [...faults, ...await wrongRefusals(path)]);
      for (let m = 0; m < mutations; m++) {
        const damaged = `${folder}/${number}-${m}.parquet`;
        const changed = mutated(bytes, seededRandom(number * 1000 + m));
        await Deno.writeFile(damaged, changed);
        const verdict = await judgeFile(damaged, await oracle.read(damaged), original);
        counts.mutations++;
        if (verdict.refused) counts.refused++;
        report(`file ${number}, damage ${m}`, verdict.faults);
        if (verdict.faults.length > 0 && keep !== undefined) {
          await Deno.mkdir(keep, { recursive: true });
          await Deno.copyFile(damaged, `${keep}/${number}-${m}.parquet`);
        }
        await Deno.remove(damaged);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return counts;
}

/** What is refused of an undamaged file for anything but a column's type or a value that is no text. */
async function wrongRefusals(path: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const column of COLUMNS) {
    for (const values of Object.values(await reading(path, column, wrong))) {
      if (typeof values === "string" && !isTypeRefusal(values)) wrong.push(values);
    }
  }
  return wrong;
}
