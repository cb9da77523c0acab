/**
 * Ids of rows in runs.
 *
 * @module
 */

/** Numbers of ids, of runs of rows that have the same one. */
export class IdRuns {
  /** Number of each run's id, negative for none; longer than there are runs. */
  ids: Int32Array = new Int32Array(1 << 12);
  /** Row that each run ends before; longer than there are runs. */
  ends: Uint32Array = new Uint32Array(1 << 12);
  /** How many runs there are; rows beside one another may have the same id in two of them. */
  length = 0;

  /** Adds rows up to `end`. */
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
   * Adds `runs` runs whose ids are entries of a dictionary.
   *
   * @param places of the ids in the dictionary
   * @param ends rows that the runs end before, counted from `first`
   * @throws {Error} for a place that the dictionary does not have
   */
  addPlaces(
    dictionary: ArrayLike<number>,
    places: Uint32Array,
    ends: Uint32Array,
    first: number,
  ): void {
    this.#makeRoom(places.length);
    const { ids, ends: all } = this, { length } = dictionary;
    let next = this.length;
    for (let r = 0; r < places.length; r++) {
      const place = places[r];
      if (place >= length) throw new RangeError("a place behind the end of a dictionary");
      ids[next] = dictionary[place];
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
