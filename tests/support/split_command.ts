/** `divvy split` in a folder of its own. */
import { divvy, TempFolder } from "./cli.ts";

/** Runs it beside files; tells what came of it and the files that it wrote, by name. */
export async function runSplit(files: Record<string, string>, args: string[], stdin?: string) {
  await using folder = new TempFolder();
  folder.writeAll(files);
  const result = await divvy(["split", ...args], { cwd: folder.path, stdin });
  const written = folder.names().filter((name) => !(name in files));
  return {
    ...result,
    written: Object.fromEntries(written.map((name) => [name, folder.read(name)])),
  };
}
