import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "../../../lib/deps/std_assert.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { type DomElement, parseDocument } from "../../../lib/deps/linkedom.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { reportHtml } from "../../../lib/report/html/html.ts";
import { inputCards } from "../../../lib/report/html/html_parts.ts";
import { html } from "../../../lib/report/html/markup.ts";
import { randomDrop, smallAllocation, smallDrop, smallPolicy } from "../../support/report_drop.ts";

const facts = reportFacts(smallDrop(), smallAllocation(), {
  title: "Small <drop>",
  timings: { solve_s: 0.5, total_s: 0.75 },
  files: { caps: "in/caps & more.csv" },
  warnings: ["<b>careful</b>"],
});
const page = await reportHtml(facts);
const document = parseDocument(page);

/** Elements that a selector finds. */
function all(selector: string, within: DomElement = document.documentElement): DomElement[] {
  return [...within.querySelectorAll(selector)];
}

/** Rows of a table as text, by its caption's beginning. */
function rows(caption: string): string[][] {
  const table = all("table.sortable")
    .find((t) => t.querySelector("caption")!.textContent!.startsWith(caption));
  assert(table !== undefined, `no table ${caption}`);
  return all("tbody tr", table).map((row) =>
    all("th,td", row).map((cell) => cell.textContent!.trim())
  );
}

Deno.test("page: headline and tiles have the figures, links lead to sections", () => {
  assertEquals(document.title, "Small <drop> · Divvy report");
  assertEquals(
    document.querySelector("h1")!.textContent,
    "6 offers for 5 of 5 users: 60.0 % of their slots are filled.",
  );
  const tiles = Object.fromEntries(
    all(".tile").map((t) => [
      t.querySelector("dt")!.textContent,
      t.querySelector(".n")!.textContent,
    ]),
  );
  assertEquals(tiles["Offers made"], "6");
  assertEquals(tiles["Fill rate"], "60.0 %");
  assertEquals(tiles["Minima met"], "0 of 2");
  assertEquals(tiles["Time"], "0.75 s");
  const targets = all("nav a").map((a) => a.getAttribute("href")!);
  assertEquals(targets, ["#users", "#groups", "#contracts", "#feasibility", "#inputs"]);
  for (const target of targets) assert(document.querySelector(target) !== null);
});

Deno.test("page: a gap too small to show says how much at most it is", async () => {
  const tileOf = async (gap: number | null, bound: number | null) => {
    const page = await reportHtml({ ...facts, totals: { ...facts.totals, gap, bound } });
    const found = [...parseDocument(page).documentElement.querySelectorAll(".tile")]
      .find((t) => t.querySelector("dt")!.textContent === "Proven gap");
    return found!.textContent!.replace(/\s+/g, " ");
  };
  assertStringIncludes(
    await tileOf(5e-13, 4_500),
    "0 %none can be better by more than 2.3e-9",
  );
  assertStringIncludes(await tileOf(0, 4_500), "0 %none can be better");
  assertEquals((await tileOf(0, 4_500)).includes("by more than"), false);
  assertStringIncludes(await tileOf(1e-4, 4_500), "0.01 %below the best possible, at most");
  assertStringIncludes(await tileOf(null, null), "no bound was proven");
});

Deno.test("page: tables hold the facts without any script", () => {
  assertEquals(rows("All groups").map((row) => row.slice(0, 7)), [
    // The largest of those that miss as many, at the same price.
    ["g2", "3", "50.0 %", "33.3 %", "2", "1", "1"],
    ["g1", "2", "100.0 %", "50.0 %", "2", "1", "1"],
  ]);
  assertEquals(rows("All contracts").map((row) => row.slice(0, 6)), [
    // The dearest first, then those of which most is given.
    ["s1", "sponsored", "1", "1", "100.0 %", "0.50"],
    ["t1", "unsponsored", "2", "2", "100.0 %", "0.05"],
    ["t2", "unsponsored", "9", "2", "22.2 %", "0"],
    ["s2", "sponsored", "4", "1", "25.0 %", "0"],
  ]);
  assertEquals(rows("Groups that miss").map((row) => row.at(-1)), [
    "For 1 user every sponsored option is full: s1 (price 0.5)",
    "Only 1 user of 3 has a sponsored option",
  ]);
  assertEquals(rows("Full and wanted").map((row) => row[0]), ["s1", "t1"]);
  assertEquals(rows("Under-used sponsored: 3 units left").map((row) => row[0]), ["s2"]);
  assertEquals(all("pre[data-copy]").map((list) => list.textContent), ["s1\nt1", "s2"]);
});

Deno.test("page: every chart has a text alternative, every table a caption and scoped headers", () => {
  const charts = all("figure svg");
  assertEquals(charts.length, 20);
  for (const svg of charts) {
    assertEquals(svg.getAttribute("role"), "img");
    assertMatch(svg.getAttribute("aria-label")!, /\. .*\.$/);
  }
  for (const table of all("table.sortable")) {
    assert(table.querySelector("caption") !== null);
    for (const header of all("thead th", table)) assertEquals(header.getAttribute("scope"), "col");
    for (const row of all("tbody tr", table)) {
      assertEquals(row.children[0].getAttribute("scope"), "row");
    }
    const region = table.parentElement;
    assertEquals([region.getAttribute("tabindex"), region.getAttribute("role")], ["0", "region"]);
  }
  assertEquals(document.documentElement.getAttribute("lang"), "en");
});

Deno.test("page: asks no host for anything", () => {
  for (const element of all("[src],[href]")) {
    assertMatch(element.getAttribute("src") ?? element.getAttribute("href")!, /^(#|data:)/);
  }
  assertEquals(all("img,iframe,object,script[src]").length, 0);
  assert(!/@import|url\((?!#)/.test(page), "the style sheet loads something");
  assertMatch(page, /Content-Security-Policy" content="default-src 'none';/);
});

Deno.test("page: text from inputs is text, not markup", () => {
  assert(!page.includes("<b>careful"));
  assertMatch(page, /&lt;b&gt;careful&lt;\/b&gt;/);
  assertMatch(page, /in\/caps &amp; more\.csv/);
  assertEquals(
    html`<i title="${`"'<&>`}">${null}${["a", "<"]}</i>`.text,
    '<i title="&quot;&#39;&lt;&amp;&gt;">a&lt;</i>',
  );
});

Deno.test("page: ids are text in charts too", async () => {
  const [g1, g2] = facts.groups;
  const text = await reportHtml({ ...facts, groups: [{ ...g1, group_id: `<i a="'&">` }, g2] });
  assert(!/<i[ >]/.test(text));
  const tips = [...parseDocument(text).querySelectorAll("[data-tip]")]
    .map((mark) => mark.getAttribute("data-tip")!);
  assert(tips.some((tip) => tip.includes(`<i a="'&">`)), tips.join("\n"));
});

Deno.test("page: under 4 MB whatever the number of groups and contracts", async () => {
  const groups = Array.from({ length: 9000 }, (_, i) => ({
    ...facts.groups[i % 2],
    group_id: `0x${String(i).padStart(40, "0")}`,
  }));
  const contracts = Array.from({ length: 9000 }, (_, i) => ({
    ...facts.contracts[i % 4],
    contract_address: `0x${String(i).padStart(40, "0")}`,
  }));
  const ids = contracts.map((c) => c.contract_address);
  const text = await reportHtml({
    ...facts,
    groups,
    contracts,
    full_and_wanted: ids,
    under_used_sponsored: ids,
  });
  assert(text.length < 4e6, `${text.length} bytes`);
  const left = text.match(/8,000 more rows are not shown here.*?<\/p>/g)!
    .map((words) => words.replaceAll(/<[^>]*>|[\d,]+(?= of them)/g, ""));
  assertEquals([...new Set(left)].sort(), [
    "8,000 more rows are not shown here: the filter finds  of them, the others are in --json only.",
    "8,000 more rows are not shown here: the filter finds them.",
    "8,000 more rows are not shown here: they are in --json only.",
  ]);
  assertMatch(text, /The first 5,000 contracts as a list to copy/);
});

Deno.test("page: the same facts give the same bytes", async () => {
  assertEquals(await reportHtml(facts), page);
});

Deno.test("page: odd drops have one too, and Vega has nothing to warn of", async () => {
  const warnings: unknown[] = [];
  const warn = console.warn;
  console.warn = (...words: unknown[]) => warnings.push(words.join(" "));
  try {
    const odd = [
      randomDrop({ seed: 1, users: 1, contracts: 1, groups: 1, density: 1 }),
      randomDrop({ seed: 2, users: 9, contracts: 3, groups: 2, sponsoredShare: 0 }),
      randomDrop({ seed: 3, users: 9, contracts: 3, groups: 2, sponsoredShare: 1 }, {
        ...smallPolicy,
        k: 1,
      }),
      randomDrop({ seed: 4, users: 30, contracts: 4, groups: 5, ratios: [0] }, {
        ...smallPolicy,
        model: "coverage",
        k: 5,
      }),
      randomDrop({ seed: 5, users: 20, contracts: 4, groups: 2, negativeShare: 1 }),
      randomDrop({ seed: 6, users: 20, contracts: 4, groups: 2, zeroShare: 1 }),
    ];
    for (const { drop, allocation } of odd) {
      const text = await reportHtml(reportFacts(drop, allocation));
      assert(!/NaN|undefined|Infinity/.test(text.replace(/<script>[^]*<\/script>/, "")));
    }
  } finally {
    console.warn = warn;
  }
  assertEquals(warnings, []);
});

Deno.test("page: of contracts with units left it says what the eligible users have", async () => {
  const rowOf = async (scores: [user: string, contract: string, score: number][]) => {
    const drop = Drop.from({
      users: ["u", "v", "w"].map((id) => ({ id, group: "g" })),
      contracts: [{ id: "c", cap: 2, sponsored: true }, { id: "d", cap: 3, sponsored: true }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: scores.map(([user, contract, score]) => ({ user, contract, score })),
    });
    const page = await reportHtml(reportFacts(drop, await allocate(drop, { k: 1 })));
    const table = [...parseDocument(page).querySelectorAll("table.sortable")]
      .find((t) => t.querySelector("caption")!.textContent!.startsWith("Under-used"))!;
    const row = [...table.querySelectorAll("tbody tr")]
      .find((tr) => tr.textContent!.trim().startsWith("c"))!;
    return row.textContent!.replace(/\s+/g, " ");
  };
  const told = async (of: Parameters<typeof rowOf>[0], words: string) =>
    assertStringIncludes(await rowOf(of), words);
  const c = (u: number, v: number, w: number): Parameters<typeof rowOf>[0] => [
    ["u", "c", u],
    ["v", "c", v],
    ["w", "c", w],
  ];
  await told(c(-1, -1, -1), "the rest got nothing");
  await told([...c(1, -1, 1).slice(0, 1), ["v", "d", 1]], "fewer than its cap");
  await told(
    [...c(1, 0.1, 0.1), ["v", "d", 1], ["w", "d", 1]],
    "the rest got other contracts",
  );
  await told(
    [...c(1, -1, 0.1), ["w", "d", 1]],
    "the rest got other contracts, or nothing (1 of 2)",
  );
});

/** The text of the page of an allocation: contracts by what they are, users of one group with their scores. */
async function textOf(
  contracts: Record<string, { cap: number; sponsored: boolean }>,
  users: Record<string, Record<string, number>>,
  { ratio = 0, ...options }: { ratio?: number } & Parameters<typeof allocate>[1] = {},
): Promise<string> {
  const drop = Drop.from({
    contracts: Object.entries(contracts).map(([id, contract]) => ({ id, ...contract })),
    users: Object.keys(users).map((id) => ({ id, group: "g" })),
    groups: [{ id: "g", ratio }],
    pairs: Object.entries(users).flatMap(([user, scores]) =>
      Object.entries(scores).map(([contract, score]) => ({ user, contract, score }))
    ),
  });
  const page = await reportHtml(reportFacts(drop, await allocate(drop, options)));
  const texts = all("h1,p,.more", parseDocument(page).documentElement).map((e) => e.textContent!);
  return texts.join("\n").replace(/ *\n\s*/g, "\n");
}

Deno.test("page: what can be filled is said to be so where minima are kept", async () => {
  const contracts = {
    s: { cap: 1, sponsored: true },
    a: { cap: 9, sponsored: false },
    b: { cap: 9, sponsored: false },
  };
  const users = { u: { s: 1, a: 1, b: 1 }, v: { s: 1, a: 1, b: 1 } };
  // Without the minimum both users get two unsponsored offers.
  assertMatch(await textOf(contracts, users, { k: 2 }), /^of 4 slots$/m);
  assertStringIncludes(
    await textOf(contracts, users, { k: 2, ratio: 0.5 }),
    "of 4 slots, the most that can be where the minima are kept",
  );
  // Of three users one can be sponsored, so nobody keeps the minimum.
  assertStringIncludes(
    await textOf(contracts, { ...users, w: { a: 1, b: 1 } }, { k: 2, ratio: 1 }),
    "of 6 slots, the most that can be where no more than 2 users are missing",
  );
});

Deno.test("page: a full contract that more users have among their best, at no price", async () => {
  const contracts = facts.contracts.map((contract) => ({ ...contract, price: 0 }));
  assert(contracts.some((c) => c.assigned === c.cap && c.wanted_by > c.assigned));
  const free = await reportHtml({ ...facts, contracts, full_and_wanted: [] });
  assert(!free.includes("No contract is both full and wanted"));
  assertMatch(free, /No full contract has a price above 0: one more unit would add nothing to the/);
  assertMatch(
    free,
    /counts the users who have a contract among their 2 best options worth giving\./,
  );
});

Deno.test("page: the best options that it counts are those worth giving: where scores are below 0 there are none", async () => {
  const text = await textOf({ a: { cap: 9, sponsored: false } }, { u: { a: -1 }, v: { a: -2 } }, {
    k: 3,
  });
  assertStringIncludes(text, "users who have a contract among their 3 best options worth giving.");
  // A third of the slots, which no percentage says: at most so many offers are.
  assertMatch(text, /^of 6 slots; at most 2 can be$/m);
});

Deno.test("page: where no contract is full, it says so", async () => {
  assertStringIncludes(
    await textOf({ a: { cap: 9, sponsored: false } }, { u: { a: 1 } }),
    "No contract is full.",
  );
});

Deno.test("page: what was read does not say more of fewer, where pins and default ratios add to the rows", () => {
  const { input, totals } = facts;
  const read = parseDocument(`${
    inputCards({
      totals: { ...totals, pairs: 3, groups: 2 },
      input: {
        ...input,
        elig: { ...input.elig, rows: 2 },
        group_ratios: { ...input.group_ratios, rows: 1 },
      },
      files: {},
    })
  }`);
  const told = [...read.querySelectorAll("dd")].map((dd) => dd.textContent);
  assertEquals([told[0], told[3]], ["3 from 2 rows", "2 from 1 row"]);
});
