/** `check` judges by the certificate's policy, and its tolerance is that of scores. */
import { assignmentTableOf } from "../../../lib/allocator/model/assignment_table.ts";
import type { Certificate } from "../../../lib/allocator/model/certificate.ts";
import { allocate, check, Drop, report, UsageError, whatIf } from "../../../mod.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../support/cli.ts";

const drop = Drop.from({
  users: ["ann", "bob", "cy"].map((id) => ({ id, group: "north" })),
  contracts: [
    { id: "tea", cap: 1, sponsored: true },
    { id: "cake", cap: 2, sponsored: false },
    { id: "pie", cap: 3, sponsored: false },
  ],
  groups: [{ id: "north", ratio: 1 }],
  pairs: ["ann", "bob", "cy"].flatMap((user, u) => [
    { user, contract: "tea", score: 0.9 - 0.1 * u },
    { user, contract: "cake", score: 0.5 + 0.1 * u },
    { user, contract: "pie", score: 0.3 },
  ]),
});

Deno.test("check: a table is judged by the certificate's model, k and policy", async () => {
  const policy = { model: "coverage", k: 2, covW: [0.1], sponsoredBonus: 0.05 } as const;
  const allocation = await allocate(drop, policy);
  const table = assignmentTableOf(drop.instance, allocation);
  const certificate = report(drop, allocation).certificate()!;
  const found = check(drop, table, { certificate });
  assert(found.ok && found.certificate!.certified, found.certificate!.problems.join("\n"));
  assertEquals([found.model, found.k, found.objective], ["coverage", 2, allocation.objective]);
  assertEquals(found.policy.cov_w, [0.1]);
  // An option that says otherwise wins, and both are named.
  const other = check(drop, table, { certificate, k: 3, model: undefined });
  assertEquals([other.k, other.model, other.ok], [3, "coverage", false]);
  assert(other.certificate!.problems.includes("k is 2, checked with 3"));
  // An allocation has a policy of its own.
  const uniform = await allocate(drop);
  assertEquals(check(drop, uniform, { certificate }).model, "uniform");
});

Deno.test("check: the command line takes what it is not given from the certificate", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const run = (...args: string[]) => divvy(args, { cwd: folder.path });
  const made = await run(
    ...["allocate", ...INPUTS, "--out", "a.csv", "--certificate", "c.json", "--quiet"],
    ...["--model", "coverage", "-k", "2", "--sponsored-bonus", "0.5"],
  );
  assertEquals(made.code, 0, made.stderr);
  const files = [...INPUTS, "--assign", "a.csv", "--certificate", "c.json"];
  const right = await run("check", ...files);
  assertEquals(right.code, 0, right.stdout + right.stderr);
  assertStringIncludes(right.stdout, "Judged by model coverage, k 2, sponsored_bonus 0.5");
  const told = await run("check", ...files, "-k", "3");
  assertEquals(told.code, 2);
  assertStringIncludes(told.stdout, "NOT CERTIFIED: k is 2, checked with 3\n");
  assertStringIncludes(told.stdout, "Judged by model coverage, k 3");
  // What a configuration file says is said too.
  folder.write("divvy.json", JSON.stringify({ model: "uniform" }));
  const config = await run("check", ...files, "--config", "divvy.json");
  assertEquals(config.code, 2);
  assertStringIncludes(config.stdout, 'model is "coverage", checked with "uniform"');
});

Deno.test("check: what a missed minimum costs does not hide a false objective, bound or gap", async () => {
  // One of three is sponsored: two are lacking, at 1e12 each.
  for (const shortfallPrice of [1, 1e6, 1e12]) {
    const allocation = await allocate(drop, { shortfallPrice });
    assertEquals(allocation.shortfall, 2);
    const right = report(drop, allocation).certificate()!;
    const judge = (change: Partial<Certificate>) =>
      check(drop, allocation, { certificate: { ...right, ...change } }).certificate!;
    assert(judge({}).certified, judge({}).problems.join("\n"));
    // Scores are near 1; half of one is what a false claim is about.
    for (const off of [0.5, -0.5]) {
      assert(!judge({ objective: right.objective + off }).certified, `${shortfallPrice} ${off}`);
    }
    assert(!judge({ bound: judge({}).bound! - 0.5 }).certified, `${shortfallPrice} bound`);
  }
});

Deno.test("check: a certificate that lacks a field is refused by its name", async () => {
  const allocation = await allocate(drop);
  const right = report(drop, allocation).certificate()!;
  for (const name of Object.keys(right)) {
    const certificate = { ...right, [name]: undefined } as unknown as Certificate;
    assertThrows(
      () => check(drop, allocation, { certificate }),
      UsageError,
      `certificate.${name} is missing`,
    );
  }
});

Deno.test("check: what whatIf solved is judged under its scenario, random offers to users held out too", async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `user ${i}`);
  const served = Drop.from({
    users: ids.map((id) => ({ id, group: "all" })),
    contracts: [{ id: "tea", cap: 2, sponsored: true }, { id: "pie", cap: 20, sponsored: false }],
    groups: [{ id: "all", ratio: 0 }],
    pairs: ids.flatMap((user) => [
      { user, contract: "tea", score: 0.5 },
      { user, contract: "pie", score: 0.25 },
    ]),
  }, { holdout: "50%", holdoutSolver: "random" });
  const scenario = { name: "more tea", setCap: { tea: 20 }, bans: [{ user: ids[0] }], k: 1 };
  const { solved: [one] } = await whatIf(served, [scenario]);
  const broken = (report: ReturnType<typeof check>) =>
    report.rules.filter(({ count }) => count > 0).map(({ rule }) => rule);
  const under = check(served, one.allocation, { scenario });
  assertEquals([broken(under), under.k], [[], 1]);
  const table = assignmentTableOf(one.instance, one.allocation);
  const byTable = check(served, table, { scenario });
  assertEquals([broken(byTable), byTable.k], [[], 1]);
  assertEquals(byTable.objective, one.allocation.objective);
  // More of either kind than there is tea without the scenario.
  assert(broken(check(served, table)).includes("over_cap"));
  const bans = [{ user: table.userIds.at(table.user[0]), contract: "tea" }];
  const banned = check(served, table, { scenario: { ...scenario, bans } });
  assertEquals(broken(banned), ["banned_pair"]);
  assertThrows(
    () => check(served, table, { scenario: { ...scenario, setCap: { tee: 1 } } }),
    UsageError,
    "contract tee is not in the drop (did you mean tea?)",
  );
  assertThrows(
    () => check(served, table, { scenario: { name: "x", k: 0 } }),
    UsageError,
    "k is 0",
  );
});
