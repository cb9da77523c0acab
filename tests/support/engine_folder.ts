/** The drop of the suite of faults in a folder, for engines that read files. */
import type { EngineInput } from "../../lib/engine/drop/task.ts";
import { parquetWriteBuffer } from "../../lib/deps/hyparquet_writer.ts";
import type { Instance } from "../../lib/allocator/drop/instance/instance.ts";
import type { PairRow, ScoreType } from "./engine_faults.ts";

/** Files of a drop. */
export interface EngineFolder {
  /** Pairs, in Parquet. */
  readonly elig: string;
  /** Users' groups, in CSV. */
  readonly userGroups: string;
}

/** Names of the files in a folder. */
export function engineFolder(folder: string): EngineFolder {
  return { elig: `${folder}/elig.parquet`, userGroups: `${folder}/user_groups.csv` };
}

const TYPES = { double: "DOUBLE", float: "FLOAT", text: "STRING" } as const;

/** Writes them. */
export async function putFiles(
  { elig, userGroups }: EngineFolder,
  { users, group, groups }: Instance,
  pairs: readonly PairRow[],
  scores: ScoreType,
): Promise<void> {
  const column = (i: number) => pairs.map((row) => row[i]);
  const score = scores === "text"
    ? column(2)
    : pairs.map(([, , text]) => text === null ? null : Number(text));
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "user_id", data: column(0), type: "STRING", nullable: true },
      { name: "contract_address", data: column(1), type: "STRING", nullable: true },
      { name: "score", data: score, type: TYPES[scores], nullable: true },
    ],
  });
  await Deno.writeFile(elig, new Uint8Array(buffer));
  const rows = users.toArray().map((id, u) => `${id},${groups[group[u]]}\n`);
  await Deno.writeTextFile(userGroups, `user_id,group_id\n${rows.join("")}`);
}

/** Deno, to run a program that comes by standard input. */
export const DENO = [Deno.execPath(), "run", "--quiet", "--allow-all", "--no-check", "-"];

/**
 * A program that does a run, what options it has and how its error is shown.
 *
 * @param run the function that allocates, and the module that has it
 */
export function programOf(
  run: { module: URL; name: string },
  input: EngineInput,
  options: string,
): string {
  const plain = JSON.stringify(
    input,
    (_, value) => ArrayBuffer.isView(value) ? [...value as Float64Array] : value,
  );
  return `import { ${run.name} } from "${run.module}";
const input = ${plain};
input.caps.cap = Float64Array.from(input.caps.cap);
input.caps.sponsored = Uint8Array.from(input.caps.sponsored);
input.groupRatios.ratio = Float64Array.from(input.groupRatios.ratio);
try {
  await ${run.name}(input, ${options});
} catch (error) {
  console.error(error.message);
  Deno.exit(1);
}`;
}

/** Runs a command whose program comes by standard input; its exit code and stderr. */
export async function runProgram(
  [command, ...args]: readonly string[],
  program: string,
): Promise<{ code: number; said: string }> {
  const run = new Deno.Command(command, {
    args,
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = run.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program));
  await writer.close();
  const { code, stderr } = await run.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

/** {@link runProgram} that can write no file of more than a few kilobytes, as on a full disk. */
export function withShortFiles(
  kilobytes: number,
  command: readonly string[],
  program: string,
): Promise<{ code: number; said: string }> {
  // The signal that comes with it is passed over, so that writing fails as on a full disk.
  const limited = `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$0" "$@"`;
  return runProgram(["bash", "-c", limited, ...command], program);
}
