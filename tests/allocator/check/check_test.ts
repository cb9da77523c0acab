import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "../../../lib/deps/std_assert.ts";
import { checkAssignments, type CheckReport } from "../../../lib/allocator/check/check.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy, type Policy, shortfallPrice } from "../../../lib/allocator/model/policy.ts";
import { UsageError } from "../../../lib/base/errors.ts";
import { checkText } from "../../../lib/report/text/check_text.ts";
import { modulesIn } from "../../support/modules_in.ts";
import { bruteForce } from "../../support/brute_force.ts";
import { fourUsersInstance } from "../../support/random_instance.ts";
import { randomPolicy } from "../../support/random_policy.ts";
import { type Row, rowsOf, tableOf } from "../../support/assignment_table.ts";

/**
 * Group g: users a, b, c, ratio 0.5 (so two sponsored); group h: user d, ratio 0. Sponsored s1 (cap 2), s2 (cap 1);
 * unsponsored t1, t2 (cap 3 each). Brands: s1 and t1 have x, the others y. Everybody may have everything, but d no s.
 */
const drop: Instance = {
  users: IdPool.from(["a", "b", "c", "d"]),
  contracts: ["s1", "s2", "t1", "t2"],
  sponsoredContracts: 2,
  cap: Float64Array.of(2, 1, 3, 3),
  brand: Uint32Array.of(0, 1, 0, 1),
  brands: ["x", "y"],
  groups: ["g", "h"],
  ratio: Float64Array.of(0.5, 0),
  groupSize: Uint32Array.of(3, 1),
  group: Uint32Array.of(0, 0, 0, 1),
  start: Uint32Array.of(0, 4, 8, 12, 14),
  middle: Uint32Array.of(2, 6, 10, 12),
  contract: Uint16Array.of(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 2, 3),
  score: Float64Array.from({ length: 14 }, (_, p) => p % 2 === 0 ? 0.5 : 0.25),
};
/** Keeps every rule. */
const good: Row[] = [
  ["a", "s1", 0.5],
  ["b", "s1", 0.5],
  ["b", "s2", 0.25],
  ["c", "t1", 0.5],
  ["d", "t1", 0.5],
  ["d", "t2", 0.25],
];

function check(rows: Row[], policy: Partial<Policy> = {}, instance = drop): CheckReport {
  return checkAssignments(instance, tableOf(rows), { ...defaultPolicy, ...policy });
}

/** Broken rules with their counts: `over_cap 1, wrong_score 2`. */
function broken(report: CheckReport): string {
  return report.rules.filter((rule) => rule.count > 0)
    .map(({ rule, count }) => `${rule} ${count}`).join(", ");
}

function casesOf(report: CheckReport, rule: string) {
  return report.rules.find((finding) => finding.rule === rule)?.cases;
}

Deno.test("check: a good table is good, and its figures are right", () => {
  const report = check(good, { covW: [0.0625], sponsoredBonus: 0.125 });
  assertEquals([report.ok, report.feasible, broken(report)], [true, true, ""]);
  assertEquals(report.rows, 6);
  assertEquals(report.assignments, 6);
  assertEquals(report.sponsored_assignments, 3);
  assertEquals(report.sponsored_users, 2);
  assertEquals(report.users_without_offers, 0);
  assertEquals(report.fill_rate, 0.5);
  assertEquals(report.score, 2.5);
  assertEquals(report.objective, 2.5 + 4 * 0.0625 + 2 * 0.125);
  assertEquals(
    check(good, { model: "coverage", covW: [], sponsoredBonus: 0.125 }).objective,
    2.875,
  );
  // 4 users × 3 − 6 offers are missing.
  const missing = { covMode: "shortfall" as const, shortfallPenalty: 1, sponsoredBonus: 0 };
  assertEquals(check(good, missing).objective, 2.5 - 6);
  assertEquals(check([], missing).objective, -12 - 2 * check([], missing).shortfall_price);
});

Deno.test("check: what the drop makes possible", () => {
  assertEquals(check(good).feasibility, {
    users: 4,
    demand: 12,
    sponsored_capacity: 3,
    unsponsored_capacity: 6,
    required_sponsored_users: 2,
    groups_out_of_reach: 0,
    users_out_of_reach: 0,
    users_below_k_options: 1,
    users_below_k_sponsored_options: 4,
    users_below_k_unsponsored_options: 4,
    users_without_sponsored_option: 1,
    users_without_unsponsored_option: 0,
  });
  const unreachable = check(good, {}, { ...drop, ratio: Float64Array.of(0.5, 1) });
  assertEquals(unreachable.feasibility.groups_out_of_reach, 1);
  assertEquals(unreachable.feasibility.users_out_of_reach, 1);
  assertEquals(casesOf(unreachable, "min_sponsored"), [{
    group_id: "h",
    users: 1,
    required_sponsored_users: 1,
    sponsored_users: 0,
    reachable_at_most: 0,
  }]);
  assertEquals([unreachable.ok, unreachable.feasible], [false, true]);
});

/** Each rule broken once on purpose, with nothing else broken. */
const offences: [
  what: string,
  rows: Row[],
  policy: Partial<Policy>,
  found: string,
  one: unknown,
][] = [
  ["unknown user", [...good, ["z", "t2", 1]], {}, "unknown_user 1", {
    line: 8,
    user_id: "z",
    contract_address: "t2",
  }],
  ["unknown contract", [...good, ["a", "S1", 1]], {}, "unknown_contract 1", {
    line: 8,
    user_id: "a",
    contract_address: "S1",
  }],
  [
    "ineligible pair",
    [...good.slice(0, 2), ["d", "s2", 0.5], ...good.slice(3)],
    {},
    "ineligible_pair 1",
    { line: 4, user_id: "d", contract_address: "s2" },
  ],
  ["duplicate pair", [...good, ["c", "t1", 0.5]], {}, "duplicate_pair 1", {
    line: 8,
    user_id: "c",
    contract_address: "t1",
  }],
  ["wrong score", [["a", "s1", 0.5000001], ...good.slice(1)], {}, "wrong_score 1", {
    line: 2,
    user_id: "a",
    contract_address: "s1",
    score: 0.5000001,
    expected: 0.5,
  }],
  [
    "over a cap",
    [...good.slice(0, 3), ["c", "s1", 0.5], ...good.slice(4)],
    {},
    "over_cap 1",
    { contract_address: "s1", cap: 2, assigned: 3 },
  ],
  ["more than k", good, { k: 1, model: "coverage" }, "more_than_k 2", {
    user_id: "b",
    offers: 2,
    k: 1,
  }],
  ["a mixed user", [...good, ["a", "t2", 0.25]], {}, "mixed_bundle 1", {
    user_id: "a",
    sponsored_offers: 1,
    unsponsored_offers: 1,
  }],
  [
    "mixed before the tail",
    [...good, ["a", "t2", 0.25]],
    { mixTail: true, sponsoredFirstRounds: 2 },
    "mixed_bundle 1",
    { user_id: "a", sponsored_offers: 1, unsponsored_offers: 1 },
  ],
  [
    "too many mixed users",
    [...good, ["b", "t2", 0.25]],
    { mixTail: true, maxMixedShare: 0.3 },
    "mixed_share 1",
    { group_id: "g", users: 3, most_mixed_users: 0, mixed_users: 1 },
  ],
  ["a missed minimum", [["a", "s1", 0.5]], {}, "min_sponsored 1", {
    group_id: "g",
    users: 3,
    required_sponsored_users: 2,
    sponsored_users: 1,
    reachable_at_most: 3,
  }],
  ["past the maximum", good, { maxSponsoredRatio: 0.4 }, "max_sponsored 1", {
    group_id: "g",
    users: 3,
    most_sponsored_users: 1,
    sponsored_users: 2,
  }],
  [
    "assignment ratio",
    [...good.slice(0, 2), ["c", "t1", 0.5], ["c", "t2", 0.25]],
    { enforceAssignmentRatio: true, ratioSlack: -0.125 },
    "assignment_ratio 1",
    { group_id: "g", assignments: 4, sponsored_assignments: 2, least_share: 0.625 },
  ],
  [
    "two of a brand",
    [...good, ["b", "t1", 0.5]],
    { model: "coverage", maxPerBrand: 1 },
    "max_per_brand 1",
    { user_id: "b", brand_id: "x", offers: 2, max_per_brand: 1 },
  ],
];

for (const [what, rows, policy, found, one] of offences) {
  Deno.test(`check: ${what} is found, counted and shown`, () => {
    const report = check(rows, policy);
    assertEquals(broken(report), found);
    assertEquals(casesOf(report, found.split(" ")[0])![0], one as never);
    assertEquals(report.ok, false);
    assert(checkText(report).includes(`BROKEN  ${found.split(" ")[0]}: `));
  });
}

Deno.test("check: the limits themselves are allowed", () => {
  // Exactly half of four assignments, exactly a third of three users.
  const half: Row[] = [...good.slice(0, 2), ["c", "t1", 0.5], ["c", "t2", 0.25]];
  assertEquals(broken(check(half, { enforceAssignmentRatio: true })), "");
  const mixed: Row[] = [...good, ["b", "t2", 0.25]];
  assertEquals(broken(check(mixed, { mixTail: true, maxMixedShare: 1 / 3 })), "");
  assertEquals(broken(check(good, { maxSponsoredRatio: 2 / 3 })), "");
  // A guard of none is no rule, and model coverage has no group rules.
  const lax = { enforceAssignmentRatio: true, ratioSlack: -0.125 };
  assertEquals(broken(check(half, { ...lax, assignmentRatioGuard: "none" })), "");
  assertEquals(broken(check(mixed, { ...lax, model: "coverage" })), "");
  // A maximum that rounds to nobody still lets a group have its one obligatory user.
  assertEquals(broken(check(good, { maxSponsoredRatio: 0.01 })), "max_sponsored 1");
  assertEquals(broken(check([["a", "s1", 0.5]], { maxSponsoredRatio: 0.01 })), "min_sponsored 1");
});

Deno.test("check: the first five cases by line, whatever the order of users", () => {
  const rows: Row[] = Array.from({ length: 9 }, (_, i) => [`z${9 - i}`, "t1", 1]);
  rows.unshift(["z1", "t2", 1]);
  const report = check(rows, { model: "coverage" });
  assertEquals(broken(report), "unknown_user 10, over_cap 1");
  assertEquals(casesOf(report, "unknown_user")!.map((found) => found.line), [2, 3, 4, 5, 6]);
  assert(checkText(report).includes("        and 5 more\n"));
});

Deno.test("check: where rows come from several files, a case names its file", () => {
  const rows: Row[] = [["a", "s1", 0.25], ...good.slice(1), ["d", "t2", 0.25]];
  const table = {
    ...tableOf(rows),
    line: Float64Array.of(2, 3, 4, 2, 3, 4, 5),
    files: ["a.csv", "b.csv"],
    file: Uint32Array.of(0, 0, 0, 1, 1, 1, 1),
  };
  const report = checkAssignments(drop, table, defaultPolicy);
  assertEquals(casesOf(report, "duplicate_pair"), [
    { file: "b.csv", line: 5, user_id: "d", contract_address: "t2" },
  ]);
  assertEquals(casesOf(report, "wrong_score"), [
    { file: "a.csv", line: 2, user_id: "a", contract_address: "s1", score: 0.25, expected: 0.5 },
  ]);
  assert(checkText(report).includes("        file b.csv, line 5, user_id d,"));
});

Deno.test("check: a limit per brand needs brands", () => {
  assertThrows(
    () => check(good, { maxPerBrand: 1 }, { ...drop, brand: null }),
    UsageError,
    "brand_id",
  );
});

Deno.test("check: agrees with brute force on objective and rules, for every policy", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const instance = fourUsersInstance(seed);
    const policy = randomPolicy(seed, true);
    const optimum = bruteForce(instance, policy);
    const offerStart = Uint32Array.from(
      { length: optimum.offers.length + 1 },
      (_, u) => optimum.offers.slice(0, u).flat().length,
    );
    const offerPair = Uint32Array.from(optimum.offers.flat());
    const report = checkAssignments(
      instance,
      tableOf(rowsOf(instance, { offerStart, offerPair })),
      policy,
    );
    assertAlmostEquals(report.objective, optimum.objective, 1e-9, `seed ${seed}`);
    assertEquals(report.feasible, true, `seed ${seed}: ${broken(report)}`);
    assertEquals(report.shortfall > 0, broken(report) !== "", `seed ${seed}`);
  }
});

Deno.test("check: it shares nothing with the solvers but the columns and their types", async () => {
  const files = modulesIn(new URL("../../../lib/allocator/check/", import.meta.url));
  // Pairs kept out are told in the words of explain, options in those of the program that runs. Hashes say what the columns
  // are; checkers/check.py has them of its own.
  const shared = new Set([
    "errors.ts",
    "hashed_inputs.ts",
    "held_back.ts",
    "certificate.ts",
    "ids.ts",
    "input_hashes.ts",
    "option_words.ts",
    "plain_decimal.ts",
  ]);
  for (const file of files) {
    const source = await Deno.readTextFile(file);
    // Imports of values; types are gone when it runs, and example code in comments is indented by " * ".
    for (
      const [, path] of source.matchAll(/^(?:import|export) (?!type)[^;]*? from "([^"]+)";/gms)
    ) {
      const name = new URL(path, file).pathname.split("/").at(-1)!;
      assert(
        new URL(path, file).pathname.includes("/allocator/check/") || shared.has(name),
        `${file.pathname} imports ${path}`,
      );
    }
  }
});

Deno.test("check: the price of a missing user is the one that solvers use, at every scale", () => {
  for (let exponent = -12; exponent <= 12; exponent++) {
    for (const size of [0, 0.1, 1.6657, 5 / 3, 0.8333333333333334, 9.99]) {
      const instance = { ...drop, score: drop.score.map((s) => s * size * 10 ** exponent) };
      for (const policy of [defaultPolicy, { ...defaultPolicy, covW: [], sponsoredBonus: 0 }]) {
        const price = checkAssignments(instance, tableOf([]), policy).shortfall_price;
        const expected = shortfallPrice(instance, policy);
        assert(Math.abs(price - expected) <= 1e-12 * expected, `${size}e${exponent}: ${price}`);
      }
    }
  }
});
