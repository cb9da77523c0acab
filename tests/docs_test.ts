/** The Markdown pages of the repository. */
import { assertEquals } from "../lib/deps/std_assert.ts";
import { EXIT_CODES } from "../lib/cli/frame/exit_codes.ts";
import { divvyProgram } from "../lib/cli/program.ts";
import { VERSION } from "../lib/base/version.ts";
import { modulesIn } from "./support/modules_in.ts";

const ROOT = new URL("../", import.meta.url);

/** Paths of the Markdown pages, from the root. */
function pages(folder = ""): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`./${folder}`, ROOT))) {
    if (isDirectory && (folder !== "" || name === "docs" || name === "bench")) {
      found.push(...pages(`${folder}${name}/`));
    } else if (name.endsWith(".md")) found.push(folder + name);
  }
  return found;
}

Deno.test("links between the pages lead somewhere", () => {
  const broken: string[] = [];
  for (const page of pages()) {
    // Code is no link, however it looks.
    const text = Deno.readTextFileSync(new URL(page, ROOT))
      .replace(/^```[\s\S]*?^```|`[^`]*`/gm, "");
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)) {
      try {
        Deno.statSync(new URL(target, new URL(page, ROOT)));
      } catch {
        broken.push(`${page}: ${target}`);
      }
    }
  }
  assertEquals(broken, []);
});

Deno.test("files of lib and tests that pages and comments name are there", () => {
  const missing = new Set<string>();
  const look = (name: string, text: string) => {
    for (const [path] of text.matchAll(/(?<![\w./{}-])(?:lib|tests)\/[\w/]+\.(?:ts|as|py)\b/g)) {
      try {
        Deno.statSync(new URL(path, ROOT));
      } catch {
        missing.add(`${name}: ${path}`);
      }
    }
  };
  for (const page of pages()) look(page, Deno.readTextFileSync(new URL(page, ROOT)));
  for (const folder of ["lib/", "tests/", "bench/", "scripts/"]) {
    for (const file of modulesIn(new URL(folder, ROOT))) {
      const lines = Deno.readTextFileSync(file).match(/^\s*(?:\/\/|\/?\*).*$/gm) ?? [];
      look(file.href.slice(ROOT.href.length), lines.join("\n"));
    }
  }
  const ofAnyRoom = ["lib/ROOM/FILE.ts", "tests/ROOM/FILE_test.ts"];
  assertEquals([...missing].filter((one) => !ofAnyRoom.some((path) => one.endsWith(path))), []);
});

Deno.test("links to headings lead to one", () => {
  const headings = new Map<string, Set<string>>();
  const headingsOf = (page: URL) => {
    const known = headings.get(page.href);
    if (known !== undefined) return known;
    const text = Deno.readTextFileSync(page).replace(/^```[\s\S]*?^```/gm, "");
    const slugs = new Set(
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
        title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")
      ),
    );
    headings.set(page.href, slugs);
    return slugs;
  };
  const broken: string[] = [];
  for (const page of pages()) {
    const own = new URL(page, ROOT);
    const text = Deno.readTextFileSync(own).replace(/^```[\s\S]*?^```|`[^`]*`/gm, "");
    for (const [, target, slug] of text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)) {
      const there = target === "" ? own : new URL(target, own);
      if (there.pathname.endsWith(".md") && !headingsOf(there).has(slug)) {
        broken.push(`${page}: ${target}#${slug}`);
      }
    }
  }
  assertEquals(broken, []);
});

Deno.test("the README has every command and every exit code", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", ROOT));
  const program = divvyProgram();
  const missing = program.createHelp().visibleCommands(program)
    .map((command) => command.name())
    .filter((name) => name !== "help" && !readme.includes(`(docs/cli/${name}.md)`));
  assertEquals(missing, []);
  for (const [code] of EXIT_CODES) {
    assertEquals(new RegExp(`^\\| ${code} +\\|`, "m").test(readme), true);
  }
});

Deno.test("options that the pages name are the program's", () => {
  const known = new Set(
    divvyProgram().commands.flatMap((command) => command.options.map((option) => option.long)),
  );
  // Those of Deno, npx and servers.
  const others = /^--(?:allow|deny|yes|offline|version|help|config-file|daemon|multiquery)/;
  const strays: string[] = [];
  for (const page of pages().filter((page) => /^(?:README|docs\/[^/]+)\.md$/.test(page))) {
    const text = Deno.readTextFileSync(new URL(page, ROOT));
    for (const [flag] of text.matchAll(/(?<![\w-])--[a-z][a-z_-]+/g)) {
      const name = flag.replaceAll("_", "-");
      if (!known.has(name) && !others.test(name)) strays.push(`${page}: ${flag}`);
    }
  }
  assertEquals(strays, []);
});

Deno.test("the version is the one of deno.json", () => {
  const { version } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  assertEquals(VERSION, version);
});
