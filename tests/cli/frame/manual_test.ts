/** docs/cli is what the commands say; `deno task docs:cli` writes it. */
import { assert, assertEquals, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import { manualPages } from "../../../lib/cli/frame/manual.ts";
import { divvyProgram } from "../../../lib/cli/program.ts";
import { divvy } from "../../support/cli.ts";

const FOLDER = new URL("../../../docs/cli/", import.meta.url);

/** Formatting may wrap lines and pad tables; words count. */
const words = (text: string) => text.replace(/-{3,}/g, "---").split(/\s+/).join(" ").trim();

Deno.test("the manual in docs/cli has a page for each command, with its words", async () => {
  const pages = manualPages(divvyProgram());
  const there = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name)
    .filter((name) => name.endsWith(".md"));
  assertEquals(there.sort(), [...pages.keys()].sort());
  for (const [name, text] of pages) {
    const written = await Deno.readTextFile(new URL(name, FOLDER));
    assertEquals(words(written), words(text), `${name} is out of date: deno task docs:cli`);
  }
});

Deno.test("help keeps to 80 columns and every command has a summary and an example", () => {
  const program = divvyProgram();
  for (const command of program.createHelp().visibleCommands(program)) {
    const help = command.name() === "help" ? "" : command.helpInformation();
    const long = help.split("\n").filter((line) => line.length > 80);
    assertEquals(long, [], command.name());
    assert(command.summary() !== "" || command.name() === "help");
    if (command.name() !== "help") {
      const { examples } = command as unknown as { examples: { line: string }[] };
      assert(examples.length > 0, `${command.name()} has no example`);
      for (const { line } of examples) {
        assert(line.split("\n").every((part) => part.length <= 80), line);
      }
    }
  }
});

Deno.test("examples in the help are command lines that the program takes", () => {
  const program = divvyProgram();
  for (const command of program.createHelp().visibleCommands(program)) {
    const { examples = [] } = command as unknown as { examples?: { line: string }[] };
    for (const { line } of examples) {
      for (const [flag] of line.matchAll(/(?<= )--?[a-z][a-z-]*/g)) {
        const known = command.options.some((o) => o.long === flag || o.short === flag);
        assert(known, `${line}: ${command.name()} has no ${flag}`);
      }
    }
  }
});

Deno.test("help: an argument is shown as optional only where the command runs without it", () => {
  const program = divvyProgram();
  const optional = program.createHelp().visibleCommands(program)
    .filter((command) => command.registeredArguments.some((argument) => !argument.required))
    .map((command) => command.name());
  assertEquals(optional, ["schema", "help"]);
});

Deno.test("help: no example makes a folder that a later one takes for a table of its drop", () => {
  const tables = /--dir (caps|elig|user_groups|group_ratios|limits|history|pins|bans|previous)\b/;
  const program = divvyProgram();
  for (const command of program.createHelp().visibleCommands(program)) {
    const { examples = [] } = command as unknown as { examples?: { line: string }[] };
    for (const { line } of examples) assertEquals(tables.exec(line), null, line);
  }
});

Deno.test("help: what an option's description says of other options is of the same command's", () => {
  const program = divvyProgram();
  for (const command of program.createHelp().visibleCommands(program)) {
    for (const { long, description } of command.options) {
      for (
        const [flag] of description.matchAll(/(?<=^|[ (])(?<!allocate )--(?!allow-)[a-z][a-z-]*/g)
      ) {
        const known = command.options.some((option) => option.long === flag);
        assert(known, `${command.name()} ${long} names ${flag}: ${description}`);
      }
    }
  }
});

Deno.test("help of the program: no line is wider than the screen", async () => {
  const { stdout } = await divvy(["--help"], { cwd: "." });
  assertEquals(stdout.split("\n").filter((line) => line.length > 80), []);
  assertStringIncludes(stdout, "\nExit codes:\n  0    done\n");
});

Deno.test("help: an option that another one replaces is needed without it", () => {
  const { commands } = divvyProgram();
  const cases: [command: string, says: string][] = [
    ["caps", "assigned (needed without --from-review)"],
    ["check", "score (needed without --dir)"],
    ["allocate", "score (needed without --dir or --engine clickhouse)"],
    ["allocate", "sponsorship_ratio (needed without --dir or --default-ratio)"],
  ];
  for (const [name, says] of cases) {
    const help = commands.find((known) => known.name() === name)!.helpInformation();
    assertStringIncludes(help.replace(/\s+/g, " "), says);
  }
});

Deno.test("help: a default that the description tells stands beside the choices, once", () => {
  const { commands } = divvyProgram();
  for (const command of commands) {
    const help = command.helpInformation().replace(/\s+/g, " ");
    assertEquals(/\(default: [^()]*\) \(/.exec(help), null, command.name());
  }
});
