/** docs/weekly.md: the commands of each section run, in a folder of its own, and print what the page says. */
import { assertEquals, assertStringIncludes } from "../lib/deps/std_assert.ts";
import { DENIED, divvy, TempFolder } from "./support/cli.ts";

const page = await Deno.readTextFile(new URL("../docs/weekly.md", import.meta.url));

for (const section of page.split(/^## /m).slice(1)) {
  const title = section.slice(0, section.indexOf("\n"));
  const blocks = [...section.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)];
  if (!blocks.some(([, info]) => info === "sh")) continue;
  Deno.test(`docs/weekly.md, ${title}: the commands run and print what it says`, async () => {
    await using folder = new TempFolder();
    let printed = "";
    for (const [, info, text] of blocks) {
      const [kind, name] = info.split(" ");
      if (name !== undefined && name !== "ignore") folder.write(name, text);
      else if (info === "sh") {
        printed = "";
        for (const line of text.replaceAll("\\\n", " ").trim().split("\n")) {
          const [program, ...args] = line.trim().split(/\s+/);
          assertEquals(program, "divvy");
          const { code, stdout, stderr } = await divvy(args, {
            cwd: folder.path,
            // HiGHS reads its own file.
            permissions: [...DENIED, "--allow-read", `--allow-write=${folder.path}`],
          });
          assertEquals(code, 0, `${line}\n${stdout}${stderr}`);
          printed += stdout + stderr;
        }
      } else if (kind === "text") {
        for (const line of text.trim().split("\n")) assertStringIncludes(printed, line.trim());
      }
    }
  });
}
