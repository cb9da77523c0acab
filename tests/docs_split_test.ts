/** docs/split.md: every command on the page says what the page says it does. */
import { assertEquals } from "../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "./support/cli.ts";

const PAGE = new URL("../docs/split.md", import.meta.url);

/** A file that the page names and shows, or a command and its output. */
const PART =
  /^`([^`\n]+)`:\n\n```(?:csv|json)\n(.*?)^```$|^```sh\n(.*?)^```\n\n```text\n(.*?)^```$/gms;

Deno.test("docs/split.md: the recipes do what they say", async () => {
  await using folder = new TempFolder();
  let commands = 0;
  for (const [, file, text, command, output] of Deno.readTextFileSync(PAGE).matchAll(PART)) {
    if (file !== undefined) {
      folder.write(file, text);
      continue;
    }
    const [program, ...args] = command.trim().split(" ");
    assertEquals(program, "divvy");
    const { code, stdout, stderr } = await divvy(args, { cwd: folder.path });
    assertEquals({ code, stderr, stdout }, { code: 0, stderr: "", stdout: output }, command);
    commands++;
  }
  assertEquals(commands >= 8, true, `${commands} commands`);
});

Deno.test("docs/split.md: a block of output for every command", () => {
  const text = Deno.readTextFileSync(PAGE);
  const blocks = (name: string) => text.split(`\`\`\`${name}\n`).length - 1;
  assertEquals(blocks("sh"), blocks("text"));
});
