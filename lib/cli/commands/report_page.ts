/**
 * Report pages as files.
 *
 * @module
 */
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import type { DropSources } from "../../io/drop_reader.ts";
import type { ReportFacts } from "../../report/facts/facts.ts";
import type { PreviewFacts } from "../../report/facts/preview_facts.ts";
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

/** Writes the page of a preview. */
export async function writePreview(
  file: string,
  facts: PreviewFacts,
  page: PageOptions,
): Promise<void> {
  const { previewHtml } = await import("../../report/html/preview_html.ts");
  await writeTextAtomic(file, await previewHtml(facts, page));
}

/** Names of files that say nothing about the drop: their folder's does. */
const NAMELESS = new Set(["assignments", "elig", "-", ""]);

/**
 * A drop's name where none was given: that of a file (its assignments, its pairs) without folder and ending, or that of
 * the file's folder where the file's says nothing. Queries and passwords of databases are left out.
 */
export function dropTitle(path: string): string {
  const parts = shownName(path).replace(/\?.*$/, "").split(/[\\/]/);
  const name = parts.pop()!.replace(/(?<=.)\..*$/, "");
  const folder = parts.pop() ?? "";
  const nameless = NAMELESS.has(name) || name.includes("*");
  return nameless && !/^(|\.\.?)$/.test(folder) ? folder : name;
}

/** The inputs under the names that a report has for them; passwords of databases are left out. */
export function reportFiles(sources: DropSources): Record<string, string> {
  return {
    caps: shownName(sources.caps),
    elig: shownName(sources.elig),
    user_groups: shownName(sources.userGroups),
    group_ratios: shownName(sources.groupRatios),
    ...(typeof sources.limits === "string" && { limits: shownName(sources.limits) }),
  };
}
