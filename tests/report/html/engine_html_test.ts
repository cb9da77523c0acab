import { parseDocument } from "../../../lib/deps/linkedom.ts";
import { assert, assertStringIncludes } from "../../../lib/deps/std_assert.ts";
import type { EngineFacts } from "../../../lib/report/facts/engine_facts.ts";
import { engineHtml } from "../../../lib/report/html/engine_html.ts";

function pageAt(objective: number, bound: number): string {
  const facts: EngineFacts = {
    title: "drop",
    model: "uniform",
    users: 2,
    users_without_offers: 0,
    assignments: 2,
    score: objective,
    objective,
    bound,
    gap: (bound - objective) / bound,
    shortfall: 0,
    groups: [],
    contracts: [
      { contract_address: "a", is_sponsored: true, cap: 2, assigned: 2, price: 0.5 },
    ],
    random_offers: null,
    run: [],
  };
  return engineHtml(facts);
}

Deno.test("engine page: what sums are rounded by is no gap, and adds nothing to prices", () => {
  const words = (page: string) => parseDocument(page).querySelector("header")!.textContent!;
  const closed = pageAt(3247.29, 3247.29 + 9.1e-13);
  assertStringIncludes(words(closed), "As good as can be, as far as sums tell.");
  assert(!/At most 0 %|by which the bound of the prices/.test(closed));
  const open = pageAt(999, 1000);
  assertStringIncludes(words(open), "At most 0.1 % below the best possible.");
  assertStringIncludes(open, "beside the 1 by which the bound of the prices");
});
