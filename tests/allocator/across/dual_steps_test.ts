import { assert, assertAlmostEquals, assertEquals } from "../../../lib/deps/std_assert.ts";
import {
  type GroupBlock,
  quadraticStep,
} from "../../../lib/allocator/optimal/search/quadratic_step.ts";
import { selectLargest } from "../../../lib/allocator/optimal/dual/select.ts";
import { passBoard } from "../../../lib/allocator/optimal/passes/pass_board.ts";
import {
  Held,
  marginRoom,
  settleGroups,
} from "../../../lib/allocator/optimal/passes/settle_groups.ts";
import { compileDualProblem } from "../../../lib/allocator/optimal/dual/dual_problem.ts";
import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { type Random, seededRandom } from "../../../lib/base/numbers/random.ts";
import { emptyTies } from "../../../lib/allocator/optimal/passes/tie_list.ts";
import { randomInstance } from "../../support/random_instance.ts";
import { withoutZeros } from "../../support/whole_matrix.ts";

/** A random positive definite matrix of size n, row-major. */
function positiveDefinite(n: number, random: Random): Float64Array {
  const root = Float64Array.from({ length: n * n }, () => random.next() - 0.5);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const a = Math.floor(at / n), b = at % n;
    let sum = a === b ? 0.05 : 0;
    for (let j = 0; j < n; j++) sum += root[a * n + j] * root[b * n + j];
    return sum;
  });
}

Deno.test("the quadratic's step meets the optimality conditions of its box, group blocks included", () => {
  const random = seededRandom(3);
  const draw = (n: number) => Float64Array.from({ length: n }, () => 2 * random.next() - 1);
  for (const K of [1, 3, 8, 8, 8, 25, 450]) {
    const groups = K < 100 ? 3 : 1, n = K + 2 * groups;
    const whole = positiveDefinite(n, random);
    // Prices of different groups are not coupled.
    for (let a = K; a < n; a++) {
      for (let b = K; b < n; b++) if ((a - K) >> 1 !== (b - K) >> 1) whole[a * n + b] = 0;
    }
    for (let a = 0; a < n; a++) whole[a * n + a] += K < 100 ? 1 : 5;
    const at = (a: number, b: number) => whole[a * n + b];
    const gradient = draw(n), low = draw(n).map((v) => -Math.abs(v)), high = draw(n).map(Math.abs);
    const row = Int32Array.from({ length: K }, (_, c) => c);
    const blocks: GroupBlock[] = Array.from({ length: groups }, (_, g) => {
      const own = [K + 2 * g, K + 2 * g + 1];
      return {
        row,
        cross: Float64Array.from({ length: 2 * K }, (_, i) => at(own[Math.floor(i / K)], i % K)),
        hessian: Float64Array.from({ length: 4 }, (_, i) => at(own[i >> 1], own[i & 1])),
        gradient: Float64Array.from(own, (v) => gradient[v]),
        low: Float64Array.from(own, (v) => low[v]),
        high: Float64Array.from(own, (v) => high[v]),
        step: new Float64Array(2),
      };
    });
    const step = new Float64Array(K);
    const value = quadraticStep({
      matrix: withoutZeros(
        Float64Array.from({ length: K * K }, (_, i) => at(Math.floor(i / K), i % K)),
        K,
      ),
      ties: emptyTies(),
      followers: [],
      gradient: gradient.subarray(0, K),
      low: low.subarray(0, K),
      high: high.subarray(0, K),
      blocks,
    }, step);
    const all = [...step, ...blocks.flatMap((block) => [...block.step])];
    let expected = 0;
    for (let a = 0; a < n; a++) {
      let slope = gradient[a];
      for (let b = 0; b < n; b++) slope += at(a, b) * all[b];
      expected += 0.5 * all[a] * (gradient[a] + slope);
      assert(all[a] >= low[a] && all[a] <= high[a]);
      if (all[a] > low[a]) assert(slope < 1e-3, `${K}: ${slope} at ${a}`);
      if (all[a] < high[a]) assert(slope > -1e-3, `${K}: ${slope} at ${a}`);
    }
    assertAlmostEquals(value, expected, 1e-9 * K);
  }
});

Deno.test("selection puts each order statistic in its place", () => {
  const random = seededRandom(1);
  for (let round = 0; round < 100; round++) {
    const values = Float64Array.from({ length: 1 + random.below(30) }, () => random.below(8));
    const sorted = [...values].sort((a, b) => b - a);
    const rank = random.below(values.length);
    const found = values.slice();
    selectLargest(found, rank);
    assertEquals(found[rank], sorted[rank]);
    assertEquals([...found].sort((a, b) => b - a), sorted);
    assert(found.subarray(0, rank).every((v) => v >= found[rank]));
  }
});

Deno.test("settled group prices are minima of D in t", () => {
  const random = seededRandom(8);
  const instance = randomInstance({ seed: 1, users: 120, contracts: 6, groups: 4 });
  const users = instance.group.length, groups = instance.groups.length;
  const board = passBoard(compileDualProblem(instance, defaultPolicy), 1);
  const room = marginRoom(users), P = 1.5;
  for (let round = 0; round < 60; round++) {
    board.activeCount.fill(0);
    // All users of block b are active; margins tie now and then.
    for (let b = 0; b < board.activeCount.length; b++) {
      const from = Math.floor((users * b) / 64), to = Math.floor((users * (b + 1)) / 64);
      board.activeCount[b] = to - from;
      for (let u = from; u < to; u++) {
        board.activeGroup[u] = instance.group[u];
        board.margin[u] = random.below(9) === 0 ? -Infinity : random.below(40) / 20 - 1;
      }
    }
    const least = new Float64Array(groups), most = new Float64Array(groups);
    const frozen = new Float64Array(groups), counts = new Float64Array(groups);
    for (let g = 0; g < groups; g++) {
      frozen[g] = random.below(3);
      least[g] = random.below(instance.groupSize[g] + frozen[g] + 3);
      most[g] = random.below(3) === 0 ? Infinity : least[g] + random.below(4);
      board.point.sponsored[g] = random.below(2) === 0 ? 0 : random.next();
      counts[g] = frozen[g];
    }
    for (let u = 0; u < users; u++) {
      const g = instance.group[u];
      if (board.margin[u] + board.point.sponsored[g] > 0) counts[g]++;
    }
    const held = new Uint8Array(groups);
    // With a small inset few margins are near the price of before.
    const inset = round % 2 === 0 ? 0.01 : 1e-5;
    const range = { centre: board.point.sponsored, reach: null, highest: P, inset };
    settleGroups(board, room, { least, most }, range, { all: counts, frozen, stride: 1 }, held);
    for (let g = 0; g < groups; g++) {
      const dualIn = (t: number) => {
        let sum = t * frozen[g] - t * (t > 0 ? least[g] : t < 0 ? most[g] : 0);
        for (let u = 0; u < users; u++) {
          if (instance.group[u] === g) sum += Math.max(0, board.margin[u] + t);
        }
        return sum;
      };
      const t = board.settled[g];
      assert(t <= P);
      for (let i = -60; i <= 30; i++) {
        const other = i / 20;
        assert(dualIn(t) <= dualIn(other) + 1e-9, `t = ${t} is worse than ${other}`);
      }
      if (t === 0) assertEquals(held[g], Held.Nothing);
    }
  }
});
