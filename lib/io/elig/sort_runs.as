// Rows of the same user sorted by contract, in AssemblyScript (TypeScript's syntax, WebAssembly's types). run_sorter.ts
// calls it; scripts/compile_wasm.ts compiles it.

/** Rows taken at once, at most, and codes of contracts. */
const MOST_ROWS: i32 = 1 << 15, MOST_CODES: i32 = 1 << 16;

/** Code (u16) and score (f64) of each row. */
export const codes: usize = memory.data(2 * MOST_ROWS, 16), scores: usize = memory.data(8 * MOST_ROWS, 16);
/** Row that each run ends before (u32). */
export const ends: usize = memory.data(4 * MOST_ROWS, 16);
/** The rows kept, run by run: contract (u16) and score (f64). */
export const sortedCodes: usize = memory.data(2 * MOST_ROWS, 16), sortedScores: usize = memory.data(8 * MOST_ROWS, 16);
/** Of each run how many rows are kept (u32), or MAX for one that is left as it is; and how many are dropped (u32). */
export const kept: usize = memory.data(4 * MOST_ROWS, 16), dropped: usize = memory.data(4 * MOST_ROWS, 16);

/** A bit for each contract that the user has, and its score (f64). */
const bits: usize = memory.data(MOST_CODES / 8, 16), scoreOf: usize = memory.data(8 * MOST_CODES, 16);

/**
 * Sorts the rows of each run by code, which then are indices of contracts, and drops those whose code is `special`.
 * A run with a higher code, a score that is no number or a contract twice is left as it is, for someone who knows what to
 * do with it.
 */
export function sortRuns(runs: u32, special: u32): void {
  let from: u32 = 0, to: u32 = 0, write: u32 = 0;
  for (let run: u32 = 0; run < runs; run++, from = to) {
    to = load<u32>(ends + 4 * run);
    let low: u32 = MOST_CODES / 64, high: u32 = 0, gone: u32 = 0, isPlain = true;
    for (let row = from; row < to; row++) {
      const code = <u32>load<u16>(codes + 2 * row), score = load<f64>(scores + 8 * row);
      if (score - score != 0) {
        isPlain = false;
        break;
      }
      if (code >= special) {
        if (code == special) {
          gone++;
          continue;
        }
        isPlain = false;
        break;
      }
      const word = code >> 6, bit = <u64>1 << (code & 63), has = load<u64>(bits + 8 * word);
      if ((has & bit) != 0) {
        isPlain = false;
        break;
      }
      store<u64>(bits + 8 * word, has | bit);
      store<f64>(scoreOf + 8 * code, score);
      low = min(low, word);
      high = max(high, word);
    }
    const first = write;
    for (let word = low; word <= high; word++) {
      let rest = load<u64>(bits + 8 * word);
      store<u64>(bits + 8 * word, 0);
      if (!isPlain) continue;
      for (; rest != 0; rest &= rest - 1) {
        const code = (word << 6) + <u32>ctz(rest);
        store<u16>(sortedCodes + 2 * write, <u16>code);
        store<f64>(sortedScores + 8 * write, load<f64>(scoreOf + 8 * code));
        write++;
      }
    }
    store<u32>(kept + 4 * run, isPlain ? write - first : u32.MAX_VALUE);
    store<u32>(dropped + 4 * run, gone);
  }
}
