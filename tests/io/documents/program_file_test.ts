/** What other solvers find in programs that `divvy export` writes is the optimum. */
import { MipBuilder } from "../../../lib/allocator/ilp/mip.ts";
import { namedProgram, type ProgramName } from "../../../lib/allocator/ilp/named_program.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { programNames, programText } from "../../../lib/io/documents/program_file.ts";
import { certifiedCases } from "../../support/certified_cases.ts";
import { TempFolder } from "../../support/cli.ts";
import { tried } from "../../support/effort.ts";
import { limitedDrop } from "../../support/limited_drop.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";

const PYTHON = new URL("../../../.venv/bin/python", import.meta.url).pathname;
const SOLVERS = new URL("../../support/foreign_solvers.py", import.meta.url).pathname;

const has = await Promise.all(["highspy", "pulp", "pyscipopt", "ortools"].map(async (name) => {
  const found = await new Deno.Command(PYTHON, { args: ["-c", `import ${name}`], stderr: "null" })
    .output().then(({ success }) => success, () => false);
  if (!found) {
    console.warn(`skipped: no ${name} in .venv (tests/requirements.txt): exported programs`);
  }
  return found;
}));

/** Which solver reads which format. */
const READERS = [
  ["highs", "lp", has[0]],
  ["highs", "mps", has[0]],
  ["from_json", "json", has[0]],
  ["cbc", "mps", has[1]],
  ["scip", "lp", has[2]],
  ["scip", "mps", has[2]],
  ["ortools", "mps", has[3]],
] as const;

Deno.test({
  name: "export: HiGHS, CBC, SCIP and OR-Tools find the optimum of drops of every policy",
  ignore: !has.some((one) => one),
  async fn() {
    await using folder = new TempFolder();
    const jobs: { line: string; expected: number; what: string }[] = [];
    const readers = READERS.filter(([, , there]) => there);
    for (
      const [i, { name, drop, allocation }] of (await certifiedCases(tried(50, 100), 300)).entries()
    ) {
      const policy = { ...allocation.policy, shortfallPrice: allocation.shortfallPrice };
      const { objective, gap } = await allocate(drop, { ...policy, solver: "ilp", gap: 0 });
      assert(gap! <= 1e-9, `${name}: ${gap}`);
      const program = namedProgram(drop.instance, policy);
      for (const n of i < 6 ? readers.keys() : [i % readers.length, (i + 3) % readers.length]) {
        const [solver, format] = readers[n];
        const path = `${folder.path}/${i}.${format}`;
        Deno.writeTextFileSync(path, programText(program, format));
        const sign = format === "mps" ? -1 : 1;
        jobs.push({
          line: `${solver}\t${path}`,
          expected: sign * objective,
          what: `${name} ${solver} ${format}`,
        });
      }
    }
    const found = await solved(jobs.map(({ line }) => line));
    const wrong = jobs.flatMap(({ expected, what }, i) =>
      Math.abs(found[i] - expected) <= 1e-6 * Math.max(1, Math.abs(expected))
        ? []
        : [`${what}: ${found[i]}, not ${expected}`]
    );
    assertEquals(wrong, []);
  },
});

async function solved(lines: readonly string[]): Promise<number[]> {
  const python = new Deno.Command(PYTHON, {
    args: [SOLVERS],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = python.stdin.getWriter();
  const writing = writer.write(new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")))
    .then(() => writer.close());
  const { stdout, stderr, success } = await python.output();
  await writing.catch(() => {});
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trimEnd().split("\n").slice(-lines.length).map(Number);
}

Deno.test("export: every row and column has a name, and the table says what each is", () => {
  const drop = limitedDrop(4, [
    { limit: 'a, "b"', per: "brand_id", atMost: 3, price: 1 },
    { limit: "least", atLeast: 2 },
  ]);
  const policy = { ...defaultPolicy, maxPerBrand: 1, mixTail: true, maxMixedShare: 0.5 };
  const program = namedProgram(drop.instance, policy);
  assertEquals([program.rows.length, program.columns.length], [
    program.mip.rowLower.length,
    program.mip.columns,
  ]);
  const table = programNames(program);
  assertEquals(
    new Set([...program.rows, ...program.columns].map(({ name }) => name)).size,
    program.rows.length + program.columns.length,
  );
  for (
    const line of [
      "x0,offer,u0,c0,,,,",
      "z0,shape,u0,,,0,0,",
      'b0,beyond_limit,,,,,,"a, ""b"" (brand_id=b0, at_most)"',
    ]
  ) assert(table.includes(`${line}\n`), `${line}\n${table.slice(0, 800)}`);
  assert(/r\d+,cap,,c0,,,,\n/.test(table) && /r\d+,most_mixed,,,north,,,\n/.test(table));
});

Deno.test("export: a program may have more columns than a call takes arguments", () => {
  const mip = new MipBuilder(), columns: ProgramName[] = [];
  for (let j = 0; j < 150_000; j++) {
    mip.column(1, 1, true);
    columns.push({ name: `x${j}`, kind: "offer" });
  }
  const lines = programText({ mip, rows: [], columns }, "lp").split("\n");
  assertEquals(lines.slice(lines.indexOf("Binary") + 1, -2).length, columns.length);
});
