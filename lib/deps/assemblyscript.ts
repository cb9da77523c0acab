/**
 * The compiler of AssemblyScript to WebAssembly. Only scripts/compile_wasm.ts uses it; its output is in the repository.
 *
 * @module
 */
import asc from "npm:assemblyscript@0.28.20/asc";

/**
 * WebAssembly of AssemblyScript source.
 *
 * @param name the source's path, without its ending; what it imports is found from there
 * @param read the source of a path without its ending; null: there is none
 * @throws Error with the compiler's messages
 */
export async function compileAssemblyScript(
  name: string,
  read: (name: string) => Promise<string | null>,
): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array | null = null;
  const { error, stderr } = await asc.main([
    `${name}.ts`,
    ...["--outFile", "wasm", "--runtime", "stub", "--enable", "simd", "--noAssert"],
    ...["--optimizeLevel", "3", "--shrinkLevel", "0"],
  ], {
    readFile: async (file) => /^[^~].*\.ts$/.test(file) ? await read(file.slice(0, -3)) : null,
    writeFile: (_file, bytes) => {
      wasm = bytes as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === null) throw new Error(`${name}: ${stderr.toString()}`);
  return new Uint8Array(wasm);
}
