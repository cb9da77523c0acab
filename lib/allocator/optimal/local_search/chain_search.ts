/**
 * Searches for chains of changes by several users that together lose less than what they hold.
 *
 * A chain begins in a row in which something is lost, or with a user who does not have its best bundle, and goes on in the row in
 * which most is then lost: an ejection chain (Glover 1996). Of each length the best few are kept (a beam search). The same
 * search uses up rows and finds swaps around a circle of full contracts.
 *
 * @module
 */
import { COUNT_ROUNDING } from "../../../base/numbers/rounding.ts";
import { spread } from "../../../base/numbers/spread.ts";
import { type BundlesByRow, bundlesByRow, type ChoiceTable } from "./choice_table.ts";
import type { RowCosts } from "./row_costs.ts";

/** The settings of a search. */
export interface ChainLimits {
  /** Chains kept of each length. */
  readonly width: number;
  /** How many changes that take more of a row are tried, and how many that take less: those of least regret. */
  readonly kept: number;
  /** Most changes of a chain. */
  readonly depth: number;
  /** The least gain of a chain that is made. */
  readonly least: number;
  /** Whether of changes that do the same, and of chains, only the one is kept that loses least. */
  readonly distinct: boolean;
}

/** Changes by different users, made one after the other. */
interface Chain {
  /** The bundles that the users take. */
  readonly changes: readonly number[];
  /** By how much more is lost than before. */
  readonly lost: number;
  /** Units by which hard rows are more broken than before. */
  readonly broken: number;
  /** A number for the set of changes, or for what they take of all rows: of chains with the same one the best is kept. */
  readonly key: number;
}

/** Finds chains and makes them. */
export class ChainSearch {
  readonly #table: ChoiceTable;
  readonly #costs: RowCosts;
  readonly #limits: ChainLimits;
  readonly #byRow: BundlesByRow;
  /** The changes to try by row; dropped when a chain is made. */
  readonly #known = new Map<number, Int32Array>();
  /** Uint8Array, length users: 1 for users of the chain that is being extended. */
  readonly #isIn: Uint8Array;
  /** Int32Array, length bundles: a number for each; under {@link ChainLimits.distinct} the same for those that take the same of all rows. */
  readonly #sign: Int32Array;

  constructor(table: ChoiceTable, costs: RowCosts, limits: ChainLimits) {
    this.#table = table;
    this.#costs = costs;
    this.#limits = limits;
    this.#isIn = new Uint8Array(table.held.length);
    this.#byRow = bundlesByRow(table, costs.left.length);
    this.#sign = limits.distinct ? signsOf(table) : ownSigns(table.owner.length);
  }

  /** Makes the best chain that begins in row `r`. Returns the gain. */
  improveRow(r: number): number {
    return this.#improve([{ changes: [], lost: 0, broken: 0, key: 0 }], r);
  }

  /** Makes the best chain that begins with a better bundle for user `u`. Returns the gain. */
  improveUser(u: number): number {
    const { ofUser, regret, held } = this.#table;
    const first: Chain[] = [];
    for (let b = ofUser[u]; b < ofUser[u + 1]; b++) {
      if (regret[b] >= regret[held[u]]) continue;
      const lost = this.#costs.costOf(b);
      first.push({ changes: [b], lost, broken: this.#costs.broken, key: this.#keyOf(b) });
    }
    return this.#improve(first, -1);
  }

  #improve(first: readonly Chain[], row: number): number {
    const { width, depth, least } = this.#limits;
    let beam = first, best: Chain | null = null;
    for (let length = 0; length < depth && beam.length > 0; length++) {
      const next = new Beam(width);
      for (const chain of beam) this.#extend(chain, row, next);
      beam = next.best();
      for (const chain of length === 0 ? [...first, ...beam] : beam) {
        if (chain.broken <= COUNT_ROUNDING && chain.lost < (best?.lost ?? -least)) best = chain;
      }
    }
    return best === null ? 0 : this.#make(best);
  }

  /** Adds to `next` the extensions of a chain by each change of the row in which most is lost after it. */
  #extend(chain: Chain, row: number, next: Beam): void {
    const { owner } = this.#table, costs = this.#costs, mark = costs.mark;
    for (const b of chain.changes) {
      costs.change(b);
      this.#isIn[owner[b]] = 1;
    }
    const worst = this.#worstRow(chain, row), tried = worst < 0 ? null : this.#changesIn(worst);
    for (let i = 0, end = tried?.length ?? 0; i < end; i++) {
      const b = tried![i];
      if (this.#isIn[owner[b]] === 1) continue;
      const lost = chain.lost + costs.costOf(b);
      next.add(chain, b, {
        lost,
        broken: chain.broken + costs.broken,
        key: (chain.key + this.#keyOf(b)) | 0,
      });
    }
    for (const b of chain.changes) this.#isIn[owner[b]] = 0;
    costs.undoTo(mark);
  }

  /** The row among those that the chain touches, or `row`, in which most is lost; −1: none. */
  #worstRow({ changes }: Chain, row: number): number {
    const { start, row: rowOf, held, owner } = this.#table, costs = this.#costs;
    let worst = row, most = row < 0 ? 0 : costs.lossOf(row);
    for (const b of changes) {
      for (const bundle of [b, held[owner[b]]]) {
        for (let e = start[bundle]; e < start[bundle + 1]; e++) {
          const loss = costs.lossOf(rowOf[e]);
          if (loss > most) [most, worst] = [loss, rowOf[e]];
        }
      }
    }
    return worst;
  }

  /** The changes to try in row `r`: of those that take more of it, and of those that take less, the ones of least regret. */
  #changesIn(r: number): Int32Array {
    let known = this.#known.get(r);
    if (known === undefined) this.#known.set(r, known = this.#lookFor(r));
    return known;
  }

  #lookFor(r: number): Int32Array {
    const { owner, held, ofUser, regret } = this.#table;
    const more: number[] = [], less: number[] = [], seen = new Set<number>();
    const sort = (b: number, now: number) => {
      const after = this.#amountOf(b, r);
      if (after !== now) (after > now ? more : less).push(b);
    };
    const { start, bundle } = this.#byRow;
    for (let i = start[r]; i < start[r + 1]; i++) {
      const b = bundle[i], u = owner[b], now = this.#amountOf(held[u], r);
      if (now === 0) sort(b, 0);
      else if (!seen.has(u)) {
        seen.add(u);
        for (let other = ofUser[u]; other < ofUser[u + 1]; other++) sort(other, now);
      }
    }
    const cost = (b: number) => regret[b] - regret[held[owner[b]]];
    const cheapest = (list: number[]) => {
      list.sort((a, b) => cost(a) - cost(b) || a - b);
      // Of changes that do the same the cheapest: where many users tie, the list would have nothing else.
      const found: number[] = [], keys = new Set<number>();
      for (let i = 0; i < list.length && found.length < this.#limits.kept; i++) {
        const key = this.#keyOf(list[i]);
        if (!keys.has(key)) found.push(list[i]);
        keys.add(key);
      }
      return found;
    };
    return Int32Array.from([...cheapest(more), ...cheapest(less)]);
  }

  /** What bundle `b` takes of row `r`. */
  #amountOf(b: number, r: number): number {
    const { start, row, amount } = this.#table;
    for (let e = start[b]; e < start[b + 1]; e++) if (row[e] === r) return amount[e];
    return 0;
  }

  /** A number for what the change to bundle `b` takes of all rows. */
  #keyOf(b: number): number {
    const { held, owner } = this.#table;
    return (this.#sign[b] - this.#sign[held[owner[b]]]) | 0;
  }

  #make({ changes, lost }: Chain): number {
    const { owner, held } = this.#table;
    for (const b of changes) this.#costs.change(b);
    for (const b of changes) held[owner[b]] = b;
    this.#costs.keep();
    this.#known.clear();
    return -lost;
  }
}

/** Keeps the chains that lose least of those added. */
class Beam {
  readonly #width: number;
  #chains: Chain[] = [];
  /** The least that is lost by chains of each key. */
  readonly #keys = new Map<number, number>();
  /** Chains that lose this much or more are not among the best. */
  #most = Infinity;

  constructor(width: number) {
    this.#width = width;
  }

  add(from: Chain, b: number, { lost, broken, key }: Omit<Chain, "changes">): void {
    if (lost >= this.#most) return;
    const known = this.#keys.get(key);
    if (known !== undefined && known <= lost) return;
    this.#keys.set(key, lost);
    this.#chains.push({ changes: [...from.changes, b], lost, broken, key });
    if (this.#chains.length >= 4 * this.#width) this.best();
  }

  /** The best, best first. */
  best(): readonly Chain[] {
    const chains = this.#chains.filter(({ key, lost }) => this.#keys.get(key) === lost);
    this.#chains = chains.sort((a, b) => a.lost - b.lost);
    if (chains.length >= this.#width) {
      chains.length = this.#width;
      this.#most = chains[this.#width - 1].lost;
    }
    return chains;
  }
}

/** Int32Array, length bundles: a number of its own for each, that looks random. */
function ownSigns(bundles: number): Int32Array {
  return Int32Array.from({ length: bundles }, (_, b) => {
    const sign = spread(b + 1);
    return spread(sign ^ (sign >>> 15));
  });
}

/**
 * Int32Array, length bundles: what each takes of all rows, as one number. Those that differ have different ones, but for rare chance.
 * Whole amounts add up, modulo 2³², as a unit of a row counts the same each time; others are known by their digits.
 */
function signsOf({ owner, start, row, amount }: ChoiceTable): Int32Array {
  const sign = new Int32Array(owner.length);
  const digits = new Float64Array(1), bits = new Int32Array(digits.buffer);
  for (let b = 0; b < sign.length; b++) {
    for (let e = start[b]; e < start[b + 1]; e++) {
      const unit = spread(row[e] + 1), taken = amount[e];
      if ((taken | 0) === taken) sign[b] += Math.imul(taken, unit);
      else {
        digits[0] = taken;
        const mixed = spread(bits[0] ^ spread(bits[1] ^ unit));
        sign[b] += mixed ^ (mixed >>> 15);
      }
    }
  }
  return sign;
}
