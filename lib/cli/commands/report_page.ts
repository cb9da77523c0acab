/**
 * Report pages as files.
 *
 * @module
 */
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import type { DropSources } from "../../io/drop_reader.ts";
import type { ReportFacts } from "../../report/facts/facts.ts";
import type { PageOptions } from "../../report/html/page.ts";
import { shownName } from "../../sources/source_url.ts";

/** Writes the page of a report. */
export async function writePage(
  file: string,
  facts: ReportFacts,
  page: PageOptions,
): Promise<void> {
  // Vega is large: loaded for pages only.
  const { reportHtml } = await import("../../report/html/html.ts");
  await writeTextAtomic(file, await reportHtml(facts, page));
}

/** Names of files that don't say which drop it is. */
const NAMELESS = new Set(["assignments", "elig", "-", ""]);

/**
 * A drop's title where `--title` is not given: the name of a file (assignments or pairs) without folder and ending; for names
 * that don't say which drop it is, such as elig.csv, the name of the file's folder. Queries and passwords of databases are left out.
 */
export function dropTitle(path: string): string {
  const parts = shownName(path).replace(/\?.*$/, "").split(/[\\/]/);
  const name = parts.pop()!.replace(/(?<=.)\..*$/, "");
  const folder = parts.pop() ?? "";
  const nameless = NAMELESS.has(name) || name.includes("*");
  return nameless && !/^(|\.\.?)$/.test(folder) ? folder : name;
}

/** The inputs as reports list them, by name of the table; passwords of databases are left out. */
export function reportFiles(sources: DropSources): Record<string, string> {
  return {
    caps: shownName(sources.caps),
    elig: shownName(sources.elig),
    user_groups: shownName(sources.userGroups),
    ...(sources.groupRatios !== undefined && { group_ratios: shownName(sources.groupRatios) }),
    ...(typeof sources.limits === "string" && { limits: shownName(sources.limits) }),
  };
}
