/** Leasts toward which nothing can count are counted and named, not dropped. */
import {
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../../../../lib/deps/std_assert.ts";
import { Drop, type DropInput, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import type { BanInput } from "../../../../types.ts";
import { InputError } from "../../../../lib/base/errors.ts";
import { inputNotes } from "../../../../lib/report/facts/preview/input_notes.ts";
import { divvy, SMALL_DROP, TempFolder, writeDrop } from "../../../support/cli.ts";

/** Nobody is eligible for pie; nobody of the south for the contract of brand b. */
const INPUT: DropInput = {
  users: [{ id: "ann", group: "north" }, { id: "bob", group: "south" }],
  contracts: [
    { id: "tea", cap: 1, sponsored: true, brand: "a", attributes: { least: "1", kind: "hot" } },
    { id: "bun", cap: 1, sponsored: false, brand: "b", attributes: { least: "0", kind: "cold" } },
    { id: "pie", cap: 1, sponsored: false, brand: "c", attributes: { least: "3", kind: "cold" } },
  ],
  groups: [{ id: "north", ratio: 0 }, { id: "south", ratio: 0 }],
  pairs: [
    { user: "ann", contract: "tea", score: 1 },
    { user: "ann", contract: "bun", score: 1 },
    { user: "bob", contract: "tea", score: 1 },
  ],
};

function dropWith(limits: LimitInput[]): Drop {
  return Drop.from({ ...INPUT, limits });
}

const IN_SOUTH: LimitInput = { limit: "south", atMost: 1, where: { group_id: ["south"] } };

const cases: [string, LimitInput, string[]][] = [
  ["amounts of a column", { limit: "l", per: ["contract_address"], atLeast: "least" }, [
    "l: contract_address=pie",
  ]],
  ["one amount for all", { limit: "l", per: ["brand_id"], atLeast: 1 }, ["l: brand_id=c"]],
  ["none of 0", { limit: "l", per: ["brand_id"], atLeast: 0 }, []],
  ["a most is kept anyway", { limit: "l", per: ["brand_id"], atMost: 1 }, []],
  [
    "what is not selected has no least",
    { limit: "l", per: ["brand_id"], atLeast: 1, where: { kind: ["hot"] } },
    [],
  ],
  [
    "selected among contracts, per group",
    { limit: "l", per: ["group_id"], atLeast: 1, where: { brand_id: ["b"] } },
    ["l: group_id=south"],
  ],
  [
    "selected among users, per brand",
    { limit: "l", per: ["brand_id"], atLeast: 1, where: { group_id: ["south"] } },
    ["l: brand_id=b", "l: brand_id=c"],
  ],
];

for (const [name, limit, expected] of cases) {
  Deno.test(`leasts without pairs: ${name}`, () => {
    for (const price of [undefined, 2]) {
      const { input } = dropWith([{ ...limit, price }]);
      assertEquals(input.limits?.examples ?? [], expected);
      assertEquals(input.limits?.leasts ?? 0, expected.length);
      const without = input.limits?.leasts_without_price ?? 0;
      assertEquals(without, price === undefined ? expected.length : 0);
    }
  });
}

Deno.test("leasts without pairs: said in words, and no more without limits", () => {
  const drop = dropWith([{ limit: "l", per: ["brand_id"], atLeast: 1 }]);
  assertEquals(inputNotes(drop.input), [
    "limits: 1 least that no eligible pair counts toward is missed whatever is done: l: brand_id=c",
  ]);
  const { attributes } = drop.instance.limits!;
  assertEquals(drop.withLimits([], attributes).input.limits, undefined);
});

Deno.test("leasts without pairs: validate and allocate --strict exit with 2, and say which", async () => {
  await using folder = new TempFolder();
  const caps = `${SMALL_DROP["caps.csv"]}zz,5,false\n`;
  writeDrop(folder, { "caps.csv": caps });
  folder.write("limits.csv", "limit,per,at_least,contract_address\nl,contract_address,1,t1|zz\n");
  const at = { cwd: folder.path };
  const said = "1 least that no eligible pair counts toward is missed whatever is done: " +
    "l: contract_address=zz\n";
  const judged = await divvy(["validate", "--dir", ".", "-q"], at);
  assertEquals([judged.code, judged.stdout], [2, `FAILS: limits: ${said}`]);
  const run = await divvy(["allocate", "--dir", ".", "--out", "a.csv", "-q", "--strict"], at);
  assertEquals([run.code, run.stderr], [2, `divvy: --strict: ${said}`]);
  const told = await divvy(["allocate", "--dir", ".", "--out", "a.csv"], at);
  assertEquals(told.code, 0);
  assertStringIncludes(told.stderr, said);
});

Deno.test("limits without pairs: bans may leave a limit none, which is said and not refused", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, SMALL_DROP);
  folder.write("limits.csv", "limit,at_most,at_least,contract_address\none,2,1,t1\n");
  folder.write("bans.csv", "contract_address\nt1\n");
  const at = { cwd: folder.path }, drop = ["--dir", ".", "--bans", "bans.csv", "-q"];
  const given = [...drop, "--out", "o.csv", "--certificate", "c.json", "--summary", "s.json"];
  for (const engine of [[], ["--engine", "duckdb"]]) {
    const strict = await divvy(["allocate", ...given, ...engine, "--strict"], {
      ...at,
      permissions: ["--allow-all"],
    });
    assertEquals(strict.code, 2, strict.stderr);
    assertStringIncludes(strict.stderr, "that no eligible pair counts toward is missed whatever");
    const { input } = JSON.parse(folder.read("s.json"));
    assertEquals(input.limits_without_pairs, { limits: 1, examples: ["one"] });
    assertEquals(input.limits, { leasts: 1, leasts_without_price: 1, examples: ["one"] });
    const judged = await divvy(
      ["check", ...drop, "--assign", "o.csv", "--certificate", "c.json"],
      at,
    );
    assertEquals(judged.code, 0, judged.stdout + judged.stderr);
  }
  const assigned = ["--assign", "o.csv", "--certificate", "c.json"];
  const asked = await divvy(["explain", ...drop, ...assigned, "--limit", "one"], at);
  assertStringIncludes(asked.stdout, "No eligible pair that is left counts toward it.");
});

Deno.test("limits without pairs: what if a contract with a limit were banned?", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, SMALL_DROP);
  folder.write("limits.csv", "limit,at_least,contract_address,group_id\none,1,t1,g2\n");
  const bans = [{ contract_address: "t1" }];
  folder.write("scenarios.json", JSON.stringify([{ name: "without", bans }]));
  const { code, stdout, stderr } = await divvy(
    ["whatif", "--dir", ".", "--scenarios", "scenarios.json", "--json", "-q"],
    { cwd: folder.path },
  );
  assertEquals(code, 0, stderr);
  const { scenarios } = JSON.parse(stdout);
  // Such a least is no row: it is counted apart, as a summary's notes on the input count it.
  const counts = (name: string) => scenarios.map((s: Record<string, number>) => s[name]);
  assertEquals(counts("leasts_without_pairs"), [0, 1]);
  assertEquals(counts("limits_missed"), [0, 0]);
  const files = ["--scenario", "scenarios.json", "--out", "o.csv", "--summary", "s.json"];
  await divvy(["allocate", "--dir", ".", ...files, "-q"], { cwd: folder.path });
  const { input, limits } = JSON.parse(folder.read("s.json"));
  assertEquals([input.limits.leasts, input.limits_without_pairs.limits], [1, 1]);
  assertEquals(limits.rows.filter((row: { missed: number }) => row.missed > 0), []);
  const listed = await divvy(
    ["whatif", "--dir", ".", "--scenarios", "scenarios.json", "--out", "w.csv", "--html", "w.html"],
    { cwd: folder.path },
  );
  assertEquals(listed.code, 0, listed.stderr);
  assertStringIncludes(listed.stdout + listed.stderr, "leasts without pairs");
  assertStringIncludes(folder.read("w.html"), "Leasts without pairs");
  assertStringIncludes(folder.read("w.csv"), ",limits_missed,limits_cost,leasts_without_pairs\n");
});

Deno.test("limits without pairs: a market that is banned, and a limit that selects it", () => {
  const drop = (bans: BanInput[]) => Drop.from({ ...INPUT, bans, limits: [IN_SOUTH] });
  assertEquals(drop([{ group: "north" }]).input.limits_without_pairs, undefined);
  assertEquals(drop([{ group: "south" }]).input.limits_without_pairs, {
    limits: 1,
    examples: ["south"],
  });
  const misspelt = { ...IN_SOUTH, where: { contract_address: ["tee"] } };
  assertThrows(
    () => Drop.from({ ...INPUT, bans: [{ group: "south" }], limits: [misspelt] }),
    InputError,
  );
  assertThrows(
    () => Drop.from({ ...INPUT, limits: [{ ...IN_SOUTH, where: { group_id: ["soth"] } }] }),
    InputError,
  );
});

Deno.test("limits without pairs: what a limit selects may be sold out, which is said and not refused", async () => {
  await using folder = new TempFolder();
  writeDrop(folder, SMALL_DROP);
  const [header, ...rows] = SMALL_DROP["caps.csv"].trimEnd().split("\n");
  const caps = [
    `${header},kind`,
    ...rows.map((row) => `${row},warm`),
    "gone,0,true,cold",
    "gone,5,true,mild",
  ];
  folder.write("caps.csv", caps.join("\n") + "\n");
  const at = { cwd: folder.path, permissions: ["--allow-all"] };
  const run = async (limits: string, engine: string[]) => {
    folder.write("limits.csv", limits);
    const files = ["--out", "o.csv", "--summary", "s.json", "-q"];
    return await divvy(["allocate", "--dir", ".", ...files, ...engine], at);
  };
  for (const engine of [[], ["--engine", "duckdb"]]) {
    const limits = "limit,at_most,contract_address,kind,is_sponsored\n" +
      "id,2,gone,,\nvalue,2,,cold,\nboth,2,,warm|cold,\ntype,2,gone,cold,yes\n";
    const { code, stderr } = await run(limits, engine);
    assertEquals(code, 0, stderr);
    const { input } = JSON.parse(folder.read("s.json"));
    assertEquals(input.limits_without_pairs, { limits: 3, examples: ["id", "value", "type"] });
    // What no row has that counts is a slip, and so is what no contract has together.
    for (const slip of ["gome,,", ",mild,", "gone,warm,", "gone,,no"]) {
      const refused = await run(
        `limit,at_most,contract_address,kind,is_sponsored\nl,2,${slip}\n`,
        engine,
      );
      assertEquals(refused.code, 1, slip);
      assertStringIncludes(refused.stderr, "limits.csv:2: ");
    }
  }
});

Deno.test("limits without pairs: a brand that is sold out in a drop from memory", () => {
  const gone = { id: "jam", cap: 0, sponsored: true, brand: "d", attributes: { kind: "sweet" } };
  const drop = (where: LimitInput["where"]) =>
    Drop.from({
      ...INPUT,
      contracts: [...INPUT.contracts, gone],
      limits: [{ limit: "l", atMost: 1, where }],
    });
  const selectors: LimitInput["where"][] = [
    { brand_id: "d" },
    { kind: "sweet" },
    { contract_address: "jam" },
  ];
  for (const where of selectors) {
    assertEquals(drop(where).input.limits_without_pairs, { limits: 1, examples: ["l"] });
  }
  assertThrows(() => drop({ brand_id: "d", kind: "hot" }), InputError);
});
