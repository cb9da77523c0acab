import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { chooseJointly } from "../../../../lib/allocator/optimal/joint/joint_choice.ts";
import {
  type GroupTerm,
  lossOfLimits,
} from "../../../../lib/allocator/optimal/joint/group_terms.ts";
import { countsOfShape, OwnShapes } from "../../../../lib/allocator/optimal/joint/joint_states.ts";
import { chooseNear } from "../../../../lib/allocator/optimal/joint/near_choice.ts";
import { StateMemory } from "../../../../lib/allocator/optimal/joint/state_chain.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";

const SHAPES = {
  sponsored: Int32Array.of(0, 0, 0, 1, 2, 1),
  unsponsored: Int32Array.of(0, 1, 2, 0, 0, 1),
};
const EACH = SHAPES.sponsored.length;

/** A least number of sponsored users, which may be missed at a price, and a least share of sponsored offers, which may not. */
function limits(least: number, ratio: number): GroupTerm[] {
  const rule = (amount: number, weight: number[], mayBeMissed: boolean) => ({
    name: "minSponsored" as const,
    sense: -1 as const,
    mayBeMissed,
    onSponsoredUsers: false,
    countsOffers: !mayBeMissed,
    countsMixed: false,
    amount: Float64Array.of(amount),
    weight: Float64Array.from(weight),
    unit: Float64Array.of(1),
  });
  const share = [0, 1 - ratio, -ratio, 0];
  return [
    { group: 0, price: 0.3, missing: 9, rule: rule(least, [1, 0, 0, 0], true) },
    { group: 0, price: 0.9, missing: Infinity, rule: rule(0, share, false) },
  ];
}

/** Regrets of users who each have some best shape. */
function regrets(users: number, seed: number, size: number, ties = 0): Float64Array {
  const random = seededRandom(seed);
  const regret = Float64Array.from({ length: users * EACH }, () => size * random.next());
  for (let x = 0; x < users; x++) {
    regret[x * EACH + random.below(EACH)] = 0;
    if (x < ties) regret.fill(0, x * EACH + 2, x * EACH + 4);
  }
  return regret;
}

/** What a choice loses, counted anew. */
function lossOf(shape: Int32Array, regret: Float64Array, terms: readonly GroupTerm[]): number {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  let loss = 0;
  shape.forEach((s, x) => {
    loss += regret[x * EACH + s];
    countsOfShape(SHAPES, s).forEach((n, i) => counts[i] += n);
  });
  return loss + lossOfLimits(terms, counts);
}

/** A fresh setting of a search. */
const within = (mostStates: number) => ({ mostStates, memory: new StateMemory() });

Deno.test("of up to four users the choice near the base is the best one", () => {
  let positive = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const users = 1 + seed % 4, regret = regrets(users, seed, 1, seed % 3);
    const terms = limits(seed % (users + 1), 0.37);
    const best = chooseJointly(regret, SHAPES, terms, { firstLimit: 1e-3, mostStates: 1e6 })!;
    const near = chooseNear(new OwnShapes(regret, SHAPES), terms, Infinity, within(1e6))!;
    assertAlmostEquals(near.loss, best.loss, 1e-12, `seed ${seed}`);
    assertAlmostEquals(lossOf(near.shape, regret, terms), near.loss, 1e-12, `seed ${seed}`);
    assertEquals(near.isBest, false, "it does not know that");
    if (near.loss > 0) positive++;
  }
  assert(positive > 100, `${positive} lose anything`);
});

Deno.test("in a large group a choice of few changes loses less than what few states find", () => {
  for (const ties of [0, 60]) {
    const users = 500, regret = regrets(users, 5 + ties, 0.4, ties);
    const own = new OwnShapes(regret, SHAPES);
    // Ties that are all one way leave the group short of its least number of sponsored users.
    const terms = limits(own.counts[0] + ties / 2, 0.73);
    const search = { firstLimit: 1e-6, mostStates: 20_000 };
    const few = chooseJointly(regret, SHAPES, terms, search);
    const near = chooseJointly(regret, SHAPES, terms, { ...search, near: true })!;
    assert(near.loss < (few?.loss ?? Infinity), `${near.loss} after ${few?.loss}`);
    assertAlmostEquals(lossOf(near.shape, regret, terms), near.loss, 1e-9);
  }
});

Deno.test("near the base there may be nothing below the limit", () => {
  const regret = regrets(3, 1, 1), terms = limits(3, 0.37);
  assertEquals(chooseNear(new OwnShapes(regret, SHAPES), terms, 0, within(1e6)), null);
});
