/**
 * The best bundles of many users at once, in WebAssembly (user_scan.as).
 *
 * It does what {@link BundleKernel} and the counting of `pass_share.ts` do, on vectors of two numbers and without guesses, and
 * with the same numbers to the last bit. It has no brands and no items that are pairs; without those it finds the bundles of
 * any policy. It counts them where offers count toward caps alone, and adds up curvature where that is dense.
 *
 * @module
 */
import { adds } from "../../limits/kinds/group_rules.ts";
import type { BundleKernel } from "./bundle_kernel.ts";
import type { CurvatureLayout } from "./curvature.ts";
import type { DualProblem } from "./dual_problem.ts";
import { marksOfShapes } from "./marks.ts";
import type { PairBlock } from "./pair_block.ts";
import type { ShareSums } from "./pass_board.ts";
import type { PricePoint } from "./price_point.ts";
import { USER_SCAN_WASM } from "./user_scan_wasm.ts";

/** Users taken at once, at most, as the module has it. */
const MOST_USERS = 1 << 10;

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
  "starts",
  "middles",
  "userGroups",
  "classes",
  "items",
  "scores",
  "room",
  "margins",
  "values",
  "chosen",
  "listsOfValues",
  "listsOfPairs",
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
  scan16(users: number, sum: number, radius: number): number;
  scan32(users: number, sum: number, radius: number): number;
};

/** Columns that users' best bundles are written to where each is looked at by others. */
type Columns = ReturnType<typeof columnsOf>;

/** Calls back for each user of a block whose best bundles are in the kernel then: its place in the block. */
export type EachUser = (i: number) => void;

/** Scans blocks of users of one problem; one for each share. */
export class UserScan {
  /** Whether it counts users' bundles, as {@link UserScan.finish} tells. */
  readonly counts: boolean;
  /** Whether it adds up curvature too. */
  readonly bends: boolean;
  readonly #problem: DualProblem;
  readonly #exports: Exports;
  readonly #columns: Columns;
  readonly #scan: (users: number, sum: number, radius: number) => number;
  #radius = 0;

  private constructor(problem: DualProblem, layout: CurvatureLayout, module: WebAssembly.Module) {
    const { instance, items, ownShapes, shapeWorth, shapeSponsored, shapeUnsponsored } = problem;
    this.#problem = problem;
    this.counts = items === null;
    this.bends = items === null && layout.dense;
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    this.#exports = exports;
    const classes = ownShapes === null ? 0 : ownShapes.allowed.length / shapeWorth.length;
    const begun = exports.begin(
      problem.k,
      Number(problem.oneList),
      shapeWorth.length,
      classes,
      problem.offerBonus.length,
      problem.item.BYTES_PER_ELEMENT,
      instance.groupSize.length,
      problem.rules.others.length,
      layout.marks,
      mostPairs(instance.start),
      Number(this.counts),
      Number(this.bends),
      layout.loads,
      layout.rows,
    );
    if (begun === 0) throw new RangeError("no memory for the scan of users");
    const columns = this.#columns = columnsOf(exports, problem, layout, this.counts && this.bends);
    columns.shapeSponsored.set(shapeSponsored);
    columns.shapeUnsponsored.set(shapeUnsponsored);
    columns.shapeWorth.set(shapeWorth);
    columns.shapeMarks.set(marksOfShapes(problem));
    columns.rowOf.set(layout.rowOf);
    if (ownShapes !== null) columns.allowed.set(ownShapes.allowed);
    exports.sortShapes();
    this.#scan = problem.item instanceof Uint16Array ? exports.scan16 : exports.scan32;
  }

  /** One for a problem; null where it can't do it, or there is no WebAssembly with vectors, or no memory. */
  static of(problem: DualProblem, layout: CurvatureLayout): UserScan | null {
    const { instance, policy, items } = problem;
    if (items?.byPair || (instance.brand !== null && policy.maxPerBrand !== null)) return null;
    if (module === undefined) module = compiled();
    if (module === null) return null;
    try {
      return new UserScan(problem, layout, module);
    } catch {
      return null;
    }
  }

  /**
   * Begins a pass at the prices of `point`, of which those of offers are in `netPrice`. False where they are beyond what
   * numbers hold, and comparing them means nothing.
   */
  begin(netPrice: Float64Array, point: PricePoint, sums: ShareSums, radius: number): boolean {
    for (let i = 0; i < netPrice.length; i++) {
      if (!(Math.abs(netPrice[i]) < Infinity)) return false;
    }
    const columns = this.#columns;
    columns.netPrice.set(netPrice);
    this.#setLimitWorth(point);
    columns.sponsoredPrice.set(point.sponsored);
    if (this.counts) {
      columns.loadSums.set(sums.load);
      columns.markSums.set(sums.marks);
    }
    if (this.bends && radius > 0) this.#exports.clearCurvature();
    this.#radius = radius;
    return true;
  }

  /** What shapes are worth by the prices of the groups' limits, one after the other, as the kernel adds them up. */
  #setLimitWorth({ others }: PricePoint): void {
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
   * @param each called for each user, its bundles in `kernel`, where there is something to do that is not done here
   */
  scan(
    block: PairBlock,
    margin: Float64Array,
    place: number,
    kernel: BundleKernel,
    each: EachUser | null,
  ): number {
    const { start, user } = block;
    const room = this.#columns.items.length;
    let sum = block.frozenValue;
    for (let from = 0, to = 0; from < user.length; from = to) {
      to = Math.min(from + MOST_USERS, user.length);
      while (start[to] - start[from] > room) to = from + Math.max(1, (to - from) >> 1);
      this.#take(block, from, to);
      sum = this.#scan(to - from, sum, this.#radius);
      if (!this.#problem.oneList) {
        margin.set(this.#columns.margins.subarray(0, to - from), place + from);
      }
      if (each === null) continue;
      for (let i = from; i < to; i++) {
        this.#show(i - from, start[from], kernel);
        each(i);
      }
    }
    return sum;
  }

  /** Copies users `[from, to)` of a block into the module's memory. */
  #take({ user, group, start, middle, item, score }: PairBlock, from: number, to: number): void {
    const { starts, middles, userGroups, classes, items, scores } = this.#columns;
    starts.set(start.subarray(from, to + 1));
    middles.set(middle.subarray(from, to));
    userGroups.set(group.subarray(from, to));
    items.set(item.subarray(start[from], start[to]));
    scores.set(score.subarray(start[from], start[to]));
    const { ownShapes } = this.#problem;
    if (ownShapes === null) return;
    for (let i = from; i < to; i++) classes[i - from] = ownShapes.classOf[user[i]];
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
    const places = Math.max(this.#problem.k + 1, 4);
    for (const [list, first] of [[kernel.sponsored, 0], [kernel.unsponsored, places]] as const) {
      const { value, pair } = list, at = 2 * places * i + first;
      for (let n = 0; n < value.length; n++) {
        value[n] = listsOfValues[at + n];
        const p = listsOfPairs[at + n];
        pair[n] = p < 0 ? p : base + p;
      }
    }
  }

  /** Ends a pass: copies what was counted. */
  finish({ load, marks, curvature }: ShareSums): void {
    const { loadSums, markSums, bendRows, bendCross, bendGroups } = this.#columns;
    if (this.counts) {
      load.set(loadSums);
      marks.set(markSums);
    }
    if (!this.bends || this.#radius === 0) return;
    curvature.rows.set(bendRows);
    curvature.cross.set(bendCross);
    curvature.group.set(bendGroups);
  }
}

/** Views of the module's memory. */
function columnsOf(
  exports: Exports,
  { instance, offerBonus, item, ownShapes, k, shapeWorth, rules }: DualProblem,
  { loads, marks, rows, dense }: CurvatureLayout,
  oneRecord: boolean,
) {
  const { buffer } = exports.memory, shapes = shapeWorth.length;
  const groups = instance.groupSize.length, bends = oneRecord && dense ? 1 : 0;
  const at = (name: typeof PLACES[number]) => Number(exports[name].value);
  const f64 = (name: typeof PLACES[number], length: number) =>
    new Float64Array(buffer, at(name), length);
  const u32 = (name: typeof PLACES[number], length: number) =>
    new Uint32Array(buffer, at(name), length);
  const i32 = (name: typeof PLACES[number], length: number) =>
    new Int32Array(buffer, at(name), length);
  const room = at("room"), records = oneRecord ? 1 : MOST_USERS, places = Math.max(k + 1, 4);
  return {
    shapeSponsored: u32("shapeSponsored", shapes),
    shapeUnsponsored: u32("shapeUnsponsored", shapes),
    shapeWorth: f64("shapeWorth", shapes),
    shapeMarks: i32("shapeMarks", shapes * marks),
    allowed: new Uint8Array(buffer, at("allowed"), ownShapes?.allowed.length ?? 0),
    limitWorth: f64("limitWorth", rules.others.length * groups * shapes),
    sponsoredPrice: f64("sponsoredPrice", groups),
    netPrice: f64("netPrice", offerBonus.length),
    starts: u32("starts", MOST_USERS + 1),
    middles: u32("middles", MOST_USERS),
    userGroups: u32("userGroups", MOST_USERS),
    classes: u32("classes", MOST_USERS),
    items: item instanceof Uint16Array
      ? new Uint16Array(buffer, at("items"), room)
      : new Uint32Array(buffer, at("items"), room),
    scores: f64("scores", room),
    margins: f64("margins", MOST_USERS),
    values: f64("values", 4 * records),
    chosen: i32("chosen", 4 * records),
    listsOfValues: f64("listsOfValues", 2 * places * records),
    listsOfPairs: i32("listsOfPairs", 2 * places * records),
    loadSums: f64("loadSums", loads),
    markSums: f64("markSums", groups * marks),
    rowOf: i32("rowOf", groups),
    bendRows: f64("bendRows", bends * loads * loads),
    bendCross: f64("bendCross", bends * rows * marks * loads),
    bendGroups: f64("bendGroups", bends * groups * marks * marks),
  };
}

/** The most pairs of a user. */
function mostPairs(start: Uint32Array): number {
  let most = 0;
  for (let u = 1; u < start.length; u++) most = Math.max(most, start[u] - start[u - 1]);
  return most;
}

let module: WebAssembly.Module | null | undefined;

function compiled(): WebAssembly.Module | null {
  const text = atob(USER_SCAN_WASM.join(""));
  try {
    return new WebAssembly.Module(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
