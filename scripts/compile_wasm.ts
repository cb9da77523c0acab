/**
 * Compiles the sources in AssemblyScript, `….as`, to modules beside them, `…_wasm.ts`: `deno task compile:wasm`. What comes
 * out is kept in the repository, so that running Divvy takes no compiler; a test compares the two.
 */
import { compileAssemblyScript } from "../lib/deps/assemblyscript.ts";

/** The sources, without their ending, and the names of what their modules export. */
export const WASM_SOURCES = {
  "lib/allocator/optimal/passes/user_scan": "USER_SCAN_WASM",
  "lib/io/elig/plain_rows": "PLAIN_ROWS_WASM",
  "lib/io/elig/sort_runs": "SORT_RUNS_WASM",
  "lib/io/parquet/parquet_values": "PARQUET_VALUES_WASM",
  "lib/io/parquet/snappy": "SNAPPY_WASM",
  "lib/io/tables/history_rows": "HISTORY_ROWS_WASM",
} as const;

/** A source's name. */
export type WasmSource = keyof typeof WASM_SOURCES;

/** Where a source's file with this ending is. */
export function wasmFile(source: WasmSource, ending: ".as" | "_wasm.ts"): URL {
  return new URL(`../${source}${ending}`, import.meta.url);
}

/** The text of a source, or of one that it imports; null where there is none. */
async function sourceText(name: string): Promise<string | null> {
  return await Deno.readTextFile(new URL(`../${name}.as`, import.meta.url)).catch(() => null);
}

/** The text of the module that a source gives. */
export async function wasmModule(source: WasmSource): Promise<string> {
  const name = source.slice(source.lastIndexOf("/") + 1);
  const wasm = await compileAssemblyScript(source, sourceText);
  const base64 = btoa(String.fromCharCode(...wasm));
  const lines = base64.match(/.{1,90}/g)!.map((line) => `  "${line}",`);
  return `/**
 * WebAssembly of ${name}.as. Made by \`deno task compile:wasm\`; not to be changed by hand.
 *
 * @module
 */

/** The module in base64, in lines. */
export const ${WASM_SOURCES[source]}: readonly string[] = [
${lines.join("\n")}
];
`;
}

if (import.meta.main) {
  for (const source of Object.keys(WASM_SOURCES) as WasmSource[]) {
    await Deno.writeTextFile(wasmFile(source, "_wasm.ts"), await wasmModule(source));
  }
}
