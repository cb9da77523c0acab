/**
 * The best joint choice of each group's users at prices, from the pairs.
 *
 * @module
 */
import { adds, hasRule } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { BundleKernel } from "./bundle_kernel.ts";
import { type DualProblem, mayHaveShape } from "./dual_problem.ts";
import { type GroupUsers, usersByGroup } from "../../drop/group_users.ts";
import { chooseJointly, type GroupTerm, type JointChoice } from "./joint_choice.ts";

/** The first limit on a group's loss, in units of an offer's size, for groups of up to so many users; then less. */
const FIRST_LIMIT = 1e-4, SMALL_GROUP = 30;

/** Finds groups' choices. The kernel's net prices may be changed between them. */
export class GroupChoices {
  /** The kernel that looks at the pairs. */
  readonly kernel: BundleKernel;
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  readonly #byGroup: GroupUsers;

  /** Choices at some prices. */
  constructor(problem: DualProblem, prices: Prices) {
    const { group, groups } = problem.instance;
    this.#problem = problem;
    this.#prices = prices;
    this.#byGroup = usersByGroup(group, groups.length);
    this.kernel = new BundleKernel(problem);
    this.kernel.setPrices(prices);
  }

  /** The users of group g. */
  usersOf(g: number): Uint32Array {
    const { start, user } = this.#byGroup;
    return user.subarray(start[g], start[g + 1]);
  }

  /** The best choice of group g; null where it takes more than `mostStates` states. */
  choose(g: number, mostStates: number): JointChoice | null {
    const { shapeSponsored, shapeUnsponsored, unit } = this.#problem;
    const terms = termsOf(this.#problem, this.#prices, g);
    const shapes = { sponsored: shapeSponsored, unsponsored: shapeUnsponsored };
    const users = this.usersOf(g);
    // More users allow more combinations, so the least loss is mostly smaller.
    const firstLimit = FIRST_LIMIT * unit * Math.min(1, (SMALL_GROUP / users.length) ** 2);
    return chooseJointly(this.#regrets(users, terms), shapes, terms, { firstLimit, mostStates });
  }

  /** Float64Array, users × shapes: what the best bundle of each shape is worth less than the user's best one. */
  #regrets(users: Uint32Array, terms: readonly GroupTerm[]): Float64Array {
    const { kernel } = this;
    const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = this.#problem;
    const each = shapeWorth.length, regret = new Float64Array(users.length * each);
    const sponsored = new Float64Array(k + 1), others = new Float64Array(k + 1);
    users.forEach((u, x) => {
      kernel.scanUser(u);
      for (let n = 0; n < k; n++) {
        sponsored[n + 1] = sponsored[n] + kernel.sponsored.value[n];
        others[n + 1] = others[n] + kernel.unsponsored.value[n];
      }
      const value = regret.subarray(x * each, (x + 1) * each);
      let best = -Infinity;
      for (let s = 0; s < each; s++) {
        const i = shapeSponsored[s], j = shapeUnsponsored[s];
        value[s] = sponsored[i] + others[j] + shapeWorth[s];
        for (const { rule, group, price } of terms) {
          if (price > 0) value[s] -= rule.sense * price * adds(rule, group, i, j);
        }
        if (!mayHaveShape(this.#problem, u, s)) value[s] = -Infinity;
        if (value[s] > best) best = value[s];
      }
      for (let s = 0; s < each; s++) value[s] = best - value[s];
    });
    return regret;
  }
}

/** The limits of group g with their prices. */
function termsOf({ rules, shortfallPrice }: DualProblem, prices: Prices, g: number): GroupTerm[] {
  return rules.all.filter((rule) => hasRule(rule, g)).map((rule) => {
    const price = prices[rule.name][g];
    const missing = rule.mayBeMissed ? shortfallPrice - price : Infinity;
    return { rule, group: g, price, missing };
  });
}
