/** `deno task demo`, as the README has it. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { TempFolder } from "../../support/cli.ts";

const ROOT = new URL("../../../", import.meta.url);

Deno.test("the demo generates, allocates, checks, reviews, allocates again beside its history, compares and splits, with the permissions of its task", async () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const [deno, ...args] = tasks.demo.command.split(" ");
  assertEquals(deno, "deno");
  // The script by its whole path, so that what it writes lies in another folder, with the one file that it reads.
  await using folder = new TempFolder();
  const problem = "examples/split/example.json";
  Deno.mkdirSync(`${folder.path}/examples/split`, { recursive: true });
  folder.write(problem, Deno.readFileSync(new URL(problem, ROOT)));
  const { path: cwd } = folder, script = fileURLToPath(new URL(args.pop(), ROOT));
  const run = new Deno.Command(Deno.execPath(), {
    args: [...args, script],
    cwd,
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await run.output();
  const said = new TextDecoder().decode(stderr), answers = new TextDecoder().decode(stdout);
  assertEquals(code, 0, said);
  assertMatch(said, /2,000 users, 56,\d{3} rows of eligible pairs, written:/);
  assertMatch(said, /minima +met in all 147 groups/);
  assertMatch(answers, /^certified: gap ≤ /m);
  assertMatch(answers, /^ok: every rule holds$/m);
  assertMatch(answers, /70 units for 2 people/);
  const made = [...Deno.readDirSync(`${cwd}/demo`)].map((entry) => entry.name);
  assertMatch(
    said,
    /^Of 4,1\d\d offers to 1,9\d\d users 1,\d{3} were selected \(\d\d\.\d %\), \d{3}\s+redeemed/m,
  );
  assertMatch(said, /^10\d of 110 contracts written to demo\/week2\/caps.csv/m);
  // The second week knows what the first gave, and says what became of it.
  assertMatch(said, /history: 4,1\d\d pairs inside --cooldown left out: 4,1\d\d for the contract/);
  assertEquals(answers.match(/^ok: every rule holds$/gm)?.length, 2);
  assertMatch(answers, /^100\.0 % of users have other offers: 1,981 of 1,981;[^.]*\s0 kept\./m);
  const second = [...Deno.readDirSync(`${cwd}/demo/week2`)].map((entry) => entry.name);
  assertEquals(
    second.toSorted(),
    ["assignments.csv", "caps.csv", "certificate.json", "diff.html", "rates.csv", "report.html"],
  );
  for (const file of ["assignments.csv", "certificate.json", "report.html", "summary.json"]) {
    assert(made.includes(file), file);
  }
});
