/**
 * Days since 1970-01-01, read from ISO dates and times.
 *
 * @module
 */

/** The text is no date. */
export const NO_DAY = -0x80000000;

/** What is expected of a date, in words. */
export const DATE_EXPECTED = "a date such as 2025-08-14, or a time such as 2025-08-14T09:30:00Z";

/** What may follow the date of a time. */
const REST_OF_TIME = /^[T ]\d\d:?\d\d(:?\d\d([.,]\d+)?)?\s*(Z|UTC|[+-]\d\d(:?\d\d)?)?$/i;

/**
 * The day of a date or time as written; a time zone does not shift it. {@link NO_DAY} for anything else.
 *
 * @example
 * ```ts
 * import { dayOf, dayText, NO_DAY } from "./day.ts";
 * import { assertEquals } from "../../../deps/std_assert.ts";
 * assertEquals(dayText(dayOf("2025-08-14T23:30:00-05:00")), "2025-08-14");
 * assertEquals(dayOf("2025-02-30"), NO_DAY);
 * ```
 */
export function dayOf(text: string): number {
  const match = /^(\d{4})-?(\d\d)-?(\d\d)(.*)$/.exec(text.trim());
  if (match === null) return NO_DAY;
  const [, year, month, date, rest] = match;
  if (rest !== "" && !REST_OF_TIME.test(rest)) return NO_DAY;
  return dayOfDate(Number(year), Number(month), Number(date));
}

/** Days since 1970 of a calendar date; {@link NO_DAY} if there is no such date. */
function dayOfDate(year: number, month: number, date: number): number {
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, date);
  return time.getUTCMonth() === month - 1 && time.getUTCDate() === date
    ? Math.round(time.getTime() / 86_400_000)
    : NO_DAY;
}

/** A day as an ISO date. */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

const ZERO = 48, NINE = 57, DASH = 45;
/** Days before each month of a year that begins in March. */
const DAYS_BEFORE = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
const DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The fast path of {@link dayOf} for columns of millions: reads bytes `[from, to)` and makes no string. It knows the usual forms
 * only; for {@link NO_DAY} ask {@link dayOf}.
 */
export function dayOfBytes(view: DataView, from: number, to: number): number {
  if (to - from < 10 || view.getUint8(from + 4) !== DASH || view.getUint8(from + 7) !== DASH) {
    return NO_DAY;
  }
  if (to - from > 10 && !isRestOfTime(view, from + 10, to)) return NO_DAY;
  const year = digits(view, from, 4), month = digits(view, from + 5, 2);
  const date = digits(view, from + 8, 2);
  if (!(year >= 0 && month >= 1 && month <= 12 && date >= 1)) return NO_DAY;
  const isLeap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (date > DAYS_IN[month - 1] + (isLeap ? 1 : 0)) return NO_DAY;
  // Counted in years that begin in March, so that the leap day is the last day.
  const y = month > 2 ? year : year - 1, m = (month + 9) % 12;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) +
    DAYS_BEFORE[m] + date - 719_469;
}

/** The number that `count` bytes spell; −1 if one is no digit. */
function digits(view: DataView, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const byte = view.getUint8(i);
    if (byte < ZERO || byte > NINE) return -1;
    value = 10 * value + byte - ZERO;
  }
  return value;
}

/** Whether bytes have the form `T09:30…` or ` 09:30…`, perhaps with seconds and a zone. */
function isRestOfTime(view: DataView, from: number, to: number): boolean {
  const mark = view.getUint8(from);
  if ((mark !== 84 && mark !== 32) || to - from < 6) return false;
  if (view.getUint8(from + 3) !== 58) return false;
  if (digits(view, from + 1, 2) < 0 || digits(view, from + 4, 2) < 0) return false;
  for (let i = from + 6; i < to; i++) {
    const byte = view.getUint8(i);
    const isPart = (byte >= ZERO && byte <= 58) || byte === 46 || byte === 43 || byte === DASH ||
      (byte === 90 && i === to - 1);
    if (!isPart) return false;
  }
  return true;
}
