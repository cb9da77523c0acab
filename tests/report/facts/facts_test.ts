import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { fc } from "../../../lib/deps/fast_check.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { minimaInWords } from "../../../lib/report/facts/preview/feasibility_words.ts";
import { isShortOfTime, shortfallInWords } from "../../../lib/report/facts/headline.ts";
import { reportFacts } from "../../../lib/report/facts/facts.ts";
import { userFacts } from "../../../lib/report/facts/user_facts.ts";
import { randomDrop, smallAllocation, smallDrop } from "../../support/report_drop.ts";

const facts = reportFacts(smallDrop(), smallAllocation(), { title: "Small" });

Deno.test("report: offers per user, ranks among a user's own options, scores", () => {
  assertEquals(facts.users.offers_per_user.map((row) => row.users), [0, 4, 1]);
  // Second choices: ann's s1, bob's t1, cy's s2 and dee's t2; first: dee's t1 and eve's t2.
  assertEquals(facts.users.choice_ranks.slice(0, 3).map((row) => row.offers), [2, 4, 0]);
  assertEquals(facts.users.choice_ranks.at(-1), {
    from_rank: 11,
    to_rank: null,
    offers: 0,
    share: 0,
  });
  // 0.1 0.2 0.3 0.4 0.5 0.9
  const { scores } = facts.users;
  assertAlmostEquals(scores.mean!, 0.4);
  assertEquals([scores.p10, scores.median, scores.p90], [0.1, 0.35, 0.9], "of six: the middle two");
  assertEquals(scores.histogram.reduce((sum, c) => sum + c.offers, 0), 6);
});

Deno.test("report: totals and headline are as counted by hand", () => {
  const { totals, headline } = facts;
  assertEquals(totals.assignments, 6);
  assertEquals(totals.fill_rate, 0.6);
  assertEquals(totals.sponsored_users, 2);
  assertEquals([totals.groups_with_minimum, totals.groups_missed, totals.shortfall], [2, 2, 2]);
  assertEquals(headline.sentence, "6 offers for 5 of 5 users: 60.0 % of their slots are filled.");
  assertEquals(headline.minima, "Both minima are missed, by 2 users in all.");
});

Deno.test("report: a minimum missed because capacity is taken, or too few can be sponsored", () => {
  const [g1, g2] = facts.groups;
  assertEquals([g1.required_sponsored_users, g1.sponsored_users, g1.shortfall], [2, 1, 1]);
  assertEquals(g1.reason, {
    users_with_sponsored_option: 2,
    users_with_all_options_full: 1,
    users_with_open_option: 0,
    taken: [{ contract_address: "s1", cap: 1, price: 0.5, users: 1 }],
  });
  assertEquals([g2.required_sponsored_users, g2.sponsored_users, g2.shortfall], [2, 1, 1]);
  assertEquals(g2.reason, {
    users_with_sponsored_option: 1,
    users_with_all_options_full: 0,
    users_with_open_option: 0,
    taken: [],
  });
});

Deno.test("report: users whom a limit keeps from units that are left are told apart, and the minima are not called reachable", () => {
  const drop = Drop.from({
    users: ["ann", "bob", "cy"].map((id) => ({ id, group: "north" })),
    contracts: [{ id: "s1", cap: 5, sponsored: true }, { id: "s2", cap: 5, sponsored: true }],
    groups: [{ id: "north", ratio: 1 }],
    pairs: [
      { user: "ann", contract: "s1", score: 0.5 },
      { user: "bob", contract: "s1", score: 0.5 },
      { user: "cy", contract: "s2", score: 0.5 },
    ],
    limits: [{
      limit: "few",
      per: "contract_address",
      where: { contract_address: "s1" },
      atMost: 1,
    }],
  });
  const { groups: [group], feasibility, limits } = reportFacts(drop, {
    ...smallAllocation(),
    offerStart: Uint32Array.of(0, 1, 1, 1),
    offerPair: Uint32Array.of(0),
    prices: null,
  });
  const { taken: _, ...reason } = group.reason!;
  assertEquals(reason, {
    users_with_sponsored_option: 3,
    users_with_all_options_full: 0,
    users_with_open_option: 1,
    users_kept_out_by_limits: 1,
    limits: [{ limit: "few (contract_address=s1)", users: 1 }],
  });
  assertEquals(
    shortfallInWords(group),
    "Limits keep 1 user from sponsored options with units left: few (contract_address=s1); " +
      "1 user has a sponsored option with units left",
  );
  assertEquals(feasibility.not_counted, ["limits"]);
  assert(minimaInWords(feasibility)!.startsWith("Options and caps let all minima be met: 3 users"));
  assertEquals(limits!.rows.length, 1);
});

Deno.test("report: a minimum above the most that may be sponsored blames neither full contracts nor time", () => {
  const drop = Drop.from({
    users: ["ann", "bob", "cy", "dee"].map((id) => ({ id, group: "north" })),
    contracts: [{ id: "s1", cap: 1, sponsored: true }, { id: "s2", cap: 5, sponsored: true }],
    groups: [{ id: "north", ratio: 1 }],
    pairs: [
      { user: "ann", contract: "s1", score: 0.5 },
      { user: "bob", contract: "s1", score: 0.5 },
      { user: "cy", contract: "s2", score: 0.5 },
      { user: "dee", contract: "s2", score: 0.5 },
    ],
  });
  const wordsOf = (maxSponsoredRatio: number, ...given: number[]) => {
    const small = smallAllocation();
    const facts = reportFacts(drop, {
      ...small,
      policy: { ...small.policy, maxSponsoredRatio },
      offerStart: Uint32Array.of(0, 1, 1, ...given),
      offerPair: Uint32Array.from([0, 2, 3].slice(0, given[1])),
      prices: null,
      timedOut: true,
    });
    const [group] = facts.groups;
    return [group.reason!.most_sponsored_users, shortfallInWords(group, isShortOfTime(facts))];
  };
  assertEquals(wordsOf(0.5, 2, 2), [2, "At most 2 of 4 users may be sponsored"]);
  // One more may be, and time ran out before it was.
  assertEquals(wordsOf(0.5, 1, 1), [
    2,
    "Time ran out, or the run was stopped, before it was met; at most 2 of 4 users may be sponsored",
  ]);
  // All that caps let be sponsored are.
  assertEquals(wordsOf(1, 2, 3), [
    undefined,
    "For 1 user every sponsored option is full: s1",
  ]);
});

Deno.test("report: only users with no open option blame full contracts", () => {
  const drop = Drop.from({
    users: [
      { id: "ann", group: "north" },
      { id: "bob", group: "north" },
      { id: "cy", group: "south" },
    ],
    contracts: [{ id: "s1", cap: 1, sponsored: true }, { id: "s2", cap: 1, sponsored: true }],
    groups: [{ id: "north", ratio: 1 }, { id: "south", ratio: 0 }],
    pairs: [
      { user: "ann", contract: "s1", score: 0.5 },
      { user: "bob", contract: "s1", score: 0.5 },
      { user: "bob", contract: "s2", score: 0.5 },
      { user: "cy", contract: "s1", score: 0.5 },
    ],
  });
  // s1's unit is cy's; bob might have s2.
  const { groups: [{ reason }] } = reportFacts(drop, {
    ...smallAllocation(),
    offerStart: Uint32Array.of(0, 0, 0, 1),
    offerPair: Uint32Array.of(3),
    prices: null,
  });
  assertEquals([reason!.users_with_all_options_full, reason!.users_with_open_option], [1, 1]);
  assertEquals(reason!.taken.map((c) => [c.contract_address, c.users]), [["s1", 1]]);
});

Deno.test("report: contracts, what is full and wanted, what is under-used", () => {
  const s1 = facts.contracts[0];
  assertEquals(
    [s1.cap, s1.assigned, s1.utilization, s1.unused, s1.price, s1.eligible_users, s1.wanted_by],
    [1, 1, 1, 0, 0.5, 2, 2],
  );
  assertEquals(facts.full_and_wanted, ["s1", "t1"]);
  assertEquals(facts.under_used_sponsored, ["s2"]);
});

Deno.test("report: feasibility, sponsored capacity against demand and users with few options", () => {
  const { feasibility: f } = facts;
  assertEquals(f.slots, 10);
  assertEquals(f.capacity, [
    { type: "sponsored", contracts: 2, capacity: 5, usable_capacity: 2, assigned: 2 },
    { type: "unsponsored", contracts: 2, capacity: 11, usable_capacity: 5, assigned: 4 },
  ]);
  assertEquals([f.required_sponsored_users, f.sponsored_demand], [4, 8]);
  assertEquals(f.options, [
    { options: 0, users: 0, sponsored: 2, unsponsored: 0 },
    { options: 1, users: 1, sponsored: 3, unsponsored: 4 },
    { options: 2, users: 4, sponsored: 0, unsponsored: 1 },
  ]);
  assertEquals([f.users_below_k_sponsored_only, f.users_below_k_unsponsored_only], [0, 1]);
  assertEquals([f.users_below_k, f.unreachable_groups, f.unreachable_shortfall], [1, 1, 1]);
});

Deno.test("report: without prices none are claimed, and without offers nothing breaks", () => {
  const bare = reportFacts(smallDrop(), {
    ...smallAllocation(),
    offerStart: new Uint32Array(6),
    offerPair: new Uint32Array(0),
    prices: null,
    bound: null,
    gap: null,
  });
  assertEquals(bare.totals.assignments, 0);
  assertEquals(bare.users.scores, {
    mean: null,
    p10: null,
    median: null,
    p90: null,
    histogram: [],
  });
  assert(bare.contracts.every((c) => c.price === undefined));
  assert(bare.headline.proof.startsWith("No bound was proven"));
});

Deno.test("report: counts agree with counting by hand on random drops", () => {
  const drops = fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(drops, ([seed, users]) => {
      const { drop, allocation } = randomDrop({ seed, users, contracts: 9, groups: 4 });
      const { instance } = drop;
      fc.pre(instance.group.length > 0);
      const facts = reportFacts(drop, allocation);
      const ranks = new Array(11).fill(0);
      const wanted = new Map(instance.contracts.map((id) => [id, 0]));
      for (let u = 0; u < instance.group.length; u++) {
        const own = [...instance.score.subarray(instance.start[u], instance.start[u + 1])];
        const best = own.map((score, i) => ({ score, pair: instance.start[u] + i }))
          .sort((a, b) => b.score - a.score || a.pair - b.pair).slice(0, 3);
        for (const { pair } of best) {
          const id = instance.contracts[instance.contract[pair]];
          wanted.set(id, wanted.get(id)! + 1);
        }
        for (let o = allocation.offerStart[u]; o < allocation.offerStart[u + 1]; o++) {
          const score = instance.score[allocation.offerPair[o]];
          ranks[Math.min(10, own.filter((s) => s > score).length)]++;
        }
      }
      assertEquals(facts.users.choice_ranks.map((row) => row.offers), ranks);
      for (const c of facts.contracts) assertEquals(c.wanted_by, wanted.get(c.contract_address));
      const total = (rows: { offers: number }[]) => rows.reduce((n, row) => n + row.offers, 0);
      assertEquals(total(facts.users.scores.histogram), facts.totals.assignments);
      const counted = facts.users.offers_per_user.reduce((n, row) => n + row.users, 0);
      assertEquals(counted, facts.totals.users);
      assertEquals(facts.totals.shortfall, allocation.shortfall);
    }),
    { numRuns: 60 },
  );
});

Deno.test("report: sums of decimals are told as decimals, without the last digits of doubles", () => {
  const drop = Drop.from({
    users: ["ann", "bob", "cy"].map((id) => ({ id, group: "g" })),
    contracts: [{ id: "s", cap: 3, sponsored: true, attributes: { cost: 0.1 } }],
    groups: [{ id: "g", ratio: 0 }],
    pairs: [0.1, 0.2, 0.3].map((score, u) => ({
      user: ["ann", "bob", "cy"][u],
      contract: "s",
      score,
    })),
    limits: [{ limit: "budget", counts: "cost", atMost: 0.2, price: 0.1 }],
  });
  const offers = { offerStart: Uint32Array.of(0, 1, 2, 3), offerPair: Uint32Array.of(0, 1, 2) };
  const { groups, users, limits } = reportFacts(drop, { ...smallAllocation(), ...offers });
  assert(0.1 + 0.2 + 0.3 !== 0.6);
  assertEquals([groups[0].score, users.scores.mean], [0.6, 0.2]);
  const [{ used, missed }] = limits!.rows;
  assertEquals([used, missed, limits!.families[0].cost], [0.3, 0.1, 0.01]);
});

Deno.test("report: an offer that is worth less than nothing is among nobody's best", () => {
  const drop = Drop.from({
    users: [{ id: "ann", group: "g" }],
    contracts: ["a", "b", "c"].map((id, c) => ({ id, cap: 1, sponsored: c === 0 })),
    groups: [{ id: "g", ratio: 0 }],
    // A sponsored offer is worth the bonus of 0.001 more, and a third one in all 0.001 more.
    pairs: [-0.0015, -0.5, 0].map((score, c) => ({ user: "ann", contract: "abc"[c], score })),
  });
  const nothing = { offerStart: Uint32Array.of(0, 0), offerPair: new Uint32Array(0) };
  const { contracts } = reportFacts(drop, {
    ...smallAllocation(),
    ...nothing,
    policy: defaultPolicy,
  });
  assertEquals(contracts.map((c) => [c.contract_address, c.wanted_by]), [["a", 1], ["b", 0], [
    "c",
    1,
  ]]);
});

Deno.test("facts: classes of scores have a width, follow each other and have what lies in them, whatever the scores", () => {
  const of = (scores: readonly number[]) => {
    const users = scores.map((_, i) => `u${i}`);
    const { instance } = Drop.from({
      users: users.map((id) => ({ id, group: "g" })),
      contracts: [{ id: "c", cap: users.length, sponsored: false }],
      groups: [{ id: "g", ratio: 0 }],
      pairs: users.map((user, i) => ({ user, contract: "c", score: scores[i] })),
    });
    const each = Uint32Array.from(users, (_, i) => i);
    const offers = { offerStart: Uint32Array.of(...each, users.length), offerPair: each };
    return userFacts(instance, offers, 1).scores.histogram;
  };
  const odd = [
    ...[[0, 0.3, 0.6, 0.9, 1.2], [0.07, 0.07], [-3, -3], [0, 0], [1000, 1000], [1e13, 1e13]],
    // Far from 0 and next to each other, where twelve digits don't tell twenty classes apart.
    ...[[1e9, 1e9 + 1e-5, 1e9 + 2e-5], [1e6, 1e6 + 1e-8], [-1e9, -1e9 + 1e-4], [1e15, 1e15 + 1]],
    ...[[123456789.123, 123456789.124, 123456789.129], [1e298, 2e298], [5e-324, 1e-323]],
  ];
  for (const scores of odd) {
    const classes = of(scores), last = classes.length - 1;
    classes.forEach(({ from, to, offers }, i) => {
      assert(from < to, `${scores}: ${from} to ${to}`);
      if (i > 0) assertEquals(from, classes[i - 1].to);
      const inside = scores.filter((s) => from <= s && (s < to || i === last && s === to));
      assertEquals([`${scores}: ${from} to ${to}`, offers], [
        `${scores}: ${from} to ${to}`,
        inside.length,
      ]);
    });
    assert(classes.length <= 21, `${scores}: ${classes.length} classes`);
  }
  assertEquals(of([1000, 1000]), [{ from: 1000, to: 1001, offers: 2 }]);
});
