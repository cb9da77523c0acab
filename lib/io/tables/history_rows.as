// Plain rows of history, in AssemblyScript (TypeScript's syntax, WebAssembly's types). history_rows.ts calls it and says what
// a plain row is; scripts/compile_wasm.ts compiles it.
//
// It stops at the first row that is not plain, whatever the reason, and leaves that row to the general reader, which alone
// knows the rules and the errors. So it may be strict, and never has to explain itself.

import { beginNumbers, numberAt, numberEnd } from "../csv/plain_number";

const LF: u8 = 10, CR: u8 = 13, QUOTE: u8 = 34, PLUS: u8 = 43, COMMA: u8 = 44, MINUS: u8 = 45, POINT: u8 = 46;
const ZERO: u8 = 48, COLON: u8 = 58, UPPER_T: u8 = 84, UPPER_Z: u8 = 90, BLANK: u8 = 32;

/** Bytes of the block that rows are taken from, some bytes behind it included, which may be read. */
const BLOCK: i32 = 1 << 20, OVERREAD: i32 = 160;

/** Rows, and days not seen lately, that are kept of one call, at most; and columns of a row. */
const MOST_ROWS: i32 = 1 << 14, MOST_DAYS: i32 = 1 << 10, MOST_COLUMNS: i32 = 64;

/** Days that were seen lately, each at the place that its last bits say. */
const LATELY: i32 = 1 << 10;

/** The block. */
export const block: usize = memory.data(BLOCK + OVERREAD);
/** Of each row that matters (u32): where its user, contract and brand begin and end in the block. */
export const userFrom: usize = memory.data(4 * MOST_ROWS, 8), userTo: usize = memory.data(4 * MOST_ROWS, 8);
export const contractFrom: usize = memory.data(4 * MOST_ROWS, 8), contractTo: usize = memory.data(4 * MOST_ROWS, 8);
export const brandFrom: usize = memory.data(4 * MOST_ROWS, 8), brandTo: usize = memory.data(4 * MOST_ROWS, 8);
/** Of each row that matters: its day (i32), what came of it (u8: 0 to 3) and its score (f64; NaN: none). */
export const days: usize = memory.data(4 * MOST_ROWS, 8), outcomes: usize = memory.data(MOST_ROWS, 8);
export const scores: usize = memory.data(8 * MOST_ROWS, 8);
/** Days that were met and may be new (i32). */
export const newDays: usize = memory.data(4 * MOST_DAYS, 8);

/** Where each field of the row ends (u32). */
const ends: usize = memory.data(4 * (MOST_COLUMNS + 1), 8);
/** Days before each month of a year that begins in March (u32). */
const daysBefore: usize = memory.data(4 * 12, 8);
/** Days seen lately, plus 1 so that 0 is none (i32). */
const lately: usize = memory.data(4 * LATELY, 8);

/** Columns of the file, and which of them are ours; −1: none, or nobody asks. */
let columns: u32 = 0, userColumn: i32 = 0, contractColumn: i32 = 1;
let dayColumn: i32 = -1, outcomeColumn: i32 = -1, scoreColumn: i32 = -1, brandColumn: i32 = -1;
/** Rows after the last day are passed over; those before the first matter only as declines, where those do. */
let firstDay: i32 = 0, lastDay: i32 = 0, declinesMatter: bool = false;

/** Of the last call: rows taken, those on later days, those that say declined, those too long ago; rows and days kept. */
export let rows: u32 = 0, laterRows: u32 = 0, declinedRows: u32 = 0, earlierRows: u32 = 0;
export let kept: u32 = 0, newDayCount: u32 = 0;

/** Says which columns are where, for the rows of one file. */
export function beginFile(
  count: u32, user: i32, contract: i32, day: i32, outcome: i32, score: i32, brand: i32,
): void {
  columns = count;
  userColumn = user;
  contractColumn = contract;
  dayColumn = day;
  outcomeColumn = outcome;
  scoreColumn = score;
  brandColumn = brand;
  beginNumbers();
  for (let m: u32 = 0; m < 12; m++) store<u32>(daysBefore + 4 * m, (153 * m + 2) / 5);
}

/** Says which rows matter. */
export function beginRows(first: i32, last: i32, declines: bool): void {
  firstDay = first;
  lastDay = last;
  declinesMatter = declines;
}

/**
 * Takes rows from place `at` of the block on: those that begin before `stop` and end before `end`. Returns where the first
 * row begins that is not taken.
 */
export function takeRows(at: u32, stop: u32, end: u32): u32 {
  const base = <u32>block;
  at += base;
  stop += base;
  end += base;
  rows = laterRows = declinedRows = earlierRows = kept = newDayCount = 0;
  // Bytes up to a comma among the 64 that begin at `wordAt`: commas, quotes, line breaks, and few others.
  let wordAt = at, word = marks(at);
  let day: i32 = 0, dayText: u64 = 0, dayTail: u32 = 0;
  while (at < stop && kept < <u32>MOST_ROWS && newDayCount < <u32>MOST_DAYS) {
    let field: u32 = 0, i: u32 = 0;
    let isPlain = false;
    for (;;) {
      while (word == 0) {
        wordAt += 64;
        word = marks(wordAt);
      }
      i = wordAt + <u32>ctz(word);
      word &= word - 1;
      const byte = load<u8>(i);
      if (byte == COMMA) {
        store<u32>(ends + 4 * field, i);
        // What follows the last column is too much.
        if (++field >= columns) break;
      } else if (byte == LF) {
        store<u32>(ends + 4 * field, i > at && load<u8>(i - 1) == CR ? i - 1 : i);
        isPlain = field + 1 == columns;
        break;
      } else if (byte == QUOTE) break;
    }
    if (!isPlain || i >= end) break;

    const user = fieldFrom(userColumn, at), userEnd = fieldTo(userColumn);
    const contract = fieldFrom(contractColumn, at), contractEnd = fieldTo(contractColumn);
    if (!isId(user, userEnd) || !isId(contract, contractEnd)) break;
    let outcome: u32 = 0;
    if (outcomeColumn >= 0) {
      outcome = outcomeOf(fieldFrom(outcomeColumn, at), fieldTo(outcomeColumn));
      if (outcome > 3) break;
    }
    if (dayColumn >= 0) {
      const from = fieldFrom(dayColumn, at), to = fieldTo(dayColumn);
      const text = load<u64>(from), tail = <u32>load<u16>(from + 8);
      if (to - from != 10 || text != dayText || tail != dayTail) {
        const found = dayOf(from, to);
        if (found < 0) break;
        day = found;
        dayText = to - from == 10 ? text : 0;
        dayTail = tail;
      }
      if (day > lastDay) {
        laterRows++;
        rows++;
        at = i + 1;
        continue;
      }
    }
    const matters = dayColumn < 0 || day >= firstDay || (outcome == 3 && declinesMatter);
    let score: f64 = NaN;
    let brand: u32 = base, brandEnd: u32 = base;
    if (matters) {
      if (scoreColumn >= 0) {
        const from = fieldFrom(scoreColumn, at), to = fieldTo(scoreColumn);
        if (from < to) {
          score = numberAt(from);
          if (numberEnd != to || score != score) break;
        }
      }
      if (brandColumn >= 0) {
        brand = fieldFrom(brandColumn, at);
        brandEnd = fieldTo(brandColumn);
        if (brand < brandEnd && !isId(brand, brandEnd)) break;
      }
    }
    if (dayColumn >= 0) {
      const place = lately + 4 * (day & (LATELY - 1));
      if (load<i32>(place) != day + 1) {
        store<i32>(place, day + 1);
        store<i32>(newDays + 4 * newDayCount++, day);
      }
    }
    rows++;
    if (outcome == 3) declinedRows++;
    if (matters) {
      store<u32>(userFrom + 4 * kept, user - base);
      store<u32>(userTo + 4 * kept, userEnd - base);
      store<u32>(contractFrom + 4 * kept, contract - base);
      store<u32>(contractTo + 4 * kept, contractEnd - base);
      store<u32>(brandFrom + 4 * kept, brand - base);
      store<u32>(brandTo + 4 * kept, brandEnd - base);
      store<i32>(days + 4 * kept, day);
      store<u8>(outcomes + kept, <u8>outcome);
      store<f64>(scores + 8 * kept++, score);
    } else earlierRows++;
    at = i + 1;
  }
  return at - base;
}

/** Which of the 64 bytes at `at` are a comma or less. */
function marks(at: u32): u64 {
  const comma = i8x16.splat(COMMA);
  const a = <u64>i8x16.bitmask(i8x16.le_u(v128.load(at), comma));
  const b = <u64>i8x16.bitmask(i8x16.le_u(v128.load(at, 16), comma));
  const c = <u64>i8x16.bitmask(i8x16.le_u(v128.load(at, 32), comma));
  const d = <u64>i8x16.bitmask(i8x16.le_u(v128.load(at, 48), comma));
  return a | (b << 16) | (c << 32) | (d << 48);
}

/** Where a field of the row at `at` begins, and where it ends. */
function fieldFrom(column: i32, at: u32): u32 {
  return column == 0 ? at : load<u32>(ends + 4 * (column - 1)) + 1;
}

function fieldTo(column: i32): u32 {
  return load<u32>(ends + 4 * column);
}

/** Whether [from, to) is an id that needs no trimming: its outer bytes are no blanks, and ASCII. */
function isId(from: u32, to: u32): bool {
  if (to == from) return false;
  const first = <u32>load<u8>(from), last = <u32>load<u8>(to - 1);
  return first > 32 && first < 0x80 && last > 32 && last < 0x80;
}

/** What came of an offer, as its place in the list of outcomes; 4: what is not one, or written in another way. */
function outcomeOf(from: u32, to: u32): u32 {
  if (to == from) return 0;
  const text = load<u64>(from);
  if (to - from == 8) {
    if (text == 0x64657463656c6573) return 1; // selected
    if (text == 0x64656d6565646572) return 2; // redeemed
    if (text == 0x64656e696c636564) return 3; // declined
  }
  if (to - from == 7 && (text & 0x00ffffffffffffff) == 0x006465726566666f) return 0; // offered
  return 4;
}

/** The day that a date, or a time, says, in days since 1970; negative: none that is sure to be one, or before 1970. */
function dayOf(from: u32, to: u32): i32 {
  if (to - from < 10 || load<u8>(from + 4) != MINUS || load<u8>(from + 7) != MINUS) return -1;
  if (to - from > 10 && !isRestOfTime(from + 10, to)) return -1;
  const century = twoDigits(from), years = twoDigits(from + 2);
  const month = twoDigits(from + 5), date = twoDigits(from + 8);
  if (century < 0 || years < 0 || month < 1 || month > 12 || date < 1 || date > 31) return -1;
  const year = 100 * century + years;
  if (year < 1970) return -1;
  const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 2 && date > (isLeap ? 29 : 28)) return -1;
  if (date > 30 && (month == 4 || month == 6 || month == 9 || month == 11)) return -1;
  // Years that begin in March have their leap day last.
  const y = month > 2 ? year : year - 1, m = (month + 9) % 12;
  return 365 * y + y / 4 - y / 100 + y / 400 + load<i32>(daysBefore + 4 * m) + date - 719469;
}

/** Whether [from, to) is `T09:30` or ` 09:30`, then perhaps `:00`, `.250` and `Z` or `+02:00`. */
function isRestOfTime(from: u32, to: u32): bool {
  const mark = load<u8>(from);
  if ((mark != UPPER_T && mark != BLANK) || !isClock(from + 1, to)) return false;
  let at = from + 6;
  if (at < to && load<u8>(at) == COLON) {
    if (to - at < 3 || <u32>twoDigits(at + 1) >= 60) return false;
    at += 3;
    if (at < to && load<u8>(at) == POINT) {
      const first = ++at;
      while (at < to && <u32>load<u8>(at) - 48 <= 9) at++;
      if (at == first) return false;
    }
  }
  if (at == to) return true;
  const sign = load<u8>(at);
  if (sign == UPPER_Z) return at == to - 1;
  return (sign == PLUS || sign == MINUS) && to - at == 6 && isClock(at + 1, to);
}

/** Whether what begins at `from` is `09:30`. */
function isClock(from: u32, to: u32): bool {
  return to - from >= 5 && load<u8>(from + 2) == COLON && <u32>twoDigits(from) < 24 && <u32>twoDigits(from + 3) < 60;
}

function twoDigits(from: u32): i32 {
  const tens = <u32>load<u8>(from) - ZERO, ones = <u32>load<u8>(from + 1) - ZERO;
  return tens > 9 || ones > 9 ? -1 : <i32>(10 * tens + ones);
}
