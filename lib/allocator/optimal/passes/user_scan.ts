/**
 * Finds the best bundles of many users at once, in WebAssembly (user_scan.as).
 *
 * It does what {@link BundleKernel}, the sums of `pass_share.ts` and `screening.ts` do, with vectors of two numbers and without
 * branches that are hard to predict, and gives the same bits. It can't handle brand limits. In a sparse layout it adds up the diagonal
 * of the curvature and lists the rest. With an item per pair, it has only the items of the pairs that it was given last, and prices
 * them itself.
 *
 * @module
 */
import { compileWasmOrNull } from "../../../base/platform/wasm_module.ts";
import { cellsOf } from "../../drop/instance/limits.ts";
import { adds } from "../../limits/kinds/group_rules.ts";
import { SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import { type CurvatureLayout, curvatureLayout, type CurvatureTally } from "./curvature.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { BlockBuilder, PairBlock } from "../dual/pair_block.ts";
import { OwnItems } from "./own_items.ts";
import type { FrozenBundles, KeptBundles } from "./kept_bundles.ts";
import type { ShareSums } from "./pass_board.ts";
import { kernelPrices, type PricePoint } from "../dual/price_point.ts";
import {
  type AddNoise,
  columnsOf,
  fillColumns,
  MOST_USERS,
  placesOf,
  roomFor,
  type Scan,
  type ScanColumns,
  type ScanExports,
  type Screen,
} from "./user_scan_memory.ts";
import { USER_SCAN_WASM } from "./user_scan_wasm.ts";

/** How far values can move within a view, see `screening.ts`. */
export interface ScreenReach {
  /** Noise that is added to scores. */
  readonly amplitude: number;
  /** Without limits: the value of a list entry. */
  readonly entry: number;
  /** Without limits: the value of a bundle. */
  readonly bundle: number;
  /** Float64Array, length groups: the sponsored prices. */
  readonly sponsored: Float64Array;
  /** With limits: how far the costs of offers can move; null: there are none. */
  readonly offers: OfferReach | null;
  /** Whether the bundles of those left out are wanted. */
  readonly keeps: boolean;
}

/** How far the costs of offers can move within a view. */
export interface OfferReach {
  /** The value of a list entry moves at least this far, noise left out. */
  readonly least: number;
  /** A bundle, by prices of the groups' limits. */
  readonly rules: number;
  /** Float64Array, length items: of each item; null: there is an item per pair. */
  readonly item: Float64Array | null;
  /** Float64Array, length contracts and length limits: how far their prices can move. */
  readonly contract: Float64Array;
  readonly limit: Float64Array;
}

/** Takes a user's bundle, see {@link UserScan.takeBest}. */
export type TakeBundle = (
  user: number,
  count: number,
  lead: number,
  worth: number,
  ahead: number,
) => void;

/** The part of a point that is about groups. */
type GroupPrices = Pick<PricePoint, "others" | "sponsored">;

/** Scans blocks of users of one problem. Each share has its own. */
export class UserScan {
  /** Whether the module adds up curvature for every pair of rows; then it does not keep the bundles. */
  readonly #isDense: boolean;
  readonly #problem: DualProblem;
  readonly #exports: ScanExports;
  readonly #columns: ScanColumns;
  readonly #scan: Scan;
  readonly #screen: Screen;
  readonly #addNoise: AddNoise;
  /** Copies the items of pairs where nearly every pair has its own; null: items stay where they are. */
  readonly #ownItems: OwnItems | null;
  /** With items of their own: the given prices of all items; null: the module works them out. */
  #givenPrice: Float64Array | null = null;
  #radius = 0;

  private constructor(problem: DualProblem, layout: CurvatureLayout, module: WebAssembly.Module) {
    const { instance, items, ownShapes, shapeWorth } = problem;
    const room = roomFor(problem);
    this.#problem = problem;
    this.#isDense = layout.dense;
    const exports = new WebAssembly.Instance(module).exports as unknown as ScanExports;
    this.#exports = exports;
    const begun = exports.begin(
      problem.k,
      shapeWorth.length,
      ownShapes === null ? 0 : ownShapes.allowed.length / shapeWorth.length,
      room.items,
      problem.item.BYTES_PER_ELEMENT,
      room.cells,
      instance.cap.length,
      room.entries,
      Number(items !== null),
      Number(room.isByPair),
      Number(room.isByPair && cellsOf(items!) !== null),
      items?.mostRows ?? 0,
      instance.groupSize.length,
      problem.rules.others.length,
      layout.marks,
      room.pairs,
      Number(this.#isDense),
      layout.rows,
      layout.blocks,
    );
    if (begun === 0) throw new RangeError("no memory for the scan of users");
    this.#columns = columnsOf(exports, problem, layout, room);
    fillColumns(this.#columns, problem, layout, room);
    this.#ownItems = items !== null && room.isByPair ? new OwnItems(items, this.#columns) : null;
    if ((this.#ownItems?.cells ?? 0) > 0) exports.countCells();
    exports.sortShapes();
    const short = problem.item instanceof Uint16Array;
    this.#scan = short ? exports.scan16 : exports.scan32;
    this.#screen = short ? exports.screen16 : exports.screen32;
    this.#addNoise = short ? exports.addNoise16 : exports.addNoise32;
  }

  /** A scan for {@link UserScan.takeBest}; null as for {@link UserScan.of}. */
  static forBundles(problem: DualProblem): UserScan | null {
    return UserScan.of(problem, { ...curvatureLayout(problem), dense: false });
  }

  /** A scan for a problem; null if it can't handle the problem, WebAssembly has no vectors here, or memory is short. */
  static of(problem: DualProblem, layout: CurvatureLayout): UserScan | null {
    if (problem.itemBrand !== null) return null;
    if (module === undefined) module = compileWasmOrNull(USER_SCAN_WASM);
    if (module === null) return null;
    try {
      return new UserScan(problem, layout, module);
    } catch {
      return null;
    }
  }

  /**
   * Begins a pass at the prices of `point`; `netPrice` has those of items, and is not read where pairs have items of their own. With a
   * `radius` > 0 curvature is added up within it, in a sparse layout from one in `thinning` users, drawn by a hash. Returns false, and
   * does nothing, if a price is not finite.
   */
  begin(
    netPrice: Float64Array,
    point: PricePoint,
    sums: ShareSums,
    radius: number,
    thinning = 1,
  ): boolean {
    if (!this.#setPricesAt(netPrice, point)) return false;
    this.#setSums(sums.load, sums.marks);
    if (radius > 0) this.#exports.clearCurvature(thinning);
    this.#radius = radius;
    return true;
  }

  /** Sets what offers and marks are added to. */
  #setSums(load: Float64Array, marks: Float64Array): void {
    // What a scan has counted whose sums nobody asked for is dropped.
    this.#exports.sumLoads();
    this.#columns.loadSums.set(load);
    this.#columns.markSums.set(marks);
  }

  /** Sets the prices of a point, items' as `netPrice` has them, or those that the module works them out from. */
  #setPricesAt(netPrice: Float64Array, point: PricePoint): boolean {
    if (this.#ownItems === null) return this.#setPrices(netPrice, point);
    if (!arePricesFinite(this.#problem, netPrice, point)) return false;
    const { contract, limit } = kernelPrices(this.#problem, point);
    this.#columns.contractPrice.set(contract);
    this.#columns.rowPrice.set(limit!);
    this.#givenPrice = null;
    this.#exports.priceCells(this.#ownItems.cells);
    this.#setPricesOfGroups(point);
    return true;
  }

  #setPrices(netPrice: Float64Array, point: GroupPrices): boolean {
    if (!areFinite(netPrice)) return false;
    if (this.#ownItems === null) this.#columns.netPrice.set(netPrice);
    else this.#givenPrice = netPrice;
    this.#setPricesOfGroups(point);
    return true;
  }

  #setPricesOfGroups(point: GroupPrices): void {
    this.#setLimitWorth(point);
    this.#columns.sponsoredPrice.set(point.sponsored);
  }

  /** Sets what each shape is worth by the prices of the groups' limits, rule by rule, as the kernel adds them up. */
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
   * Scans the users of a block. Returns the block's value with their best unsponsored bundles, and writes the margins of sponsored
   * ones to `margin` from `place` on.
   *
   * @param tally gets the curvature that is not added up in the module; null: there is none
   */
  scan(
    block: PairBlock,
    margin: Float64Array,
    place: number,
    tally: CurvatureTally | null,
  ): number {
    const { start } = block;
    let sum = block.frozenValue;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#columns.scores.set(block.score.subarray(start[from], start[to]));
      sum = this.#scan(to - from, sum, this.#radius);
      margin.set(this.#columns.margins.subarray(0, to - from), place + from);
      if (tally !== null) this.#tallyListed(tally);
    });
    return sum;
  }

  /** Begins to settle users: they were scanned at the sponsored prices `before`, which are `settled` now. */
  beginSettling(before: Float64Array, settled: Float64Array): void {
    this.#columns.sponsoredPrice.set(before);
    this.#columns.settledPrice.set(settled);
  }

  /**
   * Σ over users of what a sponsored bundle is worth more than an unsponsored one at the settled prices, where that is positive.
   *
   * @param group Uint32Array: the group of each user
   * @param margin by user, as {@link UserScan.scan} wrote them
   * @param change called with the place of each user whose kind the settled prices change
   */
  settle(group: Uint32Array, margin: Float64Array, change: (i: number) => void): number {
    const { userGroups, margins, nearUsers } = this.#columns;
    let sum = 0;
    for (let from = 0; from < group.length; from += MOST_USERS) {
      const to = Math.min(from + MOST_USERS, group.length);
      userGroups.set(group.subarray(from, to));
      margins.set(margin.subarray(from, to));
      sum = this.#exports.settle(to - from, sum);
      const count = Number(this.#exports.nearCount.value);
      for (let n = 0; n < count; n++) change(from + nearUsers[n]);
    }
    return sum;
  }

  /** Gives a tally what the users just scanned add to a sparse curvature. */
  #tallyListed(tally: CurvatureTally): void {
    const { tieEnds, tieRows, tieChanges, tieWeights } = this.#columns;
    const { pairRows, pairColumns, pairAmounts } = this.#columns;
    const ties = Number(this.#exports.tieCount.value);
    tally.addTies(tieEnds.subarray(0, ties), tieRows, tieChanges, tieWeights);
    const pairs = Number(this.#exports.pairCount.value);
    for (let i = 0; i < pairs; i++) tally.addPair(pairRows[i], pairColumns[i], pairAmounts[i]);
  }

  /**
   * Scans the users of a block with the scores that it has as {@link UserScan.scan} does, and keeps the bundle of each at the prices,
   * with its lead less `room`. Only in a sparse layout.
   *
   * @param near called with each user whose bundle, or the order of its pairs, leads by no more than `room`
   */
  scanKeeping(
    block: PairBlock,
    margin: Float64Array,
    place: number,
    kept: KeptBundles,
    room: number,
    near: (u: number) => void,
  ): number {
    const { start, user, pair } = block, { k } = this.#problem, { slots, count, lead } = kept;
    const { scores, margins, bundles, bundleSizes, leads, nearUsers } = this.#columns;
    let sum = block.frozenValue;
    this.#inPieces(block, (from, to) => {
      const users = to - from, first = user[from];
      this.#take(block, from, to);
      scores.set(block.score.subarray(start[from], start[to]));
      sum = this.#scan(users, sum, 0);
      this.#exports.takeBundles(users, start[from], room);
      margin.set(margins.subarray(0, users), place + from);
      if (pair === null) {
        slots.set(bundles.subarray(0, users * k), first * k);
        count.set(bundleSizes.subarray(0, users), first);
        lead.set(leads.subarray(0, users), first);
      } else {
        for (let i = 0; i < users; i++) {
          const u = user[from + i];
          for (let t = 0; t < k; t++) {
            const p = bundles[i * k + t];
            slots[u * k + t] = p < 0 ? -1 : pair[p];
          }
          count[u] = bundleSizes[i];
          lead[u] = leads[i];
        }
      }
      const nearCount = Number(this.#exports.nearCount.value);
      for (let n = 0; n < nearCount; n++) near(user[from + nearUsers[n]]);
    });
    return sum;
  }

  /** Ends a pass: copies the sums to `ShareSums`. */
  finish({ load, marks, curvature }: ShareSums): void {
    const { loadSums, markSums, curvatureRows, curvatureAbove, curvatureCross, curvatureGroups } =
      this.#columns;
    this.#exports.sumLoads();
    load.set(loadSums);
    marks.set(markSums);
    if (this.#radius === 0) return;
    curvature.rows.set(curvatureRows);
    curvature.above.set(curvatureAbove);
    curvature.cross.set(curvatureCross);
    curvature.group.set(curvatureGroups);
  }

  /** Begins a screening around a centre, with the loads and marks frozen so far. Returns false as {@link UserScan.begin} does. */
  beginScreen(
    netPrice: Float64Array,
    centre: PricePoint,
    load: Float64Array,
    marks: Float64Array,
    { amplitude, entry, bundle, sponsored, offers, keeps }: ScreenReach,
  ): boolean {
    if (!this.#setPricesAt(netPrice, centre)) return false;
    this.#setSums(load, marks);
    this.#columns.sponsoredReach.set(sponsored);
    if (offers !== null && this.#ownItems === null) this.#columns.itemReach.set(offers.item!);
    else if (offers !== null) {
      this.#columns.contractReach.set(offers.contract);
      this.#columns.rowReach.set(offers.limit);
      this.#exports.reachCells(this.#ownItems!.cells);
    }
    const least = offers?.least ?? 0, ofRules = offers?.rules ?? 0;
    this.#exports.beginScreen(amplitude, entry, bundle, least, ofRules, Number(keeps));
    return true;
  }

  /**
   * Appends the users and pairs of a block that can still change to a builder. Returns the worth of its frozen users.
   *
   * @param frozen gets the bundles of those of a whole block, if they are wanted
   * @param b which of the share's blocks it is
   */
  screen(block: PairBlock, builder: BlockBuilder, frozen: FrozenBundles | null, b: number): number {
    const { keptUsers, keptPairs, frozenValue, plainValue } = this.#exports;
    const { userIds, userGroups, starts, middles, items, scores, pairIds } = this.#columns;
    let worth = block.frozenValue;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#takeScores(block, from, to);
      this.#reachItems(block.start[to] - block.start[from]);
      this.#screen(to - from, Number(block.pair === null), worth, frozen?.worth[b] ?? 0);
      worth = Number(frozenValue.value);
      if (frozen !== null) {
        frozen.worth[b] = Number(plainValue.value);
        this.#keepFrozen(frozen, block.user[from], to - from);
      }
      const users = Number(keptUsers.value), pairs = Number(keptPairs.value);
      const pair = pairIds.subarray(0, pairs);
      builder.append({
        user: userIds.subarray(0, users),
        group: userGroups.subarray(0, users),
        start: starts.subarray(0, users),
        middle: middles.subarray(0, users),
        item: this.#ownItems?.itemsOf(pair) ?? items.subarray(0, pairs),
        score: scores.subarray(0, pairs),
        pair,
      });
      this.#ownItems?.append(builder, pairs);
    });
    return worth;
  }

  /** Keeps what was found of the users just screened. */
  #keepFrozen({ kept }: FrozenBundles, first: number, users: number): void {
    const { bundles, bundleSizes, leads, margins } = this.#columns, { k } = this.#problem;
    kept.slots.set(bundles.subarray(0, users * k), first * k);
    kept.count.set(bundleSizes.subarray(0, users), first);
    kept.lead.set(leads.subarray(0, users), first);
    kept.ahead.set(margins.subarray(0, users), first);
  }

  /**
   * Calls `each` for every user of a whole block with its best bundle, scores taken with noise up to ±`amplitude`: `count` pairs, then
   * in `bundle`, the sponsored ones first. `lead`: how far it is ahead of any other of its kind, 0 if it is not the best; `worth`: what
   * the best bundle is worth; `ahead`: how far that is ahead of the best of the other kind. Returns false, and does nothing, if a price
   * is not finite, or in a dense layout, where bundles are not kept.
   *
   * @param prices net prices of items, and the prices of groups; with the prices of rows, where pairs have items of their own, the net
   * prices are not read
   * @param wanted Int32Array, length users of the drop: the shape that each is to get, −1: that of its best bundle; null: all best
   */
  takeBest(
    block: PairBlock,
    prices: { readonly netPrice: Float64Array } & GroupPrices & Partial<Pick<PricePoint, "row">>,
    amplitude: number,
    wanted: Int32Array | null,
    bundle: Int32Array,
    each: TakeBundle,
  ): boolean {
    const { netPrice, row, others, sponsored } = prices;
    const isSet = row === undefined
      ? this.#setPrices(netPrice, prices)
      : this.#setPricesAt(netPrice, { row, others, sponsored });
    if (this.#isDense || !isSet) return false;
    const { user, group, start } = block;
    const { values, chosen } = this.#columns;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#takeScores(block, from, to);
      if (amplitude > 0) this.#addNoise(to - from, amplitude);
      this.#scan(to - from, 0, 0);
      for (let i = from; i < to; i++) {
        const at = 4 * (i - from), u = user[i];
        const ofSponsored = values[at + SPONSORED] + sponsored[group[i]];
        const isSponsored = ofSponsored > values[at + UNSPONSORED];
        const kind = isSponsored ? SPONSORED : UNSPONSORED, best = chosen[at + kind];
        const shape = wanted !== null && wanted[u] >= 0 ? wanted[u] : best;
        const lead = shape === best
          ? Math.min(values[at + kind] - values[at + 2 + kind], this.#swapMargin(i - from, shape))
          : 0;
        const worth = isSponsored ? ofSponsored : values[at + UNSPONSORED];
        const ahead = Math.abs(ofSponsored - values[at + UNSPONSORED]);
        each(u, this.#bundleOf(i - from, shape, start[from], bundle), lead, worth, ahead);
      }
    });
    return true;
  }

  /**
   * Σ over the users of a whole block of the value of the best bundle, as `boundAt` adds them up. Null as
   * {@link UserScan.takeBest} is false.
   */
  sumOfBest(
    block: PairBlock,
    prices: { readonly netPrice: Float64Array } & GroupPrices,
  ): number | null {
    if (this.#isDense || !this.#setPrices(prices.netPrice, prices)) return null;
    const { group } = block, { sponsored: sponsoredPrice } = prices, { values } = this.#columns;
    let sum = 0;
    this.#inPieces(block, (from, to) => {
      this.#take(block, from, to);
      this.#takeScores(block, from, to);
      this.#scan(to - from, 0, 0);
      for (let i = from; i < to; i++) {
        const at = 4 * (i - from);
        const sponsored = values[at + SPONSORED] + sponsoredPrice[group[i]];
        const unsponsored = values[at + UNSPONSORED];
        sum += sponsored > unsponsored ? sponsored : unsponsored;
      }
    });
    return sum;
  }

  /**
   * By how much the last pair that a shape takes of each list leads the next one; the lesser of both lists. `i`: the user's
   * place in the piece.
   */
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

  /** Writes the pairs of a shape of a scanned user to `bundle`. Returns how many they are. `base`: the first pair of the piece. */
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

  /** Goes through a block in pieces that the module has room for. */
  #inPieces({ start, user }: PairBlock, each: (from: number, to: number) => void): void {
    const room = this.#columns.items.length;
    for (let from = 0, to = 0; from < user.length; from = to) {
      to = Math.min(from + MOST_USERS, user.length);
      while (start[to] - start[from] > room) to = from + Math.max(1, (to - from) >> 1);
      each(from, to);
    }
  }

  /** Copies users `[from, to)` of a block and their pairs, but not their scores, into the module's memory. */
  #take(block: PairBlock, from: number, to: number): void {
    const { user, group, start, middle, item } = block;
    const { userIds, userGroups, starts, middles, classes, items } = this.#columns;
    userIds.set(user.subarray(from, to));
    userGroups.set(group.subarray(from, to));
    starts.set(start.subarray(from, to + 1));
    middles.set(middle.subarray(from, to));
    if (this.#ownItems === null) items.set(item.subarray(start[from], start[to]));
    else {
      this.#ownItems.take(block, start[from], start[to], this.#givenPrice);
      this.#priceItems(start[to] - start[from]);
    }
    const { ownShapes } = this.#problem;
    if (ownShapes === null) return;
    for (let i = from; i < to; i++) classes[i - from] = ownShapes.classOf[user[i]];
  }

  /** Prices the items of the `count` pairs just taken, where prices are not given. */
  #priceItems(count: number): void {
    if (this.#givenPrice !== null) return;
    if (this.#ownItems!.cells === 0) this.#exports.priceCells(count);
    this.#exports.priceItems(count);
  }

  /** Works out how far prices of the items of the `count` pairs just taken may move. */
  #reachItems(count: number): void {
    if (this.#ownItems === null) return;
    if (this.#ownItems.cells === 0) this.#exports.reachCells(count);
    this.#exports.reachItems(count);
  }

  /** Copies the scores of users `[from, to)` without noise into the module's memory. */
  #takeScores({ start, pair }: PairBlock, from: number, to: number): void {
    const { scores, pairIds } = this.#columns, { score } = this.#problem.instance;
    const first = start[from], end = start[to];
    if (pair === null) return scores.set(score.subarray(first, end));
    pairIds.set(pair.subarray(first, end));
    for (let p = first; p < end; p++) scores[p - first] = score[pair[p]];
  }

  /** Ends a screening: what the frozen users count toward each row, and the marks of each group. */
  finishScreen(): { frozenLoad: Float64Array; frozenMarks: Float64Array } {
    this.#exports.sumLoads();
    const { loadSums, markSums } = this.#columns;
    return { frozenLoad: loadSums.slice(), frozenMarks: markSums.slice() };
  }
}

/** Whether a pass at these prices, as {@link UserScan.begin} gets them, has none that is not finite. */
export function arePricesFinite(
  problem: DualProblem,
  netPrice: Float64Array,
  point: PricePoint,
): boolean {
  if (!problem.items?.byPair) return areFinite(netPrice);
  const { contract, limit } = kernelPrices(problem, point);
  return areFinite(contract) && areFinite(limit!);
}

/** Whether all these prices are finite. */
export function areFinite(prices: Float64Array): boolean {
  for (let i = 0; i < prices.length; i++) if (!(Math.abs(prices[i]) < Infinity)) return false;
  return true;
}

/** The pair of a list's place, −1 if it is empty. */
function pairAt(p: number, base: number): number {
  return p < 0 ? p : base + p;
}

/** The compiled module, shared by all scans; null: it can't be compiled here; undefined: not tried yet. */
let module: WebAssembly.Module | null | undefined;
