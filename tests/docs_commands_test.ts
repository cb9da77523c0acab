/** Commands of README.md, docs/proof.md and docs/troubles.md run, and every page's commands run in some test. */
import { assert, assertEquals, assertStringIncludes } from "../lib/deps/std_assert.ts";
import {
  divvy,
  type DropTexts,
  INPUTS,
  refusal,
  SMALL_DROP,
  TempFolder,
  writeDrop,
} from "./support/cli.ts";
import { testPageCommands } from "./support/page_commands.ts";

const ROOT = new URL("../", import.meta.url);

/** A folder with the drop that pages name, allocated. */
async function allocatedDrop(folder: TempFolder): Promise<void> {
  writeDrop(folder);
  const { code, stderr } = await divvy(
    ["allocate", ...INPUTS, "--out", "assignments.csv", "--certificate", "certificate.json", "-q"],
    { cwd: folder.path },
  );
  assertEquals(code, 0, stderr);
}

await testPageCommands("docs/proof.md", /^#+ /m, allocatedDrop);

await testPageCommands("docs/troubles.md", /^#+ /m, async (folder) => {
  const { code, stderr } = await divvy(["init", "--dir", "drop", "--sample"], { cwd: folder.path });
  assertEquals(code, 0, stderr);
});

/** What docs/troubles.md says that one sees, of a drop with this in place of one table, or with these arguments. */
const TROUBLES: { says: string; table?: keyof DropTexts; holds?: string; args?: string[] }[] = [
  {
    says: 'score is "abc", expected a finite number',
    table: "elig.csv",
    holds: "user_id,contract_address,score\nann,s1,abc\n",
  },
  {
    says: "no pair is left",
    table: "elig.csv",
    holds: "user_id,contract_address,score\nann,S1,0.9\n",
  },
  {
    says: "has eligible users and no sponsorship_ratio",
    table: "group_ratios.csv",
    holds: "group_id,sponsorship_ratio\ng1,0.5\n",
  },
  { says: "name the same file", args: ["--out", "caps.csv"] },
  { says: "needs --group-ratios (or --default-ratio)", args: INPUTS.slice(0, -2) },
];

for (const { says, table, holds, args = [] } of TROUBLES) {
  Deno.test(`docs/troubles.md: ${says}`, async () => {
    assertStringIncludes(Deno.readTextFileSync(new URL("docs/troubles.md", ROOT)), says);
    await using folder = new TempFolder();
    for (const [name, text] of Object.entries(SMALL_DROP)) {
      folder.write(name, name === table ? holds ?? text : text);
    }
    const inputs = args.includes("--caps") ? args : [...INPUTS, ...args];
    const out = args.includes("--out") ? [] : ["--out", "assignments.csv"];
    assertStringIncludes(
      await refusal(["allocate", ...inputs, ...out], { cwd: folder.path }),
      says,
    );
    assertEquals(folder.names().includes("assignments.csv"), false);
  });
}

await testPageCommands("README.md", /^## (?=Allocating|Splitting)/m, (folder) => {
  writeDrop(folder);
  Deno.mkdirSync(`${folder.path}/examples/split`, { recursive: true });
  const pizza = "examples/split/pizza.csv";
  folder.write(pizza, Deno.readFileSync(new URL(pizza, ROOT)));
});

Deno.test("docs/databases.md: what is said of a parameter that is not of its type", async () => {
  await using folder = new TempFolder();
  folder.write("caps.sql", Deno.readTextFileSync(new URL("sql/caps.sql", ROOT)));
  const said = await refusal(
    [
      ...["extract", "--dir", "out", "--caps", "postgres://db/shop?query=caps.sql"],
      ...["--param", "drop_id=2122", "--param", "win_start=yesterday"],
    ],
    { cwd: folder.path },
  );
  assertStringIncludes(
    Deno.readTextFileSync(new URL("docs/databases.md", ROOT)),
    `${said.trim().replace("caps.sql", "sql/caps.sql")}\n`,
  );
});

/** Where the commands of each page run; those of servers run against servers that tests start, where they are installed. */
const RUN_BY: Readonly<Record<string, string>> = {
  "README.md": "docs_commands_test.ts",
  "docs/proof.md": "docs_commands_test.ts",
  "docs/troubles.md": "docs_commands_test.ts",
  "docs/limits.md": "docs_limits_test.ts",
  "docs/weekly.md": "docs_weekly_test.ts",
  "docs/split.md": "cli/across/split_docs_test.ts",
  "docs/gallery.md": "gallery_test.ts",
  "docs/databases.md": "sources/across/docs_test.ts",
  "docs/scale.md": "engine/across/duckdb_command_test.ts",
};

Deno.test("every page with commands has a test that runs them, and names it", () => {
  const pages = ["README.md"];
  for (const { name } of Deno.readDirSync(new URL("docs/", ROOT))) {
    if (name.endsWith(".md")) pages.push(`docs/${name}`);
  }
  for (const page of pages) {
    const text = Deno.readTextFileSync(new URL(page, ROOT));
    if (!/^```(?:sh|bash|console)\b/m.test(text)) continue;
    const test = RUN_BY[page];
    assert(test !== undefined, `${page} has commands: run them in a test, and name it here`);
    const code = Deno.readTextFileSync(new URL(`tests/${test}`, ROOT));
    assertStringIncludes(code, page.replace("docs/", ""), `${test} does not read ${page}`);
  }
});

Deno.test("the README's first commands are tasks, and its table has every example", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", ROOT));
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const named = [...readme.matchAll(/deno(?:@[\d.]+)? task ([a-z:]+)/g)].map(([, task]) => task);
  assert(named.length > 4);
  assertEquals(named.filter((task) => !(task in tasks)), []);
  const files = [...Deno.readDirSync(new URL("examples/", ROOT))]
    .filter(({ isFile }) => isFile).map(({ name }) => name);
  assertEquals(files.filter((name) => !readme.includes(`](examples/${name})`)), []);
  assertEquals(readme.includes("https://…"), false, "an address that nobody can fill in");
});
