/** A k of users' own: solvers keep it, the checker and the explanations know it. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { InputError } from "../../../lib/base/errors.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { check } from "../../../lib/api/check.ts";
import { explain } from "../../../lib/api/explain.ts";
import { report } from "../../../lib/api/report.ts";
import { kClasses, kOfUser, offerPlaces } from "../../../lib/allocator/model/user_k.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { type OddDrop, oddDrop } from "../../fuzz/odd_drop.ts";
import { bestByTrying } from "../../support/foreign_brute_force.ts";
import { foreignDrop } from "../../support/foreign_model.ts";

/** Five users, four contracts for all of them: ann may have 4 offers, the users of south 1, bob 2 in spite of that. */
const input = {
  users: [
    { id: "ann", group: "north", k: 4 },
    { id: "amy", group: "north" },
    { id: "bob", group: "south", k: 2 },
    { id: "ben", group: "south" },
    { id: "bea", group: "south" },
  ],
  contracts: [0, 1, 2, 3].map((c) => ({ id: `c${c}`, cap: 5, sponsored: false })),
  groups: [{ id: "north", ratio: 0 }, { id: "south", ratio: 0, k: 1 }],
  pairs: ["ann", "amy", "bob", "ben", "bea"].flatMap((user) =>
    [0, 1, 2, 3].map((c) => ({ user, contract: `c${c}`, score: 1 + c / 10 }))
  ),
};
/** Offers by hand: amy has the policy's 3. */
const OFFERS = { amy: 3, ann: 4, bea: 1, ben: 1, bob: 2 };

Deno.test("a user's own k goes before its group's, and that before the policy's, in every solver", async () => {
  const drop = Drop.from(input);
  assertEquals(drop.instance.users.toArray(), Object.keys(OFFERS));
  const ks = Object.values(OFFERS);
  assertEquals(ks.map((_, u) => kOfUser(drop.instance, { k: 3 }, u)), ks);
  assertEquals(kClasses(drop.instance, { k: 3 })!.values, [1, 2, 3, 4]);
  assertEquals(offerPlaces(drop.instance, { k: 3 }), 11);
  for (const solver of ["optimal", "greedy", "ilp"] as const) {
    for (const model of ["uniform", "coverage"] as const) {
      const allocation = await allocate(drop, { solver, model, covMode: "shortfall" });
      const { offerStart } = allocation;
      assertEquals(ks.map((_, u) => offerStart[u + 1] - offerStart[u]), ks, `${solver} ${model}`);
      // Nobody misses an offer against the k that is its own.
      assertAlmostEquals(allocation.objective, allocation.score, 1e-9);
      const judged = check(drop, allocation);
      assert(judged.ok);
      assertEquals(judged.fill_rate, 1);
      assertAlmostEquals(judged.objective, allocation.objective, 1e-12);
    }
  }
});

Deno.test("columns say the same as rows", () => {
  const drop = Drop.from({
    ...input,
    users: {
      ids: input.users.map(({ id }) => id),
      group: Uint32Array.of(0, 0, 1, 1, 1),
      k: Uint16Array.of(4, 0, 2, 0, 0),
    },
  });
  assertEquals(drop.instance.k, Drop.from(input).instance.k);
});

Deno.test("a k that is no whole number from 1 is refused by row", () => {
  for (const k of [0, -1, 1.5, NaN, 70_000]) {
    const error = assertThrows(
      () => Drop.from({ ...input, groups: [input.groups[0], { ...input.groups[1], k }] }),
      InputError,
    );
    assertEquals(error.message, `groups[1]: k is ${k}, expected a whole number from 1 to 65535`);
  }
});

Deno.test("the checker counts against the user's own k, and the explanation says it", async () => {
  const drop = Drop.from(input),
    plain = Drop.from({
      ...input,
      users: input.users.map(({ id, group }) => ({ id, group })),
      groups: input.groups.map(({ id, ratio }) => ({ id, ratio })),
    });
  const three = await allocate(plain);
  const { rules } = check(drop, three);
  assertEquals(rules.filter(({ count }) => count > 0).map(({ rule }) => rule), ["more_than_k"]);
  assertEquals(rules.find(({ rule }) => rule === "more_than_k")!.cases, [
    { user_id: "bea", offers: 3, k: 1 },
    { user_id: "ben", offers: 3, k: 1 },
    { user_id: "bob", offers: 3, k: 2 },
  ]);
  const allocation = await allocate(drop);
  assertEquals((explain(drop, allocation, { user: "ann" }) as { k: number }).k, 4);
  const bea = explain(drop, allocation, { user: "bea" }) as {
    options: { taken: boolean; why_not: string | null }[];
  };
  assertEquals(
    bea.options.filter((o) => !o.taken).map((o) => o.why_not),
    Array(3).fill("k_better"),
  );
  const { facts } = report(drop, allocation);
  assertEquals(facts.own_k, { users: 4, least: 1, most: 4 });
  assertEquals(facts.feasibility.slots, 11);
});

Deno.test("certified at any number of workers: hundreds of users with k of 1 to 5", async () => {
  const random = seededRandom(9);
  const users = Array.from({ length: 600 }, (_, u) => ({
    id: `u${u}`,
    group: `g${u % 4}`,
    ...(u % 3 > 0 && { k: 1 + random.below(5) }),
  }));
  const contracts = Array.from({ length: 25 }, (_, c) => ({
    id: `c${c}`,
    cap: 10 + random.below(60),
    sponsored: c % 2 === 0,
  }));
  const drop = Drop.from({
    users,
    contracts,
    groups: [0, 1, 2, 3].map((g) => ({ id: `g${g}`, ratio: g / 5, ...(g === 2 && { k: 2 }) })),
    pairs: users.flatMap(({ id }) =>
      contracts.filter(() => random.next() < 0.6).map((contract) => ({
        user: id,
        contract: contract.id,
        score: Math.round(random.next() * 1e4) / 1e4,
      }))
    ),
  });
  for (const options of [{}, { mixTail: true }, { model: "coverage" as const }]) {
    const one = await allocate(drop, { ...options, workers: 1 });
    assert(one.gap! < 1e-6, `${JSON.stringify(options)}: gap ${one.gap}`);
    const judged = check(drop, one);
    assert(judged.ok, JSON.stringify(judged.certificate));
    const two = await allocate(drop, { ...options, workers: 2 });
    assertEquals([two.objective, two.bound], [one.objective, one.bound]);
    assertEquals(two.offerPair, one.offerPair);
  }
});

Deno.test("tiny drops whose users have a k of their own, minima or none: the optimum of trying everything", async () => {
  let tried = 0;
  for (let seed = 7000; tried < 60; seed++) {
    const odd = withOwnK(oddDrop(seed, "tiny"), seed);
    const policy = { ...odd.policy, shortfallPrice: odd.policy.shortfallPrice ?? 1e4 };
    const best = bestByTrying(foreignDrop({ ...odd, policy }), policy.shortfallPrice!);
    if (best === null) continue;
    tried++;
    const drop = Drop.from(odd.drop);
    const allocation = await allocate(drop, policy);
    const close = 1e-9 * (1 + Math.abs(best.objective) + best.worth.size);
    assertAlmostEquals(allocation.objective, best.objective, close, odd.name);
    assert(allocation.bound! >= best.objective - close, odd.name);
    assert(check(drop, allocation).ok || best.worth.missing > 0, odd.name);
  }
});

/** The drop with a k for some users, and in every other drop no minima: what is a flow then. */
function withOwnK(odd: OddDrop, seed: number): OddDrop {
  const random = seededRandom(seed);
  const { users, groups } = odd.drop;
  return {
    ...odd,
    drop: {
      ...odd.drop,
      users: users.map((user) => random.next() < 0.6 ? { ...user, k: 1 + random.below(4) } : user),
      groups: groups.map((group) => seed % 2 === 0 ? { ...group, ratio: 0 } : group),
    },
  };
}
