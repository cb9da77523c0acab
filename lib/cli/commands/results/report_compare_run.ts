/**
 * What `divvy report --compare` does: read a drop and two assignments of it, show them side by side.
 *
 * @module
 */
import { readPhase } from "../../../io/bytes/read_progress.ts";
import { checkRules } from "../../../api/policy_options.ts";
import { besideHeldOut } from "../../../allocator/check/check.ts";
import type { Drop } from "../../../allocator/drop/drop.ts";
import type { Policy } from "../../../allocator/model/policy.ts";
import type { Certificate } from "../../../allocator/model/certificate.ts";
import { UsageError } from "../../../base/errors.ts";
import type { DropSources } from "../../../io/drop_reader.ts";
import { readAssignments } from "../../../io/tables/results/assignments_reader.ts";
import {
  type CompareFacts,
  compareFacts,
  type ToCompare,
} from "../../../report/facts/compare/compare_facts.ts";
import { reportFacts } from "../../../report/facts/facts.ts";
import { allocationFromTable } from "../../../report/facts/read_allocation.ts";
import { shownName } from "../../../sources/source_url.ts";
import type { OptionValues } from "../../frame/command.ts";
import type { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { tableControl } from "../../frame/options/table_options.ts";
import { dropTitle, reportFiles } from "../report_page.ts";

/**
 * The two assignments files to compare: those of `--compare`, or that of `--assign` and the one of `--compare`. Null without
 * `--compare`.
 *
 * @throws {UsageError} for another number of files, and with `--summary`
 */
export function filesToCompare(
  { compare = [], assign, summary }: { compare?: string[]; assign?: string; summary?: string },
): [string, string] | null {
  if (compare.length === 0) return null;
  const files = compare.length === 1 && assign !== undefined ? [assign, ...compare] : compare;
  if (files.length !== 2) {
    throw new UsageError("--compare needs two assignments files: --compare A.csv B.csv");
  }
  if (compare.length === 2 && assign !== undefined) {
    throw new UsageError("--compare names two files: --assign can't be given beside them");
  }
  if (summary !== undefined) {
    throw new UsageError("--summary is of one run: it can't be given with --compare");
  }
  return files as [string, string];
}

/** Reads both assignments files and compares them. */
export async function compareAllocations(
  read: Drop,
  files: readonly [string, string],
  options: OptionValues,
  sources: DropSources,
  { policy, certificate, title, progress }: {
    policy: Policy;
    certificate?: Certificate;
    title?: string;
    progress: ProgressLine;
  },
): Promise<CompareFacts> {
  const names = shortNames(files);
  const sides: ToCompare[] = [];
  for (const [i, file] of files.entries()) {
    progress.report({ phase: readPhase(file) });
    const rows = await readAssignments(file, {
      ...tableControl(options, (note) => progress.note(note)),
      scores: false,
    });
    const { instance, table } = besideHeldOut(read.instance, rows);
    const allocation = allocationFromTable(instance, table, policy, {
      file,
      certificate,
    });
    checkRules(instance, allocation.policy);
    const facts = reportFacts(read.withInstance(instance), allocation, {
      title: title ?? dropTitle(sources.elig),
      files: reportFiles(sources),
    });
    sides.push({ name: names[i], file: shownName(file), facts, offers: allocation });
  }
  progress.report({ phase: "compare" });
  return compareFacts(read.instance, [sides[0], sides[1]]);
}

/** Names of the two in the comparison: the files' names; where those are equal, their folders' names, else the whole paths. */
function shortNames(files: readonly [string, string]): [string, string] {
  const whole = files.map((file) => shownName(file));
  const short = whole.map((path) => /([^\\/]*?)(\.[^\\/]*)?$/.exec(path)![1]);
  const isGood = ([a, b]: string[]) => a !== b && a !== "" && b !== "";
  const names = [short, files.map(dropTitle)].find(isGood) ?? whole;
  return [names[0], names[1]];
}
