import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { solveIlp } from "../../../lib/allocator/ilp/ilp.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import {
  applyScenario,
  type Scenario,
  sweep,
  whatIf,
} from "../../../lib/allocator/explain/whatif.ts";
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { smallDrop, smallPolicy } from "../../support/report_drop.ts";

const { instance } = smallDrop();

Deno.test("scenario: ratios scale up to 1, single ones are set after that", () => {
  const ratios = (scenario: Omit<Scenario, "name">) => [
    ...applyScenario(instance, smallPolicy, { name: "x", ...scenario }).instance.ratio,
  ];
  assertEquals(ratios({ ratioScale: 1.5 }), [1, 0.75]);
  assertEquals(ratios({ ratioScale: 0.5 }), [0.5, 0.25]);
  assertEquals(ratios({ ratioScale: 0.5, setRatio: { g1: 0.9 } }), [0.9, 0.25]);
  assertEquals([...instance.ratio], [1, 0.5], "the drop itself stays as it is");
});

Deno.test("scenario: caps scale by id and by type, and are rounded down without digits of rounding", () => {
  const caps = (cap: number[], capScale: Record<string, number>) => [
    ...applyScenario({ ...instance, cap: Float64Array.from(cap) }, smallPolicy, {
      name: "x",
      capScale,
    }).instance.cap,
  ];
  assertEquals(caps([1, 4, 2, 9], { sponsored: 1.5 }), [1, 6, 2, 9]);
  assertEquals(caps([1, 4, 2, 9], { unsponsored: 0.5, s1: 3 }), [3, 4, 1, 4]);
  assertEquals(caps([1, 4, 2, 9], { all: 2, t1: 0 }), [2, 8, 0, 18]);
  assertEquals(caps([100, 10, 70, 3], { all: 1.15 }), [115, 11, 80, 3]);
  assertEquals(caps([100, 10, 70, 3], { all: 1.1 }), [110, 11, 77, 3]);
});

Deno.test("scenario: k changes the policy; unknown names are errors", () => {
  assertEquals(applyScenario(instance, smallPolicy, { name: "x", k: 5 }).policy.k, 5);
  const fails = (scenario: Scenario, words: string) =>
    assertThrows(() => applyScenario(instance, smallPolicy, scenario), UsageError, words);
  fails({ name: "a", setRatio: { gone: 0.5 } }, 'scenario "a": group gone is not in the drop');
  fails({ name: "b", capScale: { gone: 2 } }, 'scenario "b": contract gone is not in the drop');
  fails({ name: "c", capScale: { toString: 2 } }, "contract toString is not in the drop");
});

Deno.test("scenario: caps of a brand scale, single caps are set after every factor", () => {
  const branded = { ...instance, brand: Uint32Array.of(0, 1, 0, 2), brands: ["a", "b", ""] };
  const caps = (scenario: Omit<Scenario, "name">) => [
    ...applyScenario(branded, smallPolicy, { name: "x", ...scenario }).instance.cap,
  ];
  assertEquals([...branded.cap], [1, 4, 2, 9]);
  assertEquals(caps({ brandCapScale: { a: 3 } }), [3, 4, 6, 9]);
  assertEquals(caps({ brandCapScale: { a: 3 }, capScale: { all: 2 } }), [6, 8, 12, 18]);
  assertEquals(caps({ setCap: { s2: 0, t2: 7 }, capScale: { all: 2 } }), [2, 0, 4, 7]);
  const fails = (scenario: Omit<Scenario, "name">, words: string) =>
    assertThrows(() => caps(scenario), UsageError, words);
  fails({ brandCapScale: { c: 2 } }, 'scenario "x": brand c is not in the drop');
  fails({ brandCapScale: { "": 2 } }, "brand  is not in the drop");
  fails({ setCap: { gone: 2 } }, "contract gone is not in the drop");
});

Deno.test("scenario: a policy's fields replace the drop's, k comes last", () => {
  const policy = (scenario: Omit<Scenario, "name">) =>
    applyScenario(instance, smallPolicy, { name: "x", ...scenario }).policy;
  assertEquals(policy({ policy: { mixTail: true, k: 4 } }), {
    ...smallPolicy,
    mixTail: true,
    k: 4,
  });
  assertEquals(policy({ policy: { k: 4 }, k: 5 }).k, 5);
  const brandless = { policy: { maxPerBrand: 1 } };
  assertThrows(() => policy(brandless), UsageError, "column brand_id is not in the drop");
});

Deno.test("sweep: both ends, equal steps, no digits of rounding", () => {
  assertEquals(sweep(0.6, 1.2, 7), [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2]);
  assertEquals(sweep(1.2, 0.6, 3), [1.2, 0.9, 0.6]);
  assertEquals(sweep(0.5, 2, 1), [0.5]);
});

Deno.test("what if: warm-started scenarios reach the optimum of each changed drop", async () => {
  for (const seed of [1, 2]) {
    const drop = randomInstance({ seed, users: 24, contracts: 6, groups: 2 });
    const scenarios: Scenario[] = [
      { name: "as it is" },
      ...sweep(0.5, 1.5, 3).map((ratioScale) => ({ name: `ratios ${ratioScale}`, ratioScale })),
      { name: "k", k: 2 },
      { name: "gone", capScale: { [drop.contracts[0]]: 0 } },
      { name: "more", capScale: { sponsored: 1.5 } },
    ];
    const solved = await whatIf(drop, defaultPolicy, scenarios);
    assertEquals(solved.map((s) => s.scenario.name), scenarios.map((s) => s.name));
    for (const { scenario, instance, allocation } of solved) {
      const exact = await solveIlp(instance, allocation.policy, { gap: 0 });
      const { objective, bound } = allocation;
      const room = 1e-6 * Math.max(1, Math.abs(bound!));
      assert(exact.objective <= bound! + room, scenario.name);
      assert(objective <= exact.objective + room, scenario.name);
      assert(exact.objective - objective <= bound! - objective + room, scenario.name);
      assertEquals(allocation.policy.k, scenario.k ?? 3);
    }
    const gone = solved.find((s) => s.scenario.name === "gone")!;
    assert(gone.allocation.offerPair.every((pair) => drop.contract[pair] !== 0));
  }
});

Deno.test("what if: stopped, it returns what is solved", async () => {
  const controller = new AbortController();
  const drop = randomInstance({ seed: 5, users: 30, contracts: 6, groups: 2 });
  const scenarios = sweep(0.5, 1, 4).map((ratioScale) => ({ name: `${ratioScale}`, ratioScale }));
  const solved = await whatIf(drop, defaultPolicy, scenarios, {
    signal: controller.signal,
    onProgress: ({ phase, done }) => {
      if (phase === "scenarios" && done! > 0) controller.abort();
    },
  });
  assert(solved.length >= 1 && solved.length < 4, `${solved.length}`);
});

/** A user who may have one sponsored offer or forty others, each worth more; `missing` further ones who have no sponsored option. */
function manyOptions(missing: number): Drop {
  const others = Array.from({ length: 40 }, (_, i) => `t${i}`);
  const users = ["ann", ...Array.from({ length: missing }, (_, i) => `bob${i}`)];
  return Drop.from({
    users: users.map((id) => ({ id, group: "g" })),
    contracts: [
      { id: "s", cap: 1, sponsored: true },
      ...others.map((id) => ({ id, cap: 9, sponsored: false })),
    ],
    groups: [{ id: "g", ratio: 1 }],
    pairs: [
      { user: "ann", contract: "s", score: 0.5 },
      ...users.flatMap((user) => others.map((contract) => ({ user, contract, score: 0.9 }))),
    ],
  });
}

Deno.test("what if: minima come first under another k and other weights, as where they are allocated", async () => {
  const { instance } = manyOptions(0);
  const [base] = await whatIf(instance, defaultPolicy, [{ name: "as it is" }]);
  // A certificate has the price that was enough for three offers.
  const { shortfallPrice } = base.allocation;
  for (const price of [null, shortfallPrice, 10 * shortfallPrice]) {
    const changes = [{ k: 30 }, { policy: { covW: [70] } }, { k: 30, policy: { covW: [5] } }];
    const solved = await whatIf(
      instance,
      { ...defaultPolicy, shortfallPrice: price },
      [{ name: "as it is" }, ...changes.map((change, i) => ({ ...change, name: `${i}` }))],
    );
    assertEquals(solved.map(({ allocation }) => allocation.shortfall), [0, 0, 0, 0], `${price}`);
  }
  // A price that was asked for, by the policy or by a scenario, is one.
  const asked = (price: number | null, own: number | undefined) =>
    whatIf(instance, { ...defaultPolicy, shortfallPrice: price }, [{
      name: "k = 30",
      k: 30,
      policy: own === undefined ? {} : { shortfallPrice: own },
    }]);
  for (const solved of [await asked(0.25, undefined), await asked(null, 0.25)]) {
    assertEquals([solved[0].allocation.shortfall, solved[0].allocation.shortfallPrice], [1, 0.25]);
  }
});

Deno.test("what if: missing users cost the same under every scenario, so that objectives can be compared", async () => {
  const { instance } = manyOptions(2);
  for (const price of [null, 10]) {
    const solved = await whatIf(
      instance,
      { ...defaultPolicy, shortfallPrice: price, covW: [] },
      [{ name: "as it is" }, { name: "k = 30", k: 30 }, { name: "none", ratioScale: 0 }],
    );
    for (const { allocation: a } of solved) {
      assertEquals(a.shortfallPrice * a.shortfall, a.shortfall === 0 ? 0 : 200);
      assertAlmostEquals(a.objective, a.score + (a.shortfall === 0 ? 0 : 0.001 - 200), 1e-9);
      assert(a.bound! >= a.objective - 1e-9 && a.gap! < 1e-9);
    }
    assertEquals(solved.map(({ allocation }) => allocation.shortfall), [2, 2, 0]);
  }
});
