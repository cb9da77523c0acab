/**
 * Compiles lib/io/elig/plain_rows.as to lib/io/elig/plain_rows_wasm.ts: `deno task compile:wasm`. What comes out is kept in the
 * repository, so that running Divvy takes no compiler; a test compares the two.
 */
import { compileAssemblyScript } from "../lib/deps/assemblyscript.ts";

const SOURCE = new URL("../lib/io/elig/plain_rows.as", import.meta.url);
const MODULE = new URL("../lib/io/elig/plain_rows_wasm.ts", import.meta.url);

/** The text of lib/io/elig/plain_rows_wasm.ts that the source gives. */
export async function plainRowsModule(): Promise<string> {
  const wasm = await compileAssemblyScript("plain_rows.ts", await Deno.readTextFile(SOURCE));
  const base64 = btoa(String.fromCharCode(...wasm));
  const lines = base64.match(/.{1,90}/g)!.map((line) => `  "${line}",`);
  return `/**
 * WebAssembly of plain_rows.as. Made by \`deno task compile:wasm\`; not to be changed by hand.
 *
 * @module
 */

/** The module in base64, in lines. */
export const PLAIN_ROWS_WASM: readonly string[] = [
${lines.join("\n")}
];
`;
}

if (import.meta.main) await Deno.writeTextFile(MODULE, await plainRowsModule());
