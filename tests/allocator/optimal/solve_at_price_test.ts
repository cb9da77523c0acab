import { Drop } from "../../../lib/allocator/drop/drop.ts";
import { allocate } from "../../../lib/api/allocate.ts";
import { checkAssignments } from "../../../lib/allocator/check/check.ts";
import { certificateOf } from "../../../lib/allocator/model/certificate.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { solveOptimal } from "../../../lib/allocator/optimal/optimal.ts";
import { IdPool } from "../../../lib/base/ids/ids.ts";
import { seededRandom } from "../../../lib/base/numbers/random.ts";
import { assert, assertEquals } from "../../../lib/deps/std_assert.ts";
import { alikeUsers } from "../../support/alike_users.ts";
import { rowsOf, tableOf } from "../../support/assignment_table.ts";

Deno.test("users who are alike: a large drop is solved by programs of their classes too", async () => {
  const users = 76_000, wide = 27, segments = 12;
  const random = seededRandom(1);
  const scores = Array.from(
    { length: segments },
    () => Array.from({ length: wide }, () => Math.round(1e4 * random.next()) / 1e4),
  );
  const segment = Uint8Array.from({ length: users }, () => random.below(segments));
  const middle = Uint32Array.from({ length: users }, (_, u) => u * wide + 13);
  const instance = alikeUsers(users, scores[0], {
    sponsoredContracts: 13,
    middle,
    ratio: Float64Array.of(0.3),
    users: IdPool.from(Array.from({ length: users }, (_, u) => `u${100_000 + u}`)),
    contracts: Array.from({ length: wide }, (_, c) => `c${100 + c}`),
    cap: new Float64Array(wide).fill(5900),
    score: Float64Array.from(
      { length: users * wide },
      (_, p) => scores[segment[Math.floor(p / wide)]][p % wide],
    ),
  });
  const found = await solveOptimal(instance, defaultPolicy);
  const report = checkAssignments(
    instance,
    tableOf(rowsOf(instance, found)),
    defaultPolicy,
    { certificate: certificateOf(instance, found) },
  );
  assert(report.feasible);
  assertEquals(report.certificate!.problems, []);
  assert(found.gap! <= 1e-6, `gap ${found.gap}`);
});

Deno.test("a small drop is solved to its optimum, however large the shortfall price that is asked for", async () => {
  const users = ["u0", "u1", "u2", "u3"];
  const drop = Drop.from({
    users: users.map((id, u) => ({ id, group: `g${[2, 1, 0, 0][u]}` })),
    contracts: [{ id: "c0", cap: 1, sponsored: true }, { id: "c1", cap: 4, sponsored: false }],
    groups: [{ id: "g0", ratio: 0.3 }, { id: "g1", ratio: 0.3 }, { id: "g2", ratio: 0.98 }],
    pairs: users.flatMap((user, u) => [
      ...(u === 0 ? [] : [{ user, contract: "c0", score: [0, 8e-13, 8e-13, 5e-13][u] }]),
      { user, contract: "c1", score: [8e-13, 6e-13, 6e-13, 8e-13][u] },
    ]),
    previous: [{ user: "u0", contract: "c1" }],
  }, { maxChanged: 2 });
  const rules = { k: 1, enforceAssignmentRatio: true };
  const [asked, moderate] = [
    await allocate(drop, { ...rules, shortfallPrice: 1e9 }),
    await allocate(drop, rules),
  ];
  assertEquals(asked.shortfall, 2);
  // Beside the price asked for, the 0.0003 that each offer is worth looks like rounding.
  assertEquals(asked.offerPair, moderate.offerPair);
});
