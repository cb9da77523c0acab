/**
 * Ids of a row group as numbers, whether they are known or not.
 *
 * @module
 */
import { IdTable, viewOf } from "../../base/id_table.ts";
import { internText, type Numbering } from "../parquet/parquet_ids.ts";

/** Numbers ids: those of a table as there, others after them. */
export class Strangers {
  readonly number: Numbering;
  readonly #known: IdTable;
  readonly #others = new IdTable();

  constructor(known: IdTable) {
    this.#known = known;
    let next = 0;
    this.number = (view, from, to) => {
      const found = known.findAt(next, view, from, to);
      if (found < 0) {
        const other = internText(this.#others, view, from, to);
        return other < 0 ? other : known.length + other;
      }
      next = found + 1;
      return found;
    };
  }

  /** Adds the id with this number, which is none of the table's, to `ids`; returns its number there. */
  addTo(ids: IdTable, number: number): number {
    const { bytes, offsets } = this.#others.pool, i = number - this.#known.length;
    return ids.intern(viewOf(bytes), offsets[i], offsets[i + 1]);
  }
}
