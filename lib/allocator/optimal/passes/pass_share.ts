/**
 * One share of every pass: the blocks of users that one worker, or the leading thread, scans.
 *
 * @module
 */
import { coarseOf, loadOf } from "../../limits/items.ts";
import { BundleKeeper, type KeptPass } from "./bundle_keeper.ts";
import { BundleKernel, SPONSORED, UNSPONSORED } from "../dual/bundle_kernel.ts";
import {
  BundleDifference,
  type CurvatureLayout,
  curvatureLayout,
  CurvatureTally,
  WEIGHT_ONE,
} from "./curvature.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import type { FrozenBundles } from "./kept_bundles.ts";
import { marksOfShapes } from "../dual/marks.ts";
import { noise } from "../dual/noise.ts";
import {
  BLOCKS,
  blockStart,
  type PairBlock,
  pairsIn,
  releaseBlock,
  wholeBlock,
} from "../dual/pair_block.ts";
import { kernelPrices } from "../dual/price_point.ts";
import type { PassBoard, ShareSums } from "./pass_board.ts";
import { sampleBlock, Screening } from "./screening.ts";
import type { TopList } from "../dual/top_list.ts";
import { UserScan } from "./user_scan.ts";

/** The users that are scanned one by one, and the sums of those that are frozen. */
interface View {
  readonly blocks: readonly PairBlock[];
  readonly frozenLoad: Float64Array;
  readonly frozenMarks: Float64Array;
  /** The bundles of its frozen users, where they are kept. */
  readonly frozen: FrozenBundles | null;
}

/** What the leading thread can ask of a share. */
export type PassCommand =
  | { readonly kind: "scan"; readonly radius: number; readonly thinning: number }
  | { readonly kind: "keep" } & KeptPass
  | { readonly kind: "settle" }
  | { readonly kind: "sample"; readonly stride: number; readonly noise: number }
  | {
    readonly kind: "screen";
    readonly depth: number;
    readonly reach: number;
    readonly noise: number;
  }
  | { readonly kind: "back"; readonly depth: number };

/**
 * Handles a contiguous run of the {@link BLOCKS} blocks of users: scans them at the board's prices, settles them at the board's
 * sponsored prices, and keeps a stack of views of them, each screened from the one below; the first is the whole.
 */
export class PassShare {
  readonly #problem: DualProblem;
  readonly #board: PassBoard;
  readonly #sums: ShareSums;
  readonly #layout: CurvatureLayout;
  readonly #tally: CurvatureTally;
  readonly #firstBlock: number;
  readonly #views: View[];
  readonly #kernel: BundleKernel;
  readonly #screening: Screening;
  readonly #shapeMarks: Int32Array;
  readonly #difference: BundleDifference;
  /** The scan in WebAssembly; null: it is done in JavaScript. */
  readonly #fast: UserScan | null;
  /** What keeps bundles, from a pass that does until the next one; null: the last one did not. */
  #keeper: BundleKeeper | null = null;
  /** One in this many users, drawn by a hash, adds to the curvature of the present scan; 1 in a dense layout: all do. */
  #thinning = 1;

  /** Share `index` of the board's shares. */
  constructor(problem: DualProblem, board: PassBoard, index: number, { vectors = true } = {}) {
    const { instance } = problem;
    this.#problem = problem;
    this.#board = board;
    this.#sums = board.shares[index];
    this.#layout = curvatureLayout(problem);
    this.#tally = new CurvatureTally(this.#layout, this.#sums.curvature);
    const shares = board.shares.length;
    this.#firstBlock = Math.floor((BLOCKS * index) / shares);
    const endBlock = Math.floor((BLOCKS * (index + 1)) / shares);
    const users = instance.group.length;
    const blocks: PairBlock[] = [];
    for (let b = this.#firstBlock; b < endBlock; b++) {
      blocks.push(wholeBlock(problem, blockStart(users, b), blockStart(users, b + 1)));
    }
    this.#views = [this.#view(blocks)];
    this.#kernel = new BundleKernel(problem);
    this.#shapeMarks = marksOfShapes(problem);
    const rowsOfOffer = 1 + (problem.items?.mostRows ?? 0);
    this.#difference = new BundleDifference(problem.k * rowsOfOffer, this.#layout.marks);
    this.#fast = vectors ? UserScan.of(problem, this.#layout) : null;
    this.#screening = new Screening(problem, this.#fast);
  }

  /** Carries out a command. */
  run(command: PassCommand): void {
    switch (command.kind) {
      case "scan":
        this.#thinning = this.#layout.dense ? 1 : command.thinning;
        return this.#scan(command.radius);
      case "keep":
        return this.#keep(command);
      case "settle":
        this.#settle();
        return this.#keeper?.settle(this.#kernel);
      case "sample":
        return this.#sample(command.stride, command.noise);
      case "screen":
        return this.#screen(command.depth, command.reach, command.noise);
      case "back":
        this.#backTo(command.depth);
    }
  }

  /** Keeps the first `depth` views and releases the memory of the others. */
  #backTo(depth: number): void {
    for (const { blocks } of this.#views.splice(depth)) blocks.forEach(releaseBlock);
    const { kept, shares } = this.#board;
    if (depth === 1) kept.isFrozen[shares.indexOf(this.#sums)] = 0;
  }

  get #top(): View {
    return this.#views[this.#views.length - 1];
  }

  #view(blocks: readonly PairBlock[]): View {
    return {
      blocks,
      frozenLoad: new Float64Array(this.#sums.load.length),
      frozenMarks: new Float64Array(this.#sums.marks.length),
      frozen: null,
    };
  }

  #sample(stride: number, noise: number): void {
    const { instance } = this.#problem;
    const users = instance.group.length;
    this.#backTo(1);
    this.#views.push(this.#view(this.#views[0].blocks.map((_, b) => {
      const from = blockStart(users, this.#firstBlock + b);
      const to = blockStart(users, this.#firstBlock + b + 1);
      return sampleBlock(this.#problem, from, to, stride, noise, this.#fast);
    })));
    for (const block of this.#top.blocks) this.#sums.pairsSeen[0] += pairsIn(block);
  }

  #screen(depth: number, all: number, noise: number): void {
    const { point, reach, kept, shares } = this.#board;
    this.#backTo(depth);
    const parent = this.#top;
    const wanted = depth === 1 && BundleKeeper.isFor(this.#problem)
      ? { kept, worth: new Float64Array(parent.blocks.length) }
      : null;
    this.#screening.begin(point, { all, ...reach }, noise, parent, wanted);
    const blocks = parent.blocks.map((block, b) => {
      this.#sums.pairsSeen[0] += pairsIn(block);
      return this.#screening.screen(block, b);
    });
    if (wanted !== null) kept.isFrozen[shares.indexOf(this.#sums)] = 1;
    this.#views.push({ blocks, ...this.#screening.finish(), frozen: wanted });
  }

  /** Finds the best bundles of all active users at the board's point, and adds up loads, marks and, with a radius > 0, curvature. */
  #scan(radius: number): void {
    const sums = this.#sums, view = this.#top;
    this.#begin(view);
    const fast = this.#fast;
    const { netPrice } = this.#kernel, { point } = this.#board;
    if (fast !== null && fast.begin(netPrice, point, sums, radius, this.#thinning)) {
      this.#scanFast(fast, view.blocks, radius);
      return;
    }
    if (radius > 0) this.#tally.clear();
    view.blocks.forEach((block, b) => this.#scanBlock(block, this.#firstBlock + b, radius));
    if (radius > 0) this.#tally.finish();
  }

  /** Sets the board's prices, and the sums to what is frozen in a view. */
  #begin({ frozenLoad, frozenMarks }: View): void {
    const sums = this.#sums;
    this.#keeper = null;
    this.#kernel.setPricesOfPass(kernelPrices(this.#problem, this.#board.point));
    sums.load.set(frozenLoad);
    sums.marks.set(frozenMarks);
    sums.frozenLoad.set(frozenLoad);
    sums.frozenMarks.set(frozenMarks);
  }

  /**
   * Scans the whole drop and keeps every user's bundle, or the first view, which has no noise from then on; just scans where bundles can't
   * be kept.
   */
  #keep({ noise, ofView }: KeptPass): void {
    const { kept, shares } = this.#board;
    const place = shares.indexOf(this.#sums);
    kept.isKept[place] = 0;
    const fast = this.#fast !== null && this.#layout.dense
      ? UserScan.forBundles(this.#problem)
      : this.#fast;
    const keeper = BundleKeeper.of(this.#problem, this.#board, { noise, ofView }, fast);
    this.#backTo(ofView ? 2 : 1);
    if (ofView) this.#views[1] = this.#withoutNoise(this.#top);
    const { blocks } = this.#top;
    this.#begin(this.#top);
    if (keeper === null || !keeper.begin(this.#kernel.netPrice, this.#sums)) return this.#scan(0);
    const { group } = this.#problem.instance;
    const { activeGroup, activeCount, blockValue } = this.#board;
    blocks.forEach((block, b) => {
      const blockIndex = this.#firstBlock + b, from = blockStart(group.length, blockIndex);
      const value = keeper.scan(block, from);
      if (value === null) return this.#scanBlock(block, blockIndex, 0, keeper);
      blockValue[blockIndex] = value;
      activeGroup.set(block.group, from);
      activeCount[blockIndex] = block.group.length;
      this.#sums.pairsSeen[0] += pairsIn(block);
    });
    keeper.finish(this.#sums);
    this.#keeper = keeper;
    kept.isKept[place] = 1;
  }

  /** The first view with the scores that the drop has, in its place. */
  #withoutNoise({ blocks, frozenLoad, frozenMarks, frozen }: View): View {
    const { score } = this.#problem.instance;
    const plain = blocks.map((block, b) => {
      const pair = block.pair!;
      for (let p = 0; p < pair.length; p++) block.score[p] = score[pair[p]];
      return { ...block, frozenValue: frozen!.worth[b] };
    });
    return { blocks: plain, frozenLoad, frozenMarks, frozen };
  }

  /** Scans blocks in WebAssembly. */
  #scanFast(fast: UserScan, blocks: readonly PairBlock[], radius: number): void {
    const { instance } = this.#problem;
    const { margin, activeGroup, activeCount, blockValue } = this.#board;
    const tally = radius > 0 && !this.#layout.dense ? this.#tally : null;
    tally?.clear();
    blocks.forEach((block, b) => {
      const { group } = block, blockIndex = this.#firstBlock + b;
      const place = blockStart(instance.group.length, blockIndex);
      blockValue[blockIndex] = fast.scan(block, margin, place, tally);
      activeGroup.set(group, place);
      activeCount[blockIndex] = group.length;
      this.#sums.pairsSeen[0] += pairsIn(block);
    });
    fast.finish(this.#sums);
    tally?.finish();
  }

  #scanBlock(
    block: PairBlock,
    blockIndex: number,
    radius: number,
    keeper: BundleKeeper | null = null,
  ): void {
    const { instance } = this.#problem;
    const { margin, activeGroup, activeCount, blockValue, point } = this.#board;
    const { user, group, start, middle } = block;
    const kernel = this.#kernel, { value } = kernel;
    const place = blockStart(instance.group.length, blockIndex);
    let sum = block.frozenValue;
    for (let i = 0; i < user.length; i++) {
      const g = group[i];
      kernel.priceItems(block, start[i], start[i + 1]);
      kernel.scan(block, start[i], middle[i], start[i + 1], g, user[i]);
      sum += value[UNSPONSORED];
      const m = value[SPONSORED] - value[UNSPONSORED];
      margin[place + i] = m;
      activeGroup[place + i] = g;
      const gain = m + point.sponsored[g];
      const kind = gain > 0 ? SPONSORED : UNSPONSORED;
      keeper?.keep(block, user[i], kernel, kind);
      this.#count(block, kind, g, 1);
      if (radius > 0 && this.#isDrawn(user[i])) this.#addCurvature(block, kind, g, gain, radius);
    }
    activeCount[blockIndex] = user.length;
    blockValue[blockIndex] = sum;
    this.#sums.pairsSeen[0] += pairsIn(block);
  }

  /** Adds the best bundle of a kind of the user just scanned to the sums, or takes it off (sign −1). */
  #count({ item }: PairBlock, kind: number, group: number, sign: number): void {
    const { shapeSponsored, shapeUnsponsored } = this.#problem;
    const { marks } = this.#sums;
    const { sponsored, unsponsored, shape } = this.#kernel;
    const s = shape[kind];
    for (let t = shapeSponsored[s] - 1; t >= 0; t--) {
      this.#countOffer(item[sponsored.pair[t]], sign);
    }
    for (let t = shapeUnsponsored[s] - 1; t >= 0; t--) {
      this.#countOffer(item[unsponsored.pair[t]], sign);
    }
    const count = this.#layout.marks;
    for (let m = 0; m < count; m++) {
      marks[group * count + m] += sign * this.#shapeMarks[s * count + m];
    }
  }

  #countOffer(item: number, sign: number): void {
    const { load } = this.#sums, { items, instance: { cap } } = this.#problem;
    if (items === null) {
      load[item] += sign;
      return;
    }
    load[items.contract[item]] += sign;
    for (let e = items.start[item], end = items.start[item + 1]; e < end; e++) {
      load[cap.length + items.row[e]] += sign * loadOf(items, e);
    }
  }

  /** Whether a user is drawn to add to the curvature. That is the same for any shares and views. */
  #isDrawn(user: number): boolean {
    return this.#thinning === 1 || (noise(user, 0) + 1) * this.#thinning < 2;
  }

  /** Adds the curvature of the user's nearest alternatives: the other kind, another shape, the next contract of each list. */
  #addCurvature(block: PairBlock, kind: number, group: number, gain: number, radius: number): void {
    const { shapeSponsored, shapeUnsponsored } = this.#problem;
    const { value, shape, otherValue, otherShape, sponsored, unsponsored } = this.#kernel;
    const kindMargin = Math.abs(gain), own = shape[kind];
    if (kindMargin < radius) {
      this.#differ(block, shape[UNSPONSORED], shape[SPONSORED]);
      this.#add(group, kindMargin / radius);
    }
    const shapeMargin = value[kind] - otherValue[kind];
    if (shapeMargin < radius) {
      this.#differ(block, own, otherShape[kind]);
      this.#add(group, shapeMargin / radius);
    }
    this.#swap(block, sponsored, shapeSponsored[own], group, radius);
    this.#swap(block, unsponsored, shapeUnsponsored[own], group, radius);
  }

  /** Adds the curvature of the next pair of a list in place of the last of those that are taken. */
  #swap(
    { item }: PairBlock,
    { value, pair }: TopList,
    taken: number,
    group: number,
    radius: number,
  ): void {
    if (taken === 0) return;
    const margin = value[taken - 1] - value[taken];
    if (!(margin < radius)) return;
    this.#difference.clear();
    this.#take(item[pair[taken - 1]], -1);
    this.#take(item[pair[taken]], 1);
    this.#add(group, margin / radius);
  }

  /** Adds one offer of an item more (1) or less (−1) to the difference. */
  #take(item: number, sign: number): void {
    const d = this.#difference, { items, instance: { cap } } = this.#problem;
    if (items === null) return d.add(item, sign);
    // Written out, as it is called for every user near another choice.
    const { contract, start, row } = items;
    d.add(contract[item], sign);
    for (let e = start[item], end = start[item + 1]; e < end; e++) {
      d.add(cap.length + row[e], sign * coarseOf(items, e));
    }
  }

  #add(group: number, relativeMargin: number): void {
    const weight = this.#thinning * Math.round(WEIGHT_ONE * (1 - relativeMargin));
    this.#tally.add(group, this.#difference, weight);
  }

  /** Sets the difference to shape `b` less shape `a`. Both take the best pairs of each list, so only the rest of the lists counts. */
  #differ(block: PairBlock, a: number, b: number): void {
    const { shapeSponsored, shapeUnsponsored } = this.#problem;
    const { sponsored, unsponsored } = this.#kernel;
    const d = this.#difference;
    d.clear();
    this.#takeBetween(block, sponsored, shapeSponsored[a], shapeSponsored[b]);
    this.#takeBetween(block, unsponsored, shapeUnsponsored[a], shapeUnsponsored[b]);
    const count = this.#layout.marks;
    for (let m = 0; m < count; m++) {
      d.marks[m] = this.#shapeMarks[b * count + m] - this.#shapeMarks[a * count + m];
    }
  }

  /** Adds what the first `b` pairs of a list are beyond the first `a`. */
  #takeBetween({ item }: PairBlock, { pair }: TopList, a: number, b: number): void {
    for (let t = a; t < b; t++) this.#take(item[pair[t]], 1);
    for (let t = b; t < a; t++) this.#take(item[pair[t]], -1);
  }

  /** Adds up the gains at the settled sponsored prices, and recounts users whose kind they change. */
  #settle(): void {
    const { margin, point, settled, blockGain } = this.#board;
    const { group } = this.#problem.instance, fast = this.#keeper === null ? this.#fast : null;
    fast?.beginSettling(point.sponsored, settled);
    this.#top.blocks.forEach((block, b) => {
      const blockIndex = this.#firstBlock + b, place = blockStart(group.length, blockIndex);
      const own = margin.subarray(place, place + block.group.length);
      const change = (i: number) => this.#changeKind(block, i, own[i]);
      blockGain[blockIndex] = fast?.settle(block.group, own, change) ??
        this.#settleBlock(block, own, change);
    });
  }

  /** Does what {@link UserScan.settle} does, and tells the keeper of bundles. */
  #settleBlock(
    { group, user }: PairBlock,
    margin: Float64Array,
    change: (i: number) => void,
  ): number {
    const { point, settled } = this.#board, keeper = this.#keeper;
    let sum = 0;
    for (let i = 0; i < group.length; i++) {
      const g = group[i], m = margin[i], gain = m + settled[g];
      if (gain > 0) sum += gain;
      const changes = m + point.sponsored[g] > 0 !== gain > 0;
      keeper?.note(user[i], gain, changes);
      if (changes) change(i);
    }
    return sum;
  }

  /** Counts a user's best bundle of the other kind in place of that of the scan, where it had this margin. */
  #changeKind(block: PairBlock, i: number, margin: number): void {
    const { user, group, start, middle } = block, g = group[i], kernel = this.#kernel;
    const before = margin + this.#board.point.sponsored[g] > 0;
    kernel.priceItems(block, start[i], start[i + 1]);
    kernel.scan(block, start[i], middle[i], start[i + 1], g, user[i]);
    this.#count(block, before ? SPONSORED : UNSPONSORED, g, -1);
    this.#count(block, before ? UNSPONSORED : SPONSORED, g, 1);
  }
}
