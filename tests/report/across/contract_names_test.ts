import {
  allocate,
  diff,
  Drop,
  explain,
  InputError,
  preview,
  readDrop,
  report,
} from "../../../mod.ts";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { contractNames } from "../../../lib/report/facts/contract_about.ts";
import { explainLimitText } from "../../../lib/report/text/explain_limit_text.ts";
import { explainUserText } from "../../../lib/report/text/explain_text.ts";

const TEA = "0x1111111111111111111111111111111111111111";
const CAKE = "0x2222222222222222222222222222222222222222";

/** A drop's folder whose caps have the columns given. */
async function withFolder(
  caps: string,
  use: (sources: Parameters<typeof readDrop>[0]) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const write = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, text);
      return `${folder}/${name}`;
    };
    await use({
      caps: await write("caps.csv", caps),
      elig: await write(
        "elig.csv",
        `user_id,contract_address,score\nann,${TEA},0.9\nbob,${TEA},0.4\nbob,${CAKE},0.3\n`,
      ),
      userGroups: await write("user_groups.csv", "user_id,group_id\nann,north\nbob,north\n"),
      groupRatios: await write("group_ratios.csv", "group_id,sponsorship_ratio\nnorth,1\n"),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const CAPS = "name,contract_address,cap_face,is_sponsored,brand_id,category\n" +
  `Green tea,${TEA},1,true,leaf,drink\n` +
  `"Cake, with <cream>",${CAKE},9,false,oven,food\n`;

Deno.test("names and brands of caps stand beside contracts in facts, texts, pages and explanations", async () => {
  await withFolder(CAPS, async (sources) => {
    const drop = await readDrop(sources, { workers: 1 });
    const allocation = await allocate(drop, { k: 2 });
    const told = report(drop, allocation);
    assertEquals(told.facts.contracts.map(({ about }) => about), [
      { name: "Green tea", brand_id: "leaf" },
      { name: "Cake, with <cream>", brand_id: "oven" },
    ]);
    // The group misses its minimum, and the contract that is full is named as people call it.
    assertStringIncludes(told.text(200), "every sponsored option is full: Green tea (price");
    assertStringIncludes(told.text(120), "Green tea  sponsored");
    const page = await told.html();
    assertStringIncludes(page, "Cake, with &lt;cream&gt;");
    assertMatch(page, /<th scope="col" ?>Brand<\/th>/);
    assertStringIncludes(await preview(drop).html(), "Cake, with &lt;cream&gt;");
    const bob = explain(drop, allocation, { user: "bob" });
    assertEquals(bob.options[0].about, { name: "Green tea", brand_id: "leaf" });
    assertStringIncludes(explainUserText(bob), "Green tea");
  });
});

Deno.test("columns to show can be chosen, none among them; one that is not there is an error with a hint", async () => {
  await withFolder(CAPS, async (sources) => {
    const about = async (show?: string[]) =>
      Array.from((await readDrop(sources, { show, workers: 1 })).instance.about ?? []);
    assertEquals(await about([]), []);
    assertEquals(await about(["category", "name"]), [
      ["category", ["drink", "food"]],
      ["name", ["Green tea", "Cake, with <cream>"]],
    ]);
    const error = await assertRejects(() => about(["categry"]), InputError);
    assertStringIncludes(error.message, 'no column "categry" to show beside contracts');
    assertStringIncludes(error.message, "did you mean category?");
  });
});

Deno.test("a drop without such columns shows ids alone", async () => {
  const plain = `contract_address,cap_face,is_sponsored\n${TEA},1,true\n${CAKE},9,false\n`;
  await withFolder(plain, async (sources) => {
    const drop = await readDrop(sources, { workers: 1 });
    assertEquals(drop.instance.about, undefined);
    const { facts } = report(drop, await allocate(drop));
    assert(facts.contracts.every((c) => !("about" in c)));
  });
});

Deno.test("a drop in memory shows attributes and brands of its contracts, and diff what it is told", async () => {
  const dropOf = (bob: number, show?: string[]) =>
    Drop.from({
      users: [{ id: "ann", group: "all" }, { id: "bob", group: "all" }],
      contracts: [
        { id: TEA, cap: 1, sponsored: true, brand: "leaf", attributes: { title: "Tea", cost: 2 } },
      ],
      groups: [{ id: "all", ratio: 0 }],
      pairs: [
        { user: "ann", contract: TEA, score: 0.5 },
        { user: "bob", contract: TEA, score: bob },
      ],
    }, { show });
  assertEquals([...dropOf(0.1).instance.about!], [["title", ["Tea"]], ["brand_id", ["leaf"]]]);
  assertEquals([...dropOf(0.1, ["cost"]).instance.about!], [["cost", ["2"]]]);
  assertThrows(() => dropOf(0.1, ["price"]), InputError, 'no column "price"');

  const changed = diff(await allocate(dropOf(0.1)), await allocate(dropOf(0.9)), {
    contracts: new Map([[TEA, { sponsored: true, brand: null, about: { name: "Tea" } }]]),
  });
  assertEquals(changed.facts.contracts[0].about, { name: "Tea" });
  assertStringIncludes(await changed.html(), "Tea (0x111111…1111)");
});

Deno.test("names on an axis are all different, and fit", () => {
  const named = (id: string, name?: string) => ({
    contract_address: id,
    ...(name !== undefined && { about: { name, brand_id: "x" } }),
  });
  assertEquals(
    contractNames([named(TEA, "Tea"), named(CAKE, "Tea"), named("c"), named("d", "n".repeat(40))]),
    ["Tea 0x111111…1111", "Tea 0x222222…2222", "c", `${"n".repeat(27)}…`],
  );
});

Deno.test("a limit per contract is called by the contract's name; on pages with the id beside it", async () => {
  const dropOf = (name: string) =>
    Drop.from({
      users: ["ann", "bob"].map((id) => ({ id, group: "north" })),
      contracts: [
        { id: TEA, cap: 2, sponsored: false, attributes: { name } },
        { id: CAKE, cap: 2, sponsored: false, attributes: { name: "Cake" } },
      ],
      groups: [{ id: "north", ratio: 0 }],
      pairs: ["ann", "bob"].flatMap((user) =>
        [TEA, CAKE].map((contract) => ({ user, contract, score: 0.5 }))
      ),
      limits: [{ limit: "budget", per: ["contract_address", "group_id"], atMost: 1 }],
    });
  const drop = dropOf("Green tea");
  const made = report(drop, await allocate(drop, { k: 2 }));
  assertEquals(made.facts.limits!.rows.map((row) => row.contract_name), ["Green tea", "Cake"]);
  assertStringIncludes(made.text(120), "budget: Green tea, north");
  assertStringIncludes(await made.html(), `budget: Green tea (${TEA}), north`);
  const bars = made.charts().limit_prices.data.values.map(({ limit }) => limit);
  assertEquals(bars.toSorted(), ["budget: Cake, north", "budget: Green tea, north"]);
  const why = explainLimitText(await explain(drop, await allocate(drop), { limit: "budget" }));
  assertMatch(why, /0x1{20,} +Green tea +/);

  // Bars of two contracts of one name, and rows of a contract without one, are told apart by ids.
  const same = dropOf("Cake"), none = dropOf("");
  const twice = report(same, await allocate(same, { k: 2 })).charts().limit_prices.data.values;
  assertEquals(new Set(twice.map(({ limit }) => limit)).size, 2);
  assertStringIncludes(
    report(none, await allocate(none, { k: 2 })).text(),
    "budget: 0x111111",
  );
});
