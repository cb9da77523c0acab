/**
 * WebAssembly modules that are kept as base64 in a TypeScript file.
 *
 * @module
 */

/**
 * Compiles a module from its bytes in base64, given in lines.
 *
 * @throws {WebAssembly.CompileError} where the platform does not know an instruction of it
 */
export function compileWasm(base64: readonly string[]): WebAssembly.Module {
  const text = atob(base64.join(""));
  return new WebAssembly.Module(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

/** {@link compileWasm}; null where the platform can't compile it, and the caller does the same in TypeScript. */
export function compileWasmOrNull(base64: readonly string[]): WebAssembly.Module | null {
  try {
    return compileWasm(base64);
  } catch {
    return null;
  }
}
