/**
 * The date in the head of pages.
 *
 * @module
 */
import { dayOf, dayText } from "../../../base/text/day.ts";
import type { DropSources } from "../../../io/drop_reader.ts";
import { isAddress } from "../../../sources/source_url.ts";
import type { PageOptions } from "../../../report/html/page.ts";
import { date } from "../option_kinds.ts";

/** `--date`; `ofDrop`: for a command that reads a drop, whose day `--as-of` may say. */
export function dateOption({ ofDrop = true } = {}) {
  const day = ofDrop ? "--as-of, or the day" : "the day";
  return date(
    "--date <date>",
    `the page's date (default: ${day} on which the newest input was written)`,
  );
}

/**
 * The date of a page: `--date`, the drop's day, or the day on which the newest of its files was written. Never today, so that a
 * page made again from the same files is the same page. None where no input is a file.
 *
 * @param files the inputs; only those that are files count
 */
export async function pageDate(
  { date, asOf }: { date?: string; asOf?: string },
  files: readonly (string | undefined)[],
): Promise<PageOptions> {
  const day = date ?? asOf;
  if (day !== undefined) return { date: dayText(dayOf(day)) };
  const times = await Promise.all(files.map(timeOf));
  const newest = Math.max(...times.flatMap((time) => time === null ? [] : [time.getTime()]));
  return newest === -Infinity ? {} : { date: localDay(new Date(newest)) };
}

/** When a file was last written; null where the input is not a file. */
async function timeOf(file: string | undefined): Promise<Date | null> {
  // Skip what is not a path: Deno would ask the user for permission to read it.
  if (file === undefined || file === "-" || isAddress(file) || /[*?]/.test(file)) return null;
  try {
    const { isFile, mtime } = await Deno.stat(file.replace(/(\.xlsx)#.*$/i, "$1"));
    return isFile ? mtime : null;
  } catch {
    // It is gone, or may not be read.
    return null;
  }
}

function localDay(time: Date): string {
  const two = (value: number) => `${value}`.padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The inputs of a drop whose dates count for {@link pageDate}. */
export function drawnFrom(sources: DropSources): (string | undefined)[] {
  const { caps, elig, userGroups, groupRatios, limits, pins, bans } = sources;
  return [
    caps,
    elig,
    userGroups,
    groupRatios,
    pins,
    bans,
    typeof limits === "string" ? limits : undefined,
  ];
}
