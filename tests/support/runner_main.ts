/** The process of a {@link Runner}: a line of JSON for each command line that comes, once it has run. */
import { hasThreadsLeft } from "../../lib/base/open_work.ts";
import { runDivvy } from "../../lib/cli/program.ts";
import { type Answer, type FolderCommand, linesOf } from "./runner.ts";

const writeSync = Deno.stdout.writeSync.bind(Deno.stdout);
const written = { stdout: "", stderr: "" };

/** Keeps what the commands write. */
function keepOutput(): void {
  for (const name of ["stdout", "stderr"] as const) {
    const decoder = new TextDecoder();
    Deno[name].writeSync = (bytes) => {
      written[name] += decoder.decode(bytes, { stream: true });
      return bytes.length;
    };
    Deno[name].write = (bytes) => Promise.resolve(Deno[name].writeSync(bytes));
  }
}

keepOutput();
for await (const line of linesOf(Deno.stdin.readable)) {
  const { cwd, args }: FolderCommand = JSON.parse(line);
  Deno.chdir(cwd);
  Object.assign(written, { stdout: "", stderr: "" });
  const run = { code: await runDivvy(args), ...written };
  // A thread that can't be stopped would take from the runs that come.
  const answer: Answer = { run, ends: hasThreadsLeft() };
  const bytes = new TextEncoder().encode(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(bytes.subarray(at));
  if (answer.ends) break;
}
Deno.exit();
