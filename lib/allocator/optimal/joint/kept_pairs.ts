/**
 * Lists users' best pairs again after prices have moved a little, mostly without a look at their other pairs.
 *
 * The best k pairs of one type stay the best k while no two prices have moved apart by more than the first pair left out was worse
 * than the k-th: that is kept for each user. Only the order of the k may change. So lists are the same as of a look at all pairs.
 *
 * @module
 */
import type { BundleKernel } from "../dual/bundle_kernel.ts";
import type { TopList } from "../dual/top_list.ts";

/** Most prices that lists were made at, and most items: their prices are kept as long as a list of then is. */
const MOST_TIMES = 64, MOST_ITEMS = 1 << 16;

/** Most pairs that are kept, in some 70 MB. */
const MOST_PAIRS = 1 << 22;

/** Room for rounding, relative to the numbers that were subtracted. */
const ROUNDING = 1e-14;

/** Users' best pairs at the prices that each was looked at last. */
export class KeptPairs {
  readonly #kernel: BundleKernel;
  /** Whether lists can be kept: under a brand limit, what is best depends on more than the order of pairs. */
  readonly #keeps: boolean;
  /** Int32Array, users × 2k: the best sponsored pairs of each, then the others; −1 in places that no pair fills. */
  readonly #pair: Int32Array;
  /** Their items and scores, as looking these up where the drop has them would take longer than all else; −Infinity where no pair is. */
  readonly #item: Uint32Array;
  readonly #score: Float64Array;
  /** Float64Array, length users: by how much prices may move apart. */
  readonly #margin: Float64Array;
  /** Uint8Array, length users: when the list was made, from 1; 0: there is none. */
  readonly #when: Uint8Array;
  /** The net prices of these times, and how far those of now have moved apart since each. */
  readonly #prices: Float64Array[] = [];
  #apart: number[] = [];

  /** Nothing is kept yet. Lists are those of `kernel`. */
  constructor(kernel: BundleKernel) {
    const { k, instance, policy, offerBonus } = kernel.problem;
    const isBranded = instance.brand !== null && policy.maxPerBrand !== null;
    const isSmall = offerBonus.length <= MOST_ITEMS && 2 * k * instance.group.length <= MOST_PAIRS;
    this.#kernel = kernel;
    this.#keeps = !isBranded && isSmall;
    const users = this.#keeps ? instance.group.length : 0;
    this.#pair = new Int32Array(2 * k * users);
    this.#item = new Uint32Array(2 * k * users);
    this.#score = new Float64Array(2 * k * users);
    this.#margin = new Float64Array(users);
    this.#when = new Uint8Array(users);
  }

  /** Must be called when the kernel has got other prices. */
  pricesMoved(): void {
    if (!this.#keeps) return;
    const now = this.#kernel.netPrice;
    if (this.#prices.length === MOST_TIMES) {
      this.#prices.length = 0;
      this.#when.fill(0);
    }
    this.#prices.push(now.slice());
    this.#apart = this.#prices.map((then) => movedApart(then, now));
  }

  /** Fills the first k places of the kernel's lists with the best pairs of user `u`, at its prices of now. */
  listPairs(u: number): void {
    const kernel = this.#kernel;
    if (!this.#keeps) return kernel.listPairs(u);
    const { k } = kernel.problem, when = this.#when[u];
    if (when > 0 && this.#margin[u] > this.#apart[when - 1]) {
      this.#fill(kernel.sponsored, 2 * k * u, k);
      this.#fill(kernel.unsponsored, 2 * k * u + k, k);
      return;
    }
    kernel.listPairs(u);
    this.#keep(kernel.sponsored, 2 * k * u, k);
    this.#keep(kernel.unsponsored, 2 * k * u + k, k);
    this.#margin[u] = Math.min(marginOf(kernel.sponsored, k), marginOf(kernel.unsponsored, k));
    this.#when[u] = this.#prices.length;
  }

  /** Keeps the first k pairs of a list from `from` on. */
  #keep({ pair }: TopList, from: number, k: number): void {
    const { problem: { item, instance: { score } } } = this.#kernel;
    for (let n = 0; n < k; n++) {
      const p = pair[n];
      this.#pair[from + n] = p;
      this.#item[from + n] = p < 0 ? 0 : item[p];
      this.#score[from + n] = p < 0 ? -Infinity : score[p];
    }
  }

  /** Sorts the k pairs kept from `from` on into a list: best first, the earlier pair first among equals. */
  #fill({ value, pair }: TopList, from: number, k: number): void {
    const { netPrice } = this.#kernel;
    const kept = this.#pair, score = this.#score, item = this.#item;
    for (let n = 0; n < k; n++) {
      const p = kept[from + n], v = score[from + n] - netPrice[item[from + n]];
      let at = n;
      // Places that no pair fills come last, and stay there.
      for (; at > 0 && value[at - 1] <= v && p >= 0; at--) {
        if (value[at - 1] === v && pair[at - 1] < p) break;
        value[at] = value[at - 1];
        pair[at] = pair[at - 1];
      }
      value[at] = v;
      pair[at] = p;
    }
  }
}

/** By how much the best pair left out is worse than the k-th, with room for rounding; Infinity: none is left out. */
function marginOf({ value }: TopList, k: number): number {
  const last = value[k - 1], out = value[k];
  if (out === -Infinity) return Infinity;
  return last - out - ROUNDING * (Math.abs(last) + Math.abs(out));
}

/** By how much two prices have moved apart at most, with room for rounding; NaN where one is infinite, which nothing is greater than. */
function movedApart(then: Float64Array, now: Float64Array): number {
  let most = -Infinity, least = Infinity, size = 0;
  for (let i = 0; i < now.length; i++) {
    const moved = now[i] - then[i];
    if (!Number.isFinite(moved)) return NaN;
    if (moved > most) most = moved;
    if (moved < least) least = moved;
    size = Math.max(size, Math.abs(now[i]), Math.abs(then[i]));
  }
  return most - least + 8 * ROUNDING * size;
}
