/**
 * Finds the best joint choice of a group's users at given prices, from their pairs.
 *
 * @module
 */
import { adds, hasRule } from "../../limits/kinds/group_rules.ts";
import type { Prices } from "../../model/allocation.ts";
import { BundleKernel } from "../dual/bundle_kernel.ts";
import { type CasePrices, type DualProblem, mayHaveShape } from "../dual/dual_problem.ts";
import { type GroupUsers, usersByGroup, usersOf } from "../../drop/instance/group_users.ts";
import { chooseJointly } from "./joint_choice.ts";
import type { GroupTerm } from "./group_terms.ts";
import type { JointChoice } from "./joint_states.ts";
import { StateMemory } from "./state_chain.ts";

/** The first limit on a group's loss, in units of an offer's size, for groups of up to SMALL_GROUP users; less for larger ones. */
const FIRST_LIMIT = 1e-4, SMALL_GROUP = 30;

/** Finds choices of groups. The kernel's net prices may be changed from one choice to the next. */
export class GroupChoices {
  /** The kernel that looks at the pairs. */
  readonly kernel: BundleKernel;
  readonly #problem: DualProblem;
  readonly #prices: Prices;
  readonly #byGroup: GroupUsers;
  readonly #memory = new StateMemory();

  /** Finds choices at these prices. */
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
    return usersOf(this.#byGroup, g);
  }

  /** The best choice of group g; null if finding it takes more than `mostStates` states. */
  choose(g: number, mostStates: number): JointChoice | null {
    const choice = this.chooseAt(this.look(g), this.#prices, { mostStates });
    return choice?.isBest ? choice : null;
  }

  /**
   * A choice of a group whose bundles are known, at the given prices of its rules: the best one, or a good one if the best takes
   * too many states; null if none is found.
   *
   * @param search.firstLimit about what the choice may lose, if that is known
   * @param search.near whether a choice of few changes is looked for if the best one takes too many states
   */
  chooseAt(
    look: GroupLook,
    prices: Prices,
    { mostStates, firstLimit, near }: {
      mostStates: number;
      firstLimit?: number;
      near?: boolean;
    },
  ): JointChoice | null {
    const { shapeSponsored, shapeUnsponsored, unit } = this.#problem;
    const terms = termsOf(this.#problem, prices, look.group);
    const shapes = { sponsored: shapeSponsored, unsponsored: shapeUnsponsored };
    // More users allow more combinations, so the least loss is mostly smaller.
    firstLimit ??= FIRST_LIMIT * unit * Math.min(1, (SMALL_GROUP / look.users.length) ** 2);
    return chooseJointly(this.#regrets(look, terms), shapes, terms, {
      firstLimit,
      mostStates,
      near,
      memory: this.#memory,
    });
  }

  /** Σ over a group's users of the value of the best bundle, at the given prices of its rules. */
  bestAt(look: GroupLook, prices: Prices): number {
    const { value, users, group } = look;
    const charge = shapeCharges(this.#problem, termsOf(this.#problem, prices, group));
    const each = charge.length;
    let sum = 0;
    for (let x = 0; x < users.length; x++) {
      let best = -Infinity;
      for (let s = 0; s < each; s++) best = Math.max(best, value[x * each + s] - charge[s]);
      sum += best;
    }
    return sum;
  }

  /** The values of the bundles of group g's users at the kernel's net prices. One pass over their pairs. */
  look(g: number): GroupLook {
    const { kernel } = this;
    const { k, shapeSponsored, shapeUnsponsored, shapeWorth } = this.#problem;
    const users = this.usersOf(g), each = shapeWorth.length;
    const value = new Float64Array(users.length * each);
    const pair = new Int32Array(users.length * 2 * k);
    const sponsored = new Float64Array(k + 1), others = new Float64Array(k + 1);
    users.forEach((u, x) => {
      kernel.listPairs(u);
      for (let n = 0; n < k; n++) {
        sponsored[n + 1] = sponsored[n] + kernel.sponsored.value[n];
        others[n + 1] = others[n] + kernel.unsponsored.value[n];
        pair[2 * k * x + n] = kernel.sponsored.pair[n];
        pair[2 * k * x + k + n] = kernel.unsponsored.pair[n];
      }
      for (let s = 0; s < each; s++) {
        value[x * each + s] = mayHaveShape(this.#problem, u, s)
          ? sponsored[shapeSponsored[s]] + others[shapeUnsponsored[s]] + shapeWorth[s]
          : -Infinity;
      }
    });
    return { group: g, users, value, pair };
  }

  /** Float64Array, users × shapes: by how much the best bundle of each shape is worth less than the user's best bundle. */
  #regrets({ value, users }: GroupLook, terms: readonly GroupTerm[]): Float64Array {
    const charge = shapeCharges(this.#problem, terms), each = charge.length, regret = value.slice();
    for (let x = 0; x < users.length; x++) {
      const own = regret.subarray(x * each, (x + 1) * each);
      let best = -Infinity;
      for (let s = 0; s < each; s++) {
        own[s] -= charge[s];
        if (own[s] > best) best = own[s];
      }
      for (let s = 0; s < each; s++) own[s] = best - own[s];
    }
    return regret;
  }
}

/** Float64Array, length shapes: what a bundle of each shape pays for its group's limits at their prices. */
function shapeCharges(
  { shapeSponsored, shapeUnsponsored }: DualProblem,
  terms: readonly Pick<GroupTerm, "rule" | "group" | "price">[],
): Float64Array {
  return Float64Array.from(shapeSponsored, (i, s) => {
    let sum = 0;
    for (const { rule, group, price } of terms) {
      if (price > 0) sum += rule.sense * price * adds(rule, group, i, shapeUnsponsored[s]);
    }
    return sum;
  });
}

/** The bundles that a group's users could have, and their values at prices of rows. */
export interface GroupLook {
  /** The group. */
  readonly group: number;
  /** Its users. */
  readonly users: Uint32Array;
  /** Float64Array, users × shapes: the value of the best bundle of each shape, its group's rules aside; −Infinity: none. */
  readonly value: Float64Array;
  /** Int32Array, users × 2k: the best sponsored pairs of each, then the best unsponsored ones. */
  readonly pair: Int32Array;
}

/** The limits of group g with their prices. */
function termsOf(
  { rules, shortfallPrice }: DualProblem,
  prices: CasePrices,
  g: number,
): GroupTerm[] {
  const terms = rules.all.filter((rule) => hasRule(rule, g)).map((rule): GroupTerm => {
    const price = prices[rule.name][g];
    const missing = rule.mayBeMissed ? shortfallPrice - price : Infinity;
    return { rule, group: g, price, missing };
  });
  const { leastOfCase } = rules;
  if (leastOfCase === undefined || leastOfCase[g] === -Infinity) return terms;
  const ofUsers = rules.all.find((rule) => rule.onSponsoredUsers && rule.sense < 0)!;
  const rule = { ...ofUsers, amount: leastOfCase, mayBeMissed: false };
  return [...terms, { rule, group: g, price: prices.leastOfCase?.[g] ?? 0, missing: Infinity }];
}
