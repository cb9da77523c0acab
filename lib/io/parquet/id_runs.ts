/**
 * A column of ids as runs of rows with the same id.
 *
 * @module
 */

/** The numbers of rows' ids, stored by runs. */
export class IdRuns {
  /** Int32Array, `length` runs and room for more: number of each run's id, negative where it is missing. */
  ids: Int32Array = new Int32Array(1 << 12);
  /** Uint32Array, `length` runs and room for more: the row behind each run. */
  ends: Uint32Array = new Uint32Array(1 << 12);
  /** Number of runs; two neighbouring runs may have the same id. */
  length = 0;

  /** Adds the rows from the last run's end to `end`. */
  add(id: number, end: number): void {
    if (this.length > 0 && this.ids[this.length - 1] === id) {
      this.ends[this.length - 1] = end;
      return;
    }
    this.#makeRoom(1);
    this.ids[this.length] = id;
    this.ends[this.length++] = end;
  }

  /**
   * Adds runs whose ids are entries of a dictionary.
   *
   * @param indices of the runs' ids in the dictionary
   * @param ends rows behind the runs, counted from row `first`
   * @throws {Error} for an index that the dictionary does not have
   */
  addIndices(
    dictionary: ArrayLike<number>,
    indices: Uint32Array,
    ends: Uint32Array,
    first: number,
  ): void {
    this.#makeRoom(indices.length);
    const { ids, ends: all } = this, { length } = dictionary;
    let next = this.length;
    for (let r = 0; r < indices.length; r++) {
      const index = indices[r];
      if (index >= length) throw new RangeError("an index behind the end of a dictionary");
      ids[next] = dictionary[index];
      all[next++] = first + ends[r];
    }
    this.length = next;
  }

  #makeRoom(runs: number): void {
    const needed = this.length + runs, { ids, ends } = this;
    if (needed <= ids.length) return;
    const length = Math.max(needed, 2 * ids.length);
    this.ids = new Int32Array(length);
    this.ends = new Uint32Array(length);
    this.ids.set(ids);
    this.ends.set(ends);
  }
}
