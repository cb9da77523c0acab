/**
 * Numbers the ids of a row group, known and unknown ones.
 *
 * @module
 */
import { IdTable, viewOf } from "../../base/ids/id_table.ts";
import { interning, type Numbering } from "../parquet/parquet_ids.ts";

/** Numbers ids: known ones as in their table, others from the table's length on. */
export class IdNumbering {
  /** The number of an id; negative where it is not UTF-8. */
  readonly number: Numbering;
  readonly #known: IdTable;
  readonly #others = new IdTable();

  /** A numbering that begins with the ids of a table. */
  constructor(known: IdTable) {
    this.#known = known;
    const numberOther = interning(this.#others);
    let next = 0;
    this.number = (view, from, to) => {
      const found = known.findAt(next, view, from, to);
      if (found < 0) {
        const other = numberOther(view, from, to);
        return other < 0 ? other : known.length + other;
      }
      next = found + 1;
      return found;
    };
  }

  /** Adds the unknown id that has this number to `ids`; returns its number there. */
  addTo(ids: IdTable, number: number): number {
    const { bytes, offsets } = this.#others.pool, i = number - this.#known.length;
    return ids.intern(viewOf(bytes), offsets[i], offsets[i + 1]);
  }
}
