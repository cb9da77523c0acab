/** The drop of the suite of faults in a folder, for engines that read files. */
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

/** Runs a program that can write no file of more than a few kilobytes, as on a full disk; its exit code and stderr. */
export async function withShortFiles(
  kilobytes: number,
  args: readonly string[],
  input: string,
): Promise<{ code: number; said: string }> {
  // The signal that comes with it is passed over, so that writing fails as on a full disk.
  const run = new Deno.Command("bash", {
    args: ["-c", `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$0" "$@"`, ...args],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = run.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stderr } = await run.output();
  return { code, said: new TextDecoder().decode(stderr) };
}
