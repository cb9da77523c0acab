import { assertEquals } from "../../../../lib/deps/std_assert.ts";
import {
  areTypesAll,
  isSearchable,
  isSearchFirst,
} from "../../../../lib/allocator/optimal/flow/typed_network.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { IdPool } from "../../../../lib/base/ids/ids.ts";

/** A drop of users with 26 pairs each unless said, half of the contracts sponsored; it need not make sense. */
function dropOf(users: number, contracts: number, policy: Partial<Policy> = {}, own = 26) {
  const pairs = own * users, half = contracts >> 1, each = own >> 1;
  const instance = {
    users: IdPool.from(Array.from({ length: users }, (_, u) => `u${u}`)),
    contracts: Array.from({ length: contracts }, (_, c) => `c${c}`),
    sponsoredContracts: half,
    cap: new Float64Array(contracts).fill(1),
    brand: null,
    brands: [],
    groups: ["g"],
    ratio: Float64Array.of(0),
    groupSize: Uint32Array.of(users),
    group: new Uint32Array(users),
    start: Uint32Array.from({ length: users + 1 }, (_, u) => own * u),
    middle: Uint32Array.from({ length: users }, (_, u) => own * u + each),
    contract: Uint16Array.from(
      { length: pairs },
      (_, p) => p % own < each ? p % each : half + p % each,
    ),
    score: new Float64Array(pairs).fill(0.5),
  };
  return compileDualProblem(instance, { ...defaultPolicy, ...policy });
}

Deno.test("types come first where there are more contracts than offers, in a drop too large for programs", () => {
  const tells = (
    problem: ReturnType<typeof dropOf>,
  ) => [areTypesAll(problem), isSearchFirst(problem)];
  assertEquals(tells(dropOf(4000, 12_000)), [true, true]);
  assertEquals(tells(dropOf(4000, 11_999)), [false, false]);
  assertEquals(tells(dropOf(3000, 12_000)), [false, false]);
  // A limit of each user's brands is no flow, nor are mixed users.
  assertEquals(tells(dropOf(4000, 12_000, { mixTail: true })), [false, false]);
  assertEquals(tells(dropOf(4000, 12_000, { model: "coverage" })), [false, false]);
});

Deno.test("types are searched for where few users want each contract, however many offers each gets", () => {
  const isFor = (users: number, contracts: number, k: number) =>
    isSearchable(dropOf(users, contracts, { k }, 80));
  for (const k of [2, 3, 10, 40]) {
    assertEquals(isFor(800, 80, k), true, `k ${k}`);
    assertEquals(isFor(801, 80, k), false, `k ${k}`);
  }
  // With one offer each the plain flow is exact.
  assertEquals(isFor(100, 80, 1), false);
});
