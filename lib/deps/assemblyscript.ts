/**
 * The compiler of AssemblyScript to WebAssembly. Only scripts/compile_wasm.ts uses it; its output is in the repository.
 *
 * @module
 */
import asc from "npm:assemblyscript@0.28.20/asc";

/**
 * WebAssembly of AssemblyScript source.
 *
 * @throws Error with the compiler's messages
 */
export async function compileAssemblyScript(
  name: string,
  source: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const options = {
    optimizeLevel: 3,
    shrinkLevel: 0,
    runtime: "stub",
    noAssert: true,
    enable: ["simd"],
  };
  const { binary, stderr, error } = await asc.compileString({ [name]: source }, options);
  if (error !== null || binary === null) throw new Error(`${name}: ${stderr.toString()}`);
  return binary.slice();
}
