/** docs/limits.md: its files are written, its commands run, and they print what the page says. */
import { assert } from "../lib/deps/std_assert.ts";
import { TempFolder } from "./support/cli.ts";
import { testPageCommands } from "./support/page_commands.ts";

const ROOT = new URL("../", import.meta.url);

await testPageCommands("docs/limits.md", /^#+ /m, (folder) => {
  for (const { name } of Deno.readDirSync(new URL("examples/limits/", ROOT))) {
    folder.write(name, Deno.readFileSync(new URL(`examples/limits/${name}`, ROOT)));
  }
});

Deno.test("docs/limits.md: its program runs", async () => {
  const page = await Deno.readTextFile(new URL("docs/limits.md", ROOT));
  const [, code] = page.match(/^```ts\n([\s\S]*?)^```$/m)!;
  await using folder = new TempFolder();
  const program = code.replaceAll('"../', `"${ROOT.href}`);
  folder.write("limit.ts", program);
  const run = await new Deno.Command(Deno.execPath(), {
    // Its types are checked with those of all pages (deno task test).
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-prompt",
      "--allow-read",
      `${folder.path}/limit.ts`,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  assert(run.success, new TextDecoder().decode(run.stderr));
});
