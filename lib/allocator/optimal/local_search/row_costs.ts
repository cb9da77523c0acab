/**
 * The losses in shared rows while users change their bundles, and what a change would lose.
 *
 * @module
 */
import { grown } from "../../../base/arrays/number_list.ts";
import type { ChoiceTable } from "./choice_table.ts";
import type { SharedRows } from "./shared_rows.ts";

/** The extra cost of a unit beyond a hard row, and the cost of any excess at all, in units of an offer's size. */
const BEYOND = 0.3, BROKEN = 0.5;

/** An excess up to this, in units of the row, counts as rounding. */
const ROUNDING = 1e-10;

/** The losses of rows, kept up to date by {@link change}. {@link undoTo} restores them exactly, with the same bits. */
export class RowCosts {
  /** Float64Array, length rows: what is left of each. */
  readonly left: Float64Array;
  /** Units by which the last change breaks hard rows; negative if it repairs them. */
  broken = 0;
  /** How many changes were looked at: a measure of the work, to which other steps add theirs. */
  looks = 0;
  readonly #rows: SharedRows;
  readonly #table: ChoiceTable;
  /** Float64Array, length rows: the cost of a unit that is left. */
  readonly #price: Float64Array;
  /** Float64Array, length rows: the cost of a unit beyond. */
  readonly #beyond: Float64Array;
  /** Float64Array, length rows: the cost of any excess at all. */
  readonly #fixed: Float64Array;
  readonly #size: number;
  // The journal of changes, from which they can be undone.
  /** The row of each entry. */
  #journalRow = new Int32Array(1 << 10);
  /** What was left of the row before. */
  #journalLeft = new Float64Array(1 << 10);
  /** How many entries there are. */
  #journal = 0;

  /** @param size the size of an offer, `DualProblem.unit` */
  constructor(rows: SharedRows, table: ChoiceTable, size: number) {
    this.left = rows.left;
    this.#rows = rows;
    this.#table = table;
    this.#size = size;
    this.#price = rows.price.slice();
    this.#beyond = new Float64Array(rows.left.length);
    this.#fixed = new Float64Array(rows.left.length);
    for (let r = 0; r < this.#beyond.length; r++) this.restore(r);
  }

  /** Sets the costs of row `r` to the full ones. */
  restore(r: number): void {
    const { price, beyond, unit } = this.#rows;
    const isHard = beyond[r] === Infinity;
    this.#price[r] = price[r];
    this.#beyond[r] = isHard ? price[r] + BEYOND * this.#size / unit[r] : beyond[r];
    this.#fixed[r] = isHard ? BROKEN * this.#size : 0;
  }

  /** Sets the costs of row `r` to a share of its price on both sides, until {@link restore} is called. */
  loosen(r: number, share: number): void {
    this.#price[r] = this.#beyond[r] = share * this.#rows.price[r];
    this.#fixed[r] = 0;
  }

  /** The loss in row `r`. */
  lossOf(r: number): number {
    const left = this.left[r];
    if (left >= 0) return this.#price[r] * left;
    return this.#isBeyond(r, left) ? this.#fixed[r] - this.#beyond[r] * left : 0;
  }

  /** Whether row `r` is hard and broken. */
  isBroken(r: number): boolean {
    return this.#rows.beyond[r] === Infinity && this.#isBeyond(r, this.left[r]);
  }

  #isBeyond(r: number, left: number): boolean {
    return left < -ROUNDING * this.#rows.unit[r];
  }

  /** The present length of the journal, for {@link undoTo}. */
  get mark(): number {
    return this.#journal;
  }

  /** The user of bundle `b` takes it in place of what the table says it holds. Returns by how much more is lost. */
  change(b: number): number {
    const { start, row, amount, held, owner, regret } = this.#table;
    const was = held[owner[b]];
    let lost = regret[b] - regret[was];
    this.broken = 0;
    this.looks++;
    for (let e = start[was]; e < start[was + 1]; e++) lost += this.#move(row[e], amount[e]);
    for (let e = start[b]; e < start[b + 1]; e++) lost += this.#move(row[e], -amount[e]);
    return lost;
  }

  /** By how much more {@link change} would lose. */
  costOf(b: number): number {
    const mark = this.#journal, lost = this.change(b);
    this.undoTo(mark);
    return lost;
  }

  /** Undoes all changes since the journal had length `mark`. */
  undoTo(mark: number): void {
    while (this.#journal > mark) {
      this.#journal--;
      this.left[this.#journalRow[this.#journal]] = this.#journalLeft[this.#journal];
    }
  }

  /** Makes all changes so far final. */
  keep(): void {
    this.#journal = 0;
  }

  /** Row `r` gets `more` left. Returns by how much more is lost. */
  #move(r: number, more: number): number {
    const before = this.left[r], after = before + more;
    if (this.#journal === this.#journalRow.length) {
      this.#journalRow = grown(this.#journalRow, 2 * this.#journal);
      this.#journalLeft = grown(this.#journalLeft, 2 * this.#journal);
    }
    this.#journalRow[this.#journal] = r;
    this.#journalLeft[this.#journal++] = before;
    this.left[r] = after;
    const price = this.#price[r];
    if (before >= 0 && after >= 0) return price * more;
    const unit = this.#rows.unit[r], least = -ROUNDING * unit;
    let lost = 0;
    if (before >= 0) lost -= price * before;
    else if (before < least) {
      lost += this.#beyond[r] * before - this.#fixed[r];
      if (this.#fixed[r] > 0) this.broken += before / unit;
    }
    if (after >= 0) lost += price * after;
    else if (after < least) {
      lost += this.#fixed[r] - this.#beyond[r] * after;
      if (this.#fixed[r] > 0) this.broken -= after / unit;
    }
    return lost;
  }
}
