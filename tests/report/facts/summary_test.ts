import { assertEquals } from "../../../lib/deps/std_assert.ts";
import type { Allocation } from "../../../lib/allocator/model/allocation.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { Drop, type InputReport } from "../../../lib/allocator/drop/drop.ts";
import { inputNotes } from "../../../lib/report/facts/preview/input_notes.ts";
import { summarize } from "../../../lib/report/facts/summary.ts";
import { summaryText } from "../../../lib/report/text/summary_text.ts";
import { cleanInput } from "../../support/report_drop.ts";

/** Users a, b in group g (ratio 1), c, d in h (0); contracts s (sponsored, cap 1), t, u. */
const instance: Instance = {
  users: IdPool.from(["a", "b", "c", "d"]),
  contracts: ["s", "t", "u"],
  sponsoredContracts: 1,
  cap: Float64Array.of(1, 4, 4),
  brand: null,
  brands: [],
  groups: ["g", "h"],
  ratio: Float64Array.of(1, 0),
  groupSize: Uint32Array.of(2, 2),
  group: Uint32Array.of(0, 0, 1, 1),
  start: Uint32Array.of(0, 2, 4, 6, 7),
  middle: Uint32Array.of(1, 3, 4, 6),
  contract: Uint16Array.of(0, 1, 0, 1, 1, 2, 2),
  score: Float64Array.of(0.5, 0.25, 0.5, 0.25, 0.75, 0.5, 0.125),
};

/** Counts of an input in which nothing was odd. */
const CLEAN = cleanInput(instance);

/** a gets s and t (mixed), c gets t and u, b and d nothing. */
const allocation: Allocation = {
  solver: "optimal",
  policy: { ...defaultPolicy, k: 2 },
  offerStart: Uint32Array.of(0, 2, 2, 4, 4),
  offerPair: Uint32Array.of(0, 1, 4, 5),
  objective: 1.5,
  score: 2,
  bound: 2,
  gap: 0.25,
  prices: {
    contract: Float64Array.of(0.5, 0, 0),
    minSponsored: Float64Array.of(0.25, 0),
    maxSponsored: Float64Array.of(0, 0),
    assignmentRatio: Float64Array.of(0, 0),
    mixedShare: Float64Array.of(0, 0.125),
  },
  shortfall: 1,
  shortfallPrice: 0.5,
  timedOut: true,
  warnings: ["a warning"],
};

const timings = { read_s: 0.1, solve_s: 0.2, write_s: 0.05, total_s: 0.4 };
const run = { seed: 42, options: { k: 2 }, timings, peakRssBytes: 2 ** 20, warnings: ["another"] };

Deno.test("summary: every field, known by hand", () => {
  const group = { users: 2, assignments: 2 };
  assertEquals(summarize(new Drop(instance, CLEAN), allocation, run), {
    solver: "optimal",
    model: "uniform",
    k: 2,
    seed: 42,
    options: { k: 2 },
    input: CLEAN,
    users: 4,
    users_without_offers: 2,
    pairs: 7,
    assignments: 4,
    score: 2,
    objective: 1.5,
    bound: 2,
    gap: 0.25,
    prices_bound: 2,
    proof: "prices",
    slots: 8,
    fill_rate: 0.5,
    offer_counts: { "0": 2, "1": 0, "2": 2 },
    sponsored_assignments: 1,
    sponsored_share: 0.25,
    cap_violations: 0,
    mixed_users: 1,
    groups: [
      {
        ...group,
        group_id: "g",
        required_sponsored_users: 2,
        sponsored_users: 1,
        shortfall: 1,
        sponsorship_ratio: 1,
        user_ratio: 0.5,
        sponsored_assignments: 1,
        assignment_ratio: 0.5,
        prices: { min_sponsored: 0.25 },
      },
      {
        ...group,
        group_id: "h",
        required_sponsored_users: 0,
        sponsored_users: 0,
        shortfall: 0,
        sponsorship_ratio: 0,
        user_ratio: 0,
        sponsored_assignments: 0,
        assignment_ratio: 0,
        prices: { mixed_share: 0.125 },
      },
    ],
    contracts: [
      {
        contract_address: "s",
        is_sponsored: true,
        cap: 1,
        assigned: 1,
        utilization: 1,
        price: 0.5,
      },
      {
        contract_address: "t",
        is_sponsored: false,
        cap: 4,
        assigned: 2,
        utilization: 0.5,
        price: 0,
      },
      {
        contract_address: "u",
        is_sponsored: false,
        cap: 4,
        assigned: 1,
        utilization: 0.25,
        price: 0,
      },
    ],
    timings,
    peak_rss_bytes: 2 ** 20,
    timed_out: true,
    warnings: ["a warning", "another"],
  });
});

Deno.test("summary without prices or offers: no price, no share of nothing", () => {
  const none: Allocation = {
    ...allocation,
    offerStart: new Uint32Array(5),
    offerPair: new Uint32Array(0),
    prices: null,
    bound: null,
    gap: null,
  };
  const summary = summarize(new Drop(instance, CLEAN), none, run);
  assertEquals(summary.sponsored_share, 0);
  assertEquals(summary.groups[0].assignment_ratio, null);
  assertEquals("prices" in summary.groups[0], false);
  assertEquals("price" in summary.contracts[0], false);
});

Deno.test("of users held out, who are not compared with the previous offers, the summary says so", () => {
  const wordsOf = (input: InputReport) => {
    const previous = { given: new Uint8Array(7), lost: new Uint8Array(4), usersOutside: 0 };
    const drop = new Drop({ ...instance, previous }, input);
    const text = summaryText(summarize(drop, allocation, run), { width: 200 });
    return /changes +(.*)/.exec(text)![1];
  };
  const all = "4 new offers (100.0 %), 100.0 % of users with offers now or before have others";
  const holdout = { users: 1, groups: 1, share: 0.2, seed: 42, solver: "none" as const };
  assertEquals(wordsOf(CLEAN), all);
  assertEquals(wordsOf({ ...CLEAN, holdout }), `${all}, users held out not counted`);
});

Deno.test("the summary as text has every part, as written here", () => {
  const input = { ...CLEAN, elig: { ...CLEAN.elig, duplicate_pairs: 2, pairs_beyond_top_n: 1 } };
  const summary = summarize(new Drop(instance, input), allocation, run);
  assertEquals(
    summaryText(summary),
    `  solver           optimal, model uniform, at most 2 offers per user
  drop             4 users, 7 eligible pairs
  offers           4 of 8 (50.0 %)
  users by offers  0: 2   1: 0   2: 2
  score            2.0
  objective        1.5
  bound            2.0
  proof            no allocation can be more than 34 % better
  sponsored        1 offer (25.0 %), 1 user
  mixed users      1
  minima           missed in the only group that has one, by 1 user
  time             read 0.10 s, solve 0.20 s, write 0.05 s, total 0.40 s
                   stopped early
  memory           1 MiB at most

  group that misses its minimum  users  required  sponsored  missing
  g                                  2         2          1        1

  Input, as read:
    elig: 2 rows of a pair seen before left out
    elig: 1 pair beyond --top-n left out

  Warnings:
    a warning
    another
`,
  );
});

Deno.test("summary as text: minima are those of the groups that have one", () => {
  const minima = (ratios: number[], shortfalls: number[]) => {
    const summary = summarize(new Drop(instance, CLEAN), allocation, run);
    const groups = ratios.map((ratio, g) => ({
      ...summary.groups[0],
      required_sponsored_users: 2 * ratio,
      shortfall: shortfalls[g],
    }));
    return /minima +(.*)/.exec(summaryText({ ...summary, groups }))![1];
  };
  assertEquals(minima([0, 0], [0, 0]), "no group has one");
  assertEquals(minima([1, 1], [0, 0]), "met in both groups");
  assertEquals(minima([1, 0], [0, 0]), "met in the only group that has one");
  assertEquals(minima([1, 1, 0], [0, 0, 0]), "met in both groups that have one");
  assertEquals(minima([1, 1, 0], [0, 1, 0]), "missed in 1 of 2 groups that have one, by 1 user");
});

Deno.test("a clean input needs no notes; everything that was left out or filled in has one", () => {
  assertEquals(inputNotes(CLEAN), []);
  const odd = structuredClone(CLEAN) as unknown as Record<string, Record<string, number>>;
  const silent = ["rows", "contracts", "pairs", "users", "groups"];
  let counts = 0;
  for (const part of Object.values(odd)) {
    for (const name of Object.keys(part)) {
      if (silent.includes(name)) continue;
      part[name] = 1;
      // Part of the note about its row.
      if (!/^conflicting|^users_without_group$|^unknown_contracts$/.test(name)) counts++;
    }
  }
  assertEquals(inputNotes(odd as unknown as InputReport).length, counts);
});

Deno.test("a summary's text lists ten warnings and says how many more there are", () => {
  const warnings = Array.from({ length: 30 }, (_, i) => `warning ${i}`);
  const many = summarize(new Drop(instance, CLEAN), { ...allocation, warnings }, run);
  const text = summaryText(many);
  assertEquals(text.match(/warning \d+/g)?.length, 10);
  assertEquals(text.endsWith("    … and 21 more, all of them in --summary\n"), true);
});

Deno.test("a summary's notes: users whose pairs are left out have or had an eligible pair", () => {
  const user_groups = { ...CLEAN.user_groups, users_without_pairs: 2 };
  const [none] = inputNotes({ ...CLEAN, user_groups });
  assertEquals(none, "user_groups: 2 users without an eligible pair");
  const elig = { ...CLEAN.elig, pairs_below_min_score: 1 };
  const [some] = inputNotes({ ...CLEAN, elig, user_groups });
  assertEquals(some, `${none}, or whose pairs are left out`);
});
