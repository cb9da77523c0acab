import { fileURLToPath } from "node:url";
import { assertEquals, assertStringIncludes } from "../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "./cli.ts";

const ROOT = new URL("../../", import.meta.url);

/** A block of code with its info string: `sh`, `text`, `csv NAME` or `json NAME`. */
interface Block {
  readonly info: string;
  readonly text: string;
}

/** Parts of a page that headings begin: each with its title and the blocks below it. */
function partsOf(page: string, heading: RegExp): { title: string; blocks: Block[] }[] {
  return page.split(heading).slice(1).map((part) => ({
    title: part.slice(0, part.indexOf("\n")),
    blocks: [...part.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
      .map(([, info, text]) => ({ info, text })),
  }));
}

/** The words of a command line: split at blanks outside quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);
}

/**
 * A test for each part of a page that has commands: its named files are written to a folder of its own, its commands run there,
 * and they print what the page says.
 *
 * @param page path from the root of the repository
 * @param heading begins a part
 * @param prepare what the folder holds at first
 */
export async function testPageCommands(
  page: string,
  heading: RegExp,
  prepare: (folder: TempFolder) => void | Promise<void> = () => {},
): Promise<void> {
  for (const { title, blocks } of partsOf(await Deno.readTextFile(new URL(page, ROOT)), heading)) {
    if (!blocks.some(({ info }) => info === "sh")) continue;
    Deno.test(`${page}, ${title}: the commands run and print what it says`, async () => {
      await using folder = new TempFolder();
      await prepare(folder);
      let printed = "";
      for (const { info, text } of blocks) {
        const [kind, name] = info.split(" ");
        if (name !== undefined && name !== "ignore") folder.write(name, text);
        else if (kind === "sh") printed = await printedBy(text, folder.path);
        else if (kind === "text") {
          for (const line of text.trim().split("\n")) assertStringIncludes(printed, line.trim());
        }
      }
    });
  }
}

/** What the commands of a block print, a line each. A checker of ours in Python runs from the repository. */
async function printedBy(block: string, folder: string): Promise<string> {
  let printed = "";
  for (const line of block.replaceAll("\\\n", " ").trim().split("\n")) {
    const [program, ...args] = words(line);
    if (program === "python3") {
      printed += await printedByPython(args, folder);
      continue;
    }
    assertEquals(program, "divvy");
    const { code, stdout, stderr } = await divvy(args, { cwd: folder, readsAll: true });
    assertEquals(code, 0, `${line}\n${stdout}${stderr}`);
    printed += stdout + stderr;
  }
  return printed;
}

/** What a script of the repository prints; it needs nothing but Python's own library. */
async function printedByPython([script, ...args]: string[], folder: string): Promise<string> {
  const path = fileURLToPath(new URL(script, ROOT));
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [path, ...args],
    cwd: folder,
  }).output();
  const [out, error] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, `${script} ${args.join(" ")}\n${out}${error}`);
  return out;
}
