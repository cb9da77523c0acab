/**
 * Report pages as files.
 *
 * @module
 */
import { writeTextAtomic } from "../io/atomic_file.ts";
import type { DropSources } from "../io/drop_reader.ts";
import type { ReportFacts } from "../report/facts.ts";
import { shownName } from "../sources/source_url.ts";

/** Writes the page of a report. */
export async function writePage(file: string, facts: ReportFacts): Promise<void> {
  // Vega is large: loaded for pages only.
  const { reportHtml } = await import("../report/html.ts");
  await writeTextAtomic(file, await reportHtml(facts));
}

/** A drop's name where none was given: its assignments file without folder and ending. */
export function dropTitle(assignments: string): string {
  return assignments.replace(/^.*[\\/]/, "").replace(/(?<=.)\..*$/, "");
}

/** The inputs under the names that a report has for them; passwords of databases are left out. */
export function reportFiles(sources: DropSources): Record<string, string> {
  return {
    caps: shownName(sources.caps),
    elig: shownName(sources.elig),
    user_groups: shownName(sources.userGroups),
    group_ratios: shownName(sources.groupRatios),
  };
}
