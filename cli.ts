/**
 * The `divvy` command.
 *
 * @module
 */
import { hasThreadsLeft } from "./lib/base/open_work.ts";
import { runDivvy } from "./lib/cli/program.ts";

if (import.meta.main) {
  Deno.exitCode = await runDivvy(Deno.args);
  if (hasThreadsLeft()) Deno.exit();
}
