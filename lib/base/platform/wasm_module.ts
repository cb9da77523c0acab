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
  return new WebAssembly.Module(bytesOf(base64.join("")));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  // It takes a hundredth of the time, but Node.js knows it only from version 25 on.
  if (Uint8Array.fromBase64 !== undefined) return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** {@link compileWasm}; null where the platform can't compile it, and the caller does the same in TypeScript. */
export function compileWasmOrNull(base64: readonly string[]): WebAssembly.Module | null {
  try {
    return compileWasm(base64);
  } catch {
    return null;
  }
}
