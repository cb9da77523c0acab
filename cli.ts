/**
 * The `divvy` command.
 *
 * @module
 */
import { runDivvy } from "./lib/cli/program.ts";

if (import.meta.main) Deno.exitCode = await runDivvy(Deno.args);
