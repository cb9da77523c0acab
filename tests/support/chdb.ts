/** The current ClickHouse, as the Python package chdb, behind the part of the HTTP interface that Divvy uses. */
import { fileURLToPath } from "node:url";
import { freePort } from "./servers.ts";

/** A Python that has chdb: the virtual environment's that .ci/install.sh makes, or the one on the path; null: none has. */
export const chdbPython: string | null = await pythonWithChdb();

/** A running one. */
export interface ChdbServer extends AsyncDisposable {
  readonly port: number;
}

/** Registers a test that needs chdb; where there is none it says so and counts as skipped. */
export function chdbTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  if (chdbPython === null) console.error(`skipped, as chdb is not installed: ${name}`);
  Deno.test({ name, fn, ignore: chdbPython === null });
}

/** Starts one. */
export async function startChdb(): Promise<ChdbServer> {
  const port = freePort();
  const script = fileURLToPath(new URL("./chdb_server.py", import.meta.url));
  const child = new Deno.Command(chdbPython!, { args: [script, String(port)], stdin: "piped" })
    .spawn();
  for (let tries = 0;; tries++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      await response.body?.cancel();
      break;
    } catch {
      if (tries === 1200) throw new Error("chdb does not answer");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
    },
  };
}

async function pythonWithChdb(): Promise<string | null> {
  const own = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
  for (const python of [own, "python3"]) {
    try {
      const find = "import importlib.util, sys; sys.exit(importlib.util.find_spec('chdb') is None)";
      const { success } = await new Deno.Command(python, { args: ["-c", find], stderr: "null" })
        .output();
      if (success) return python;
    } catch {
      // Not there; the next one may be.
    }
  }
  return null;
}
