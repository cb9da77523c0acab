/**
 * The best choices of one knapsack, and what it would lose by each choice that is made or not, by dynamic programming over what there
 * is (Bellman 1957; Martello and Toth, "Knapsack Problems", 1990).
 *
 * @module
 */

/** What a knapsack loses where a choice is made, and where it is not. */
export interface Losses {
  /** Float64Array: by how much the best sum is lower with the choice; Infinity: it doesn't fit. */
  readonly made: Float64Array;
  /** Float64Array: by how much it is lower without. */
  readonly left: Float64Array;
}

/** Tables for knapsacks of up to a number of choices and of what there is. Sums of whole numbers and binary fractions are exact. */
export class KnapsackTable {
  /** Choices looked at times what there is: a measure of the work. */
  work = 0;
  readonly #best: Float64Array;
  readonly #isTaken: Uint8Array;
  /** Best sums of the first choices, and of the last ones. */
  readonly #first: Float64Array;
  readonly #last: Float64Array;

  /** Tables for up to `choices` choices and a room of up to `room`. */
  constructor(choices: number, room: number) {
    const cells = (choices + 1) * (room + 1);
    this.#best = new Float64Array(room + 1);
    this.#isTaken = new Uint8Array(cells);
    this.#first = new Float64Array(cells);
    this.#last = new Float64Array(cells);
  }

  /** The best sum of gains of choices that fit into `room`. Calls `choose` with the place of each choice of one such set. */
  best(
    gain: readonly number[],
    takes: readonly number[],
    room: number,
    choose?: (place: number) => void,
  ): number {
    const n = gain.length, width = room + 1, best = this.#best.fill(0, 0, width);
    this.work += n * width;
    const taken = this.#isTaken.fill(0, 0, n * width);
    for (let i = 0; i < n; i++) {
      const own = gain[i], size = takes[i];
      if (own <= 0) continue;
      for (let c = room; c >= size; c--) {
        const sum = best[c - size] + own;
        if (sum <= best[c]) continue;
        best[c] = sum;
        taken[i * width + c] = 1;
      }
    }
    for (let i = n - 1, c = room; choose !== undefined && i >= 0; i--) {
      if (taken[i * width + c] === 0) continue;
      choose(i);
      c -= takes[i];
    }
    return best[room];
  }

  /** Writes what the knapsack loses by each choice to `losses`, at the places `at`. */
  losses(
    gain: readonly number[],
    takes: readonly number[],
    room: number,
    at: readonly number[],
    { made, left }: Losses,
  ): void {
    const n = gain.length, width = room + 1, first = this.#first, last = this.#last;
    this.work += 4 * n * width;
    first.fill(0, 0, width);
    last.fill(0, n * width, (n + 1) * width);
    for (let i = 0; i < n; i++) {
      addChoice(first, i * width, (i + 1) * width, width, gain[i], takes[i]);
    }
    for (let i = n - 1; i >= 0; i--) {
      addChoice(last, (i + 1) * width, i * width, width, gain[i], takes[i]);
    }
    const best = first[n * width + room];
    for (let i = 0; i < n; i++) {
      const before = i * width, after = (i + 1) * width;
      const most = (rest: number) => {
        let sum = -Infinity;
        for (let c = 0; c <= rest; c++) {
          sum = Math.max(sum, first[before + c] + last[after + rest - c]);
        }
        return sum;
      };
      left[at[i]] = best - most(room);
      made[at[i]] = best - (most(room - takes[i]) + gain[i]);
    }
  }
}

/** Writes the best sums with one choice more. */
function addChoice(
  sums: Float64Array,
  from: number,
  to: number,
  width: number,
  gain: number,
  takes: number,
): void {
  for (let c = 0; c < width; c++) {
    const without = sums[from + c];
    sums[to + c] = c < takes ? without : Math.max(without, sums[from + c - takes] + gain);
  }
}
