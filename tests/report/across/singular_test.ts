/** Texts and pages about one thing say so in the singular. */
import { allocate, diff, Drop, preview, report, review, split, whatIf } from "../../../mod.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { splitHtml } from "../../../lib/report/html/split_html.ts";
import { personText } from "../../../lib/report/text/person_text.ts";
import { splitText } from "../../../lib/report/text/split_text.ts";
import { explainPerson } from "../../../lib/woptim/methods/explain_person.ts";

/** A user, a contract and a group that asks for one sponsored user. */
function dropOfOne(sponsored: boolean, contract = "tea"): Drop {
  return Drop.from({
    users: [{ id: "ann", group: "north" }],
    contracts: [{ id: contract, cap: 1, sponsored }],
    groups: [{ id: "north", ratio: 1 }],
    pairs: [{ user: "ann", contract, score: 0.5 }],
    limits: [{ limit: "least", per: ["contract_address"], atLeast: 1 }],
  });
}

/** Nouns and verbs in the plural after a single one. */
const PLURAL =
  /.{0,40}\b1 (?:users|groups|contracts|offers|pairs|minima|units|limits|rows|slots|options|people|are|were|have)\b.{0,20}/g;

function pluralsOf(text: string): string[] {
  return text.replace(/<[^>]*>/g, " ").match(PLURAL) ?? [];
}

/** A drop of one with a slot that is filled, one with three of which two stay empty, and one with nobody sponsored. */
const CASES = [
  { name: "one slot", sponsored: true, k: 1 },
  { name: "three slots", sponsored: true, k: 3 },
  { name: "minimum missed", sponsored: false, k: 3 },
];

for (const { name, sponsored, k } of CASES) {
  Deno.test(`texts and pages of one user, contract and group are in the singular, ${name}`, async () => {
    const drop = dropOfOne(sponsored);
    const one = await allocate(drop, { k });
    const all = report(drop, one), before = preview(drop, { k });
    // Without an offer, so that a contract and a group differ.
    const other = report(drop, await allocate(drop, { k, covW: [-9], shortfallPrice: 0 }));
    const changed = diff(await allocate(dropOfOne(sponsored, "cake"), { k }), one);
    const pairs = [{ user: "ann", contract: "tea" }];
    const reviewed = review({
      offers: [{ ...pairs[0], sponsored, group: "north" }],
      selections: pairs,
      redemptions: pairs,
      groups: [{ id: "north", ratio: 1 }],
    });
    const scenarios = await whatIf(drop, [{ name: "as it is" }, { name: "two", ratioScale: 0 }]);
    const oneUnit = {
      total: 1,
      requirements: [{ name: "ann", interval: [0, 1], target: 1 } as const],
    };
    const units = split(oneUnit);
    const texts = {
      report: all.text() + await all.html() + one.warnings.join("\n"),
      preview: before.text() + await before.html(),
      compare: all.compare(other).text() + await all.compare(other).html(),
      diff: changed.text() + await changed.html(),
      review: reviewed.text() + await reviewed.html(),
      whatIf: scenarios.text() + await scenarios.html(),
      split: splitText(units) + await splitHtml(units, { title: "one" }),
      person: personText(explainPerson("woptim", oneUnit, 0), () => "ann"),
    };
    for (const [name, text] of Object.entries(texts)) {
      assertEquals([name, pluralsOf(text)], [name, []]);
    }
  });
}
