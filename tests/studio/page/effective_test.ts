import { applyScenario } from "../../../lib/allocator/explain/whatif.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import {
  asksForSponsored,
  capUnder,
  ratioUnder,
  typesOf,
  withEntry,
} from "../../../lib/studio/page/effective.ts";
import type { Change, StudioDrop } from "../../../lib/studio/session/messages.ts";
import { smallDrop } from "../../support/report_drop.ts";

const branded = {
  ...smallDrop().instance,
  brand: Uint32Array.of(0, 1, 0, 2),
  brands: ["all", "b", ""],
};
const factor = fc.double({ min: 0, max: 3, noNaN: true });
const some = (keys: string[], value: fc.Arbitrary<number>) =>
  fc.dictionary(fc.constantFrom(...keys), value);

Deno.test("studio's page: ratios and caps shown are those that are solved", () => {
  const change = fc.record<Change>({
    ratioScale: factor,
    setRatio: some(["g1", "g2"], fc.double({ min: 0, max: 1, noNaN: true })),
    capScale: some(["s1", "t2", "all", "sponsored", "unsponsored"], factor),
    brandCapScale: some(["all", "b"], factor),
    setCap: some(["s2", "t1"], fc.nat(9)),
  }, { requiredKeys: [] });
  fc.assert(fc.property(change, (change) => {
    const { instance } = applyScenario(branded, defaultPolicy, { ...change, name: "x" });
    const { contracts, sponsoredContracts, cap, brand, brands, groups, ratio } = branded;
    const caps = contracts.map((id, c) =>
      capUnder(change, {
        id,
        sponsored: c < sponsoredContracts,
        cap: cap[c],
        brand: brands[brand[c]],
        more: [],
      })
    );
    assertEquals(caps, [...instance.cap]);
    const ratios = groups.map((id, g) => ratioUnder(change, { id, users: 1, ratio: ratio[g] }));
    assertEquals(ratios, [...instance.ratio]);
  }));
});

Deno.test("studio's page: an entry is set and taken out, whatever its name", () => {
  assertEquals(Object.entries(withEntry({ a: 1 }, "__proto__", 2)), [["a", 1], ["__proto__", 2]]);
  assertEquals(withEntry({ a: 1, b: 2 }, "a", undefined), { b: 2 });
});

Deno.test("studio's page: only types that there are have a factor of their caps", () => {
  const of = (...types: boolean[]) =>
    typesOf(types.map((sponsored, c) => ({ id: `c${c}`, sponsored, cap: 1, brand: "", more: [] })));
  assertEquals(of(false, true, false), ["sponsored", "unsponsored"]);
  assertEquals(of(true), ["sponsored"]);
  assertEquals(of(false, false), ["unsponsored"]);
  assertEquals(of(), []);
});

Deno.test("studio's page: ratios are to be changed only where the model asks for minima", () => {
  const of = (model: StudioDrop["model"], ratio: number, change: Change = {}) =>
    asksForSponsored(change, {
      model,
      groups: [{ id: "all", users: 1, ratio }],
      contracts: [{ id: "tea", sponsored: true, cap: 1, brand: "", more: [] }],
    } as unknown as StudioDrop);
  assertEquals([of("uniform", 0.5), of("uniform", 0), of("coverage", 0.5)], [true, false, false]);
  assertEquals(of("coverage", 0.5, { policy: { model: "uniform" } }), true);
  assertEquals(of("uniform", 0.5, { policy: { model: "coverage" } }), false);
});
