import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { IdPool } from "../../../lib/base/ids.ts";
import type { Instance } from "../../../lib/allocator/drop/instance.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { checkText } from "../../../lib/report/text/check_text.ts";
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
holds   unknown_user, unknown_contract, ineligible_pair, duplicate_pair, wrong_score, over_cap, more_than_k, mixed_bundle

rows                         2
assignments                  2
of them sponsored            1
fill rate               33.3 %
users without offers         0
sponsored users              1
mixed users                  0
users that minima lack       1
score                      0.4
objective (uniform)       -0.6

Judged by model uniform, k 3, sponsored_bonus 0, cov_w [].
The drop: 2 users want 6 offers, capacity 3 (sponsored 1).
Minima: 2 sponsored users in all; out of reach in 1 group, for want of 1 user with a sponsored option.
Users with fewer than 3 options: 2; sponsored 2 (none: 1), unsponsored 2 (none: 0).

1 rule broken
`,
  );
});
