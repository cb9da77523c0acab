/** `check`, `report` and `explain --scenario`: what was allocated under a scenario is judged by the files as they were. */
import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { divvy, TempFolder } from "../../support/cli.ts";

const EXAMPLE = new URL("../../../examples/limits/", import.meta.url);

/** Every change that a scenario has. Budgets and leasts are columns, the others numbers, one of them a share. */
const SCENARIO = {
  name: "spring",
  ratio_scale: 0.9,
  set_ratio: { south: 0.25 },
  cap_scale: { sponsored: 1.2, latte: 0.5 },
  brand_cap_scale: { bean: 1.5 },
  set_cap: { lemonade: 9 },
  limit_scale: {
    "brand in market": 0.8,
    budget: 1.3,
    "least delivery": 0.5,
    "half sponsored": 1.5,
  },
  pins: [{ user_id: "u01", contract_address: "lemonade" }],
  bans: [{ user_id: "u02" }],
  k: 3,
  policy: { sponsored_bonus: 0.05 },
};

function folderWith(scenario: unknown): TempFolder {
  const folder = new TempFolder();
  for (const { name } of Deno.readDirSync(EXAMPLE)) {
    folder.write(name, Deno.readFileSync(new URL(name, EXAMPLE)));
  }
  folder.write("s.json", JSON.stringify([scenario]));
  return folder;
}

const ASSIGNED = ["--config", "divvy.json", "--assign", "o.csv"];

Deno.test("check --scenario: allocations under a scenario keep every rule and are certified, by each solver", async () => {
  await using folder = folderWith(SCENARIO);
  const cwd = folder.path;
  const run = async (...line: string[]) => await divvy(line, { cwd });
  for (const solver of ["optimal", "greedy"]) {
    const proof = solver === "optimal" ? ["--certificate", "c.json"] : [];
    const made = await run(
      ...["allocate", "--config", "divvy.json", "--out", "o.csv", "--solver", solver],
      ...["--scenario", "s.json", "-q", "--json", ...proof],
    );
    assertEquals(made.code, 0, made.stderr);
    // Without the policy of a certificate, k is that of the scenario.
    const judged = await run("check", ...ASSIGNED, ...proof, "--scenario", "s.json", "--json");
    const report = JSON.parse(judged.stdout);
    const broken = report.rules.filter((rule: { count: number }) => rule.count > 0);
    const missable = ["min_sponsored", "limit_at_least"];
    assert(
      broken.every((one: { rule: string }) => missable.includes(one.rule)),
      JSON.stringify(broken),
    );
    assertEquals([report.k, report.feasible], [3, true]);
    const { objective } = JSON.parse(made.stdout);
    assert(Math.abs(report.objective - objective) < 1e-9, `${report.objective} ${objective}`);
    if (solver === "optimal") {
      assertEquals([report.certificate.problems, report.certificate.certified], [[], true]);
      assert(report.certificate.exact !== undefined, "recomputed exactly");
    }
    const asItWas = await run("check", ...ASSIGNED, ...proof, "-q");
    assertEquals(asItWas.code, 2, "the drop as it was allows less");
  }
});

Deno.test("check: a certificate's limits are those under its scenario, and are not scaled again", async () => {
  const { limit_scale } = { limit_scale: { "new users": 0.5 } };
  await using folder = folderWith({ name: "few", limit_scale });
  const cwd = folder.path;
  folder.write("limits.csv", "limit,at_most,segment\nnew users,12,new\n");
  const made = await divvy(
    ["allocate", "--config", "divvy.json", "--out", "o.csv", "--certificate", "c.json", "-q"]
      .concat("--scenario", "s.json"),
    { cwd },
  );
  assertEquals(made.code, 0, made.stderr);
  const [family] = JSON.parse(folder.read("c.json")).limit_families;
  assertEquals(family.at_most, 6);
  const { limits: _, ...config } = JSON.parse(folder.read("divvy.json"));
  folder.write("divvy.json", JSON.stringify(config));
  const proof = [...ASSIGNED, "--certificate", "c.json"];
  const judged = await divvy(["check", ...proof, "-q"], { cwd });
  assertEquals([judged.code, judged.stderr], [0, ""], judged.stdout);
  const twice = await divvy(["check", ...proof, "--scenario", "s.json"], { cwd });
  assertEquals(twice.code, 1);
  assertMatch(twice.stderr, /--scenario has limit_scale, which needs --limits/);
  const declared = [...proof, "--scenario", "s.json", "--limits", "limits.csv", "-q"];
  assertEquals((await divvy(["check", ...declared], { cwd })).code, 0);
});

Deno.test("report and explain --scenario: the figures are those of the run under it", async () => {
  await using folder = folderWith(SCENARIO);
  const cwd = folder.path, proof = [...ASSIGNED, "--certificate", "c.json"];
  const json = async (command: string, ...more: string[]) => {
    const line = [command, ...more, "--scenario", "s.json", "--json", "-q"];
    const { code, stdout, stderr } = await divvy(line, { cwd });
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const files = ["--out", "o.csv", "--certificate", "c.json"];
  const summary = await json("allocate", "--config", "divvy.json", ...files);
  const report = await json("report", ...proof);
  assertEquals(report.totals.objective, summary.objective);
  const { limits } = report;
  assertEquals(limits.rows.length, summary.limits.rows.length);
  const amounts = (rows: { limit: string; amount: number }[]) =>
    rows.map(({ limit, amount }) => `${limit} ${amount}`).sort();
  assertEquals(amounts(limits.rows), amounts(summary.limits.rows));
  const preview = await json("report", "--config", "divvy.json");
  assertEquals(preview.totals.users, summary.users);
  const south = await json("explain", ...proof, "--group", "south");
  assertEquals(south.sponsorship_ratio, 0.25);
  const both = await json("report", "--config", "divvy.json", "--compare", "o.csv", "o.csv");
  assertEquals(both.k, 3);
});
