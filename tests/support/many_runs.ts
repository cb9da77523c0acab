/**
 * Runs many commands in one process, one after another, each in its folder: for tests of a message and an exit code, where a
 * process for each would cost more than the command. Permissions are those of {@link divvy}.
 */
import { fileURLToPath } from "node:url";
import { runDivvy } from "../../lib/cli/program.ts";
import { type CliRun, DENIED } from "./cli.ts";

/** A command line and the folder that it runs in. */
export interface ManyRun {
  cwd: string;
  args: readonly string[];
}

/** Runs `divvy` once for each; all folders are below `folder`, the only one that may be written. */
export async function divvyMany(runs: readonly ManyRun[], folder: string): Promise<CliRun[]> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", ...DENIED, `--allow-read=${folder},${root}`],
      ...[`--allow-write=${folder}`, import.meta.url, JSON.stringify(runs)],
    ],
    cwd: folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  });
  const { code, stdout, stderr } = await child.output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Runs the commands, with what they write kept. */
async function runAll(runs: readonly ManyRun[]): Promise<CliRun[]> {
  const found: CliRun[] = [];
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    Deno[name].writeSync = (bytes) => {
      written[name] += decoder.decode(bytes, { stream: true });
      return bytes.length;
    };
  }
  for (const { cwd, args } of runs) {
    Deno.chdir(cwd);
    Object.assign(written, { stdout: "", stderr: "" });
    found.push({ code: await runDivvy(args), ...written });
  }
  return found;
}

if (import.meta.main) {
  const found = await runAll(JSON.parse(Deno.args[0]));
  await new Blob([JSON.stringify(found)]).stream().pipeTo(Deno.stdout.writable);
  Deno.exit();
}
