/**
 * What `divvy allocate` does: read, solve, write, summarise.
 *
 * @module
 */
import { readCertificate } from "../../frame/read_certificate.ts";
import { allocate } from "../../../api/allocate.ts";
import type { Allocation } from "../../../allocator/model/allocation.ts";
import { asCertified, issueInThreads, provenExactly } from "../../../api/certificate.ts";
import type { Drop } from "../../../allocator/drop/drop.ts";
import { UsageError } from "../../../base/errors.ts";
import { writeAssignments } from "../../../io/tables/results/assignments_writer.ts";
import { writeAlternates } from "../../../io/tables/results/alternates_writer.ts";
import { writeHeldOut } from "../../../io/tables/results/holdout_writer.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import { formatCertificate } from "../../../io/documents/certificate_file.ts";
import { readDrop } from "../../../io/drop_reader.ts";
import { type AlternateFacts, alternateFacts } from "../../../report/facts/alternate_facts.ts";
import { reportFacts } from "../../../report/facts/facts.ts";
import { missedLeasts } from "../../../report/facts/limit_facts.ts";
import { missedMinima, summarize, type Summary } from "../../../report/facts/summary.ts";
import { summaryText } from "../../../report/text/summary_text.ts";
import { checkNames, checkValues, outputFiles } from "./allocate_values.ts";
import { EXIT_DONE } from "../../frame/exit_codes.ts";
import { gapExitCode } from "../../frame/gap_gate.ts";
import { inputFiles, inputSources, readOptions } from "../../frame/options/input_options.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import { namedOptions } from "../../frame/options/named_options.ts";
import { drawnFrom, pageDate } from "../../frame/options/page_date.ts";
import { checkInputs, checkOutputs } from "../../frame/output_files.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import { ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readyDrop } from "../../../api/ready_drop.ts";
import { dropTitle, reportFiles, writePage } from "../report_page.ts";
import { underScenario } from "../../frame/options/scenario_file_option.ts";
import { screenOf } from "../../frame/terminal/screen.ts";
import { shownOutput } from "../../frame/table_outputs.ts";
import { Stopwatch } from "../../frame/terminal/stopwatch.ts";
import { threads } from "../../frame/threads.ts";
import { jsonText, withoutTimings } from "../../frame/steady_json.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import type { AllocateValues } from "./allocate_options.ts";
import { strictExitCode } from "./strict_gate.ts";

/** Runs `divvy allocate`. */
export async function runAllocate(values: AllocateValues): Promise<number> {
  const progress = new ProgressLine(values);
  const clock = new Stopwatch();
  checkValues(values);
  const inputs = {
    ...inputFiles(inputSources(values)),
    "--prices": values.prices,
    "--scenario": values.scenario,
    "--config": values.config,
  };
  await checkOutputs(outputFiles(values), inputs, values);
  checkNames(values);
  await checkInputs(inputs);
  if (values.dryRun) {
    return await (await import("./dry_run.ts")).dryRunAllocate(values, progress);
  }

  const { drop, allocation: found } = await readAndSolve(values, progress, clock);
  if (found.prices !== null) progress.report({ phase: "exact figures" });
  if (values.certificate !== undefined && found.prices === null) {
    // `--solver both` can return the greedy result, which has no prices.
    progress.note(`no certificate is written: solver ${found.solver} proves no bound`);
    values = { ...values, certificate: undefined };
  }
  const allocation = await writeCertificate(values, drop, found);
  progress.report({ phase: "write" });
  await writeAssignments(values.out, drop.instance, allocation, values.format);
  if (values.holdoutOut !== undefined) {
    await writeHeldOut(values.holdoutOut, drop.instance.heldOut!.instance);
  }
  const alternates = await writeAlternatesOf(values, drop, allocation);
  clock.lap("write_s");
  progress.finish();

  const summary = summarize(drop, allocation, {
    ...(alternates !== undefined && { alternates }),
    seed: values.rng,
    options: namedOptions(values),
    timings: clock.timings(),
    peakRssBytes: progress.peakRss,
  });
  const document = values.timings ? summary : withoutTimings(summary);
  if (values.summary !== undefined) {
    await writeTextAtomic(values.summary, jsonText(document));
  }
  if (values.html !== undefined) {
    const facts = reportFacts(drop, allocation, {
      title: values.title ?? dropTitle(values.out),
      timings: summary.timings,
      files: reportFiles(inputSources(values)),
    });
    const page = await pageDate(values, drawnFrom(inputSources(values)));
    await writePage(values.html, facts, page);
  }
  if (values.json) writeJson(document);
  else if (!values.quiet) printSummary(summary, values);
  return (values.strict ? strictExitCode(missedOf(summary)) : EXIT_DONE) ||
    gapExitCode(values, { ...summary, timedOut: summary.timed_out });
}

/** Reads and solves. Meanwhile Ctrl-C stops the solver with the best so far. */
async function readAndSolve(
  values: AllocateValues,
  progress: ProgressLine,
  clock: Stopwatch,
): Promise<{ drop: Drop; allocation: Allocation }> {
  const startPrices = await readCertificate(values.prices);
  using interrupt = new Interrupt(() =>
    progress.note("stopping with the best so far; Ctrl-C again to abort")
  );
  const control = { onProgress: progress.report, signal: interrupt.signal };
  const read = await interrupt.whileReading(
    readDrop(inputSources(values), { ...readOptions(values), ...control }),
  );
  // Before this a first Ctrl-C ends the program: there is no allocation yet that could be kept.
  await interrupt.listening;
  clock.lap("read_s");
  const changed = await underScenario(read, policyOf(values), values.scenario);
  const { policy } = changed, drop = readyDrop(changed.drop, policy);
  const allocation = await allocate(drop, {
    ...policy,
    ...control,
    solver: values.solver,
    timeout: values.timeout,
    gap: values.gap,
    workers: threads(values.workers),
    warmStart: values.warmStart,
    startPrices,
    seed: values.rng,
    scarcityAlpha: values.scarcityAlpha,
  });
  clock.lap("solve_s");
  return { drop, allocation };
}

/** Writes the certificate, if `--certificate` is given. Returns the allocation with the bound that a certificate of it proves. */
async function writeCertificate(
  { certificate: file, workers }: AllocateValues,
  drop: Drop,
  allocation: Allocation,
): Promise<Allocation> {
  if (file === undefined) return provenExactly(drop, allocation);
  const certificate = await issueInThreads(drop, allocation, threads(workers));
  await writeTextAtomic(file, formatCertificate(certificate));
  return asCertified(drop, allocation, certificate);
}

/** Writes the alternates, if `--alternates` is given. Returns the facts about them. */
async function writeAlternatesOf(
  { alternates: perUser, alternatesOut: file }: AllocateValues,
  { instance }: Drop,
  allocation: Allocation,
): Promise<AlternateFacts | undefined> {
  if (perUser === undefined || file === undefined) return undefined;
  const { policy, prices } = allocation;
  if (prices === null) {
    throw new UsageError("--alternates needs prices, and the solver that gave a result has none");
  }
  const { findAlternates } = await import("../../../allocator/explain/explain.ts");
  const alternates = findAlternates(instance, policy, allocation, prices, perUser);
  await writeAlternates(file, instance, alternates);
  return alternateFacts(instance, allocation, alternates);
}

/** Prints the summary and the names of the files on stderr. */
function printSummary(summary: Summary, values: AllocateValues): void {
  const names = Object.values(outputFiles(values)).filter((file) => file !== undefined)
    .map(shownOutput);
  const text = summaryText(summary, screenOf(Deno.stderr));
  write(Deno.stderr, `\n${text}\nWritten:\n${names.map((name) => `  ${name}\n`).join("")}`);
}

/** What `--strict` asks about. */
function missedOf(summary: Summary): Parameters<typeof strictExitCode>[0] {
  const { input, limits } = summary;
  // Model coverage asks for no minima; what the summary says of them is for comparison.
  const { groups, users } = summary.model === "coverage"
    ? { groups: [], users: 0 }
    : missedMinima(summary);
  return {
    minima: { groups: groups.length, users },
    groups: summary.groups.length,
    leasts: limits === undefined ? 0 : missedLeasts(limits).length,
    limits: limits?.rows.length ?? 0,
    input,
  };
}
