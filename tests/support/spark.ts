/** Whether Spark can be run here. */
import { fileURLToPath } from "node:url";

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
