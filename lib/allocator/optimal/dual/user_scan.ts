/**
 * The best bundles of many users at once, in WebAssembly (user_scan.as).
 *
 * It does what {@link BundleKernel} and the counting of `pass_share.ts` do, on vectors of two numbers and without guesses, and
 * with the same numbers to the last bit; and what `screening.ts` does. It has no brands and no items that are pairs; without
 * those it finds and counts the bundles of any policy, and adds up curvature where that is dense.
 *
 * @module
 */
import { compileWasmOrNull } from "../../../base/wasm_module.ts";
import { adds } from "../../limits/kinds/group_rules.ts";
import { type BundleKernel, SPONSORED, UNSPONSORED } from "./bundle_kernel.ts";
import { type CurvatureLayout, curvatureLayout } from "./curvature.ts";
import type { DualProblem } from "./dual_problem.ts";
import { marksOfShapes } from "./marks.ts";
import type { BlockBuilder, PairBlock } from "./pair_block.ts";
import type { ShareSums } from "./pass_board.ts";
import type { PricePoint } from "./price_point.ts";
import type { TopList } from "./top_list.ts";
import { USER_SCAN_WASM } from "./user_scan_wasm.ts";

/** Users taken at once, at most, as the module has it. */
const MOST_USERS = 1 << 10;
/** Of so many it keeps what was found, where it adds up curvature itself. */
const BATCH = 1 << 6;

/** Arrays of the module's memory; numbers are addresses. */
const PLACES = [
  "shapeSponsored",
  "shapeUnsponsored",
  "shapeWorth",
  "shapeMarks",
  "allowed",
  "limitWorth",
  "sponsoredPrice",
  "netPrice",
  "offerBonus",
  "itemContract",
  "rowStart",
  "rows",
  "rowLoad",
  "rowBend",
  "userIds",
  "starts",
  "middles",
  "userGroups",
  "classes",
  "items",
  "scores",
  "pairIds",
  "room",
  "margins",
  "values",
  "chosen",
  "listsOfValues",
  "listsOfPairs",
  "nearUsers",
  "nearCount",
  "keptUsers",
  "keptPairs",
  "frozenValue",
  "loadSums",
  "markSums",
  "bendRows",
  "bendCross",
  "bendGroups",
  "rowOf",
] as const;

/** What the module exports. */
type Exports = { readonly [name in typeof PLACES[number]]: WebAssembly.Global } & {
  readonly memory: WebAssembly.Memory;
  begin(...sizes: number[]): number;
  sortShapes(): void;
  clearCurvature(): void;
  beginScreen(noise: number, entry: number, bundle: number, t: number): void;
  scan16: Scan;
  scan32: Scan;
  screen16: Screen;
  screen32: Screen;
  addNoise16: AddNoise;
  addNoise32: AddNoise;
};

type Scan = (users: number, sum: number, radius: number) => number;
type Screen = (users: number, whole: number, worth: number) => void;
type AddNoise = (users: number, noise: number) => void;

/** How far a user's choices can move within a view. */
export interface ScreenReach {
  /** Noise that is added to scores. */
  readonly amplitude: number;
  /** An entry of a list. */
  readonly entry: number;
  /** A bundle. */
  readonly bundle: number;
  /** t. */
  readonly sponsored: number;
}

/** The part of a point that is about groups. */
type GroupPrices = Pick<PricePoint, "others" | "sponsored">;

/** Scans blocks of users of one problem; one for each share. */
export class UserScan {
  /** Whether it adds up curvature; else it says which users have any. */
  readonly bends: boolean;
  readonly #problem: DualProblem;
  readonly #exports: Exports;
  readonly #columns: ReturnType<typeof columnsOf>;
  readonly #scan: Scan;
  readonly #screen: Screen;
  readonly #addNoise: AddNoise;
  #radius = 0;

  private constructor(problem: DualProblem, layout: CurvatureLayout, module: WebAssembly.Module) {
    const { instance, items, ownShapes, shapeWorth } = problem;
    this.#problem = problem;
    this.bends = layout.dense;
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#exports = exports;
    const begun = exports.begin(
      problem.k,
      shapeWorth.length,
      ownShapes === null ? 0 : ownShapes.allowed.length / shapeWorth.length,
      problem.offerBonus.length,
      problem.item.BYTES_PER_ELEMENT,
      instance.cap.length,
      items?.row.length ?? 0,
      Number(items !== null),
      items?.mostRows ?? 0,
      instance.groupSize.length,
      problem.rules.others.length,
      layout.marks,
      mostPairs(instance.start),
      Number(this.bends),
      layout.loads,
      layout.rows,
    );
    if (begun === 0) throw new RangeError("no memory for the scan of users");
    this.#columns = columnsOf(exports, problem, layout);
    fillColumns(this.#columns, problem, layout);
    exports.sortShapes();
    const short = problem.item instanceof Uint16Array;
    this.#scan = short ? exports.scan16 : exports.scan32;
    this.#screen = short ? exports.screen16 : exports.screen32;
    this.#addNoise = short ? exports.addNoise16 : exports.addNoise32;
  }

  /** One to {@link UserScan.takeBest} of users with; null as {@link UserScan.of}. */
  static forBundles(problem: DualProblem): UserScan | null {
    return UserScan.of(problem, { ...curvatureLayout(problem), dense: false });
  }

  /** One for a problem; null where it can't do it, or there is no WebAssembly with vectors, or no memory. */
  static of(problem: DualProblem, layout: CurvatureLayout): UserScan | null {
    const { instance, policy, items } = problem;
    if (items?.byPair || (instance.brand !== null && policy.maxPerBrand !== null)) return null;
    if (module === undefined) module = compileWasmOrNull(USER_SCAN_WASM);
    if (module === null) return null;
    try {
      return new UserScan(problem, layout, module);
    } catch {
      return null;
    }
  }

  /**
   * Begins a pass at the prices of `point`, of which those of offers are in `netPrice`, with curvature within `radius` where
   * that is > 0. False where prices are beyond what numbers hold, and comparing them means nothing.
   */
  begin(netPrice: Float64Array, point: PricePoint, sums: ShareSums, radius: number): boolean {
    if (!this.#setPrices(netPrice, point)) return false;
    this.#columns.loadSums.set(sums.load);
    this.#columns.markSums.set(sums.marks);
    if (this.bends && radius > 0) this.#exports.clearCurvature();
    this.#radius = radius;
    return true;
  }

  #setPrices(netPrice: Float64Array, point: GroupPrices): boolean {
    for (let i = 0; i < netPrice.length; i++) {
      if (!(Math.abs(netPrice[i]) < Infinity)) return false;
    }
    const columns = this.#columns;
    columns.netPrice.set(netPrice);
    this.#setLimitWorth(point);
    columns.sponsoredPrice.set(point.sponsored);
    return true;
  }

  /** What shapes are worth by the prices of the groups' limits, one after the other, as the kernel adds them up. */
  #setLimitWorth({ others }: GroupPrices): void {
    const { rules, shapeSponsored, shapeUnsponsored } = this.#problem;
    const { limitWorth } = this.#columns;
    let at = 0;
    rules.others.forEach((rule, r) => {
      for (let g = 0; g < others[r].length; g++) {
        const price = others[r][g];
        for (let s = 0; s < shapeSponsored.length; s++) {
          const added = price > 0 ? adds(rule, g, shapeSponsored[s], shapeUnsponsored[s]) : 0;
          limitWorth[at++] = -(rule.sense * price * added);
        }
      }
    });
  }

  /**
   * Scans the users of a block. Returns what the block is worth with their best unsponsored bundles; writes what sponsored
   * ones are worth more to `margin` from `place` on.
   *
   * @param each called for each user with alternatives within the radius, by its place in the block, its bundles in `kernel`;
   *   not where curvature is added up here
   */
  scan(
    block: PairBlock,
    margin: Float64Array,
    place: number,
    kernel: BundleKernel,
    each: (i: number) => void,
  ): number {
    const { start } = block;
    let sum = block.frozenValue;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#columns.scores.set(block.score.subarray(start[from], start[to]));
      sum = this.#scan(to - from, sum, this.#radius);
      margin.set(this.#columns.margins.subarray(0, to - from), place + from);
      if (this.bends) return;
      const near = Number(this.#exports.nearCount.value);
      for (let n = 0; n < near; n++) {
        const i = this.#columns.nearUsers[n];
        this.#show(i, start[from], kernel);
        each(from + i);
      }
    });
    return sum;
  }

  /** Ends a pass: copies what was counted. */
  finish({ load, marks, curvature }: ShareSums): void {
    const { loadSums, markSums, bendRows, bendCross, bendGroups } = this.#columns;
    load.set(loadSums);
    marks.set(markSums);
    if (!this.bends || this.#radius === 0) return;
    curvature.rows.set(bendRows);
    curvature.cross.set(bendCross);
    curvature.group.set(bendGroups);
  }

  /** Begins a screening around a centre, with the loads and marks that are frozen so far. False as {@link UserScan.begin}. */
  beginScreen(
    netPrice: Float64Array,
    centre: PricePoint,
    load: Float64Array,
    marks: Float64Array,
    { amplitude, entry, bundle, sponsored }: ScreenReach,
  ): boolean {
    if (!this.#setPrices(netPrice, centre)) return false;
    this.#columns.loadSums.set(load);
    this.#columns.markSums.set(marks);
    this.#exports.beginScreen(amplitude, entry, bundle, sponsored);
    return true;
  }

  /** Appends what can still change of a block to a builder. Returns what its frozen users are worth. */
  screen(block: PairBlock, builder: BlockBuilder): number {
    const { keptUsers, keptPairs, frozenValue } = this.#exports;
    const { userIds, userGroups, starts, middles, items, scores, pairIds } = this.#columns;
    let worth = block.frozenValue;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#takeScores(block, from, to);
      this.#screen(to - from, Number(block.pair === null), worth);
      worth = Number(frozenValue.value);
      const users = Number(keptUsers.value), pairs = Number(keptPairs.value);
      builder.append({
        user: userIds.subarray(0, users),
        group: userGroups.subarray(0, users),
        start: starts.subarray(0, users),
        middle: middles.subarray(0, users),
        item: items.subarray(0, pairs),
        score: scores.subarray(0, pairs),
        pair: pairIds.subarray(0, pairs),
      });
    });
    return worth;
  }

  /**
   * Calls `each` for every user of a whole block with the size of its best bundle, of which the pairs are in `bundle`, the
   * sponsored ones first; scores are taken with noise up to ±`amplitude`. Prices are those of items, `netPrice`, and of groups.
   * False, and nothing was done, as {@link UserScan.begin}. Not where curvature is added up here: then what is found of users
   * is not kept.
   *
   * `lead` is how far the bundle is ahead of any other of its kind, by scores with that noise; 0 where it is not the best one.
   *
   * @param wanted Int32Array, length users of the drop: the shape that a user is to get, −1: that of its best bundle
   */
  takeBest(
    block: PairBlock,
    prices: { readonly netPrice: Float64Array } & GroupPrices,
    amplitude: number,
    wanted: Int32Array | null,
    bundle: Int32Array,
    each: (user: number, count: number, lead: number) => void,
  ): boolean {
    if (this.bends || !this.#setPrices(prices.netPrice, prices)) return false;
    const { user, group, start } = block, { sponsored } = prices;
    const { values, chosen } = this.#columns;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#takeScores(block, from, to);
      if (amplitude > 0) this.#addNoise(to - from, amplitude);
      this.#scan(to - from, 0, 0);
      for (let i = from; i < to; i++) {
        const at = 4 * (i - from), u = user[i];
        const isSponsored = values[at + SPONSORED] + sponsored[group[i]] > values[at + UNSPONSORED];
        const kind = isSponsored ? SPONSORED : UNSPONSORED, best = chosen[at + kind];
        const shape = wanted !== null && wanted[u] >= 0 ? wanted[u] : best;
        const lead = shape === best
          ? Math.min(values[at + kind] - values[at + 2 + kind], this.#swapMargin(i - from, shape))
          : 0;
        each(u, this.#bundleOf(i - from, shape, start[from], bundle), lead);
      }
    });
    return true;
  }

  /** How far the last of each list that a shape takes is ahead of the next, of a user that was scanned. */
  #swapMargin(i: number, shape: number): number {
    const { listsOfValues } = this.#columns,
      { k, shapeSponsored, shapeUnsponsored } = this.#problem;
    const own = 2 * placesOf(k) * i, sponsored = own + shapeSponsored[shape];
    const unsponsored = own + placesOf(k) + shapeUnsponsored[shape];
    const margin = (taken: number, next: number) =>
      taken === 0 ? Infinity : listsOfValues[next - 1] - listsOfValues[next];
    return Math.min(
      margin(shapeSponsored[shape], sponsored),
      margin(shapeUnsponsored[shape], unsponsored),
    );
  }

  /** Puts the pairs of a shape of a user that was scanned into `bundle`; how many. `base` is where the pairs begin that were taken. */
  #bundleOf(i: number, shape: number, base: number, bundle: Int32Array): number {
    const { listsOfPairs } = this.#columns, { k, shapeSponsored, shapeUnsponsored } = this.#problem;
    const places = placesOf(k), own = 2 * places * i, others = own + places;
    const sponsored = shapeSponsored[shape], unsponsored = shapeUnsponsored[shape];
    for (let t = 0; t < sponsored; t++) bundle[t] = pairAt(listsOfPairs[own + t], base);
    for (let t = 0; t < unsponsored; t++) {
      bundle[sponsored + t] = pairAt(listsOfPairs[others + t], base);
    }
    return sponsored + unsponsored;
  }

  /** Adds noise up to ±`amplitude` to the scores of a block. */
  addNoise(block: PairBlock, amplitude: number): void {
    const { start, score } = block, { scores } = this.#columns;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      scores.set(score.subarray(start[from], start[to]));
      this.#addNoise(to - from, amplitude);
      score.set(scores.subarray(0, start[to] - start[from]), start[from]);
    });
  }

  /** Goes through a block in pieces that there is room for. */
  #inPieces({ start, user }: PairBlock, each: (from: number, to: number) => void): void {
    const room = this.#columns.items.length;
    for (let from = 0, to = 0; from < user.length; from = to) {
      to = Math.min(from + MOST_USERS, user.length);
      while (start[to] - start[from] > room) to = from + Math.max(1, (to - from) >> 1);
      each(from, to);
    }
  }

  /** Copies users `[from, to)` of a block and their pairs, without scores. */
  #take({ user, group, start, middle, item }: PairBlock, from: number, to: number): void {
    const { userIds, userGroups, starts, middles, classes, items } = this.#columns;
    userIds.set(user.subarray(from, to));
    userGroups.set(group.subarray(from, to));
    starts.set(start.subarray(from, to + 1));
    middles.set(middle.subarray(from, to));
    items.set(item.subarray(start[from], start[to]));
    const { ownShapes } = this.#problem;
    if (ownShapes === null) return;
    for (let i = from; i < to; i++) classes[i - from] = ownShapes.classOf[user[i]];
  }

  /** Copies the scores of users `[from, to)` as the drop has them. */
  #takeScores({ start, pair }: PairBlock, from: number, to: number): void {
    const { scores, pairIds } = this.#columns, { score } = this.#problem.instance;
    const first = start[from], end = start[to];
    if (pair === null) return scores.set(score.subarray(first, end));
    pairIds.set(pair.subarray(first, end));
    for (let p = first; p < end; p++) scores[p - first] = score[pair[p]];
  }

  /** Float64Array, length rows: what is frozen, after a screening. */
  get load(): Float64Array {
    return this.#columns.loadSums.slice();
  }

  /** Float64Array, groups × marks: the marks of those frozen. */
  get marks(): Float64Array {
    return this.#columns.markSums.slice();
  }

  /** Shows what was found of a user in a kernel, as if that had scanned it. `base` is where the pairs begin that were taken. */
  #show(i: number, base: number, kernel: BundleKernel): void {
    const { values, chosen, listsOfValues, listsOfPairs } = this.#columns;
    for (let kind = 0; kind < 2; kind++) {
      kernel.value[kind] = values[4 * i + kind];
      kernel.otherValue[kind] = values[4 * i + 2 + kind];
      kernel.shape[kind] = chosen[4 * i + kind];
      kernel.otherShape[kind] = chosen[4 * i + 2 + kind];
    }
    const places = placesOf(this.#problem.k);
    const copy = ({ value, pair }: TopList, at: number) => {
      for (let n = 0; n < value.length; n++) {
        value[n] = listsOfValues[at + n];
        pair[n] = pairAt(listsOfPairs[at + n], base);
      }
    };
    copy(kernel.sponsored, 2 * places * i);
    copy(kernel.unsponsored, 2 * places * i + places);
  }
}

/** The pair of a place in a list, −1 where that is empty. */
function pairAt(p: number, base: number): number {
  return p < 0 ? p : base + p;
}

/** Places of a list in the module's memory. */
function placesOf(k: number): number {
  return k > 3 ? k + 2 : 4;
}

/** Views of the module's memory. */
function columnsOf(
  exports: Exports,
  { instance, offerBonus, item, items, ownShapes, k, shapeWorth, rules }: DualProblem,
  { loads, marks, rows, dense }: CurvatureLayout,
) {
  const { buffer } = exports.memory;
  type Name = typeof PLACES[number];
  const at = (name: Name) => Number(exports[name].value);
  const f64 = (name: Name, length: number) => new Float64Array(buffer, at(name), length);
  const u32 = (name: Name, length: number) => new Uint32Array(buffer, at(name), length);
  const i32 = (name: Name, length: number) => new Int32Array(buffer, at(name), length);
  const shapes = shapeWorth.length, groups = instance.groupSize.length;
  const entries = items?.row.length ?? 0, ofItems = items === null ? 0 : offerBonus.length;
  const room = at("room"), places = placesOf(k);
  const records = dense ? BATCH : MOST_USERS, bends = dense ? 1 : 0;
  return {
    shapeSponsored: u32("shapeSponsored", shapes),
    shapeUnsponsored: u32("shapeUnsponsored", shapes),
    shapeWorth: f64("shapeWorth", shapes),
    shapeMarks: i32("shapeMarks", shapes * marks),
    allowed: new Uint8Array(buffer, at("allowed"), ownShapes?.allowed.length ?? 0),
    limitWorth: f64("limitWorth", rules.others.length * groups * shapes),
    sponsoredPrice: f64("sponsoredPrice", groups),
    netPrice: f64("netPrice", offerBonus.length),
    offerBonus: f64("offerBonus", offerBonus.length),
    itemContract: u32("itemContract", ofItems),
    rowStart: u32("rowStart", items === null ? 0 : ofItems + 1),
    rows: u32("rows", entries),
    rowLoad: f64("rowLoad", entries),
    rowBend: f64("rowBend", entries),
    userIds: u32("userIds", MOST_USERS),
    starts: u32("starts", MOST_USERS + 1),
    middles: u32("middles", MOST_USERS),
    userGroups: u32("userGroups", MOST_USERS),
    classes: u32("classes", MOST_USERS),
    items: item instanceof Uint16Array
      ? new Uint16Array(buffer, at("items"), room)
      : u32("items", room),
    scores: f64("scores", room),
    pairIds: u32("pairIds", room),
    margins: f64("margins", MOST_USERS),
    values: f64("values", 4 * records),
    chosen: i32("chosen", 4 * records),
    listsOfValues: f64("listsOfValues", 2 * places * records),
    listsOfPairs: i32("listsOfPairs", 2 * places * records),
    nearUsers: u32("nearUsers", dense ? 0 : MOST_USERS),
    loadSums: f64("loadSums", loads),
    markSums: f64("markSums", groups * marks),
    rowOf: i32("rowOf", groups),
    bendRows: f64("bendRows", bends * loads * loads),
    bendCross: f64("bendCross", bends * rows * marks * loads),
    bendGroups: f64("bendGroups", bends * groups * marks * marks),
  };
}

/** Fills the columns that stay as they are. */
function fillColumns(
  columns: ReturnType<typeof columnsOf>,
  problem: DualProblem,
  layout: CurvatureLayout,
): void {
  const { shapeSponsored, shapeUnsponsored, shapeWorth, ownShapes, offerBonus, items } = problem;
  columns.shapeSponsored.set(shapeSponsored);
  columns.shapeUnsponsored.set(shapeUnsponsored);
  columns.shapeWorth.set(shapeWorth);
  columns.shapeMarks.set(marksOfShapes(problem));
  columns.rowOf.set(layout.rowOf);
  columns.offerBonus.set(offerBonus);
  if (ownShapes !== null) columns.allowed.set(ownShapes.allowed);
  if (items === null) return;
  columns.itemContract.set(items.contract);
  columns.rowStart.set(items.start);
  columns.rows.set(items.row);
  columns.rowLoad.set(items.load);
  columns.rowBend.set(items.bend);
}

/** The most pairs of a user. */
function mostPairs(start: Uint32Array): number {
  let most = 0;
  for (let u = 1; u < start.length; u++) most = Math.max(most, start[u] - start[u - 1]);
  return most;
}

let module: WebAssembly.Module | null | undefined;
