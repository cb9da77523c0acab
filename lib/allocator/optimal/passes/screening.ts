/**
 * Makes smaller views of the users: whatever can't change while prices stay near a centre is left out, or added up once.
 *
 * If every price stays within Δ of the centre, a pair's net score moves by at most Δ. So a pair more than 2Δ below the user's
 * (k + 1)-th can't enter a list, and is left out. A bundle's value moves by at most k Δ. A user whose best bundle leads every
 * alternative by more than both can move is frozen: its bundle is counted once, and the user left out.
 *
 * Under limits an offer pays several prices, and most hardly move. There each price has a reach of its own, and Δ is a
 * user's own: the most that the costs of its pairs can move.
 *
 * @module
 */
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import { cellsOf } from "../../drop/instance/limits.ts";
import type { Items } from "../../limits/items.ts";
import { type DualProblem, eachRow } from "../dual/dual_problem.ts";
import { marksOfShapes } from "../dual/marks.ts";
import { type FrozenBundles, keepBundle } from "./kept_bundles.ts";
import { noise } from "../dual/noise.ts";
import { BlockBuilder, copiedBlock, type PairBlock } from "../dual/pair_block.ts";
import { PairCellsBuilder, PairItemsBuilder } from "../dual/pair_items.ts";
import { kernelPrices, type PricePoint } from "../dual/price_point.ts";
import type { OfferReach, UserScan } from "./user_scan.ts";

/** How far prices may move from the centre of a view. */
export interface ScreenRadius {
  /** The prices of the groups' other limits; without limits those of contracts too. */
  readonly all: number;
  /** Float64Array, length rows: the price of each row. Counts under limits only. */
  readonly row: Float64Array;
  /** Float64Array, length groups: the sponsored prices. */
  readonly sponsored: Float64Array;
}

/** A block of every `stride`-th user of `[from, to)` with all pairs, and noise up to ±`amplitude` added to scores. */
export function sampleBlock(
  problem: DualProblem,
  from: number,
  to: number,
  stride: number,
  amplitude: number,
  fast: UserScan | null,
): PairBlock {
  const phase = stride >> 1;
  const first = from + (((phase - from) % stride) + stride) % stride;
  const users = first < to ? Math.ceil((to - first) / stride) : 0;
  const block = copiedBlock(
    problem,
    Uint32Array.from({ length: users }, (_, i) => first + i * stride),
  );
  if (fast === null) addNoise(problem, block, amplitude);
  else fast.addNoise(block, amplitude);
  if (fast === null || !problem.items?.byPair) return block;
  const cells = cellsOf(problem.items);
  if (cells !== null) {
    const builder = new PairCellsBuilder();
    builder.append(cells, block.item);
    return { ...block, ownCells: builder.finish() };
  }
  const builder = new PairItemsBuilder();
  builder.append(problem.items, block.item);
  return { ...block, ownItems: builder.finish() };
}

/** Adds noise up to ±`amplitude` to a block's scores. */
function addNoise(
  { instance: { contract } }: DualProblem,
  { user, start, pair, score }: PairBlock & { readonly pair: Uint32Array },
  amplitude: number,
): void {
  for (let i = 0; i < user.length; i++) {
    for (let p = start[i]; p < start[i + 1]; p++) {
      score[p] += amplitude * noise(user[i], contract[pair[p]]);
    }
  }
}

/** Appends a user's pairs `[from, to)` to a builder, with noise up to ±`amplitude` added to scores. */
function appendPairs(
  builder: BlockBuilder,
  { instance, item: itemOf }: DualProblem,
  user: number,
  pair: Uint32Array | null,
  from: number,
  to: number,
  amplitude: number,
): void {
  builder.reserve(to - from);
  const { item, score } = builder;
  let at = builder.pairs;
  for (let p = from; p < to; p++) {
    const original = pair === null ? p : pair[p];
    builder.pair[at] = original;
    item[at] = itemOf[original];
    score[at] = instance.score[original] + amplitude * noise(user, instance.contract[original]);
    at++;
  }
  builder.pairs = at;
}

/**
 * How far the costs of offers can move; null where there are no limits. Curvature is taken from alternatives up to `radius.all` away,
 * so a list entry counts as moving by half of that at least.
 */
function offerReach(
  { items, instance: { cap }, rules: { others }, k }: DualProblem,
  { all, row }: ScreenRadius,
): OfferReach | null {
  if (items === null) return null;
  const contract = row.slice(0, cap.length);
  const limit = row.slice(cap.length).map((reach, r) => reach / items.unit[r]);
  return {
    least: all / 2,
    rules: others.reduce((sum, rule) => sum + (rule.countsOffers ? k : 1) * all, 0),
    item: items.byPair
      ? null
      : Float64Array.from(items.contract, (_, i) => reachOfItem(items, i, contract, limit)),
    contract,
    limit,
  };
}

/** How far the cost of an offer of item `i` can move, at most. */
function reachOfItem(
  items: Items,
  i: number,
  ofContract: Float64Array,
  ofLimit: Float64Array,
): number {
  const cells = cellsOf(items);
  if (cells !== null) {
    const { cell, number, contract, start, row, fixed, factor } = cells, c = cell[i];
    let reach = ofContract[contract[c]], ofUnit = 0;
    for (let e = start[c]; e < start[c + 1]; e++) {
      reach += ofLimit[row[e]] * Math.abs(fixed[e]);
      ofUnit += ofLimit[row[e]] * Math.abs(factor[e]);
    }
    return reach + ofUnit * number[i];
  }
  const { contract, start, row, coefficient } = items;
  let reach = ofContract[contract[i]];
  for (let e = start[i]; e < start[i + 1]; e++) {
    reach += ofLimit[row[e]] * Math.abs(coefficient[e]);
  }
  return reach;
}

/** Screens blocks around a centre. */
export class Screening {
  readonly #problem: DualProblem;
  readonly #kernel: BundleKernel;
  readonly #builder: BlockBuilder;
  readonly #shapeMarks: Int32Array;
  readonly #marks: number;
  /** Int32Array, length k: the bundle of one user. */
  readonly #bundle: Int32Array;
  /** Whether a bundle with a sponsored offer may hold unsponsored ones too. */
  readonly #mixes: boolean;
  /** The screening in WebAssembly; null: it is done in JavaScript. */
  readonly #fast: UserScan | null;
  /** Whether the present screening is done in WebAssembly. */
  #isFast = false;
  #frozenLoad: Float64Array = new Float64Array(0);
  #frozenMarks: Float64Array = new Float64Array(0);
  #centre!: PricePoint;
  #amplitude = 0;
  /** How far the value of a list entry can move: of all users or, under limits, of the present one. */
  #entryReach = 0;
  /** How far the value of a bundle can move, likewise. */
  #bundleReach = 0;
  /** How far sponsored prices can move. */
  #sponsoredReach!: Float64Array;
  /** Under limits: how far the costs of offers can move. */
  #offers: OfferReach | null = null;
  /** What gets the bundles of those left out; null: they are not wanted. */
  #frozen: FrozenBundles | null = null;

  /** A screening for a problem. */
  constructor(problem: DualProblem, fast: UserScan | null) {
    this.#problem = problem;
    this.#fast = fast;
    this.#kernel = new BundleKernel(problem);
    this.#builder = new BlockBuilder(problem);
    this.#shapeMarks = marksOfShapes(problem);
    this.#marks = this.#shapeMarks.length / problem.shapeWorth.length;
    this.#bundle = new Int32Array(problem.k);
    const { shapeSponsored, shapeUnsponsored } = problem;
    this.#mixes = shapeSponsored.some((i, s) => i > 0 && shapeUnsponsored[s] > 0);
  }

  /** Begins a view around `centre`, from loads and marks that are frozen in the view below. `frozen` gets the bundles of those left out. */
  begin(
    centre: PricePoint,
    radius: ScreenRadius,
    amplitude: number,
    { frozenLoad: load, frozenMarks: marks }: {
      frozenLoad: Float64Array;
      frozenMarks: Float64Array;
    },
    frozen: FrozenBundles | null,
  ): void {
    const { k, rules: { others } } = this.#problem;
    this.#centre = centre;
    this.#amplitude = amplitude;
    this.#kernel.setPricesOfPass(kernelPrices(this.#problem, centre));
    // Later views have less noise: what is decided here must stay true for them.
    const entry = radius.all + 2 * amplitude;
    this.#entryReach = entry;
    // A limit on offers counts at most 1 for each offer of a bundle, a limit on users at most 1 for the bundle.
    this.#bundleReach = k * entry;
    for (const rule of others) this.#bundleReach += (rule.countsOffers ? k : 1) * radius.all;
    this.#sponsoredReach = radius.sponsored;
    this.#offers = offerReach(this.#problem, radius);
    this.#isFast = this.#fast !== null &&
      this.#fast.beginScreen(this.#kernel.netPrice, centre, load, marks, {
        amplitude,
        entry,
        bundle: this.#bundleReach,
        sponsored: radius.sponsored,
        offers: this.#offers,
        keeps: frozen !== null,
      });
    this.#frozen = frozen;
    if (this.#isFast) return;
    this.#frozenLoad = Float64Array.from(load);
    this.#frozenMarks = Float64Array.from(marks);
  }

  /**
   * What the users frozen so far count toward each row, and the marks of each group (groups × marks), those of the view below
   * included.
   */
  finish(): { frozenLoad: Float64Array; frozenMarks: Float64Array } {
    return this.#isFast
      ? this.#fast!.finishScreen()
      : { frozenLoad: this.#frozenLoad, frozenMarks: this.#frozenMarks };
  }

  /** The part of a block that can still change. `b`: which of the share's blocks it is. */
  screen(block: PairBlock, b: number): PairBlock {
    const builder = this.#builder;
    builder.clear();
    if (this.#isFast) return builder.finish(this.#fast!.screen(block, builder, this.#frozen, b));
    let frozenValue = block.frozenValue;
    for (let i = 0; i < block.user.length; i++) {
      const user = block.user[i], g = block.group[i];
      const first = builder.pairs;
      appendPairs(
        builder,
        this.#problem,
        user,
        block.pair,
        block.start[i],
        block.start[i + 1],
        this.#amplitude,
      );
      const middle = first + block.middle[i] - block.start[i];
      this.#kernel.priceItems(builder, first, builder.pairs);
      this.#kernel.scan(builder, first, middle, builder.pairs, g, user);
      if (this.#offers !== null) this.#setReach(this.#offers, first, builder.pairs);
      const kind = this.#settledKind(user, g);
      if (kind >= 0 && this.#isFrozen(kind)) {
        frozenValue += this.#freeze(kind, g);
        if (this.#frozen !== null) this.#keepFrozen(this.#frozen, b, user, kind);
        builder.pairs = first;
      } else {
        builder.addUser(user, g, first, this.#keepNear(first, middle, kind));
      }
    }
    return builder.finish(frozenValue);
  }

  /** Sets how far entries and bundles of the user may move who has the builder's pairs `[from, to)`: as far as the cost that moves most. */
  #setReach(
    { least, rules, item: reachOf, contract, limit }: OfferReach,
    from: number,
    to: number,
  ) {
    const { items, k } = this.#problem, { item } = this.#builder;
    let most = least;
    for (let p = from; p < to; p++) {
      const reach = reachOf === null
        ? reachOfItem(items!, item[p], contract, limit)
        : reachOf[item[p]];
      if (reach > most) most = reach;
    }
    this.#entryReach = most + 2 * this.#amplitude;
    this.#bundleReach = k * this.#entryReach + rules;
  }

  /**
   * The kind of bundle that stays the best of the user just scanned at all prices within the radius, or −1. Where bundles are kept, so
   * is how far it leads those of the other kind wherever prices move.
   */
  #settledKind(user: number, group: number): number {
    const { value } = this.#kernel;
    const gain = value[SPONSORED] - value[UNSPONSORED] + this.#centre.sponsored[group];
    const ahead = Math.abs(gain) - 2 * this.#bundleReach - this.#sponsoredReach[group];
    if (this.#frozen !== null) this.#frozen.kept.ahead[user] = Math.max(0, ahead);
    return !(ahead > 0) ? -1 : gain > 0 ? SPONSORED : UNSPONSORED;
  }

  /** Whether the user's best bundle of its kind stays the best of that kind. */
  #isFrozen(kind: number): boolean {
    const kernel = this.#kernel;
    return !(kernel.leadOfShape(kind) <= this.#shapeReach) &&
      !(kernel.leadOfPairs(kernel.shape[kind]) <= 2 * this.#entryReach);
  }

  /** How far two shapes of a kind can move, one against the other. If none are mixed, they differ by at most k offers of one list. */
  get #shapeReach(): number {
    return this.#mixes ? 2 * this.#bundleReach : this.#bundleReach;
  }

  /** Keeps the user's bundle, how far it leads all others of its kind wherever prices move, and what it is worth without the noise. */
  #keepFrozen({ kept, worth }: FrozenBundles, b: number, user: number, kind: number): void {
    const { shapeWorth, offerBonus, instance: { contract } } = this.#problem;
    const kernel = this.#kernel, { score, item, pair } = this.#builder;
    const own = kernel.shape[kind], bundle = this.#bundle;
    const count = kernel.takeShape(own, bundle);
    keepBundle(kept, user, bundle, count, pair);
    kept.lead[user] = Math.min(
      kernel.leadOfShape(kind) - this.#shapeReach,
      kernel.leadOfPairs(own) - 2 * this.#entryReach,
    );
    worth[b] += shapeWorth[own];
    for (let t = 0; t < count; t++) {
      const p = bundle[t];
      worth[b] += score[p] + offerBonus[item[p]] -
        this.#amplitude * noise(user, contract[pair[p]]);
    }
  }

  /** Adds the user's bundle to the frozen sums. Returns its worth, prices aside. */
  #freeze(kind: number, group: number): number {
    const { shapeSponsored, shapeUnsponsored, shapeWorth, offerBonus } = this.#problem;
    const { shape, sponsored, unsponsored } = this.#kernel;
    const { item, score } = this.#builder;
    const s = shape[kind];
    const count = (row: number, amount: number) => void (this.#frozenLoad[row] += amount);
    let worth = shapeWorth[s];
    const lists = [[sponsored, shapeSponsored[s]], [unsponsored, shapeUnsponsored[s]]] as const;
    for (const [{ pair }, taken] of lists) {
      for (let t = 0; t < taken; t++) {
        const i = item[pair[t]];
        worth += score[pair[t]] + offerBonus[i];
        eachRow(this.#problem, i, "load", count);
      }
    }
    for (let m = 0; m < this.#marks; m++) {
      this.#frozenMarks[group * this.#marks + m] += this.#shapeMarks[s * this.#marks + m];
    }
    return worth;
  }

  /** Keeps those pairs of the last user that can enter its lists. Returns where its unsponsored ones then begin. */
  #keepNear(first: number, middle: number, kind: number): number {
    const { k } = this.#problem;
    const { netPrice, sponsored, unsponsored } = this.#kernel;
    const builder = this.#builder, { item, score, pair } = builder;
    const reach = 2 * this.#entryReach;
    const leastSponsored = kind === UNSPONSORED ? Infinity : sponsored.value[k] - reach;
    const leastUnsponsored = kind === SPONSORED && !this.#mixes
      ? Infinity
      : unsponsored.value[k] - reach;
    let at = first, newMiddle = first;
    for (let p = first; p < builder.pairs; p++) {
      if (p === middle) newMiddle = at;
      const least = p < middle ? leastSponsored : leastUnsponsored;
      if (score[p] - netPrice[item[p]] < least) continue;
      item[at] = item[p];
      score[at] = score[p];
      pair[at] = pair[p];
      at++;
    }
    if (middle >= builder.pairs) newMiddle = at;
    builder.pairs = at;
    return newMiddle;
  }
}
