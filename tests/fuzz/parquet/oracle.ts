/** pyarrow and DuckDB, which write Parquet files and say what is in them. */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "./text_lines.ts";

/** A file that was written, and how many rows it has. */
export interface WrittenFile {
  readonly path: string;
  readonly kinds: readonly string[];
  readonly rows: number;
}

/** Values of a column; null: it has none of the kind. */
export interface ColumnValues {
  /** As ids: null for a missing one, false for bytes that are no text. */
  readonly ids: readonly (string | null | false)[] | null;
  /** As numbers in Python's spelling: null for none. */
  readonly numbers: readonly (string | null)[] | null;
}

/** What pyarrow says of a file: of each column its values or why it can't be read. */
export interface OracleReading {
  readonly error?: string;
  readonly columns?: Readonly<Record<string, ColumnValues | { readonly error: string }>>;
}

/** A Python that has pyarrow and DuckDB: see .ci/install.sh; null: none has. */
export const oraclePython: string | null = await pythonWith("pyarrow", "duckdb");

/** Writes files `first` … `first + count − 1` into a folder; the same each time. */
export async function writeFiles(
  folder: string,
  first: number,
  count: number,
): Promise<WrittenFile[]> {
  const args = [script("write_files.py"), folder, String(first), String(count)];
  const { success } = await new Deno.Command(oraclePython!, { args }).output();
  if (!success) throw new Error("the files could not be written");
  return JSON.parse(await Deno.readTextFile(`${folder}/files.json`));
}

/** Reads files with pyarrow, in a process of its own: damaged ones can bring it down. */
export class ParquetOracle implements AsyncDisposable {
  #child: Deno.ChildProcess | null = null;
  #lines: ReadableStreamDefaultReader<string> | null = null;
  #writer: WritableStreamDefaultWriter<Uint8Array> | null = null;

  /** What pyarrow reads of a file; that it crashed or took too long is an error of the whole file. */
  async read(path: string): Promise<OracleReading> {
    this.#start();
    const late = Promise.withResolvers<{ value: undefined }>();
    const timer = setTimeout(() => late.resolve({ value: undefined }), 60_000);
    try {
      await this.#writer!.write(new TextEncoder().encode(`${path}\n`));
      const { value } = await Promise.race([this.#lines!.read(), late.promise]);
      if (value !== undefined) return JSON.parse(value);
    } catch {
      // It went away.
    } finally {
      clearTimeout(timer);
    }
    await this[Symbol.asyncDispose]();
    return { error: "pyarrow crashed" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    await this.#writer!.close().catch(() => {});
    await this.#lines!.cancel().catch(() => {});
    try {
      child.kill("SIGKILL");
    } catch {
      // It is gone.
    }
    await child.status;
  }

  #start(): void {
    if (this.#child !== null) return;
    const child = new Deno.Command(oraclePython!, {
      args: [script("read_files.py")],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#lines = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }
}

function script(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}

async function pythonWith(...packages: string[]): Promise<string | null> {
  const own = fileURLToPath(new URL("../../../.venv/bin/python", import.meta.url));
  const find = `import importlib.util, sys
sys.exit(any(importlib.util.find_spec(name) is None for name in ${JSON.stringify(packages)}))`;
  for (const python of [own, "python3"]) {
    try {
      const { success } = await new Deno.Command(python, { args: ["-c", find], stderr: "null" })
        .output();
      if (success) return python;
    } catch {
      // Not there; the next one may be.
    }
  }
  return null;
}
