/** `--solver` by each of its names, certificates and prices of an earlier run. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { SOLVER_NAMES } from "../../../lib/api/solvers.ts";
import type { Summary } from "../../../lib/report/facts/summary.ts";
import { generateDrop } from "../../../lib/generate/generate.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

/** The model that each name stands for, where --model is not given. */
const MODEL: Record<typeof SOLVER_NAMES[number], string> = {
  optimal: "uniform",
  greedy: "uniform",
  ilp: "uniform",
  pulp: "coverage",
  or: "uniform",
  both: "coverage",
};

Deno.test("every solver by its name, its model, and a result that the checker takes", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const objectives = new Map<string, number>();
  for (const solver of SOLVER_NAMES) {
    const out = `${solver}.csv`;
    // HiGHS reads its own file, wherever Deno keeps it.
    const options = { cwd: folder.path, readsAll: true };
    const args = ["allocate", ...INPUTS, "--out", out, "--solver", solver, "--json", "-q"];
    const run = await divvy(args, options);
    assertEquals({ code: run.code, stderr: run.stderr }, { code: 0, stderr: "" }, solver);
    const summary = JSON.parse(run.stdout) as Summary;
    assertEquals(summary.model, MODEL[solver]);
    assertEquals(summary.options.solver, solver);
    const judge = ["check", ...INPUTS, "--assign", out, "--model", summary.model, "--json", "-q"];
    const check = await divvy(judge, options);
    const report = JSON.parse(check.stdout);
    assert(report.feasible, solver);
    assert(Math.abs(report.objective - summary.objective) < 1e-12, solver);
    objectives.set(solver, summary.objective);
  }
  const exact = objectives.get("ilp")!;
  assert(Math.abs(objectives.get("optimal")! - exact) <= 1e-6 * Math.abs(exact));
  assertEquals(objectives.get("or"), objectives.get("optimal"));
  assertEquals(objectives.get("both"), objectives.get("pulp"));
  assert(objectives.get("greedy")! <= exact + 1e-12);
});

Deno.test("a certificate is verified by check, starts the next run, and is refused when tampered with", async () => {
  await using folder = new TempFolder();
  const options = { cwd: folder.path };
  await generateDrop({ dir: options.cwd, users: 400 });
  const base = ["allocate", ...INPUTS, "-q", "--json", "--out"];
  const first = await divvy([...base, "1.csv", "--certificate", "c.json"], options);
  assertEquals({ code: first.code, stderr: first.stderr }, { code: 0, stderr: "" });
  const summary = JSON.parse(first.stdout) as Summary;
  assert(summary.gap !== null && summary.contracts.some((contract) => contract.price! > 0));

  const judge = ["check", ...INPUTS, "--assign", "1.csv", "--certificate", "c.json"];
  const check = await divvy(judge, options);
  assertMatch(check.stdout, /^certified: gap ≤ /m);

  const second = await divvy([...base, "2.csv", "--prices", "c.json"], options);
  const { objective, bound } = JSON.parse(second.stdout) as Summary;
  assert(objective <= summary.bound! && bound! >= summary.objective);

  const certificate = JSON.parse(folder.read("c.json"));
  folder.write("c.json", JSON.stringify({ ...certificate, bound: certificate.bound - 1 }));
  const tampered = await divvy(judge, options);
  assertEquals(tampered.code, 2);
  assertStringIncludes(tampered.stdout, "NOT CERTIFIED");
});

Deno.test("a certificate of a solver without prices is refused before anything is read", async () => {
  await using folder = new TempFolder();
  const args = ["allocate", ...INPUTS, "--out", "o.csv", "--certificate", "c.json"];
  const run = await divvy([...args, "--solver", "greedy"], { cwd: folder.path });
  assertEquals(run.code, 1);
  assertEquals(
    run.stderr,
    "divvy: --certificate needs prices, and solver greedy has none: use optimal\n",
  );
});
