// Plain rows of an eligibility file, in AssemblyScript (TypeScript's syntax, WebAssembly's types). plain_rows.ts calls it
// and says what a plain row is; scripts/compile_wasm.ts compiles it.
//
// It stops at the first row that is not plain, whatever the reason, and leaves that row to the general reader, which alone
// knows the rules and the errors. So it may be strict, and never has to explain itself.

import { beginNumbers, numberAt, numberEnd } from "../csv/plain_number";

const LF: u8 = 10, CR: u8 = 13, QUOTE: u8 = 34, COMMA: u8 = 44;

/** Bytes of the block that rows are taken from, some bytes behind it included, which may be read. */
const BLOCK: i32 = 1 << 20, OVERREAD: i32 = 32;

/** Rows taken at once, at most. */
const MOST_ROWS: i32 = 1 << 14;

/** The block. */
export const block: usize = memory.data(BLOCK + OVERREAD);
/** Contract (u32) and score (f64) of each row taken. */
export const contracts: usize = memory.data(4 * MOST_ROWS, 8), scores: usize = memory.data(8 * MOST_ROWS, 8);
/** Where the user of each run begins and ends (u32), and the row that the run ends before (u32). */
export const userFrom: usize = memory.data(4 * MOST_ROWS, 8), userTo: usize = memory.data(4 * MOST_ROWS, 8);
export const runEnd: usize = memory.data(4 * MOST_ROWS, 8);

/** Where each contract's id begins, the next one's beginning being its end (u32), and the contract's index (u32). */
let idFrom: u32 = 0, idIndex: u32 = 0;
/** A hash table of contracts: a number, counted from 1, or 0 (u32). Open addressing, between an eighth and a quarter full. */
let slots: u32 = 0, slotBits: u32 = 0;
/** Slots that are looked at for an id, at most: ids that would lie further from their place are left to the general reader. */
const MOST_STEPS: u32 = 64;
/** Hashes of whole ids begin with it; 0 while ids are told apart by their last bytes, which is quicker. */
let key: u64 = 0, spareKey: u64 = 0;

/** Contracts that rows are looked up in. */
let ids: u32 = 0;

/** Rows taken by the last call, and runs of rows with the same user among them. */
export let rows: u32 = 0, runs: u32 = 0;

/** Makes room for contracts, once; `seed` is any number. Returns where their ids go, end to end; 0 where memory is short. */
export function begin(count: u32, bytes: u32, seed: u32): usize {
  spareKey = (<u64>seed << 32) | 0x9e3779b1;
  beginNumbers();
  slotBits = 2;
  while (<u32>1 << slotBits < 4 * count) slotBits++;
  idFrom = (<u32>__heap_base + 7) & ~7;
  idIndex = idFrom + 4 * (count + 1);
  slots = idIndex + 4 * count;
  const text = slots + (<u32>4 << slotBits);
  const pages = <i32>((text + bytes + OVERREAD + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  store<u32>(idFrom, text);
  return text;
}

/** Adds the contract whose id takes the next `length` bytes. */
export function addContract(length: u32, index: u32): void {
  const from = load<u32>(idFrom + 4 * ids), to = from + length;
  store<u32>(idFrom + 4 * ids + 4, to);
  store<u32>(idIndex + 4 * ids, index);
  if (put(++ids) || key != 0) return;
  // Too many ids end alike: their whole bytes tell them apart.
  key = spareKey;
  memory.fill(slots, 0, <usize>4 << slotBits);
  for (let id: u32 = 1; id <= ids; id++) put(id);
}

/** Puts an id into the table; false where it would be too far from its place. */
function put(id: u32): bool {
  let slot = placeOf(load<u32>(idFrom + 4 * id - 4), load<u32>(idFrom + 4 * id));
  for (let step: u32 = 0; step < MOST_STEPS; step++, slot = next(slot)) {
    if (load<u32>(slots + 4 * slot) != 0) continue;
    store<u32>(slots + 4 * slot, id);
    return true;
  }
  return false;
}

/**
 * Takes rows from place `at` of the block on: those that begin before `stop` and end before `end`. Returns where the first
 * row begins that is not taken.
 */
export function takeRows(at: u32, stop: u32, end: u32, columns: u32): u32 {
  const base = <u32>block;
  at += base;
  stop += base;
  end += base;
  rows = 0;
  runs = 0;
  let user: u32 = 0, userLength: u32 = 0, contractLength: u32 = 0;
  while (at < stop && rows < <u32>MOST_ROWS) {
    // Most rows begin with the user of the row before, and ids of contracts are mostly of one length: to see that the
    // bytes are the same is quicker than to look for a comma.
    const again = userLength > 0 && at + userLength < end &&
      load<u8>(at + userLength) == COMMA && same(at, user, userLength);
    const userEnd = again ? at + userLength : fieldEnd(at);
    if (!again && !isId(at, userEnd)) break;

    const contract = userEnd + 1;
    let contractTo = contract + contractLength;
    let id = contractLength > 0 && contractTo < end && load<u8>(contractTo) == COMMA
      ? find(contract, contractTo)
      : -1;
    if (id < 0) {
      contractTo = fieldEnd(contract);
      if (load<u8>(contractTo) != COMMA) break;
      id = find(contract, contractTo);
      if (id < 0) break;
      contractLength = contractTo - contract;
    }

    const score = numberAt(contractTo + 1);
    if (score != score) break;

    const nextRow = rowEnd(numberEnd, columns);
    if (nextRow == 0 || nextRow > end) break;

    if (!again) {
      user = at;
      userLength = userEnd - at;
      store<u32>(userFrom + 4 * runs, at - base);
      store<u32>(userTo + 4 * runs, userEnd - base);
      runs++;
    }
    store<u32>(contracts + 4 * rows, load<u32>(idIndex + 4 * id));
    store<f64>(scores + 8 * rows, score);
    store<u32>(runEnd + 4 * (runs - 1), ++rows);
    at = nextRow;
  }
  return at - base;
}

/** The beginning of the row after the one whose score ends at `i`; 0 where what follows is not plain. */
function rowEnd(i: u32, columns: u32): u32 {
  for (let column: u32 = 3; column < columns; column++) {
    if (load<u8>(i) != COMMA) return 0;
    i = fieldEnd(i + 1);
  }
  if (load<u8>(i) == CR) i++;
  return load<u8>(i) == LF ? i + 1 : 0;
}

/** The first comma, quote, LF or CR from `i` on; there is an LF after the data. */
function fieldEnd(i: u32): u32 {
  const comma = i8x16.splat(COMMA), quote = i8x16.splat(QUOTE), lf = i8x16.splat(LF), cr = i8x16.splat(CR);
  let found: u32 = 0;
  for (;; i += 16) {
    const bytes = v128.load(i);
    found = i8x16.bitmask(v128.or(
      v128.or(i8x16.eq(bytes, comma), i8x16.eq(bytes, quote)),
      v128.or(i8x16.eq(bytes, lf), i8x16.eq(bytes, cr)),
    ));
    if (found != 0) break;
  }
  return i + ctz(found);
}

/** Whether [from, to) is followed by a comma and is an id that needs no trimming: its outer bytes are no blanks, and ASCII. */
function isId(from: u32, to: u32): bool {
  if (load<u8>(to) != COMMA || to == from) return false;
  const first = <u32>load<u8>(from), last = <u32>load<u8>(to - 1);
  return first > 32 && first < 0x80 && last > 32 && last < 0x80;
}

/** Whether the `length` bytes at two places are the same; up to 15 bytes behind them may be read. */
function same(a: u32, b: u32, length: u32): bool {
  let i: u32 = 0;
  for (; i + 16 < length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(a + i), v128.load(b + i)))) return false;
  }
  const equal = i8x16.bitmask(i8x16.eq(v128.load(a + i), v128.load(b + i)));
  const wanted: u32 = (1 << (length - i)) - 1;
  return (equal & wanted) == wanted;
}

/** Which contract [from, to) is, or −1. */
function find(from: u32, to: u32): i32 {
  let slot = placeOf(from, to);
  for (let step: u32 = 0; step < MOST_STEPS; step++, slot = next(slot)) {
    const id = load<u32>(slots + 4 * slot);
    if (id == 0) break;
    const idAt = load<u32>(idFrom + 4 * id - 4);
    if (load<u32>(idFrom + 4 * id) - idAt == to - from && same(from, idAt, to - from)) {
      return <i32>id - 1;
    }
  }
  return -1;
}

/** Where an id is looked for first: ids differ at their ends, mostly. */
function placeOf(from: u32, to: u32): u32 {
  const length = to - from;
  if (key != 0) return placeOfAll(from, to);
  const end = length >= 4
    ? load<u32>(to - 4)
    : load<u32>(from) & ((1 << (8 * length)) - 1);
  return ((end ^ length) * 0x9e3779b1) >> (32 - slotBits);
}

/** The same by all bytes of an id, with the multipliers of wyhash (Wang Yi, public domain). */
function placeOfAll(from: u32, to: u32): u32 {
  let hash = key ^ <u64>(to - from), i = from;
  for (; i + 8 <= to; i += 8) hash = mix(hash ^ load<u64>(i));
  const rest = 8 * (to - i);
  if (rest > 0) hash = mix(hash ^ (load<u64>(i) & ((<u64>1 << rest) - 1)));
  return <u32>(hash >> (64 - slotBits));
}

function mix(value: u64): u64 {
  const product = value * 0xa0761d6478bd642f;
  return (product ^ (product >> 32)) * 0xe7037ed1a0b428db;
}

function next(slot: u32): u32 {
  return (slot + 1) & ((1 << slotBits) - 1);
}
