/** Leasts toward which nothing can count are counted and named, not dropped. */
import { assertEquals, assertStringIncludes } from "../../../../lib/deps/std_assert.ts";
import { Drop, type LimitInput } from "../../../../lib/allocator/drop/drop.ts";
import { inputNotes } from "../../../../lib/report/facts/input_notes.ts";
import { divvy, SMALL_DROP, TempFolder, writeDrop } from "../../../support/cli.ts";

/** Nobody is eligible for pie; nobody of the south for the contract of brand b. */
function dropWith(limits: LimitInput[]): Drop {
  return Drop.from({
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
    limits,
  });
}

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
