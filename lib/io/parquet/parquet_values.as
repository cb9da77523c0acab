// Values of Parquet's pages that are places in a dictionary, or a few bits each, in AssemblyScript (TypeScript's syntax,
// WebAssembly's types). unpacker.ts calls it; scripts/compile_wasm.ts compiles it.
//
// Format: Apache Parquet's "Encodings", RLE / bit-packing hybrid.

/** Values taken at once, at most. */
const PIECE: i32 = 1 << 15;

/** Bytes behind a page that are read with its last ones. */
const OVERREAD: u32 = 16;

/** The values taken last (u32). */
export const values: usize = memory.data(4 * PIECE, 16);
/** What they stand for (u16, u32 or f64). */
export const found: usize = memory.data(8 * PIECE, 16);
/** Runs of equal values: what each is (u32), and the value that it ends before (u32). */
export const runValues: usize = memory.data(4 * PIECE, 16), runEnds: usize = memory.data(4 * PIECE, 16);

/** Where the page's bytes begin. */
let page: usize = 0;

/** Where the bytes go on and end, and bits of a value. */
let at: usize = 0, end: usize = 0, width: u32 = 0;
/** Values left of a run, whether they are packed, the value of one that is not, and the next bit of one that is. */
let left: u64 = 0, packed: bool = false, value: u32 = 0, from: usize = 0, bit: u64 = 0;

/** Makes room for a dictionary of `dictionaryBytes`, whose place is returned, and behind it for a page. */
export function makeRoom(dictionaryBytes: u32, pageBytes: u32): usize {
  page = (__heap_base + dictionaryBytes + 15) & ~15;
  const pages = <i32>((page + pageBytes + OVERREAD + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  return __heap_base;
}

/** Where the page's bytes go. */
export function pagePlace(): usize {
  return page;
}

/** Begins with a page of `length` bytes, whose values have `bits` bits, at most 32. */
export function begin(length: u32, bits: u32): void {
  at = page;
  end = page + length;
  width = bits;
  left = 0;
}

/** Bytes up to the end of the run, or of the groups, of which values were taken last. */
export function used(): u32 {
  return <u32>(at - page);
}

/** Takes the next `count` values; false where the page is damaged. */
export function take(count: u32): bool {
  for (let i: u32 = 0; i < count;) {
    if (left == 0 && !nextRun()) return false;
    const some = <u32>min<u64>(left, count - i);
    if (packed) {
      const last = bit + <u64>some * width;
      if (last > (<u64>(end - from) << 3)) return false;
      unpack(values + 4 * i, some);
      bit = last;
    } else {
      for (let to = values + 4 * i, stop = to + 4 * some; to < stop; to += 4) store<u32>(to, value);
    }
    left -= some;
    i += some;
  }
  return true;
}

/** Reads what stands before a run. */
function nextRun(): bool {
  if (width == 0 && at == end) {
    // A dictionary of one entry: there is nothing to tell apart, and some writers have no bytes that do.
    left = u64.MAX_VALUE;
    packed = false;
    value = 0;
    return true;
  }
  let head: u64 = 0, shift: u32 = 0;
  for (;;) {
    if (at >= end || shift > 35) return false;
    const byte = load<u8>(at++);
    head |= <u64>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
    shift += 7;
  }
  const count = head >> 1;
  if (count == 0) return false;
  packed = (head & 1) != 0;
  if (packed) {
    left = 8 * count;
    from = at;
    bit = 0;
    // The last group may be cut off behind its last value.
    const bytes = count * width;
    at = bytes > <u64>(end - at) ? end : at + <usize>bytes;
    return true;
  }
  left = count;
  value = 0;
  for (let shift: u32 = 0; shift < width; shift += 8) {
    if (at >= end) return false;
    value |= <u32>load<u8>(at++) << shift;
  }
  return width == 32 || value >> width == 0;
}

/** Unpacks `count` values from bit `bit` on. */
function unpack(to: usize, count: u32): void {
  const mask: u64 = (<u64>1 << width) - 1;
  let next = bit;
  for (const stop = to + 4 * count; to < stop; to += 4, next += width) {
    store<u32>(to, <u32>((load<u64>(from + <usize>(next >> 3)) >> (next & 7)) & mask));
  }
}

/** Looks the `count` values taken last up in a dictionary of u16; false where one is behind its end. */
export function lookUp16(dictionary: usize, entries: u32, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const place = load<u32>(values + 4 * i);
    if (place >= entries) return false;
    store<u16>(found + 2 * i, load<u16>(dictionary + 2 * place));
  }
  return true;
}

/** The same, of u32. */
export function lookUp32(dictionary: usize, entries: u32, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const place = load<u32>(values + 4 * i);
    if (place >= entries) return false;
    store<u32>(found + 4 * i, load<u32>(dictionary + 4 * place));
  }
  return true;
}

/** The same, of f64. */
export function lookUp64(dictionary: usize, entries: u32, count: u32): bool {
  for (let i: u32 = 0; i < count; i++) {
    const place = load<u32>(values + 4 * i);
    if (place >= entries) return false;
    store<f64>(found + 8 * i, load<f64>(dictionary + 8 * place));
  }
  return true;
}

/** Finds the runs of equal ones among the `count` values taken last, at least one; returns how many runs there are. */
export function findRuns(count: u32): u32 {
  let runs: usize = 0, last = load<u32>(values);
  for (let i: u32 = 1; i < count; i++) {
    const next = load<u32>(values + 4 * i);
    if (next == last) continue;
    store<u32>(runValues + runs, last);
    store<u32>(runEnds + runs, i);
    runs += 4;
    last = next;
  }
  store<u32>(runValues + runs, last);
  store<u32>(runEnds + runs, count);
  return <u32>(runs >> 2) + 1;
}
