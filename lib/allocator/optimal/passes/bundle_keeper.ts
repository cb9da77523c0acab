/**
 * Keeps every user's best bundle during a pass over the whole drop, with the noise that breaks ties.
 *
 * Noise matters only to users who have another bundle nearly as good. So the pass itself is without noise, as a bound needs it, and
 * those users are looked at again.
 *
 * @module
 */
import type { DualProblem } from "../dual/dual_problem.ts";
import { copiedBlock, type PairBlock, releaseBlock } from "../dual/pair_block.ts";
import type { PassBoard, ShareSums } from "./pass_board.ts";
import { UserScan } from "./user_scan.ts";

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
  readonly #scan: UserScan;
  readonly #noise: number | null;
  readonly #ofView: boolean;
  /** How much noise may add to the lead of a bundle. */
  readonly #room: number;
  /** Users whose bundle noise may change. */
  readonly #near: number[] = [];

  private constructor(
    problem: DualProblem,
    board: PassBoard,
    { noise, ofView }: KeptPass,
    scan: UserScan,
  ) {
    this.#problem = problem;
    this.#board = board;
    this.#noise = noise;
    this.#ofView = ofView;
    this.#room = 2 * problem.k * (noise ?? 0);
    this.#scan = scan;
  }

  /**
   * A keeper; null where users are not scanned in WebAssembly. With no noise (null) nobody is looked at again, so ties, and bundles of
   * users whose kind changes, are as they come.
   *
   * @param scan a scan that can keep bundles, if there is one already
   */
  static of(
    problem: DualProblem,
    board: PassBoard,
    pass: KeptPass,
    scan: UserScan | null,
  ): BundleKeeper | null {
    const own = scan ?? UserScan.forBundles(problem);
    return own === null ? null : new BundleKeeper(problem, board, pass, own);
  }

  /** Whether bundles of a problem can be kept, if its users are scanned in WebAssembly, and are enough to end with when time is out. */
  static isFor({ items, instance: { brand }, policy }: DualProblem): boolean {
    return items === null && (brand === null || policy.maxPerBrand === null);
  }

  /** Begins a pass at the board's point; see {@link UserScan.begin}. */
  begin(netPrice: Float64Array, sums: ShareSums): boolean {
    return this.#scan.begin(netPrice, this.#board.point, sums, 0);
  }

  /** Scans a block. Returns its value with every user's best unsponsored bundle. `place`: where its users' margins begin. */
  scan(block: PairBlock, place: number): number {
    const { margin, kept } = this.#board, near = (u: number) => this.#near.push(u);
    return this.#scan.scanKeeping(block, margin, place, kept, this.#room, near);
  }

  /** Ends the pass. */
  finish(sums: ShareSums): void {
    this.#scan.finish(sums);
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

  /** Once all users are noted: looks again at those whose bundle the settled prices or the noise may change. */
  settle(netPrice: Float64Array): void {
    if (this.#noise === null) return;
    const users = Uint32Array.from(this.#near).sort().filter((u, i, all) => u !== all[i - 1]);
    for (let at = 0; at < users.length; at += AT_ONCE) {
      this.#lookAgain(users.slice(at, at + AT_ONCE), netPrice);
    }
  }

  #lookAgain(users: Uint32Array, netPrice: Float64Array): void {
    const { point: { row, others }, settled: sponsored, kept } = this.#board;
    const { k } = this.#problem, room = this.#room;
    const block = copiedBlock(this.#problem, users), { pair } = block;
    const bundle = new Int32Array(k);
    const noise = this.#noise ?? 0;
    this.#scan.takeBest(block, { netPrice, row, others, sponsored }, noise, null, bundle, (
      u,
      count,
      lead,
    ) => {
      for (let t = 0; t < k; t++) kept.slots[u * k + t] = t < count ? pair[bundle[t]] : -1;
      kept.count[u] = count;
      kept.lead[u] = Math.max(0, lead - room);
    });
    releaseBlock(block);
  }
}
