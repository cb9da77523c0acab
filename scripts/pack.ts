/**
 * Makes the npm package: what `deno pack` makes of the library, and a command `divvy` beside it, so that `npx` runs the
 * program. `deno task pack` writes dist/divvy-VERSION.tgz.
 *
 * The command is the program's source, run by the `deno` that npm installs with the package; the library is plain JavaScript
 * and needs Node.js 20+ or Bun alone. Versions of what it depends on are exact: those that the tests ran with.
 */
import { VERSION } from "../lib/base/version.ts";
import { PERMISSIONS } from "./compile.ts";

/** The Deno that the command runs in: the one that the README and the tests name. */
export const DENO_VERSION = "2.9.6";

/**
 * The command: a script for Node.js that starts Deno with the source and hands on signals and the exit code. Deno itself, not
 * the script that its package has for that: there a signal ended the script, and the program went on alone.
 */
const COMMAND = `#!/usr/bin/env node
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

function fail(error) {
  console.error(\`divvy: Deno could not be started: \${error.message}\`);
  process.exit(1);
}

function denoPath() {
  try {
    return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (error) {
    return fail(error);
  }
}

const source = fileURLToPath(new URL("../source/cli.ts", import.meta.url));
const options = ${JSON.stringify(["run", "--quiet", "--no-config", ...PERMISSIONS])};
const child = spawn(denoPath(), [...options, source, ...process.argv.slice(2)], {
  stdio: "inherit",
  // The package's own package.json is not the program's.
  env: { ...process.env, DENO_NO_PACKAGE_JSON: "1", DENO_NO_UPDATE_CHECK: "1" },
});
// A terminal sends Ctrl-C to both, and two of them would abort what one stops with the best so far. All else is handed on.
const inTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
process.on("SIGINT", () => inTerminal || child.kill("SIGINT"));
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", fail);
child.on("exit", (code, signal) => process.exitCode = code ?? 128 + constants.signals[signal]);
`;

const root = new URL("..", import.meta.url);

/** Runs a command to its end. @throws {Error} with its output where it failed */
async function run(command: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args,
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) {
    throw new Error(`${command} ${args[0]}: ${new TextDecoder().decode(stderr).trim()}`);
  }
}

/** Copies a folder's sources, whatever is in it. */
async function copySources(from: URL, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const path = new URL(isDirectory ? `${name}/` : name, from);
    if (isDirectory) await copySources(path, `${to}/${name}`);
    else await Deno.copyFile(path, `${to}/${name}`);
  }
}

/** The package's description: exact versions, the command and what runs it. */
export function describe(packed: Record<string, unknown>): Record<string, unknown> {
  const dependencies = packed.dependencies as Record<string, string>;
  const exact = Object.entries(dependencies)
    .map(([name, version]) => [name, version.replace(/^[\^~]/, "")]);
  return {
    ...packed,
    description: "Divide scarce things among people, the best possible way, and prove it",
    engines: { node: ">=20" },
    bin: { divvy: "./bin/divvy.mjs" },
    dependencies: { ...Object.fromEntries(exact), deno: DENO_VERSION },
  };
}

/** Packs into a file. */
export async function pack(output: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    // Types are made for the library's exports only; warnings about internal modules are left out.
    const tarball = `${folder}/library.tgz`;
    await run(Deno.execPath(), ["pack", "--quiet", "--allow-dirty", "--output", tarball]);
    await run("tar", ["-xzf", tarball, "-C", folder]);
    const packed = `${folder}/package`;
    const description = JSON.parse(await Deno.readTextFile(`${packed}/package.json`));
    const text = JSON.stringify(describe(description), null, 2);
    await Deno.writeTextFile(`${packed}/package.json`, `${text}\n`);
    await copySources(new URL("lib/", root), `${packed}/source/lib`);
    await Deno.copyFile(new URL("cli.ts", root), `${packed}/source/cli.ts`);
    await Deno.mkdir(`${packed}/bin`);
    await Deno.writeTextFile(`${packed}/bin/divvy.mjs`, COMMAND, { mode: 0o755 });
    await run("tar", ["-czf", output, "-C", folder, "package"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const output = Deno.args[0] ?? `dist/divvy-${VERSION}.tgz`;
  if (Deno.args.length === 0) await Deno.mkdir(new URL("dist", root), { recursive: true });
  await pack(output);
  console.error(`packed ${output}`);
}
