/** docs/limits.md: its files are written, its commands run, and they print what the page says. */
import { assert, assertEquals, assertStringIncludes } from "../lib/deps/std_assert.ts";
import { DENIED, divvy, TempFolder } from "./support/cli.ts";

const ROOT = new URL("../", import.meta.url);

/** A block of code with its info string: `sh`, `text`, `csv NAME` or `json NAME`. */
interface Block {
  readonly info: string;
  readonly text: string;
}

/** Parts of the page: a heading and the blocks below it. */
function parts(page: string): { title: string; blocks: Block[] }[] {
  return page.split(/^#+ /m).slice(1).map((part) => ({
    title: part.slice(0, part.indexOf("\n")),
    blocks: [...part.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
      .map(([, info, text]) => ({ info, text })),
  }));
}

/** The words of a command line: split at blanks outside quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

const page = await Deno.readTextFile(new URL("docs/limits.md", ROOT));

for (const { title, blocks } of parts(page)) {
  if (!blocks.some(({ info }) => info === "sh")) continue;
  Deno.test(`docs/limits.md, ${title}: the commands run and print what it says`, async () => {
    await using folder = new TempFolder();
    for (const { name } of Deno.readDirSync(new URL("examples/limits/", ROOT))) {
      folder.write(name, Deno.readFileSync(new URL(`examples/limits/${name}`, ROOT)));
    }
    let printed = "";
    for (const { info, text } of blocks) {
      const [kind, name] = info.split(" ");
      if (name !== undefined) folder.write(name, text);
      else if (kind === "sh") {
        printed = "";
        for (const line of text.replaceAll("\\\n", " ").trim().split("\n")) {
          const [program, ...args] = words(line);
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

Deno.test("docs/limits.md: its program runs", async () => {
  const [code] = parts(page).flatMap(({ blocks }) => blocks).filter(({ info }) => info === "ts");
  await using folder = new TempFolder();
  const program = code.text.replaceAll('"../', `"${ROOT.href}`);
  folder.write("limit.ts", program);
  const run = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--check", "--no-prompt", "--allow-read", `${folder.path}/limit.ts`],
    env: { NO_COLOR: "1" },
  }).output();
  assert(run.success, new TextDecoder().decode(run.stderr));
});
