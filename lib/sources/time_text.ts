/**
 * Dates and times of databases as the texts that they are in a Parquet file: ISO 8601, in UTC.
 *
 * @module
 */

/** A date or time as PostgreSQL writes it under DateStyle ISO, with the zone's distance from UTC where it has one. */
const FORM =
  /^(\d{4,})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?)?( BC)?$/;

/** Years after which the calendar repeats. */
const CYCLE = 400;

/**
 * PostgreSQL's text of a date or time as ISO 8601 in UTC; a time without a zone is one in UTC. Fractions of a second have three
 * or six digits, as few as needed; years outside 0 … 9999 have a sign and at least six digits. Null: it is no such text.
 *
 * @example
 * ```ts
 * import { isoTime } from "./time_text.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 * assertEquals(isoTime("2024-03-01 04:00:00.25-05"), "2024-03-01T09:00:00.250Z");
 * assertEquals(isoTime("2024-03-01"), "2024-03-01");
 * assertEquals(isoTime("01.03.2024"), null);
 * ```
 */
export function isoTime(text: string): string | null {
  if (/^-?infinity$/.test(text)) return text;
  const parts = FORM.exec(text);
  if (parts === null) return null;
  const [, yearText, month, day, hour, minute, second, fraction = "", sign, ...rest] = parts;
  const isBc = rest.pop() !== undefined, year = isBc ? 1 - Number(yearText) : Number(yearText);
  if (hour === undefined) return `${isoYear(year)}-${month}-${day}`;
  const [hours, minutes, seconds] = rest.map((part) => Number(part ?? 0));
  const ahead = (sign === "-" ? -1 : 1) * (3600 * hours + 60 * minutes + seconds);
  // Within years that the language's dates have.
  const cycles = Math.floor(year / CYCLE), inCycle = year - CYCLE * cycles + 2000;
  const [inUtc] = new Date(
    Date.UTC(
      inCycle,
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ) -
      1000 * ahead,
  ).toISOString().split(".");
  const [, utcYear, utcRest] = /^(\d+)(.*)$/.exec(inUtc)!;
  const digits = fraction.padEnd(9, "0").replace(/(000){1,3}$/, "");
  return `${isoYear(Number(utcYear) - 2000 + CYCLE * cycles)}${utcRest}${
    digits === "" ? "" : `.${digits}`
  }Z`;
}

function isoYear(year: number): string {
  return year >= 0 && year <= 9999
    ? String(year).padStart(4, "0")
    : `${year < 0 ? "-" : "+"}${String(Math.abs(year)).padStart(6, "0")}`;
}

/**
 * SQL of ClickHouse for a column's text where its own would be another than Parquet's; null: its own is the same.
 *
 * @param column as SQL
 * @param type as ClickHouse describes it
 */
export function clickhouseTime(column: string, type: string): string | null {
  const [, precise, digits] = /^(?:Nullable\()?DateTime(?:(64)\((\d))?/.exec(type) ?? [];
  if (!/^(?:Nullable\()?DateTime/.test(type)) return null;
  const text = `replaceOne(toString(${column}, 'UTC'), ' ', 'T')`;
  if (precise === undefined || digits === "0") return `concat(${text}, 'Z')`;
  const filled = `concat(${text}, '${"0".repeat((9 - Number(digits)) % 3)}')`;
  return `concat(replaceRegexpOne(${filled}, '(\\\\.0+|000000|000)$', ''), 'Z')`;
}
