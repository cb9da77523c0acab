/**
 * A drop and a policy, compiled once for the price solver: the shapes of bundles and their worth, and the shared constraints that
 * get a price.
 *
 * With λ the contract prices and, for each limit r of a group (`limits/kinds/`), its price π, sense σ (1: at most, −1: at
 * least), amount A and weights, the Lagrangian dual is
 *
 *     D = Σ_c λ_c cap_c + Σ_g Σ_r σ_r π_rg A_rg + Σ_u max over shapes (i, j) of
 *         top_i(sponsored, score − λ) + top_j(unsponsored, score − λ) + C(i + j) + w_g(i, j)
 *
 *     w_g(i, j) = bonus − Σ_r σ_r π_rg · (what a user with i and j offers adds to r)
 *
 * and is an upper bound on every feasible objective for any prices ≥ 0, if those of limits that may be missed are at most P, the
 * shortfall price. The bonus is per sponsored offer under model coverage and per sponsored user under model uniform.
 *
 * @module
 */
import { type Prices, pricesOfKinds } from "../../model/allocation.ts";
import type { Instance } from "../../drop/instance/instance.ts";
import { type Items, itemsOf, loadOf, withWholeAmounts } from "../../limits/items.ts";
import { withoutImplied } from "../../limits/implied_rows.ts";
import { highestOfLimits } from "../../model/offer_cost.ts";
import { sharedFloat64 } from "../../../base/arrays/shared_array.ts";
import { type GroupRules, groupRules } from "../../limits/kinds/group_rules.ts";
import {
  allowsShape,
  type BundleShape,
  bundleShapes,
  coverageValue,
  mostOffers,
  ownCoverage,
  type Policy,
  shortfallPrice,
} from "../../model/policy.ts";
import { kClasses } from "../../model/user_k.ts";

/** A drop and a policy as the price solver sees them. */
export interface DualProblem {
  /** The drop. */
  readonly instance: Instance;
  /** The rules. */
  readonly policy: Policy;
  /** The most offers that any user can get, see `mostOffers`. */
  readonly k: number;
  /**
   * Contracts `[0, typedContracts)` count as sponsored in shapes and in limits. Under model uniform these are the drop's sponsored
   * ones. Under model coverage there are none: it has no rules about types, and its bonus is in {@link offerBonus}.
   */
  readonly typedContracts: number;
  /** Uint32Array, length users: a user's pairs of those contracts are `[start[u], middle[u])`, the others follow. */
  readonly middle: Uint32Array;
  /** Int32Array, length shapes: sponsored offers of each allowed shape. */
  readonly shapeSponsored: Int32Array;
  /** Int32Array, length shapes: unsponsored offers of each allowed shape. */
  readonly shapeUnsponsored: Int32Array;
  /** Float64Array, length shapes: C(i + j), and the bonus of a sponsored user where i ≥ 1. */
  readonly shapeWorth: Float64Array;
  /** Which shapes users may have, where not all have the same k; null: every shape. */
  readonly ownShapes: OwnShapes | null;
  /** A constant of every allocation's worth, Σ of `ownCoverage` in `policy.ts`: offers that users lack count against their own k. */
  readonly ownCoverage: number;
  /**
   * The limits that offers count toward besides their caps, see `limits/items.ts`; null: the drop has none, and items are the
   * contracts.
   */
  readonly items: Items | null;
  /** Uint16Array or Uint32Array, length pairs: item of each pair. */
  readonly item: Uint16Array | Uint32Array;
  /** Uint32Array, length items: brand of each item's contract; null where there are no brands, or offers of one are not limited. */
  readonly itemBrand: Uint32Array | null;
  /** Float64Array, length items: bonus per offer, which adds to each score (0 under model uniform). */
  readonly offerBonus: Float64Array;
  /** The limits of the groups. */
  readonly rules: GroupRules;
  /** Whether any group has a minimum or a maximum of sponsored users that can bind. */
  readonly countsSponsored: boolean;
  /** Whether any limit of groups counts offers, as an assignment ratio does. */
  readonly countsOffers: boolean;
  /** The shortfall price P. */
  readonly shortfallPrice: number;
  /** The size of what one offer typically adds to the objective: steps and tolerances are multiples of it. */
  readonly unit: number;
}

/** Prices that a case of a proof may have. */
export interface CasePrices extends Prices {
  /** Float64Array, length groups: price of a sponsored user of those that the case demands (`GroupRules.leastOfCase`). */
  readonly leastOfCase?: Float64Array;
}

/** Which shapes users may have, by their k. */
export interface OwnShapes {
  /** Uint16Array, length users: class of each user's k. */
  readonly classOf: Uint16Array;
  /** Uint8Array, classes × shapes: 1 where users of the class may have the shape. */
  readonly allowed: Uint8Array;
}

/** Whether any bundle counts as sponsored, so that users can change their type. */
export function hasTypes({ shapeSponsored }: DualProblem): boolean {
  return shapeSponsored.some((offers) => offers > 0);
}

/** Whether user `u` may have shape `s`. */
export function mayHaveShape(
  { ownShapes, shapeWorth }: DualProblem,
  u: number,
  s: number,
): boolean {
  return ownShapes === null ||
    ownShapes.allowed[ownShapes.classOf[u] * shapeWorth.length + s] === 1;
}

/**
 * Compiles a drop and a policy. One pass over the scores.
 *
 * @param given.k the most offers that any user can get. @default that of the instance's users
 * @param given.price the shortfall price P to work with. @default the policy's
 * @param given.leavesOutImplied whether offers count nothing toward rows of limits that others imply, see {@link withoutImplied}: for
 *   a search, whose bounds are the same; what is said of limits needs all of them. @default false
 */
export function compileDualProblem(
  instance: Instance,
  policy: Policy,
  given: { k?: number; price?: number; leavesOutImplied?: boolean } = {},
): DualProblem {
  const { k = mostOffers(instance, policy), price = shortfallPrice(instance, policy) } = given;
  const coverage = coverageValue(policy, k);
  const classes = kClasses(instance, policy);
  const types = typesOf(instance, policy, k, classes?.values);
  const { shapes } = types;
  const ownShapes = classes === null ? null : {
    classOf: classes.classOf,
    allowed: Uint8Array.from(
      classes.values.flatMap((own) =>
        shapes.map((s) => allowsShape({ ...policy, k: own }, s.sponsored, s.unsponsored) ? 1 : 0)
      ),
    ),
  };
  const items = itemsOfDrop(instance, price, given.leavesOutImplied === true);
  const offerBonus = sharedFloat64(items?.contract.length ?? instance.cap.length);
  // There may be as many items as pairs, which workers see without a copy.
  for (let i = 0; types.bonusOfOffer !== 0 && i < offerBonus.length; i++) {
    const c = items === null ? i : items.contract[i];
    if (c < instance.sponsoredContracts) offerBonus[i] = types.bonusOfOffer;
  }
  const { brand } = instance;
  const rules = groupRules(instance, policy);
  const { groupSize } = instance;
  return {
    instance,
    policy,
    k,
    typedContracts: types.typedContracts,
    middle: types.middle,
    shapeSponsored: Int32Array.from(shapes, (s) => s.sponsored),
    shapeUnsponsored: Int32Array.from(shapes, (s) => s.unsponsored),
    shapeWorth: Float64Array.from(
      shapes,
      (s) => coverage[s.sponsored + s.unsponsored] + (s.sponsored > 0 ? types.bonusOfUser : 0),
    ),
    ownShapes,
    ownCoverage: ownShapes === null
      ? 0
      : instance.group.reduce((sum, _, u) => sum + ownCoverage(instance, policy, u), 0),
    items,
    item: items?.item ?? instance.contract,
    itemBrand: brand === null || policy.maxPerBrand === null
      ? null
      : items?.contract.map((c) => brand[c]) ?? brand,
    offerBonus,
    rules,
    countsSponsored: rules.sponsored.least.some((least) => least > 0) ||
      rules.sponsored.most.some((most, g) => most < groupSize[g]),
    countsOffers: rules.others.some((rule) => rule.countsOffers),
    shortfallPrice: price,
    unit: offerSize(instance, coverage, policy.sponsoredBonus),
  };
}

/** The items of a drop's limits; null without limits. */
function itemsOfDrop({ limits }: Instance, price: number, leavesOut: boolean): Items | null {
  if (limits === undefined) return null;
  return itemsOf(leavesOut ? withoutImplied(limits.rows) : limits.rows, price);
}

/** The same problem at another shortfall price. */
export function atShortfallPrice(problem: DualProblem, price: number): DualProblem {
  const { items, instance: { limits } } = problem;
  return {
    ...problem,
    shortfallPrice: price,
    items: items === null ? null : { ...items, highest: highestOfLimits(limits!.rows, price) },
  };
}

/** The same problem with amounts of limits lowered to what offers can add up to: its bounds are lower, and hold all the same. */
export function wholeProblem(problem: DualProblem): DualProblem {
  const { items, instance: { limits } } = problem;
  return items === null ? problem : { ...problem, items: withWholeAmounts(items, limits!.rows) };
}

/** By how much D at these prices is lower than with the amounts that limits were declared with. */
export function belowDeclared({ items, instance }: DualProblem, { limit }: Prices): number {
  let sum = 0;
  instance.limits?.rows.amount.forEach((declared, r) => {
    const price = limit?.[r] ?? 0;
    if (price > 0) sum += price * (declared - items!.amount[r]);
  });
  return sum;
}

/** What a model says about types: which pairs and shapes count as sponsored, and what the bonus is paid for. */
interface Types extends Pick<DualProblem, "typedContracts" | "middle"> {
  readonly shapes: readonly BundleShape[];
  readonly bonusOfUser: number;
  readonly bonusOfOffer: number;
}

/** Turns the policy's model into shapes and bonuses. After this nothing in the solver depends on the model. */
function typesOf(
  { start, middle, sponsoredContracts }: Instance,
  policy: Policy,
  k: number,
  ks?: readonly number[],
): Types {
  const { model, sponsoredBonus: bonus } = policy;
  if (model === "uniform") {
    const shapes = bundleShapes(policy, k, ks);
    const typedContracts = sponsoredContracts;
    return { typedContracts, middle, shapes, bonusOfUser: bonus, bonusOfOffer: 0 };
  }
  const shapes = Array.from({ length: k + 1 }, (_, n) => ({ sponsored: 0, unsponsored: n }));
  const none = start.subarray(0, middle.length);
  return { typedContracts: 0, middle: none, shapes, bonusOfUser: 0, bonusOfOffer: bonus };
}

/** How many scores are looked at to judge the size of an offer. */
const SCORES_SEEN = 4096;

/**
 * Where scores differ by many powers of ten, the few large ones decide the prices, and the median says nothing of them: steps of its size
 * would not reach those prices. So an offer's size is at least this share of the scores' mean.
 */
const OF_MEAN = 1e-3;

/** The least size of an offer: small shares of numbers near the least of all doubles would be 0. */
const LEAST_SIZE = 2 ** -900;

/**
 * The median of a spread-out selection of non-zero |scores|, or what is larger: a share of their mean, the largest step of C,
 * the bonus.
 */
function offerSize(instance: Instance, coverage: Float64Array, bonus: number): number {
  const { plainScore: score = instance.score } = instance;
  const stride = Math.max(1, Math.floor(score.length / SCORES_SEEN));
  const sizes: number[] = [];
  for (let p = 0; p < score.length; p += stride) if (score[p] !== 0) sizes.push(Math.abs(score[p]));
  sizes.sort((a, b) => a - b);
  const mean = sizes.reduce((sum, size) => sum + size / sizes.length, 0);
  let size = Math.max(sizes[sizes.length >> 1] ?? 0, OF_MEAN * mean, Math.abs(bonus));
  for (let n = 1; n < coverage.length; n++) {
    size = Math.max(size, Math.abs(coverage[n] - coverage[n - 1]));
  }
  return size > 0 ? Math.max(size, LEAST_SIZE) : 1;
}

/** All prices 0. */
export function zeroPrices(problem: DualProblem): CasePrices {
  const { cap, groupSize } = problem.instance;
  return {
    contract: new Float64Array(cap.length),
    ...pricesOfKinds(() => new Float64Array(groupSize.length)),
    ...(problem.items !== null && { limit: new Float64Array(problem.items.amount.length) }),
    ...(problem.rules.leastOfCase !== undefined &&
      { leastOfCase: new Float64Array(groupSize.length) }),
  };
}

/** Number of caps and limits: rows that offers count toward. Row c is the cap of contract c, then come the limits. */
export function rowCount({ instance, items }: DualProblem): number {
  return instance.cap.length + (items?.amount.length ?? 0);
}

/** Calls `add` with each row that an offer of item `i` counts toward, and how much, from the named column of the items. */
export function eachRow(
  { instance, items }: DualProblem,
  i: number,
  by: "coefficient" | "load",
  add: (row: number, amount: number) => void,
): void {
  if (items === null) return add(i, 1);
  add(items.contract[i], 1);
  const first = instance.cap.length;
  for (let e = items.start[i]; e < items.start[i + 1]; e++) {
    add(first + items.row[e], by === "load" ? loadOf(items, e) : items.coefficient[e]);
  }
}

/** The worth of a shape, scores aside: C and the bonus; −Infinity if nobody may have it. */
export function worthOfShape(
  { shapeSponsored, shapeUnsponsored, shapeWorth }: DualProblem,
  sponsored: number,
  unsponsored: number,
): number {
  for (let s = 0; s < shapeWorth.length; s++) {
    if (shapeSponsored[s] === sponsored && shapeUnsponsored[s] === unsponsored) {
      return shapeWorth[s];
    }
  }
  return -Infinity;
}

/** The part of D that does not depend on users' choices: Σ λ · cap + Σ σ π A, and the constant of the worth. */
export function constantTerm(problem: DualProblem, prices: CasePrices): number {
  const { cap } = problem.instance;
  let sum = problem.ownCoverage;
  for (let c = 0; c < cap.length; c++) sum += prices.contract[c] * cap[c];
  for (let g = 0; g < problem.instance.groupSize.length; g++) {
    for (const { name, sense, amount } of problem.rules.all) {
      // A limit that a group does not have has an infinite amount. Its price is 0, but a least that is missing may have any price.
      const price = prices[name][g];
      if (price > 0 && amount[g] !== -Infinity) sum += sense * price * amount[g];
    }
    const ofCase = prices.leastOfCase?.[g] ?? 0;
    if (ofCase > 0) sum -= ofCase * problem.rules.leastOfCase![g];
  }
  const amount = problem.items?.amount ?? [];
  for (let r = 0; r < amount.length; r++) sum += (prices.limit?.[r] ?? 0) * amount[r];
  return sum;
}
