/**
 * The day that pages have in their heads.
 *
 * @module
 */
import { quote, UsageError } from "../../base/errors.ts";
import { DATE_EXPECTED, dayOf, NO_DAY } from "../../allocator/drop/before/day.ts";
import type { DropSources } from "../../io/drop_reader.ts";
import { isAddress } from "../../sources/source_url.ts";
import type { PageOptions } from "../../report/html/page.ts";
import { type DivvyOption, text } from "./options.ts";

/** `--date`. */
export function dateOption(): DivvyOption {
  return text(
    "--date <date>",
    "the page's day (else --as-of, or the day on which the newest input was written)",
  );
}

/**
 * The day of a page: the one asked for, that of the drop, or the one on which the newest of its files was written. Never
 * today: a page made again from the same files is the same page. None where no input is a file.
 *
 * @param files the inputs, of which files count
 * @throws {UsageError} for a day that is none
 */
export async function pageDate(
  { date, asOf }: { date?: string; asOf?: string },
  files: readonly (string | undefined)[],
): Promise<PageOptions> {
  if (date !== undefined && dayOf(date) === NO_DAY) {
    throw new UsageError(`--date is ${quote(date)}, expected ${DATE_EXPECTED}`);
  }
  const asked = date ?? asOf;
  if (asked !== undefined) return { date: asked.slice(0, 10) };
  const times = await Promise.all(files.map(timeOf));
  const newest = Math.max(...times.flatMap((time) => time === null ? [] : [time.getTime()]));
  return newest === -Infinity ? {} : { date: localDay(new Date(newest)) };
}

/** When a file was last written; null for what is none. */
async function timeOf(file: string | undefined): Promise<Date | null> {
  // What is no path is not asked for: Deno would ask the user whether it may be read.
  if (file === undefined || file === "-" || isAddress(file) || /[*?]/.test(file)) return null;
  try {
    const { isFile, mtime } = await Deno.stat(file.replace(/(\.xlsx)#.*$/i, "$1"));
    return isFile ? mtime : null;
  } catch {
    // Gone, or not to be looked at.
    return null;
  }
}

function localDay(time: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The inputs of a drop whose days count. */
export function drawnFrom(sources: DropSources): (string | undefined)[] {
  const { caps, elig, userGroups, groupRatios, limits, pins, bans } = sources;
  return [
    ...[caps, elig, userGroups, groupRatios, pins, bans],
    typeof limits === "string" ? limits : undefined,
  ];
}
