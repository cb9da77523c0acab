/** `divvy whatif` and `divvy explain` without a certificate, k in configuration files, and scenarios' faults. */
import { assert, assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { divvy, INPUTS, TempFolder, writeDrop } from "../../../support/cli.ts";
import { divvyMany } from "../../../support/many_runs.ts";

Deno.test("whatif: without a certificate the options' rules hold, and that is said", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  const args = ["whatif", ...INPUTS, "--ratio-scale", "0,1.5", "--json"];
  const { code, stdout, stderr } = await divvy([...args, "--base-k", "1"], at);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "no certificate: the drop without changes is solved first");
  const { scenarios } = JSON.parse(stdout);
  assertEquals(scenarios.map(({ name }: { name: string }) => name), [
    "as it is",
    "ratios × 0",
    "ratios × 1.5",
  ]);
  assertEquals(scenarios[0].assignments, 4, "one offer each");
});

Deno.test("whatif: k at the top of divvy.json is the rule, not a change; in its section it is a change", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  const names = async (config: unknown, ...args: string[]) => {
    folder.write("divvy.json", JSON.stringify(config));
    const run = await divvy(["whatif", "--json", "-q", ...args], at);
    assertEquals(run.code, 0, run.stderr);
    const { scenarios } = JSON.parse(run.stdout);
    return scenarios.map((one: { name: string; assignments: number }) => [
      one.name,
      one.assignments,
    ]);
  };
  const top = await names({ dir: ".", k: 1 }, "--ratio-scale", "0");
  assertEquals(top, [["as it is", 4], ["ratios × 0", 4]]);
  const own = await names({ dir: ".", k: 1, whatif: { k: 2 } });
  assertEquals(own.map(([name]: string[]) => name), ["as it is", "k = 2"]);
  assert(own[1][1] > own[0][1]);
});

Deno.test("explain: greedy's and other tools' assignments, at prices that are solved for first", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const at = { cwd: folder.path };
  const greedy = ["allocate", ...INPUTS, "--solver", "greedy", "-q", "--out", "greedy.csv"];
  assertEquals((await divvy(greedy, at)).code, 0);
  const ask = ["explain", ...INPUTS, "--user", "cy", "--json"];
  const of = await divvy([...ask, "--assign", "greedy.csv"], at);
  assertEquals(of.code, 0, of.stderr);
  assertStringIncludes(of.stderr, "no certificate: the drop is solved first, for its prices\n");
  assertStringIncludes(of.stderr, "the prices are those of the best allocation");
  folder.write("other.csv", "user_id,contract_address\ncy,t2\n");
  const other = await divvy([...ask, "--assign", "other.csv", "-q"], at);
  assertEquals(other.stderr, "");
  const { options } = JSON.parse(other.stdout);
  const taken = options.filter((one: { taken: boolean }) => one.taken);
  assertEquals(taken.map((one: { contract_address: string }) => one.contract_address), ["t2"]);
  const best = await divvy(ask, at);
  assertStringIncludes(
    best.stderr,
    "no assignments: the drop is solved first, and the best allocation explained\n",
  );
  assertEquals(JSON.parse(best.stdout).user_id, "cy");
});

const FAULTS: [scenarios: string, said: string][] = [
  ["[", ":1: not valid JSON: unexpected end of JSONC input"],
  ["[]", ': scenarios is "[]", expected a list that is not empty'],
  ['{"name":"a"}', ': scenarios is "{\\"name\\":\\"a\\"}", expected a list'],
  [
    '[{"name":"a","ratio_scal":1}]',
    ': [0]: there is no "ratio_scal" (did you mean ratio_scale?)',
  ],
  ['[{"name":"a","ratio_scale":"x"}]', ': [0].ratio_scale is "x", expected a number'],
  ['[{"name":"a","set_ratio":{"g":2}}]', ': [0].set_ratio.g is "2", expected a number ≤ 1'],
  [
    '[{"name":"a","cap_scale":1.2}]',
    ': [0].cap_scale is "1.2", expected an object of names and values',
  ],
  ['[{"name":""}]', ': [0].name is "", expected text that is not empty'],
];

Deno.test("whatif: faults of scenarios in one readable line", async () => {
  await using folder = new TempFolder();
  writeDrop(folder);
  const cwd = folder.path;
  const runs = await divvyMany(
    FAULTS.map(([scenarios], i) => {
      const file = folder.write(`${i}.json`, scenarios);
      return { cwd, args: ["whatif", ...INPUTS, "--scenarios", file, "-q"] };
    }),
  );
  for (const [i, { code, stderr }] of runs.entries()) {
    assertEquals({ code, stderr }, { code: 1, stderr: `divvy: ${i}.json${FAULTS[i][1]}\n` });
  }
});

Deno.test("schema scenarios describes what whatif reads", async () => {
  await using folder = new TempFolder();
  const { code, stdout } = await divvy(["schema", "scenarios"], { cwd: folder.path });
  assertEquals(code, 0);
  const { items, title } = JSON.parse(stdout);
  assertEquals(title, "scenarios");
  assertEquals(items.required, ["name"]);
  assertEquals(items.additionalProperties, false);
});
