// Rows of the same user sorted by contract, in AssemblyScript (TypeScript's syntax, WebAssembly's types). run_sorter.ts
// calls it; scripts/compile_wasm.ts compiles it.

/** Rows taken at once, at most. */
const MOST_ROWS: i32 = 1 << 15;

/** Code (u16 or u32) and score (f64) of each row. */
export const codes: usize = memory.data(4 * MOST_ROWS, 16), scores: usize = memory.data(8 * MOST_ROWS, 16);
/** Row that each run ends before (u32). */
export const ends: usize = memory.data(4 * MOST_ROWS, 16);
/** The rows kept, run by run: contract (u16 or u32) and score (f64). */
export const sortedCodes: usize = memory.data(4 * MOST_ROWS, 16), sortedScores: usize = memory.data(8 * MOST_ROWS, 16);
/** Of each run how many rows are kept (u32), or MAX for one that is left as it is; and how many are dropped (u32). */
export const kept: usize = memory.data(4 * MOST_ROWS, 16), dropped: usize = memory.data(4 * MOST_ROWS, 16);

/**
 * A bit for each contract that the user has, and its score (f64); a bit for each 64 of them that has one, so that few pairs
 * among many contracts are found at once; and for how many contracts there is room.
 */
let bits: u32 = 0, scoreOf: u32 = 0, tops: u32 = 0, room: u32 = 0;

/** Makes room for so many contracts; false where memory is short. No bit is set while no run is sorted. */
export function makeRoom(contracts: u32): bool {
  if (contracts <= room) return true;
  const topWords = (contracts + 4095) >> 12, words = 64 * topWords;
  tops = (<u32>__heap_base + 15) & ~15;
  bits = tops + 8 * topWords;
  const place = bits + 8 * words, end = place + 8 * 64 * words;
  const pages = <i32>((end + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return false;
  // Scores may lie where bits are to be.
  memory.fill(tops, 0, place - tops);
  scoreOf = place;
  room = 64 * words;
  return true;
}

/** {@link sortRuns} of codes of two bytes. */
export function sortRuns16(runs: u32, special: u32): void {
  sortRuns<u16>(runs, special);
}

/** {@link sortRuns} of codes of four bytes. */
export function sortRuns32(runs: u32, special: u32): void {
  sortRuns<u32>(runs, special);
}

/**
 * Sorts the rows of each run by code, which then are indices of contracts, and drops those whose code is `special`.
 * A run with a higher code, a score that is no number or a contract twice is left as it is, for someone who knows what to
 * do with it. There is to be room for `special` contracts.
 */
function sortRuns<T>(runs: u32, special: u32): void {
  let from: u32 = 0, to: u32 = 0, write: u32 = 0;
  for (let run: u32 = 0; run < runs; run++, from = to) {
    to = load<u32>(ends + 4 * run);
    let low: u32 = u32.MAX_VALUE, high: u32 = 0, gone: u32 = 0, isPlain = true;
    for (let row = from; row < to; row++) {
      const code = <u32>load<T>(codes + sizeof<T>() * row), score = load<f64>(scores + 8 * row);
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
      if (has != 0) continue;
      const top = word >> 6;
      store<u64>(tops + 8 * top, load<u64>(tops + 8 * top) | <u64>1 << (word & 63));
      low = min(low, top);
      high = max(high, top);
    }
    const first = write;
    for (let top = low; top <= high; top++) {
      let words = load<u64>(tops + 8 * top);
      store<u64>(tops + 8 * top, 0);
      for (; words != 0; words &= words - 1) {
        const word = (top << 6) + <u32>ctz(words);
        let rest = load<u64>(bits + 8 * word);
        store<u64>(bits + 8 * word, 0);
        if (!isPlain) continue;
        for (; rest != 0; rest &= rest - 1) {
          const code = (word << 6) + <u32>ctz(rest);
          store<T>(sortedCodes + sizeof<T>() * write, <T>code);
          store<f64>(sortedScores + 8 * write, load<f64>(scoreOf + 8 * code));
          write++;
        }
      }
    }
    store<u32>(kept + 4 * run, isPlain ? write - first : u32.MAX_VALUE);
    store<u32>(dropped + 4 * run, gone);
  }
}
