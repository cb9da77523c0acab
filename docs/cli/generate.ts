/**
 * Writes docs/cli from the commands: `deno task docs:cli`.
 *
 * @module
 */
import { manualPages } from "../../lib/cli/frame/manual.ts";
import { divvyProgram } from "../../lib/cli/program.ts";

const folder = new URL("./", import.meta.url);
for (const [name, text] of manualPages(divvyProgram())) {
  await Deno.writeTextFile(new URL(name, folder), text);
}
