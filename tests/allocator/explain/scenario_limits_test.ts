import { assertAlmostEquals, assertEquals, assertThrows } from "../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import type { Drop, LimitInput } from "../../../lib/allocator/drop/drop.ts";
import { applyScenario, type Scenario } from "../../../lib/allocator/explain/whatif.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { limitedDrop } from "../../support/limited_drop.ts";

const SHARE: LimitInput = {
  limit: "share",
  per: "group_id",
  atLeast: "sponsorship_ratio",
  shareOf: "offers",
  where: { is_sponsored: true },
};
const CAP: LimitInput = { limit: "cap", per: "contract_address", atMost: "cap_face" };
const GROUPS = { groups: [{ id: "north", ratio: 0.4 }, { id: "south", ratio: 0.6 }] };

function under(drop: Drop, scenario: Omit<Scenario, "name">): Instance {
  return applyScenario(drop.instance, defaultPolicy, { name: "x", ...scenario }).instance;
}

Deno.test("a limit whose amount is sponsorship_ratio follows what a scenario does to ratios", () => {
  const drop = limitedDrop(1, [SHARE], { further: GROUPS });
  const of = (scenario: Omit<Scenario, "name">) => under(drop, scenario).limits!.rows.declared;
  assertEquals([...of({})], [0.4, 0.6]);
  assertEquals([...of({ ratioScale: 0.5 })], [0.2, 0.3]);
  assertEquals([...of({ ratioScale: 3 })], [1, 1]);
  assertEquals([...of({ setRatio: { south: 0.1 } })], [0.4, 0.1]);
  assertEquals([...of({ ratioScale: 0.5, limitScale: { share: 2 } })], [0.4, 0.6]);
  assertEquals([...of({ ratioScale: 0.5, bans: [{ user: "u0" }] })], [0.2, 0.3]);
  assertEquals([...drop.instance.limits!.rows.declared], [0.4, 0.6], "the drop stays as it is");
  // A share is in what each offer adds to its row: a sponsored offer 1 − share of what is missing, turned.
  const { rows } = under(drop, { ratioScale: 0.5 }).limits!;
  assertAlmostEquals(Math.min(...rows.coefficient), -0.8);
});

Deno.test("a limit whose amount is cap_face follows what a scenario does to caps", () => {
  const drop = limitedDrop(2, [CAP]), { cap } = drop.instance;
  const of = (scenario: Omit<Scenario, "name">) => [
    ...under(drop, scenario).limits!.rows.amount,
  ];
  assertEquals(of({}), [...cap]);
  assertEquals(of({ capScale: { all: 2 } }), Array.from(cap, (n) => 2 * n));
  assertEquals(of({ setCap: { c1: 1 } }), Array.from(cap, (n, c) => c === 1 ? 1 : n));
  const banned = of({ setCap: { c1: 1 }, bans: [{ user: "u0", contract: "c0" }] });
  assertEquals(banned, Array.from(cap, (n, c) => c === 1 ? 1 : n));
});

Deno.test("what counts toward a limit does not follow: a scenario changes amounts", () => {
  const drop = limitedDrop(3, [{ limit: "by ratio", per: "sponsorship_ratio", atMost: 3 }], {
    further: GROUPS,
  });
  const keys = (scenario: Omit<Scenario, "name">) => under(drop, scenario).limits!.rows.key;
  assertEquals(keys({}), [["0.4"], ["0.6"]]);
  assertEquals(keys({ ratioScale: 0 }), [["0.4"], ["0.6"]]);
  assertEquals(keys({ ratioScale: 0, bans: [{ user: "u0" }] }), [["0.4"], ["0.6"]]);
});

Deno.test("amounts that contradict each other under a scenario are reported with its name", () => {
  const drop = limitedDrop(4, [{ ...SHARE, atMost: 0.7 }], { further: GROUPS });
  assertThrows(() => under(drop, { ratioScale: 1.5 }), UsageError, 'scenario "x": limits[0]');
});
