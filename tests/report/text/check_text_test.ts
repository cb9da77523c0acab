import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import type { Instance } from "../../../lib/allocator/drop/instance/instance.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { checkText } from "../../../lib/report/text/check_text.ts";
import { plain } from "../../../lib/report/text/terminal.ts";
import { tableOf } from "../../support/assignment_table.ts";

/** Two users of one group who must both be sponsored; b can't. */
const drop: Instance = {
  users: IdPool.from(["a", "b"]),
  contracts: ["s", "t"],
  sponsoredContracts: 1,
  cap: Float64Array.of(1, 2),
  brand: null,
  brands: [],
  groups: ["g"],
  ratio: Float64Array.of(1),
  groupSize: Uint32Array.of(2),
  group: Uint32Array.of(0, 0),
  start: Uint32Array.of(0, 2, 3),
  middle: Uint32Array.of(1, 2),
  contract: Uint16Array.of(0, 1, 1),
  score: Float64Array.of(0.1, 0.2, 0.3),
};

Deno.test("check text: what is broken first, then what holds, figures, the drop, the verdict", () => {
  const policy = { ...defaultPolicy, covW: [], shortfallPrice: 1, sponsoredBonus: 0 };
  const report = checkAssignments(drop, tableOf([["a", "s", 0.1], ["b", "t", 0.3]]), policy);
  assertEquals(
    checkText(report),
    `BROKEN  min_sponsored: 1 case (every group has the sponsored users that its ratio demands)
        group_id g, users 2, required_sponsored_users 2, sponsored_users 1, reachable_at_most 1
holds   unknown_user: every user has an eligible pair in the drop
holds   unknown_contract: every contract is in the drop, with capacity
holds   ineligible_pair: every assignment is an eligible pair
holds   duplicate_pair: no pair is assigned twice
holds   wrong_score: every score is the one of the eligible pair
holds   over_cap: no contract is given to more users than its cap
holds   more_than_k: no user has more than k offers
holds   mixed_bundle: no user mixes sponsored and unsponsored offers in a way the policy does not know

rows                          2
assignments                   2
of them sponsored             1
fill rate                33.3 %
users without offers          0
sponsored users               1
mixed users                   0
users missing to minima       1
score                       0.4
objective (uniform)        -0.6

Judged by model uniform, k 3, sponsored_bonus 0, cov_w [].
The drop: 2 users want 6 offers, capacity 3 (sponsored 1).
Minima: 2 sponsored users in all; out of reach in 1 group, for want of 1 user with a sponsored option.
Users with fewer than 3 options: 2; sponsored 2 (none: 1), unsponsored 2 (none: 0).

1 rule broken
`,
  );
});

Deno.test("check text: minima that nobody can meet are excused, not held; lines keep to a terminal", () => {
  const policy = { ...defaultPolicy, covW: [], shortfallPrice: 1, sponsoredBonus: 0 };
  const report = checkAssignments(drop, tableOf([["a", "s", 0.1], ["b", "t", 0.3]]), policy);
  const rules = report.rules.map((rule) => ({ ...rule, count: 0, cases: [] }));
  const text = checkText({ ...report, rules, ok: true }, plain, 60);
  assert(text.includes("EXCUSED min_sponsored: as many as any"), text);
  assert(!text.includes("holds   min_sponsored"), text);
  assert(text.split("\n").every((line) => line.length <= 60), text);
  assert(text.endsWith("\nok: every rule holds\n"), text);
});
