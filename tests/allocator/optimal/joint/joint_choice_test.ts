import { assert, assertAlmostEquals, assertEquals } from "../../../../lib/deps/std_assert.ts";
import { boundFromPrices } from "../../../../lib/allocator/check/bound/bound.ts";
import { demandsOf } from "../../../../lib/allocator/check/rules/demands.ts";
import {
  type Bundle,
  type GroupLimits,
  lossOfGroup,
  lossOfLimits,
} from "../../../../lib/allocator/check/bound/joint_loss.ts";
import { solveIlp } from "../../../../lib/allocator/ilp/ilp.ts";
import { solveOptimal } from "../../../../lib/allocator/optimal/optimal.ts";
import { boundAt } from "../../../../lib/allocator/optimal/dual/bound.ts";
import { compileDualProblem } from "../../../../lib/allocator/optimal/dual/dual_problem.ts";
import { prove } from "../../../../lib/allocator/optimal/joint/proof.ts";
import { chooseJointly } from "../../../../lib/allocator/optimal/joint/joint_choice.ts";
import type { GroupTerm } from "../../../../lib/allocator/optimal/joint/group_terms.ts";
import { minimiseDual } from "../../../../lib/allocator/optimal/search/minimise_dual.ts";
import { defaultPolicy, type Policy } from "../../../../lib/allocator/model/policy.ts";
import { seededRandom } from "../../../../lib/base/numbers/random.ts";
import { generateInstance } from "../../../../lib/generate/generate_instance.ts";
import { randomInstance } from "../../../support/random_instance.ts";
import { randomPolicy } from "../../../support/random_policy.ts";
import { tried } from "../../../support/effort.ts";

const SHAPES = {
  sponsored: Int32Array.of(0, 0, 0, 1, 2, 1),
  unsponsored: Int32Array.of(0, 1, 2, 0, 0, 1),
};
const EACH = SHAPES.sponsored.length;

/** The limits of a group and their prices. */
interface GroupTerms {
  readonly least: number;
  readonly leastPrice: number;
  readonly shortfallPrice: number;
  readonly most: number;
  readonly mostPrice: number;
  readonly ratio: number;
  readonly ratioPrice: number;
  readonly maxMixed: number;
  readonly mixedPrice: number;
}

/** The same as the solver has them: what sponsored users, sponsored and other offers and mixed users weigh. */
function solverTerms(terms: GroupTerms): GroupTerm[] {
  const term = (
    sense: 1 | -1,
    amount: number,
    weight: readonly number[],
    price: number,
    missing = Infinity,
  ): GroupTerm => ({
    group: 0,
    price,
    missing,
    rule: {
      name: "minSponsored",
      sense,
      mayBeMissed: missing < Infinity,
      onSponsoredUsers: false,
      countsOffers: weight[1] !== 0,
      countsMixed: weight[3] !== 0,
      amount: Float64Array.of(amount),
      weight: Float64Array.from(weight),
      unit: Float64Array.of(1),
    },
  });
  const { least, leastPrice, shortfallPrice, ratio } = terms;
  return [
    term(-1, least, [1, 0, 0, 0], leastPrice, shortfallPrice - leastPrice),
    ...(terms.most < Infinity ? [term(1, terms.most, [1, 0, 0, 0], terms.mostPrice)] : []),
    term(-1, 0, [0, 1 - ratio, -ratio, 0], terms.ratioPrice),
    ...(terms.maxMixed < Infinity ? [term(1, terms.maxMixed, [0, 0, 0, 1], terms.mixedPrice)] : []),
  ];
}

/** The same as the checker has them. */
function limitsOf(terms: GroupTerms): GroupLimits {
  return {
    least: { limit: terms.least, price: terms.leastPrice },
    most: { limit: terms.most, price: terms.mostPrice },
    share: { limit: terms.ratio, price: terms.ratioPrice },
    mixed: { limit: terms.maxMixed, price: terms.mixedPrice },
    missing: terms.shortfallPrice,
  };
}

/** The least loss of all choices, one by one, and how many reach it. */
function leastLoss(regret: Float64Array, terms: GroupTerms): number {
  const users = regret.length / EACH;
  let least = Infinity;
  for (let choice = 0; choice < EACH ** users; choice++) {
    let loss = 0, n = 0, mixed = 0, sponsored = 0, others = 0;
    for (let x = 0, rest = choice; x < users; x++, rest = Math.floor(rest / EACH)) {
      const s = rest % EACH, i = SHAPES.sponsored[s], j = SHAPES.unsponsored[s];
      loss += regret[x * EACH + s];
      if (i > 0) n++;
      if (i > 0 && j > 0) mixed++;
      sponsored += i;
      others += j;
    }
    const beyond = sponsored - terms.ratio * (sponsored + others);
    if (n > terms.most || mixed > terms.maxMixed || beyond < -1e-9) continue;
    loss += terms.ratioPrice * Math.max(0, beyond);
    loss += n >= terms.least
      ? terms.leastPrice * (n - terms.least)
      : (terms.shortfallPrice - terms.leastPrice) * (terms.least - n);
    if (terms.mostPrice > 0) loss += terms.mostPrice * (terms.most - n);
    if (terms.mixedPrice > 0) loss += terms.mixedPrice * (terms.maxMixed - mixed);
    least = Math.min(least, loss);
  }
  return least;
}

/** The least loss of all choices, by way of all counts that the first users, the first two, … can have. */
function leastLossByCounts(regret: Float64Array, terms: readonly GroupTerm[]): number {
  let known = new Map<string, number>([["0,0,0,0", 0]]);
  for (let x = 0; x < regret.length / EACH; x++) {
    const next = new Map<string, number>();
    for (const [name, loss] of known) {
      const counts = name.split(",").map(Number);
      for (let s = 0; s < EACH; s++) {
        const i = SHAPES.sponsored[s], j = SHAPES.unsponsored[s];
        const own = [i > 0 ? 1 : 0, i, j, i > 0 && j > 0 ? 1 : 0];
        const key = counts.map((n, c) => n + own[c]).join();
        next.set(key, Math.min(next.get(key) ?? Infinity, loss + regret[x * EACH + s]));
      }
    }
    known = next;
  }
  let least = Infinity;
  for (const [name, loss] of known) {
    let all = loss;
    for (const { rule: { sense, amount, weight }, price, missing } of terms) {
      const used = name.split(",").reduce((sum, n, c) => sum + weight[c] * Number(n), 0);
      const excess = sense * (used - amount[0]);
      if (excess > 1e-9) all += missing * excess;
      else if (price > 0) all -= price * excess;
    }
    least = Math.min(least, all);
  }
  return least;
}

/** A random group of a few users. */
function randomGroup(seed: number, users?: number): { regret: Float64Array; terms: GroupTerms } {
  const random = seededRandom(seed);
  const one = <T>(...values: T[]): T => values[random.below(values.length)];
  users ??= 1 + random.below(5);
  const regret = new Float64Array(users * EACH);
  for (let x = 0; x < users; x++) {
    for (let s = 1; s < EACH; s++) {
      regret[x * EACH + s] = one(0, 0.1, random.next(), random.next(), Infinity);
    }
    // Somebody's best bundle is any of the shapes.
    const best = random.below(EACH);
    regret[x * EACH] = random.next();
    regret[x * EACH + best] = 0;
  }
  const most = one(Infinity, users, 1), maxMixed = one(Infinity, 1, 0);
  return {
    regret,
    terms: {
      least: random.below(users + 1),
      leastPrice: one(0, 0.3),
      shortfallPrice: one(1, 10),
      most,
      mostPrice: most === Infinity ? 0 : one(0, 0.2),
      ratio: one(0, 0.37, 0.5, 1),
      ratioPrice: one(0, 0.2, 2),
      maxMixed,
      mixedPrice: maxMixed === Infinity ? 0 : one(0, 0.1),
    },
  };
}

Deno.test("a group's best choice is the best of all, for the solver and for the checker", () => {
  let positive = 0;
  for (let seed = 1; seed <= tried(150, 400); seed++) {
    const { regret, terms } = randomGroup(seed);
    const least = leastLoss(regret, terms), what = `seed ${seed}`;
    const found = chooseJointly(regret, SHAPES, solverTerms(terms), {
      firstLimit: 1e-3,
      mostStates: 1e6,
    });
    if (least === Infinity) {
      assertEquals(found, null, what);
      continue;
    }
    assertAlmostEquals(found!.loss, least, 1e-12, what);
    let loss = 0;
    found!.shape.forEach((s, x) => loss += regret[x * EACH + s]);
    assert(loss <= least + 1e-12, `${what}: the shapes lose ${loss}`);

    const bundles: Bundle[][] = [];
    for (let x = 0; x < regret.length / EACH; x++) {
      bundles.push(Array.from({ length: EACH }, (_, s) => ({
        value: 3 - regret[x * EACH + s],
        sponsored: SHAPES.sponsored[s],
        others: SHAPES.unsponsored[s],
      })));
    }
    const limits = limitsOf(terms);
    const checked = lossOfGroup(bundles, (counts, loss) => loss + lossOfLimits(limits, counts));
    assertAlmostEquals(checked, least, 1e-12, what);
    if (least > 0) positive++;
  }
  assert(positive > 100, `${positive} lose anything`);
});

Deno.test("the best choice of a group of more users is the best of all", () => {
  let positive = 0;
  for (let seed = 1; seed <= tried(60, 200); seed++) {
    const { regret, terms } = randomGroup(1000 + seed, 6 + seed % 9);
    const limits = solverTerms(terms), least = leastLossByCounts(regret, limits);
    const found = chooseJointly(regret, SHAPES, limits, { firstLimit: 1e-3, mostStates: 1e7 });
    assertAlmostEquals(found?.loss ?? Infinity, least, 1e-9, `seed ${seed}`);
    if (found === null) continue;
    assertEquals(found.isBest, true, `seed ${seed}`);
    if (least > 0) positive++;
  }
  assert(positive > tried(20, 65), `${positive} lose anything`);
});

Deno.test("the best choice of a group of dozens is the checker's, which looks at all states", () => {
  let positive = 0;
  for (let seed = 1; seed <= tried(25, 100); seed++) {
    const random = seededRandom(seed), users = 15 + random.below(45);
    const { regret, terms } = randomGroup(2000 + seed, users);
    // Prices that let limits be kept nearly, as those of a search do; few users lose little by a change.
    for (let i = 0; i < regret.length; i++) {
      if (regret[i] > 0) regret[i] = random.next() < 0.3 ? random.next() ** 2 : Infinity;
    }
    const counts = [0, 0, 0, 0];
    for (let x = 0; x < users; x++) {
      const best = regret.subarray(x * EACH, (x + 1) * EACH).indexOf(0);
      const i = SHAPES.sponsored[best], j = SHAPES.unsponsored[best];
      [i > 0 ? 1 : 0, i, j, i > 0 && j > 0 ? 1 : 0].forEach((n, c) => counts[c] += n);
    }
    const off = () => random.below(5) - 2;
    const at = {
      ...terms,
      least: counts[0] + off(),
      most: terms.most === Infinity ? Infinity : counts[0] + 2 + off(),
      mostPrice: 0,
      ratio: Math.round(1000 * counts[1] / (counts[1] + counts[2])) / 1000,
      maxMixed: terms.maxMixed === Infinity ? Infinity : counts[3] + off(),
      ratioPrice: 0.1,
      leastPrice: 0.1,
    };
    const bundles: Bundle[][] = Array.from(
      { length: users },
      (_, x) =>
        Array.from({ length: EACH }, (_, s) => ({
          value: 3 - regret[x * EACH + s],
          sponsored: SHAPES.sponsored[s],
          others: SHAPES.unsponsored[s],
        })),
    );
    const limits = limitsOf(at);
    const checked = lossOfGroup(bundles, (counts, loss) => loss + lossOfLimits(limits, counts));
    const found = chooseJointly(regret, SHAPES, solverTerms(at), {
      firstLimit: 1e-4,
      mostStates: 1e6,
    });
    if (checked === 0) continue;
    assertAlmostEquals(found?.loss ?? Infinity, checked, 1e-12, `seed ${seed}`);
    assertEquals(found?.isBest, true, `seed ${seed}`);
    positive++;
  }
  assert(positive > tried(15, 60), `${positive} lose anything`);
});

Deno.test("a search that takes too many states finds nothing", () => {
  const { terms } = randomGroup(7), tied = new Float64Array(20 * EACH);
  assertEquals(
    chooseJointly(tied, SHAPES, solverTerms(terms), { firstLimit: 1, mostStates: 100 }),
    null,
  );
});

Deno.test("the joint bound lies between the optimum and the prices' bound; the checker has the same", async () => {
  let tighter = 0;
  for (let seed = 1; seed <= tried(15, 40); seed++) {
    const instance = randomInstance({
      seed,
      users: 12 + (seed % 12),
      contracts: 8,
      groups: 1 + (seed % 5),
      capShare: seed % 2 === 0 ? 0.8 : 0.3,
    });
    const policy: Policy = {
      ...randomPolicy(seed),
      model: "uniform",
      enforceAssignmentRatio: true,
      assignmentRatioGuard: "hard",
    };
    const problem = compileDualProblem(instance, policy);
    const { prices } = await minimiseDual(problem);
    const bound = boundAt(problem, prices);
    const { loss } = await prove(problem, { prices, bound });
    const joint = bound - loss.reduce((sum, lost) => sum + lost, 0);
    const optimum = (await solveIlp(instance, policy)).objective;
    const room = 1e-7 * (1 + Math.abs(optimum));
    assert(joint >= optimum - room, `seed ${seed}: ${joint} is below the optimum ${optimum}`);
    assert(loss.every((lost) => lost >= 0), `seed ${seed}`);
    const { bound: checked } = boundFromPrices(
      instance,
      policy,
      demandsOf(instance, policy),
      prices,
    );
    assertAlmostEquals(checked, joint, 1e-9 * (1 + Math.abs(joint)), `seed ${seed}`);
    if (joint < bound - 1e-6) tighter++;
  }
  assert(tighter > tried(3, 10), `${tighter} tighter`);
});

Deno.test("an assignment ratio in many small groups: proven within four thousandths", async () => {
  const instance = generateInstance({ users: 1000, groups: 75, pairs: 14 });
  const policy: Policy = { ...defaultPolicy, enforceAssignmentRatio: true };
  const { gap, objective, bound } = await solveOptimal(instance, policy);
  assert(gap! <= 4e-3, `gap ${gap}: ${objective} of ${bound}`);
});
