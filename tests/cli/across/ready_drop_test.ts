/** Every command sees the drop as `divvy allocate` solves it, and refuses the rules that it refuses. */
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { preview, serveHoldout, UsageError, whatIf } from "../../../mod.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { serveHeldOut } from "../../../lib/allocator/model/random_offers.ts";
import { applyScenario } from "../../../lib/allocator/explain/whatif.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { divvy, refusal, TempFolder, writeDrop } from "../../support/cli.ts";

/** Every command that takes a drop and its rules, with what it would write. */
const COMMANDS = [
  ["allocate", "--out", "out.csv"],
  ["allocate", "--dry-run", "--out", "out.csv"],
  ["validate"],
  ["report"],
  ["report", "--assign", "a.csv"],
  ["report", "--compare", "a.csv", "--assign", "a2.csv"],
  ["check", "--assign", "a.csv"],
  ["explain", "--user", "ann"],
  ["export", "--out", "out.lp"],
  ["export", "--format", "csv", "--out", "tables"],
  ["studio", "--export", "out.html"],
];

for (const command of COMMANDS) {
  Deno.test(`${command.join(" ")}: rules that the drop has no columns for are refused`, async () => {
    await using folder = new TempFolder();
    writeDrop(folder);
    const rows = "user_id,contract_address,score\nann,s1,0.9\n";
    folder.write("a.csv", rows);
    folder.write("a2.csv", rows);
    const at = { cwd: folder.path }, before = [...Deno.readDirSync(folder.path)].length;
    const brands = await refusal([...command, "--dir", ".", "--max-per-brand", "1"], at);
    assertStringIncludes(brands, "a limit per brand (--max-per-brand) is 1, expected none");
    const changes = await refusal([...command, "--dir", ".", "--change-cost", "0.5"], at);
    assertStringIncludes(changes, "a cost of changes (--change-cost) is 0.5, expected 0");
    const made = [...Deno.readDirSync(folder.path)].filter(({ name }) => name !== "tables");
    assertEquals(made.length, before, "an output is left");
  });
}

Deno.test("users held out get their random offers first, whichever command looks at the drop", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  await divvy(["generate", "--dir", "d", "--users", "300", "-q"], at);
  const asked = ["--dir", "d", "--holdout", "25%", "--holdout-solver", "random", "-q", "--json"];
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await divvy([args[0], ...asked, ...args.slice(1)], at);
    assertEquals(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const made = await run("allocate", "--out", "a.csv");
  // Its bound is of the others' caps: their units, without those of the users held out.
  const units = (facts: { feasibility: { capacity: { capacity: number }[] } }) =>
    facts.feasibility.capacity.reduce((sum, part) => sum + part.capacity, 0);
  const solved = units(await run("report", "--assign", "a.csv"));
  const whole = await run("report", "--holdout-solver", "none");
  assertEquals(units(await run("allocate", "--dry-run", "--out", "b.csv")), solved);
  assertEquals(units(await run("validate")), solved);
  const previewed = await run("report");
  assertEquals(units(previewed), solved);
  const { users, random_offers } = made.input.holdout;
  assertEquals(previewed.input.holdout, made.input.holdout);
  assertEquals(whole.input.holdout.random_offers, undefined);
  assertEquals(units(whole) - solved, random_offers);
  assertStringIncludes(
    previewed.headline.sentence,
    ` eligible pairs; ${users} users held out with ${random_offers} random offers.`,
  );
  const { scenarios } = await run("whatif", "--cap-scale", "all=0.5");
  assertEquals(scenarios[0].objective, made.objective);
  folder.write("half.json", JSON.stringify([{ name: "half", cap_scale: { all: 0.5 } }]));
  const half = await run("allocate", "--out", "h.csv", "--scenario", "half.json");
  assertEquals(scenarios[1].objective, half.objective);
});

Deno.test("pins that contradict each other are refused before anything is solved, in the same words", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  writeDrop(folder);
  folder.write("p.csv", "user_id,contract_address\nann,s1\nbob,s1\ndee,s1\n");
  const said = "divvy: p.csv:4: the pinned pair of dee and s1 is one more than the cap of 2 " +
    "beside the pin of p.csv:2\n";
  const commands = [
    ["allocate", "--out", "out.csv"],
    ["allocate", "--dry-run", "--out", "out.csv"],
    ["validate"],
    ["report"],
    ["export", "--out", "out.lp"],
    ["studio", "--export", "out.html"],
  ];
  for (const command of commands) {
    const found = await refusal([...command, "--dir", ".", "--pins", "p.csv"], at);
    assertEquals(found.split("\n").slice(-2).join("\n"), said, command.join(" "));
  }
  assertEquals(folder.names().filter((name) => name.startsWith("out")), []);
});

Deno.test("check excuses minima that the others' units can't meet, explain knows who is held out", async () => {
  await using folder = new TempFolder();
  const at = { cwd: folder.path };
  const ids = Array.from({ length: 10 }, (_, i) => `u${i}`);
  writeDrop(folder, {
    "caps.csv": "contract_address,cap_face,is_sponsored\ns,5,true\nt,20,false\n",
    "elig.csv": "user_id,contract_address,score\n" +
      ids.map((id) => `${id},s,0.5\n${id},t,0.4\n`).join(""),
    "user_groups.csv": "user_id,group_id\n" + ids.map((id) => `${id},g\n`).join(""),
    "group_ratios.csv": "group_id,sponsorship_ratio\ng,1\n",
  });
  const asked = ["--dir", ".", "-q", "--holdout", "40%", "--holdout-solver", "random"];
  const made = await divvy(["allocate", ...asked, "--out", "a.csv"], at);
  assertEquals(made.code, 0, made.stderr);
  const rows = folder.read("a.csv").trim().split("\n").slice(1).map((row) => row.split(","));
  const sponsored = rows.filter(([, contract, , , , , held]) =>
    contract === "s" && held === "False"
  );
  const judged = await divvy(["check", ...asked, "--assign", "a.csv"], at);
  assertEquals(judged, {
    code: 0,
    stdout: `${6 - sponsored.length} users missing in minima, as few as in any allocation: ` +
      "no broken rule\nok: every rule holds\n",
    stderr: "",
  });
  const [out] = rows.find(([, , , , , , held]) => held === "True")!;
  assertEquals(
    await refusal(["explain", ...asked, "--assign", "a.csv", "--user", out], at),
    `divvy: user "${out}" is held out (--holdout): its offers are random ones\n`,
  );
});

/** Twenty users of one group who all may have tea, of which there is one for each. */
function teaForAll(): Drop {
  const ids = Array.from({ length: 20 }, (_, i) => `user ${i}`);
  return Drop.from({
    users: ids.map((id) => ({ id, group: "all" })),
    contracts: [{ id: "tea", cap: 20, sponsored: true }],
    groups: [{ id: "all", ratio: 0 }],
    pairs: ids.map((user) => ({ user, contract: "tea", score: 0.5 })),
  }, { holdout: "50%", holdoutSolver: "random" });
}

Deno.test("the library's what-if and preview draw the random offers too, under the scenario's caps", async () => {
  const drop = teaForAll();
  const { solved } = await whatIf(drop, [
    { name: "as it is" },
    { name: "none", setCap: { tea: 0 } },
    { name: "three", setCap: { tea: 3 } },
  ]);
  const held = (i: number) => solved[i].instance.heldOut!.offers!.offerPair.length;
  assertEquals(solved.map(({ instance }) => instance.cap[0]), [10, 0, 3 - held(2)]);
  assertEquals([held(0), held(1)], [10, 0]);
  assert(held(2) >= 1 && held(2) <= 2);
  assertEquals(preview(drop).facts, preview(serveHoldout(drop)).facts);
  const { instance } = applyScenario(drop.instance, defaultPolicy, { name: "as it is" });
  assertEquals(instance.cap, serveHeldOut(drop.instance, defaultPolicy).cap);
});

Deno.test("the library's preview refuses rules that the drop has no columns for", () => {
  const drop = teaForAll();
  assertThrows(() => preview(drop, { maxPerBrand: 1 }), UsageError, "the drop has no brands");
  assertThrows(() => preview(drop, { changeCost: 1 }), UsageError, "no previous offers");
});
