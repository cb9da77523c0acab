/** On a terminal: progress redrawn in place, emphasis unless NO_COLOR. `script` lends the terminal. */
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { denoArgs, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const SCRIPT = "/usr/bin/script";

function hasScript(): boolean {
  try {
    return Deno.build.os === "linux" && Deno.statSync(SCRIPT).isFile;
  } catch {
    return false;
  }
}

async function onTerminal(
  env: Record<string, string>,
  args: string[],
  columns = 80,
): Promise<string> {
  await using folder = new TempFolder();
  // cy has no sponsored option: g2 misses its minimum, so there is a table with a heading.
  writeDrop(folder, { "group_ratios.csv": "group_id,sponsorship_ratio\ng1,0.5\ng2,1\n" });
  const options = { cwd: folder.path };
  const command = [Deno.execPath(), ...denoArgs(args, options)].map((arg) => `'${arg}'`).join(" ");
  const { stdout } = await new Deno.Command(SCRIPT, {
    args: ["-qec", `stty cols ${columns}; ${command}`, "/dev/null"],
    ...options,
    env: { ...env, DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

// deno-lint-ignore no-control-regex
const SGR = /\x1b\[\d+m/;

Deno.test({
  name: "terminal: redrawn progress and bold headings; with NO_COLOR no emphasis",
  ignore: !hasScript(),
  fn: async () => {
    const args = ["allocate", ...INPUTS, "--out", "out.csv"];
    const colored = await onTerminal({ NO_COLOR: "" }, args);
    assert(colored.includes("\r\x1b[K") && SGR.test(colored), JSON.stringify(colored));
    const plain = await onTerminal({ NO_COLOR: "1" }, args);
    assert(plain.includes("\r\x1b[K") && !SGR.test(plain), JSON.stringify(plain));
    assert((await onTerminal({ NO_COLOR: "1" }, [...args, "--quiet"])) === "");
  },
});

Deno.test({
  name: "terminal: lines of finished phases and notes keep to a narrow terminal, in whole words",
  ignore: !hasScript(),
  fn: async () => {
    const columns = 22, args = ["allocate", ...INPUTS, "--out", "out.csv"];
    const shown = await onTerminal({ NO_COLOR: "1" }, args, columns);
    // deno-lint-ignore no-control-regex
    const phases = shown.replace(/\r\x1b\[K/g, "\n").split(/[\r\n]+/);
    const end = phases.findIndex((line) => line.startsWith("write"));
    assert(phases.slice(0, end).join(" ").includes("put pairs in order"), shown);
    assertEquals(phases.slice(0, end).filter((line) => line.length > columns), []);
    assert(phases.slice(0, end).some((line) => line.endsWith("rows/s")), shown);
  },
});

Deno.test({
  name: "terminal: help is bold in its headings; with NO_COLOR it is not",
  ignore: !hasScript(),
  fn: async () => {
    assert(SGR.test(await onTerminal({ NO_COLOR: "" }, ["check", "--help"])));
    const plain = await onTerminal({ NO_COLOR: "1" }, ["check", "--help"]);
    assert(!SGR.test(plain));
    assertEquals(plain.replaceAll("\r\n", "\n").split("\n").filter((line) => line.length > 80), []);
  },
});
