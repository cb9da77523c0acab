/** The commands of docs/split.md, run, beside what the page says they print. */
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../support/cli.ts";

const PAGE = new URL("../../../docs/split.md", import.meta.url);

/** Files, commands and outputs of the page, in order. */
function blocksOf(text: string) {
  const blocks = text.matchAll(/^```(\w+)(?: (\S+))?\n([^]*?)^```$/gm);
  return [...blocks].map(([, kind, name, body]) => ({ kind, name, body }));
}

/** The same page with what commands print today: `deno run -A tests/cli/across/split_docs_test.ts --write`. */
async function runPage(text: string): Promise<string> {
  await using folder = new TempFolder();
  let printed = "";
  let result = text;
  for (const { kind, name, body } of blocksOf(text)) {
    if (name !== undefined) folder.write(name, body);
    else if (kind === "sh") {
      printed = "";
      for (const line of body.trim().split("\n")) {
        const { code, stdout, stderr } = await divvy(line.split(" ").slice(1), {
          cwd: folder.path,
        });
        printed += (code === 0 ? stdout : stderr).replace(/^[ \t]+$/gm, "");
      }
    } else if (kind === "text") {
      result = result.replace(
        "```text\n" + body + "```",
        () => "```text\u0000\n" + printed + "```",
      );
    }
  }
  return result.replaceAll("\u0000", "");
}

if (import.meta.main && Deno.args.includes("--write")) {
  Deno.writeTextFileSync(PAGE, await runPage(Deno.readTextFileSync(PAGE)));
  // The process that runs the commands waits for more.
  Deno.exit();
} else {
  Deno.test("docs/split.md prints what it says", async () => {
    const text = Deno.readTextFileSync(PAGE);
    assertEquals(await runPage(text), text);
  });
}
