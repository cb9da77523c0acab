/**
 * The `divvy` command.
 *
 * @module
 */
import { runDivvy } from "./lib/cli/program.ts";

// All is written by then. Threads that are still at work, which a signal has made useless, are not waited for.
if (import.meta.main) Deno.exit(await runDivvy(Deno.args));
