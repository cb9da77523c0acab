/** checkers/check.py accepts every certificate of the tests, and no mutated one. */
import { check } from "../../lib/api/check.ts";
import { seededRandom } from "../../lib/base/random.ts";
import { assert, assertEquals } from "../../lib/deps/std_assert.ts";
import { certifiedCases } from "../support/certified_cases.ts";
import { dropTables } from "../../lib/io/documents/drop_tables.ts";
import { writeAssignments } from "../../lib/io/tables/assignments_writer.ts";
import { mutants } from "../support/mutants.ts";
import { TempFolder } from "../support/cli.ts";

const CHECKER = new URL("../../checkers/", import.meta.url).pathname;

/** Judges folders of files, a line each. */
const RUN = `
import os, sys
sys.path.insert(0, ${JSON.stringify(CHECKER)})
import check
NAMES = ["caps.csv", "elig.csv", "user_groups.csv", "group_ratios.csv", "assignments.csv", "certificate.json", "pins.csv",
         "previous.csv"]
for line in sys.stdin:
    folder, *changed = line.rstrip("\\n").split("\\t")
    paths = [f"{folder}/{changed[0] if changed and changed[0].endswith('.' + name) else name}" for name in NAMES]
    try:
        print(check.check(*(path if os.path.exists(path) else None for path in paths)))
    except check.Refused as reason:
        print(f"REFUSED: {str(reason)[:200]!r}")
`;

const hasPython = await new Deno.Command("python3", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);
if (!hasPython) console.warn("skipped: no python3 here: checkers/check.py");

async function judged(lines: readonly string[]): Promise<string[]> {
  const process = new Deno.Command("python3", {
    args: ["-c", RUN],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  const writing = writer.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")))
    .then(() => writer.close());
  const { stdout, stderr } = await process.output();
  await writing;
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).trimEnd().split("\n");
}

Deno.test({
  name: "check.py accepts every certificate and refuses a thousand that somebody changed",
  ignore: !hasPython,
  async fn() {
    const random = seededRandom(11);
    const cases = await certifiedCases(60);
    await using folder = new TempFolder();
    const right: string[] = [], wrong: { line: string; what: string }[] = [];
    for (const [i, one] of cases.entries()) {
      const { drop, allocation, certificate } = one;
      const verdict = check(drop, allocation, { certificate });
      assert(verdict.certificate!.certified, `${one.name}: ${verdict.certificate!.problems}`);
      const home = `${folder.path}/${i}`;
      Deno.mkdirSync(home);
      await writeAssignments(`${home}/assignments.csv`, drop.instance, allocation);
      const files = {
        ...Object.fromEntries(dropTables(one.read.instance)),
        "assignments.csv": Deno.readTextFileSync(`${home}/assignments.csv`),
        "certificate.json": JSON.stringify(certificate),
      };
      for (const [name, text] of Object.entries(files)) {
        Deno.writeTextFileSync(`${home}/${name}`, text);
      }
      right.push(home);
      for (const [n, { what, file, text }] of mutants(one, files, random, 18).entries()) {
        Deno.writeTextFileSync(`${home}/${n}.${file}`, text);
        wrong.push({ line: `${home}\t${n}.${file}`, what: `${one.name}: ${what}` });
      }
    }
    const accepted = await judged(right);
    accepted.forEach((line, i) =>
      assert(line.startsWith("certified"), `${cases[i].name}: ${line}`)
    );
    assert(wrong.length >= 1000, `${wrong.length}`);
    const refused = await judged(wrong.map(({ line }) => line));
    const passed = refused.flatMap((line, i) => line.startsWith("REFUSED") ? [] : [wrong[i].what]);
    assertEquals(passed, []);
  },
});
