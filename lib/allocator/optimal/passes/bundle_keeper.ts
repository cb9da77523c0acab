/**
 * Keeps every user's best bundle during a pass over the whole drop, with the noise that breaks ties.
 *
 * Noise matters only to users who have another bundle nearly as good. So the pass itself is without noise, as a bound needs it, and
 * those users are looked at again.
 *
 * @module
 */
import type { BundleKernel } from "../dual/bundle_kernel.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { copiedBlock, type PairBlock, releaseBlock } from "../dual/pair_block.ts";
import type { PassBoard, ShareSums } from "./pass_board.ts";
import { keepBundle } from "./kept_bundles.ts";
import { takeBest } from "./take_best.ts";
import { arePricesFinite, type UserScan } from "./user_scan.ts";

/** Most users that are looked at again at once. */
const AT_ONCE = 4096;

/** A pass that keeps bundles. */
export interface KeptPass {
  /** Scores are taken with noise up to ± this; null: without. */
  readonly noise: number | null;
  /** Whether it goes over the users of a view that knows the bundles of all others. */
  readonly ofView: boolean;
}

/** Keeps the bundles of the users of one share. */
export class BundleKeeper {
  readonly #problem: DualProblem;
  readonly #board: PassBoard;
  /** The scan in WebAssembly; null: users are scanned in JavaScript. */
  readonly #scan: UserScan | null;
  readonly #noise: number | null;
  readonly #ofView: boolean;
  /** How much noise may add to the lead of a bundle. */
  readonly #room: number;
  /** Users whose bundle noise may change. */
  readonly #near: number[] = [];
  /** Int32Array, length k: the bundle of one user. */
  readonly #bundle: Int32Array;

  private constructor(
    problem: DualProblem,
    board: PassBoard,
    { noise, ofView }: KeptPass,
    scan: UserScan | null,
  ) {
    this.#problem = problem;
    this.#bundle = new Int32Array(problem.k);
    this.#board = board;
    this.#noise = noise;
    this.#ofView = ofView;
    this.#room = 2 * problem.k * (noise ?? 0);
    this.#scan = scan;
  }

  /**
   * A keeper; null where brands are limited. With no noise (null) nobody is looked at again, so ties, and bundles of users whose kind
   * changes, are as they come.
   *
   * @param scan a scan that can keep bundles; null: users are scanned in JavaScript
   */
  static of(
    problem: DualProblem,
    board: PassBoard,
    pass: KeptPass,
    scan: UserScan | null,
  ): BundleKeeper | null {
    return problem.itemBrand === null ? new BundleKeeper(problem, board, pass, scan) : null;
  }

  /** Whether the bundles of a problem's users can be kept, and are enough to end with when time is out. */
  static isFor({ items, itemBrand }: DualProblem): boolean {
    return items === null && itemBrand === null;
  }

  /** Begins a pass at the board's point; see {@link UserScan.begin}. */
  begin(netPrice: Float64Array, sums: ShareSums): boolean {
    const { point } = this.#board;
    return this.#scan?.begin(netPrice, point, sums, 0) ??
      arePricesFinite(this.#problem, netPrice, point);
  }

  /**
   * Scans a block in WebAssembly. Returns its value with every user's best unsponsored bundle; null: its users are to be scanned in
   * JavaScript, and {@link keep} is to be called for each. `place`: where their margins begin.
   */
  scan(block: PairBlock, place: number): number | null {
    const { margin, kept } = this.#board, near = (u: number) => this.#near.push(u);
    return this.#scan?.scanKeeping(block, margin, place, kept, this.#room, near) ?? null;
  }

  /** Keeps the best bundle of a kind of user `u`, whom `kernel` has just scanned in a block. */
  keep({ pair }: PairBlock, u: number, kernel: BundleKernel, kind: number): void {
    const { kept } = this.#board, room = this.#room, own = kernel.shape[kind];
    keepBundle(kept, u, this.#bundle, kernel.takeShape(own, this.#bundle), pair);
    const lead = Math.min(kernel.leadOfShape(kind), kernel.leadOfPairs(own));
    kept.lead[u] = lead > room ? lead - room : 0;
    if (!(Math.min(lead, kernel.leadWithin(own)) > room)) this.#near.push(u);
  }

  /** Ends the pass. */
  finish(sums: ShareSums): void {
    this.#scan?.finish(sums);
  }

  /**
   * Takes note of what a sponsored bundle of user `u` gains over another one at the settled sponsored prices, and whether that has changed
   * the kind of its bundle. Where a view has left out its pairs of the other kind the gain says nothing, and what the view found stays.
   */
  note(u: number, gain: number, isChanged: boolean): void {
    const lead = Math.abs(gain) - this.#room;
    const { ahead } = this.#board.kept;
    if (!this.#ofView || ahead[u] === 0) ahead[u] = lead > 0 ? lead : 0;
    if (isChanged || lead <= 0) this.#near.push(u);
  }

  /**
   * Once all users are noted: looks again at those whose bundle the settled prices or the noise may change. `kernel` has the prices of
   * the pass.
   */
  settle(kernel: BundleKernel): void {
    if (this.#noise === null) return;
    const users = Uint32Array.from(this.#near).sort().filter((u, i, all) => u !== all[i - 1]);
    for (let at = 0; at < users.length; at += AT_ONCE) {
      this.#lookAgain(users.slice(at, at + AT_ONCE), kernel);
    }
  }

  #lookAgain(users: Uint32Array, kernel: BundleKernel): void {
    const { point: { row, others }, settled: sponsored, kept } = this.#board;
    const room = this.#room, bundle = this.#bundle;
    const block = copiedBlock(this.#problem, users), { pair } = block;
    const noise = this.#noise ?? 0;
    const look = (u: number, count: number, lead: number) => {
      keepBundle(kept, u, bundle, count, pair);
      kept.lead[u] = Math.max(0, lead - room);
    };
    if (this.#scan === null) {
      kernel.priceItems(block, 0, block.item.length);
      takeBest(kernel, block, sponsored, noise, null, (u, shape, lead) => {
        look(u, kernel.takeShape(shape, bundle), lead);
      });
    } else {
      const prices = { netPrice: kernel.netPrice, row, others, sponsored };
      this.#scan.takeBest(block, prices, noise, null, bundle, look);
    }
    releaseBlock(block);
  }
}
