import { preview, whatIf } from "../../../mod.ts";
import { explainContract, Inquiry } from "../../../lib/allocator/explain/explain.ts";
import { applyScenario } from "../../../lib/allocator/explain/whatif.ts";
import { assert, assertEquals, assertMatch } from "../../../lib/deps/std_assert.ts";
import { unicodeWidth } from "../../../lib/deps/std_cli.ts";
import { type DomElement, parseDocument } from "../../../lib/deps/linkedom.ts";
import { renderSvg } from "../../../lib/deps/vega.ts";
import { DISPLAY, type MediaBundle } from "../../../lib/report/display.ts";
import { VEGA_LITE } from "../../../lib/report/charts/chart_bundle.ts";
import { mostWanted, previewFacts } from "../../../lib/report/facts/preview/preview_facts.ts";
import { previewHtml } from "../../../lib/report/html/preview_html.ts";
import { explainContractText } from "../../../lib/report/text/explain_text.ts";
import { previewText } from "../../../lib/report/text/preview_text.ts";
import { randomDrop, smallDrop, smallPolicy } from "../../support/report_drop.ts";
import { assertSnapshot } from "../../support/snapshot.ts";

const small = preview(smallDrop(), { ...smallPolicy, title: "Small <drop>" });

Deno.test("preview: groups, contracts and sums are as counted by hand", () => {
  const { facts } = small;
  assertEquals(facts.totals, {
    users: 5,
    pairs: 9,
    contracts: 4,
    groups: 2,
    groups_with_minimum: 2,
  });
  assertEquals(
    facts.groups.map((g) => [g.users_with_sponsored_option, g.unreachable_shortfall]),
    [[2, 0], [1, 1]],
  );
  assertEquals(facts.contracts.map((c) => [c.contract_address, c.cap, c.wanted_by, c.demand]), [
    ["s1", 1, 2, 2],
    ["s2", 4, 1, 0.25],
    ["t1", 2, 3, 1.5],
    ["t2", 9, 3, 1 / 3],
  ]);
  assertEquals(facts.headline.sentence, "5 users and 4 contracts, 9 eligible pairs.");
});

Deno.test("preview as text: snapshot, and narrow terminals", async () => {
  await assertSnapshot("preview_small.txt", small.text());
  const { drop } = randomDrop({ seed: 7, users: 400, contracts: 40, groups: 25 });
  for (const width of [40, 60, 100]) {
    for (const text of [small.text(width), preview(drop).text(width)]) {
      assertEquals(text.split("\n").filter((line) => unicodeWidth(line) > width), []);
    }
  }
});

Deno.test("preview: page with sentences, charts and tables; it asks no host for anything", async () => {
  const page = await small.html();
  const document = parseDocument(page);
  const all = (selector: string, within: DomElement = document.documentElement) => [
    ...within.querySelectorAll(selector),
  ];
  assertEquals(document.title, "Small <drop> · Divvy preview");
  assertEquals(all("h1")[0].textContent, "5 users and 4 contracts, 9 eligible pairs.");
  assertMatch(all(".verdicts .bad")[0].textContent!, /at least 2 users will be missing/);
  assertEquals(all("nav a").map((a) => a.getAttribute("href")), [
    "#feasibility",
    "#groups",
    "#contracts",
    "#inputs",
  ]);
  assertEquals(all("figure svg.wide").length, 3);
  const rows = (caption: string) =>
    all("tbody tr", all("table").find((t) => t.textContent!.includes(caption))!)
      .map((row) => row.querySelector("th")!.textContent);
  assertEquals(rows("Groups whose minimum is out of reach"), ["g2"]);
  assertEquals(rows("Wanted more often than there are units"), ["s1", "t1"]);
  assertEquals(rows("Sponsored with more units than eligible users"), ["s2"]);
  for (const element of all("[src],[href]")) {
    assertMatch(element.getAttribute("src") ?? element.getAttribute("href")!, /^(#|data:)/);
  }
});

Deno.test("preview: charts compile; odd drops have pages too", async () => {
  for (const spec of Object.values(small.charts())) {
    assertMatch(await renderSvg(spec), /^<svg /);
    assertMatch(spec.description, /\.$/);
  }
  const odd = [
    randomDrop({ seed: 1, users: 1, contracts: 1, groups: 1, density: 1 }),
    randomDrop({ seed: 2, users: 9, contracts: 3, groups: 2, sponsoredShare: 0 }),
    randomDrop({ seed: 3, users: 9, contracts: 3, groups: 2, sponsoredShare: 1, ratios: [0] }),
  ];
  for (const { drop } of odd) {
    const text = await previewHtml(preview(drop, { model: "coverage" }).facts);
    assert(!/NaN|undefined|Infinity/.test(text.replace(/<script>[^]*<\/script>/, "")));
  }
});

Deno.test("preview: shows itself in a notebook", async () => {
  const show = (small as unknown as Record<symbol, () => Promise<MediaBundle>>)[DISPLAY];
  const bundle = await show();
  assertEquals(Object.keys(bundle).sort(), [VEGA_LITE, "text/html", "text/plain"].sort());
  assertMatch(bundle["text/plain"] as string, /Nothing is allocated yet/);
});

Deno.test("preview, explanation: of a contract that a scenario leaves no unit, nothing is a share", async () => {
  const scenario = { name: "no s1", setCap: { s1: 0 } };
  const drop = smallDrop();
  const { instance, policy } = applyScenario(drop.instance, smallPolicy, scenario);
  const before = previewFacts(drop.withInstance(instance), policy);
  assertEquals(
    mostWanted(before.contracts).map((c) => [c.contract_address, c.cap, c.wanted_by, c.demand]),
    [["s1", 0, 2, null], ["t1", 2, 3, 1.5]],
  );
  const text = previewText(before);
  assertMatch(text, /s1 +sponsored +0 +2 +– +2/);
  assertEquals(`${text}${await previewHtml(before)}`.match(/Infinity/g), null);
  const { solved: [one] } = await whatIf(drop, [scenario], smallPolicy);
  const inquiry = new Inquiry({
    instance: one.instance,
    policy: smallPolicy,
    prices: one.allocation.prices!,
    offers: one.allocation,
  });
  const explained = explainContractText(explainContract(inquiry, instance.contracts.indexOf("s1")));
  assertMatch(explained, /\n0 of 0 units given, 2 eligible users\./);
});
