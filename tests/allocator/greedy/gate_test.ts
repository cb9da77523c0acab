import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { convertUser } from "../../../lib/allocator/greedy/conversion.ts";
import { allows, place } from "../../../lib/allocator/greedy/gate.ts";
import { releaseUsers } from "../../../lib/allocator/greedy/release.ts";
import { Watch } from "../../../lib/allocator/greedy/watch.ts";
import { rankPairs } from "../../../lib/allocator/greedy/ranking.ts";
import { add, emptyState, type GreedyState } from "../../../lib/allocator/greedy/state.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { solveGreedy } from "../../../lib/allocator/greedy/greedy.ts";
import { oddDrop } from "../../fuzz/odd_drop.ts";
import { defaultPolicy, type Policy } from "../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { type Row, tableOf } from "../../support/assignment_table.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { randomPolicy } from "../../support/random_policy.ts";

function rowsOfState(state: GreedyState): Row[] {
  const { instance, slots, stride } = state;
  const rows: Row[] = [];
  state.count.forEach((count, u) => {
    for (let i = u * stride; i < u * stride + count; i++) rows.push(rowOf(instance, u, slots[i]));
  });
  return rows;
}

function rowOf(instance: Instance, u: number, pair: number): Row {
  const contract = instance.contracts[instance.contract[pair]];
  return [instance.users.at(u), contract, instance.score[pair]];
}

/** Whether the checker finds nothing wrong but missed minima. */
function isFeasible(instance: Instance, rows: Row[], policy: Policy): boolean {
  return checkAssignments(instance, tableOf(rows), policy).feasible;
}

/**
 * Makes offers one by one, drawn from those with which the checker finds nothing wrong, and asserts before each that
 * the gate allows just these; how many were allowed and refused.
 */
function judgedAlong(instance: Instance, policy: Policy, seed: number, steps: number) {
  const random = seededRandom(seed), state = emptyState(instance, policy);
  let allowed = 0, refused = 0;
  for (let step = 0; step < steps; step++) {
    const open: [number, number][] = [];
    for (let u = 0; u < instance.group.length; u++) {
      for (let pair = instance.start[u]; pair < instance.start[u + 1]; pair++) {
        const rows = [...rowsOfState(state), rowOf(instance, u, pair)];
        const expected = isFeasible(instance, rows, policy);
        assertEquals(allows(state, u, pair), expected, `seed ${seed}, ${rows.join(" ")}`);
        if (expected) open.push([u, pair]);
        expected ? allowed++ : refused++;
      }
    }
    if (open.length === 0) break;
    assertEquals(place(state, ...open[random.below(open.length)]), true);
  }
  return { allowed, refused };
}

Deno.test("gate: it allows exactly what the checker finds nothing wrong with, for every policy", () => {
  let allowed = 0, refused = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const instance = randomInstance({ seed, users: 5, contracts: 5, groups: 2, brands: 3 });
    const policy = randomPolicy(seed, true);
    // The moving budget is narrower than the rule that it guards unless there is no slack.
    if (policy.assignmentRatioGuard === "moving" && policy.ratioSlack > 0) continue;
    const found = judgedAlong(instance, policy, seed, 12);
    allowed += found.allowed;
    refused += found.refused;
  }
  assert(allowed > 1000 && refused > 1000, `${allowed} allowed, ${refused} refused`);
});

Deno.test("gate: the moving budget never allows what the rule forbids", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const instance = randomInstance({ seed, users: 6, contracts: 6, groups: 2 });
    const policy: Policy = {
      ...defaultPolicy,
      enforceAssignmentRatio: true,
      assignmentRatioGuard: "moving",
      ratioSlack: [0.05, 0.3, 1][seed % 3],
    };
    const random = seededRandom(seed);
    const state = emptyState(instance, policy);
    for (let step = 0; step < 40; step++) {
      const u = random.below(instance.group.length);
      const from = instance.start[u];
      place(state, u, from + random.below(instance.start[u + 1] - from));
      assert(isFeasible(instance, rowsOfState(state), policy), `seed ${seed}`);
    }
  }
});

/** One group of ten users, each eligible for ten sponsored and ten unsponsored contracts. */
function wide(ratio: number): Instance {
  const drop = randomInstance({ seed: 1, users: 10, contracts: 20, groups: 1, density: 1 });
  return { ...drop, cap: drop.cap.map(() => 10), ratio: Float64Array.of(ratio) };
}

Deno.test("gate: hard lets S = r·(T + 1) through though 0.07 × 100 is above 7 in doubles", () => {
  const drop = wide(0.07);
  const policy = { ...defaultPolicy, k: 100, mixTail: true, thirdSlotOnlyMixing: false };
  const state = emptyState(drop, {
    ...policy,
    sponsoredFirstRounds: 1,
    enforceAssignmentRatio: true,
  });
  // User 0 holds 7 sponsored offers; the others' unsponsored ones make 93 with it, not 94.
  for (let pair = drop.start[0]; pair < drop.start[0] + 7; pair++) place(state, 0, pair);
  let unsponsored = 0;
  for (let u = 0; u < 10; u++) {
    for (let pair = drop.middle[u]; pair < drop.start[u + 1]; pair++) {
      if (place(state, u, pair)) unsponsored++;
    }
  }
  assertEquals(unsponsored, 93);
});

Deno.test("gate: nobody is counted past the maximum, and a group that must have one may have one", () => {
  const state = emptyState(wide(0.05), { ...defaultPolicy, maxSponsoredRatio: 0.01, k: 20 });
  const { start } = state.instance;
  assertEquals(place(state, 3, start[3]), true);
  assertEquals(place(state, 4, start[4]), false);
  assertEquals(place(state, 3, start[3] + 1), true);
});

/** Users a and b of one group; sponsored s1, s2; unsponsored t1, t2. Everybody may have everything. */
const pair: Instance = {
  users: IdPool.from(["a", "b"]),
  contracts: ["s1", "s2", "t1", "t2"],
  sponsoredContracts: 2,
  cap: Float64Array.of(1, 2, 2, 2),
  brand: Uint32Array.of(0, 0, 1, 1),
  brands: ["x", "y"],
  groups: ["g"],
  ratio: Float64Array.of(0),
  groupSize: Uint32Array.of(2),
  group: Uint32Array.of(0, 0),
  start: Uint32Array.of(0, 4, 8),
  middle: Uint32Array.of(2, 6),
  contract: Uint16Array.of(0, 1, 2, 3, 0, 1, 2, 3),
  score: Float64Array.of(0.75, 0.5, 0.25, 0.5, 0.75, 0.5, 0.25, 0.5),
};

Deno.test("conversion: all offers of a user or none, and nobody loses one", () => {
  const ranked = rankPairs(pair);
  const held = (state: GreedyState, u: number) =>
    [...state.slots.subarray(u * state.stride, u * state.stride + state.count[u])].sort();

  const state = emptyState(pair, defaultPolicy);
  for (const offer of [2, 3]) add(state, 0, offer);
  for (const offer of [6, 7]) add(state, 1, offer);
  const before = structuredClone(state), countsBefore = state.counts.of(0);
  assertEquals(convertUser(state, ranked, 0), true);
  assertEquals(held(state, 0), [0, 1]);
  // s1 is gone now: user b could replace one offer of two, so keeps both.
  assertEquals(convertUser(state, ranked, 1), false);
  assertEquals(held(state, 1), [6, 7]);
  assertEquals(state.counts.of(0), [1, 2, 2, 0]);
  assertEquals([...state.left], [0, 1, 1, 1]);

  // Nor does anybody convert to offers worth less.
  const worse = emptyState({ ...pair, score: pair.score.map((s) => 1 - s) }, defaultPolicy);
  for (const offer of [2, 3]) add(worse, 0, offer);
  assertEquals([convertUser(worse, ranked, 0), held(worse, 0)], [false, [2, 3]]);

  // A maximum of sponsored users or a limit per brand stops it, and all counts are as they were.
  for (const rule of [{ maxSponsoredRatio: 0 }, { maxPerBrand: 1 }]) {
    const blocked = emptyState(pair, { ...defaultPolicy, ...rule });
    for (const offer of [2, 3]) add(blocked, 0, offer);
    for (const offer of [6, 7]) add(blocked, 1, offer);
    assertEquals(convertUser(blocked, ranked, 0), false);
    assertEquals(held(blocked, 0), [2, 3]);
    for (const counts of ["left", "count", "sponsored"] as const) {
      assertEquals(blocked[counts], before[counts]);
    }
    assertEquals(blocked.counts.of(0), countsBefore);
  }
});

Deno.test("release: only users whom the minimum can spare, only for more, and units go to others", () => {
  // Sponsored s1, s2 are worth 0.25 and 0.5, unsponsored t1, t2 0.75 and 0.5: both users gain by going over.
  const drop = { ...pair, score: pair.score.map((s) => 1 - s) };
  const ranked = rankPairs(drop);
  const started = (ratio: number, policy: Partial<Policy> = {}) => {
    const state = emptyState({ ...drop, ratio: Float64Array.of(ratio) }, {
      ...defaultPolicy,
      ...policy,
    });
    add(state, 0, 0);
    add(state, 1, 5);
    releaseUsers(state, ranked, new Watch({}));
    return [state.sponsored[0], state.sponsored[1], state.count[0], state.count[1]];
  };
  assertEquals(started(0), [0, 0, 2, 2]);
  // One must stay: b, who gains less. The unit of s1 that a gives back is b's second offer.
  assertEquals(started(0.5), [0, 2, 2, 2]);
  assertEquals(started(1), [1, 1, 1, 1]);
  // Half the assignments must be sponsored: one of a's for the one that b holds at that time.
  assertEquals(started(0.5, { enforceAssignmentRatio: true }), [0, 2, 1, 2]);
  assertEquals(started(0, { model: "coverage" }), [1, 1, 1, 1]);
});

Deno.test("gate: a hard limit is refused exactly where the checker finds it broken, shares of all offers too", () => {
  let allowed = 0, refused = 0;
  for (let seed = 1; seed <= 80; seed++) {
    const odd = oddDrop(seed, "tiny", true);
    // What may be missed at a price is no rule, but greedy may leave it for its cost.
    const limits = odd.drop.limits!.map(({ atLeast: _, price: __, ...family }) => family)
      .filter(({ atMost }) => atMost !== undefined);
    const { instance } = Drop.from({ ...odd.drop, limits });
    const policy: Policy = { ...defaultPolicy, ...odd.policy, model: "coverage" };
    const found = judgedAlong(instance, policy, seed, 8);
    allowed += found.allowed;
    refused += found.refused;
  }
  assert(allowed > 300 && refused > 300, `${allowed} allowed, ${refused} refused`);
});

Deno.test("greedy: a least is served where what it spares is worth more than another offer", () => {
  // Both like tea more; rum wants one of them.
  const drop = (price?: number) =>
    Drop.from({
      users: [{ id: "ann", group: "g" }, { id: "bob", group: "g" }],
      contracts: ["rum", "tea"].map((id) => ({ id, cap: 2, sponsored: false })),
      groups: [{ id: "g", ratio: 0 }],
      pairs: [
        { user: "ann", contract: "tea", score: 0.9 },
        { user: "ann", contract: "rum", score: 0.1 },
        { user: "bob", contract: "tea", score: 0.8 },
        { user: "bob", contract: "rum", score: 0.4 },
      ],
      limits: [{ limit: "rum", where: { contract_address: "rum" }, atLeast: 1, price }],
    });
  const rows = (price?: number) => {
    const { instance } = drop(price);
    const { offerStart, offerPair } = solveGreedy(instance, { ...defaultPolicy, k: 1 });
    return [0, 1].map((u) => rowOf(instance, u, offerPair[offerStart[u]])[1]);
  };
  assertEquals(rows(), ["tea", "rum"]);
  assertEquals(rows(0.5), ["tea", "rum"]);
  assertEquals(rows(0.3), ["tea", "tea"]);
});

Deno.test("greedy: what lies beyond a most with a price is taken where it is worth the price", () => {
  const { instance } = Drop.from({
    users: ["ann", "bob", "cat"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "tea", cap: 3, sponsored: false }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: ["ann", "bob", "cat"].map((user, u) => ({
      user,
      contract: "tea",
      score: 0.9 - 0.4 * u,
    })),
    limits: [{ limit: "tea", atMost: 1, price: 0.3 }],
  });
  const allocation = solveGreedy(instance, { ...defaultPolicy, k: 1, covW: [] });
  // Ann's is within the most, bob's is worth 0.5, cat's 0.1.
  assertEquals(allocation.offerPair.length, 2);
  assertEquals(allocation.limitPenalty, 0.3);
  assertEquals(allocation.objective, 1.1);
});

Deno.test("greedy: an offer that a minimum took is exchanged for one that a least lacks", () => {
  // Both must be sponsored and like tea most, bob first; rum wants one of them, and only bob may have it.
  const { instance } = Drop.from({
    users: [{ id: "ann", group: "g" }, { id: "bob", group: "g" }],
    contracts: ["rum", "tea"].map((id) => ({ id, cap: 2, sponsored: true })),
    groups: [{ id: "g", ratio: 1 }],
    pairs: [
      { user: "ann", contract: "tea", score: 0.5 },
      { user: "bob", contract: "tea", score: 0.9 },
      { user: "bob", contract: "rum", score: 0.4 },
    ],
    limits: [{ limit: "each", per: "contract_address", atLeast: 1 }],
  });
  const { offerPair, limitShortfall } = solveGreedy(instance, { ...defaultPolicy, k: 1 });
  assertEquals(Array.from(offerPair, (p) => rowOf(instance, instance.start[1] <= p ? 1 : 0, p)), [
    ["ann", "tea", 0.5],
    ["bob", "rum", 0.4],
  ]);
  assertEquals(limitShortfall, 0);
});

Deno.test("ranking ends where time is out; without a clock it ranks every user's pairs", () => {
  const instance = randomInstance({ seed: 3, users: 40, contracts: 10, groups: 2 });
  const late = new Watch({ timeout: 0 });
  assertEquals(rankPairs(instance, late), new Uint32Array(instance.score.length));
  assert(late.timedOut);
  assertEquals([...rankPairs(instance)].sort((a, b) => a - b), [...instance.score.keys()]);
});
