/**
 * A `deno compile` that works without Deno's site: PyPI's `deno` with, as its runtime stub, the first part of a program that
 * the same version compiled. What follows it there begins with a mark.
 */
import { fileURLToPath } from "node:url";

/** A compiler: the deno, and the environment that it needs beside its own. */
export interface Compiler {
  readonly deno: string;
  readonly env: Record<string, string>;
}

/** Where Python's packages put their commands. */
const BIN = fileURLToPath(new URL("../../.venv/bin/", import.meta.url));

const MARK = new TextEncoder().encode("d3n0l4nd");

/** The compiler, its stub written into `folder`; null where the packages are not there. */
export async function compilerIn(folder: string): Promise<Compiler | null> {
  let program: Uint8Array;
  try {
    program = await Deno.readFile(`${BIN}bids-validator-deno`);
    await Deno.stat(`${BIN}deno`);
  } catch {
    return null;
  }
  const marks = placesOf(program, MARK);
  // The last mark is the trailer's; the one before it begins what was compiled.
  const stub = `${folder}/denort`;
  await Deno.writeFile(stub, program.subarray(0, marks.at(-2)), { mode: 0o755 });
  return {
    deno: `${BIN}deno`,
    env: { DENORT_BIN: stub, DENO_TLS_CA_STORE: "system" },
  };
}

function placesOf(bytes: Uint8Array, mark: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(mark[0]); at >= 0; at = bytes.indexOf(mark[0], at + 1)) {
    if (mark.every((byte, i) => bytes[at + i] === byte)) found.push(at);
  }
  return found;
}
