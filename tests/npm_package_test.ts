import { assertEquals } from "../lib/deps/std_assert.ts";
import { withFolder } from "./support/temp_folder.ts";

const root = new URL("..", import.meta.url);
const decoder = new TextDecoder();

/** What a script does with the package: a small drop and a small split, as their answers in one line. */
const SCRIPT = `import { allocate, check, Drop, split } from "@divvy/divvy";
const people = Array.from({ length: 200 }, (_, i) => "user" + i);
const drop = Drop.from({
  users: people.map((id, i) => ({ id, group: "group" + i % 4 })),
  contracts: Array.from({ length: 8 }, (_, c) => ({ id: "c" + c, cap: 40 + c, sponsored: c < 4 })),
  groups: [0, 1, 2, 3].map((g) => ({ id: "group" + g, ratio: 0.25 })),
  pairs: people.flatMap((user, i) =>
    Array.from({ length: 8 }, (_, c) => ({ user, contract: "c" + c, score: (i * 7 + c * 13) % 29 / 29 }))
  ),
});
const allocation = await allocate(drop, { solver: "optimal" });
const report = check(drop, allocation);
const pizza = split({
  total: 8,
  requirements: [
    { name: "ann", interval: [2, 4], target: 3 },
    { name: "bob", interval: [3, 6], target: "center" },
  ],
});
console.log(report.ok, allocation.score.toFixed(6), pizza.people[0].units.toFixed(6));
`;

/** Runs a command in `folder`; its standard output, or an error with what it said. */
async function run(folder: string, command: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout).trim();
}

/** Whether a command is there at all. */
async function has(command: string): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args: ["--version"], stdout: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

const nodeIsHere = await has("node") && await has("npm");
if (!nodeIsHere) console.warn("skipped: Node.js and npm are not here: the packed package");

Deno.test({
  name: "the packed package runs in Node.js and Bun, with the answers that Deno gives",
  ignore: !nodeIsHere,
  fn: runPacked,
});

async function runPacked(t: Deno.TestContext): Promise<void> {
  await withFolder(async (folder) => {
    const packed = await new Deno.Command(Deno.execPath(), {
      args: ["pack", "--quiet", "--allow-dirty", "--output", `${folder}/divvy.tgz`],
      cwd: root,
    }).output();
    assertEquals(packed.code, 0, decoder.decode(packed.stderr));
    await Deno.writeTextFile(`${folder}/package.json`, '{"private": true, "type": "module"}');
    await Deno.writeTextFile(`${folder}/script.mjs`, SCRIPT);
    await run(folder, "npm", ["install", "--no-audit", "--no-fund", "./divvy.tgz"]);

    await Deno.writeTextFile(
      `${folder}/script.ts`,
      SCRIPT.replace("@divvy/divvy", new URL("mod.ts", root).href),
    );
    const expected = await run(folder, Deno.execPath(), [
      "run",
      "--allow-read",
      "--no-config",
      "script.ts",
    ]);
    assertEquals(expected.split(" ")[0], "true");
    await t.step("Node.js", async () => {
      assertEquals(await run(folder, "node", ["script.mjs"]), expected);
    });
    await t.step("Bun", async () => {
      try {
        await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--no-save", "bun@1.4.5"]);
      } catch (error) {
        console.warn(`skipped: Bun can't be had here: ${(error as Error).message.split("\\n")[0]}`);
        return;
      }
      assertEquals(await run(folder, "npx", ["bun", "script.mjs"]), expected);
    });
  });
}
