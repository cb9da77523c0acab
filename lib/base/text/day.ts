/**
 * Days since 1970-01-01, read from ISO dates and times.
 *
 * @module
 */

/** The text is no date. */
export const NO_DAY = -0x80000000;

/** What is expected of a date, in words. */
export const DATE_EXPECTED = "a date such as 2025-08-14, or a time such as 2025-08-14T09:30:00Z";

/** An hour, a minute, and a second, of which a day may have a 61st of a minute. */
const HOUR = "([01][0-9]|2[0-3])", MINUTE = "[0-5][0-9]", SECOND = "([0-5][0-9]|60)([.,][0-9]+)?";
const ZONE = `([Zz]|[Uu][Tt][Cc]|[+-]${HOUR}(:?${MINUTE})?)`;

/**
 * The form of a date or time, as a regular expression that engines read alike; which dates are days of the calendar
 * {@link dayOf} knows.
 */
export const DATE_FORM: string =
  `^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})([Tt ]${HOUR}:?${MINUTE}(:?${SECOND})? *${ZONE}?)?$`;

const FORM = new RegExp(DATE_FORM);

/**
 * The day of a date or time as written; a time zone does not shift it. {@link NO_DAY} for anything else.
 *
 * @example
 * ```ts
 * import { dayOf, dayText, NO_DAY } from "./day.ts";
 * import { assertEquals } from "../../deps/std_assert.ts";
 * assertEquals(dayText(dayOf("2025-08-14T23:30:00-05:00")), "2025-08-14");
 * assertEquals([dayOf("2025-02-30"), dayOf("2025-08-14 25:00")], [NO_DAY, NO_DAY]);
 * ```
 */
export function dayOf(text: string): number {
  const date = FORM.exec(text.trim())?.[1].replaceAll("-", "");
  if (date === undefined) return NO_DAY;
  const part = (from: number, to: number) => Number(date.slice(from, to));
  return dayOfDate(part(0, 4), part(4, 6), part(6, 8));
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

const ZERO = 48, NINE = 57, DASH = 45, COLON = 58, POINT = 46;
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

/** Whether bytes have the form `T09:30` or ` 09:30`, then perhaps `:00`, `.250` and `Z` or `+02:00`. */
function isRestOfTime(view: DataView, from: number, to: number): boolean {
  const mark = view.getUint8(from);
  if ((mark !== 84 && mark !== 32) || !isClock(view, from + 1, to)) return false;
  let at = from + 6;
  if (at < to && view.getUint8(at) === COLON) {
    if (to - at < 3 || !isBelow(60, view, at + 1)) return false;
    at += 3;
    if (at < to && view.getUint8(at) === POINT) {
      const first = ++at;
      while (at < to && view.getUint8(at) >= ZERO && view.getUint8(at) <= NINE) at++;
      if (at === first) return false;
    }
  }
  if (at === to) return true;
  const sign = view.getUint8(at);
  if (sign === 90) return at === to - 1;
  return (sign === 43 || sign === DASH) && to - at === 6 && isClock(view, at + 1, to);
}

/** Whether bytes from `from` on have the form `09:30`. */
function isClock(view: DataView, from: number, to: number): boolean {
  return to - from >= 5 && view.getUint8(from + 2) === COLON && isBelow(24, view, from) &&
    isBelow(60, view, from + 3);
}

/** Whether two bytes are digits of a number below `limit`. */
function isBelow(limit: number, view: DataView, at: number): boolean {
  const number = digits(view, at, 2);
  return number >= 0 && number < limit;
}
