/**
 * Finds the best prices of one group's limits while the prices of rows stay as they are.
 *
 * The group's part of D is a convex, piecewise linear function of each price; its slope is what the users' best bundles leave of
 * the limit. The sponsored price is an order statistic of the users' margins (see `settle_groups.ts`). The other prices are
 * found by interpolation and bisection in turn (the slopes are steps, which interpolation alone may walk along), one after the other,
 * with the best sponsored price at each step. At such prices few users have more than one bundle worth looking at, so a group's best
 * joint choice is found quickly.
 *
 * @module
 */
import { adds, hasRule } from "../../limits/kinds/group_rules.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { GroupLook } from "./group_choices.ts";
import { settleOne } from "../passes/settle_groups.ts";
import type { PricePoint } from "../dual/price_point.ts";

/** Most prices tried between two, and rounds over all prices if there are several. */
const MOST_TRIES = 80, ROUNDS = 3;
/** First step of a price, in units of an offer's size: about how far prices of rows have moved; and the step at which bisection ends. */
const FIRST_STEP = 1e-3, LAST_STEP = 1e-7;
/** The highest price, in units of an offer's size. */
const MOST = 1e6;

/** Sets the group's prices in `point` to the best ones for the values in `look`. */
export function settleGroupPrices(problem: DualProblem, look: GroupLook, point: PricePoint): void {
  const group = new GroupDual(problem, look, point);
  const { others } = problem.rules, own = others.filter((rule) => hasRule(rule, look.group));
  for (let round = 0; round < (own.length > 1 ? ROUNDS : 1); round++) {
    others.forEach((rule, i) => {
      if (hasRule(rule, look.group)) group.settle(i);
    });
  }
  group.settleCount();
}

/** A price that was tried, and by how much the users' best bundles break the limit at it; above 0 the price is too low. */
interface Tried {
  readonly at: number;
  readonly lacks: number;
}

/**
 * A slope of a half lies in the middle of a step: it is what interpolation looks for, but this far from either end at least. Where slopes
 * differ by only so much there is hardly more than a step between, which may be anywhere.
 */
const MIDDLE = 0.5, INSET = 0.05, FEW = 3;

/** About where the slope changes its sign between two prices. */
function between(low: Tried, high: Tried): number {
  const differ = low.lacks - high.lacks;
  const share = differ > FEW
    ? Math.min(1 - INSET, Math.max(INSET, (low.lacks - MIDDLE) / differ))
    : 0.5;
  return low.at + share * (high.at - low.at);
}

/** One group's part of D. */
class GroupDual {
  readonly #problem: DualProblem;
  readonly #look: GroupLook;
  readonly #point: PricePoint;
  /** Float64Array, length users: by how much each one's best sponsored bundle is better than its best other one. */
  readonly #margin: Float64Array;
  /** The margins of users who have a sponsored bundle. */
  readonly #finite: Float64Array;
  /** Int32Array, users × 2: the shapes of these two bundles. */
  readonly #best: Int32Array;
  /** The shapes at the last price that was too low, and at the last one that was not. */
  readonly #bestBelow: Int32Array;
  readonly #bestAbove: Int32Array;
  /** Uint8Array, length users: 1 if the shapes are known to be those in {@link #best}. */
  readonly #isSettled: Uint8Array;
  /** By rule of `rules.others`: Float64Array, length shapes: what a bundle of each shape adds to what it counts. */
  readonly #adds: readonly Float64Array[];
  /** Float64Array, length shapes: what a bundle of each pays at the present prices of the other rules. */
  readonly #charge: Float64Array;

  constructor(problem: DualProblem, look: GroupLook, point: PricePoint) {
    this.#problem = problem;
    this.#look = look;
    this.#point = point;
    this.#margin = new Float64Array(look.users.length);
    this.#finite = new Float64Array(look.users.length);
    this.#best = new Int32Array(2 * look.users.length);
    this.#bestBelow = new Int32Array(2 * look.users.length);
    this.#bestAbove = new Int32Array(2 * look.users.length);
    this.#isSettled = new Uint8Array(look.users.length);
    const { rules: { others }, shapeSponsored, shapeUnsponsored } = problem;
    this.#adds = others.map((rule) =>
      Float64Array.from(
        shapeSponsored,
        (i, s) => adds(rule, look.group, i, shapeUnsponsored[s]),
      )
    );
    this.#charge = new Float64Array(shapeSponsored.length);
  }

  /** Sets the price of rule `i` of `rules.others` to the best one. */
  settle(i: number): void {
    const prices = this.#point.others[i], g = this.#look.group, was = prices[g];
    let [low, high] = this.#bracket(i);
    const least = LAST_STEP * this.#problem.unit;
    if (high.at < MOST * this.#problem.unit && high.at - low.at > least) this.#settleUsers();
    for (let n = 0; n < MOST_TRIES && high.at - low.at > least; n++) {
      const tried = this.#try(i, n % 2 === 0 ? between(low, high) : (low.at + high.at) / 2);
      if (tried.lacks > 0) low = tried;
      else high = tried;
    }
    this.#isSettled.fill(0);
    // At the higher end the limit is kept, so few users need other bundles. But a first price so near the best one may be the best itself.
    prices[g] = low.at === was ? low.at : high.at;
  }

  /** Prices of rule `i` of which the lower is too low, if it is less, and the higher is not, if it is less than any price may be. */
  #bracket(i: number): [low: Tried, high: Tried] {
    const { unit } = this.#problem, most = MOST * unit;
    let low = this.#try(i, this.#point.others[i][this.#look.group]), high = low;
    let step = FIRST_STEP * unit;
    if (low.lacks > 0) {
      do {
        low = high;
        high = this.#try(i, Math.min(most, high.at + step));
        step *= 4;
      } while (high.lacks > 0 && high.at < most);
    } else {
      do {
        if (low.at === 0) return [low, low];
        high = low;
        low = this.#try(i, Math.max(0, low.at - step));
        step *= 4;
      } while (!(low.lacks > 0));
    }
    return [low, high];
  }

  /** Tries a price of rule `i`: how much more than the users' best bundles leave of the limit it would have to give back. */
  #try(i: number, at: number): Tried {
    const { group } = this.#look, rule = this.#problem.rules.others[i];
    this.#point.others[i][group] = at;
    this.settleCount();
    const lacks = rule.sense * (this.#used(i) - rule.amount[group]);
    (lacks > 0 ? this.#bestBelow : this.#bestAbove).set(this.#best);
    return { at, lacks };
  }

  /**
   * Settles the users whose best bundles have the same shapes at both ends of the bracket: as values are linear in the price,
   * between them too.
   */
  #settleUsers(): void {
    const low = this.#bestBelow, high = this.#bestAbove;
    this.#best.set(high);
    for (let x = 0; x < this.#isSettled.length; x++) {
      const [first, second] = [2 * x, 2 * x + 1];
      const isSame = low[first] === high[first] && low[second] === high[second];
      this.#isSettled[x] = isSame && high[first] >= 0 && high[second] >= 0 ? 1 : 0;
    }
  }

  /** Sets the sponsored price to the best one at the other prices. */
  settleCount(): void {
    const { rules: { sponsored }, shortfallPrice, unit } = this.#problem;
    const g = this.#look.group, users = this.#margins();
    this.#point.sponsored[g] = settleOne(this.#finite.subarray(0, users), {
      frozen: 0,
      least: Math.min(sponsored.least[g], sponsored.most[g]),
      most: sponsored.most[g],
      near: this.#point.sponsored[g],
    }, { highest: shortfallPrice, inset: 1e-9 * unit });
  }

  /** Computes the users' margins at the prices of the other rules. Returns how many users have a sponsored bundle. */
  #margins(): number {
    const { shapeSponsored } = this.#problem, { users, value } = this.#look;
    const each = shapeSponsored.length, charge = this.#chargeShapes();
    const all = this.#margin, some = this.#finite, best = this.#best, isSettled = this.#isSettled;
    let finite = 0;
    for (let x = 0; x < users.length; x++) {
      let at = x * each;
      if (isSettled[x] === 1) {
        const first = best[2 * x], second = best[2 * x + 1];
        all[x] = (value[at + first] - charge[first]) - (value[at + second] - charge[second]);
        some[finite++] = all[x];
        continue;
      }
      let sponsored = -Infinity, other = -Infinity, first = -1, second = -1;
      for (let s = 0; s < each; s++) {
        const v = value[at++] - charge[s];
        if (shapeSponsored[s] > 0) {
          if (v <= sponsored) continue;
          sponsored = v;
          first = s;
        } else if (v > other) {
          other = v;
          second = s;
        }
      }
      best[2 * x] = first;
      best[2 * x + 1] = second;
      all[x] = sponsored - other;
      if (sponsored > -Infinity) some[finite++] = sponsored - other;
    }
    return finite;
  }

  #chargeShapes(): Float64Array {
    const { rules: { others } } = this.#problem, { group } = this.#look, charge = this.#charge;
    charge.fill(0);
    others.forEach((rule, i) => {
      const price = this.#point.others[i][group], added = this.#adds[i];
      if (!(price > 0)) return;
      for (let s = 0; s < charge.length; s++) charge[s] += rule.sense * price * added[s];
    });
    return charge;
  }

  /** What rule `i` counts of the users' best bundles. */
  #used(i: number): number {
    const { group, users } = this.#look, sponsoredPrice = this.#point.sponsored[group];
    const added = this.#adds[i], best = this.#best, margin = this.#margin;
    let used = 0;
    for (let x = 0; x < users.length; x++) {
      used += added[best[2 * x + (margin[x] + sponsoredPrice > 0 ? 0 : 1)]];
    }
    return used;
  }
}
