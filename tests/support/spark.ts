/** Spark in tests: whether it can be run here, how, and what it wrote. */
import { fileURLToPath } from "node:url";
import { readRows } from "./engine_files.ts";

/** For small drops: compiling what runs once takes longer than running it. */
export const SMALL_SPARK = [
  "spark.sql.shuffle.partitions=2",
  "spark.sql.codegen.wholeStage=false",
  "spark.sql.codegen.factoryMode=NO_CODEGEN",
  "spark.driver.memory=1g",
  // The second compiler pays off after minutes only, and would have a core to itself until then.
  "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
];

/** Rows of assignments of all files of a folder of CSV. */
export function rowsOf(folder: string): Promise<string[][]> {
  return readFolder(folder, readRows);
}

/** What is read of all files of a folder of CSV, in the order of their names. */
export async function readFolder(
  folder: string,
  read: (path: string) => Promise<string[][]>,
): Promise<string[][]> {
  const names: string[] = [], rows: string[][] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".csv")) names.push(name);
  }
  for (const name of names.sort()) rows.push(...await read(`${folder}/${name}`));
  return rows;
}

/** A Python that has a package, and a Java beside it; null where either is lacking. */
export function pythonWith(name: string): string | null {
  const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
  const works = (command: string, args: string[]) => {
    try {
      return new Deno.Command(command, { args, stdout: "null", stderr: "null" }).outputSync()
        .success;
    } catch {
      return false;
    }
  };
  const found = works(python, [
    "-c",
    `import importlib.util, sys; sys.exit(importlib.util.find_spec("${name}") is None)`,
  ]);
  return found && works("java", ["-version"]) ? python : null;
}
