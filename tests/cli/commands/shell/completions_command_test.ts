/** `divvy completions`, and what the scripts call back. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { complete } from "../../../../lib/cli/commands/shell/complete_run.ts";
import { SHELLS } from "../../../../lib/cli/commands/shell/completions_command.ts";
import { divvyProgram } from "../../../../lib/cli/program.ts";
import { divvy, TempFolder } from "../../../support/cli.ts";

const values = (...words: string[]) =>
  complete(divvyProgram(), words).suggestions.map((suggestion) => suggestion.value);
const names = (...words: string[]) => complete(divvyProgram(), words).names;

Deno.test("completions: commands, also after help; hidden ones are not among them", () => {
  assertEquals(values("all"), ["allocate"]);
  assert(values("").includes("check") && values("").includes("help"));
  assertEquals(values("complete"), []);
  assertEquals(values("help", "gen"), ["generate"]);
});

Deno.test("completions: options of the command, without those given and those without effect", () => {
  assertEquals(values("allocate", "--max-"), [
    "--max-changed",
    ...["--max-line", "--max-field", "--max-table", "--max-inflated"],
    ...["--max-sponsored-ratio", "--max-mixed-share", "--max-per-brand"],
  ]);
  assertEquals(values("allocate", "--max_per_brand", "1", "--max-p"), []);
  assertEquals(values("allocate", "--cache"), []);
  assertEquals(values("--ver"), ["--version"]);
});

Deno.test("completions: values where they are few, file and folder names where those are wanted", () => {
  assertEquals(values("allocate", "--model", ""), ["uniform", "coverage"]);
  assertEquals(values("allocate", "--model=c"), ["--model=coverage"]);
  assertEquals(values("allocate", "--cov_mode", "s"), ["shortfall"]);
  assertEquals(values("allocate", "--model", "=", "c"), ["coverage"], "as bash splits it");
  assertEquals(values("allocate", "--model", "="), ["uniform", "coverage"]);
  assertEquals(names("allocate", "--model", ""), undefined);
  assertEquals(names("allocate", "--caps", ""), "files");
  assertEquals(names("allocate", "--timeout", ""), undefined);
  assertEquals(names("generate", "--dir", ""), "folders");
  assertEquals(values("completions", "f"), ["fish"]);
});

Deno.test("completions: each argument once, wherever options stand between them", () => {
  assertEquals(values("completions", "bash", ""), []);
  assertEquals(values("certificate", "explain", ""), []);
  assertEquals(values("help", "generate", ""), []);
  for (const given of [[], ["--caps", "caps.csv"], ["--caps=caps.csv"], ["--caps", "=", "c.csv"]]) {
    assertEquals(names("diff", ...given, ""), "files");
    assertEquals(names("diff", ...given, "before.csv", ""), "files");
    assertEquals(names("diff", "before.csv", ...given, "-q", ""), "files");
    assertEquals(names("diff", "before.csv", ...given, "after.csv", ""), undefined);
  }
});

Deno.test("completions: what is said of a value makes sense without what is said of others", () => {
  const said = complete(divvyProgram(), ["allocate", "--solver", ""]).suggestions;
  assertEquals(said.find(({ value }) => value === "greedy")?.description, "fast, no proof");
});

Deno.test("completions: a script for each shell; others are refused", async () => {
  await using folder = new TempFolder();
  for (const shell of SHELLS) {
    const { code, stdout } = await divvy(["completions", shell], { cwd: folder.path });
    assertEquals(code, 0);
    assertStringIncludes(stdout, "divvy complete");
  }
  const { code, stderr } = await divvy(["completions", "tcsh"], { cwd: folder.path });
  assertEquals(code, 1);
  assertEquals(stderr, 'divvy: shell is "tcsh", expected one of bash, zsh, fish, powershell\n');
});

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** A `divvy` for shells. */
const DIVVY = `divvy() { "${Deno.execPath()}" run --quiet "${ROOT}cli.ts" "$@"; }`;

/** Whether a shell is installed. */
function has(shell: string): boolean {
  try {
    return new Deno.Command(shell, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Lines that a shell's script writes in a folder with two files and a folder in it. */
async function lines(shell: string, script: string): Promise<string[]> {
  await using folder = new TempFolder();
  folder.write("caps a.csv", "");
  folder.write("caps b.csv", "");
  Deno.mkdirSync(`${folder.path}/capital`);
  const run = new Deno.Command(shell, { args: ["-c", script], cwd: folder.path, stdin: "null" });
  const { stdout } = await run.output();
  return new TextDecoder().decode(stdout).split("\n").map((line) => line.trim())
    .filter((line) => line !== "").sort();
}

/** What bash offers: the function's words, or readline's file names where the function leaves them to it. */
const inBash = (...words: string[]) =>
  lines(
    "bash",
    `${DIVVY}
    source <(divvy completions bash); source <(divvy completions bash)
    compopt() { defaults="$*"; }
    COMP_WORDS=(divvy ${words.map((word) => `'${word}'`).join(" ")})
    COMP_CWORD=${words.length}
    _divvy
    printf '%s\\n' "\${COMPREPLY[@]}" "$defaults"`,
  );

Deno.test({
  name: "completions: bash completes commands and values, and leaves file names to readline",
  ignore: !has("bash"),
  fn: async () => {
    assertEquals(await inBash("alloc"), ["+o default", "allocate"]);
    assertEquals(await inBash("allocate", "--model", "=", "c"), ["+o default", "coverage"]);
    assertEquals(await inBash("allocate", "--caps", "caps a"), []);
    assertEquals(await inBash("generate", "--dir", ""), ["-o dirnames"]);
  },
});

Deno.test({
  name: "completions: fish completes commands, values and file names",
  ignore: !has("fish"),
  fn: async () => {
    const inFish = (line: string) =>
      lines(
        "fish",
        `function divvy; "${Deno.execPath()}" run --quiet "${ROOT}cli.ts" $argv; end
        divvy completions fish | source
        complete -C '${line}'`,
      );
    assertEquals(await inFish("divvy alloc"), ["allocate\tallocate a drop: who gets which offers"]);
    assertEquals(await inFish("divvy allocate --model c"), ["coverage\tcaps only"]);
    assertEquals(await inFish("divvy allocate --caps caps"), ["caps a.csv", "caps b.csv"]);
    assertEquals(await inFish("divvy allocate --caps=caps"), [
      "--caps=caps a.csv",
      "--caps=caps b.csv",
    ]);
    assertEquals(await inFish("divvy generate --dir=ca"), ["--dir=capital/\tDirectory"]);
  },
});

Deno.test({
  name: "completions: zsh completes commands and values, and asks for file names",
  ignore: !has("zsh"),
  fn: async () => {
    const inZsh = (...words: string[]) =>
      lines(
        "zsh",
        `${DIVVY}
        compdef() { :; }
        source <(divvy completions zsh)
        _files() { echo "files $*"; }
        compset() { echo "compset $*"; }
        _describe() { print -l -- $found; }
        words=(divvy ${words.map((word) => `'${word}'`).join(" ")})
        CURRENT=$#words
        _divvy`,
      );
    assertEquals(await inZsh("alloc"), ["allocate:allocate a drop: who gets which offers"]);
    assertEquals(await inZsh("allocate", "--model", "c"), ["coverage:caps only"]);
    assertEquals(await inZsh("allocate", "--caps", ""), ["files"]);
    assertEquals(await inZsh("generate", "--dir", ""), ["files -/"]);
    assertEquals(await inZsh("allocate", "--caps=c"), ["compset -P *=", "files"]);
    assertEquals(await inZsh("generate", "--dir=c"), ["compset -P *=", "files -/"]);
  },
});
