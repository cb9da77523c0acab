/**
 * What `divvy allocate --engine` does.
 *
 * @module
 */
import { readCertificate } from "../../frame/read_certificate.ts";
import type { EngineResult } from "../../../engine/run/allocate_in_engine.ts";
import type { Scenario } from "../../../allocator/explain/scenario.ts";
import { UsageError } from "../../../base/errors.ts";
import { IdPool } from "../../../base/ids/ids.ts";
import { writeTextAtomic } from "../../../io/bytes/atomic_file.ts";
import { writeHeldOut } from "../../../io/tables/results/holdout_writer.ts";
import type { OptionValues } from "../../frame/command.ts";
import { EXIT_DONE, StoppedError } from "../../frame/exit_codes.ts";
import { gapExitCode } from "../../frame/gap_gate.ts";
import { Interrupt } from "../../frame/interrupt.ts";
import { jsonText, withoutTimings } from "../../frame/steady_json.ts";
import { defaultRatioOf } from "../../frame/options/default_ratio.ts";
import { policyOf } from "../../frame/options/policy_options.ts";
import { noteWithProgress, ProgressLine } from "../../frame/terminal/progress_line.ts";
import { readScenario } from "../../frame/options/scenario_file_option.ts";
import { write, writeJson } from "../../frame/terminal/write.ts";
import type { EngineJob } from "../engines/engine.ts";
import { engineOf } from "../engines/engines.ts";
import { engineLimitsFacts } from "../engines/limits_facts.ts";
import { readEngineInput } from "./engine_input.ts";
import { enginePageDate, writeEnginePage } from "./engine_page.ts";
import { engineSummary, engineText, limitsReport } from "./engine_summary.ts";
import {
  checkEngineFiles,
  checkEngineOptions,
  engineModel,
  type EngineValues,
} from "./engine_values.ts";
import { strictExitCode } from "./strict_gate.ts";

/**
 * Runs `divvy allocate --engine`.
 *
 * @param given the options that were set on the command line or in the configuration file
 */
export async function runEngine(
  values: EngineValues,
  given: ReadonlySet<string>,
): Promise<number> {
  const engine = engineOf(values.engine);
  checkEngineOptions(engine, values, given);
  const { summary: summaryFile, certificate, resume, duplicates = "largest" } = values;
  await checkEngineFiles(engine, values);
  if (duplicates === "first") {
    throw new UsageError(
      "--duplicates first is for files: a table has no order, expected largest or error with --engine",
    );
  }
  const page = values.html === undefined ? {} : await enginePageDate(engine, values);
  const policy = policyOf(values, engineModel(engine, values));
  const job = await engine.prepare(values);
  const tables = { ...await readEngineInput(values, noteWithProgress), policy };
  const scenario = await readScenario(values.scenario);
  const startPrices = await readCertificate(values.prices);
  const topN = values.topN || undefined, defaultRatio = defaultRatioOf(values);
  const limits = { ...values, topN, duplicates, defaultRatio, scenario, startPrices };
  if (values.dryRun) {
    write(Deno.stdout, `${dryRunNote(values, scenario)}${job.dryRun(tables, limits)}`);
    return EXIT_DONE;
  }
  const progress = new ProgressLine(values);
  let result: EngineResult;
  using interrupt = new Interrupt(
    () => progress.note(`stopping; ${job.out} stays as it is`),
    { terminate: true },
  );
  await interrupt.listening;
  try {
    const control = { onProgress: progress.report, signal: interrupt.signal };
    result = await job.run(tables, {
      ...limits,
      ...control,
      stateFile: resume,
      onNote: (text) => progress.note(text),
    });
  } catch (error) {
    throw withState(error, job, resume, interrupt);
  }
  progress.finish();

  const facts = engineSummary(result, engine, values, progress.peakRss);
  const summary = values.timings ? facts : withoutTimings(facts);
  if (certificate !== undefined) await writeTextAtomic(certificate, jsonText(result.certificate));
  if (values.holdoutOut !== undefined) await writeHoldout(values.holdoutOut, result);
  if (summaryFile !== undefined) await writeTextAtomic(summaryFile, jsonText(summary));
  if (values.html !== undefined) {
    const { title } = values, { out } = job, { peakRss } = progress;
    await writeEnginePage(values.html, result, page, { title, out, peakRss });
  }
  if (values.json) writeJson(summary);
  else if (!values.quiet) {
    write(Deno.stderr, `\n${engineText(result, job.out, progress.peakRss)}`);
  }
  return (values.strict ? strictExitCode(missedOf(result)) : EXIT_DONE) ||
    gapExitCode(values, { ...result, solver: values.engine });
}

/** Writes the users held out, as one machine does: those that a scenario's bans leave no pair are not among them. */
async function writeHoldout(path: string, { heldOut }: EngineResult): Promise<void> {
  const { left, groups } = heldOut!;
  await writeHeldOut(path, {
    users: IdPool.from(left.map(({ user }) => user)),
    group: Uint32Array.from(left, ({ group }) => group),
    groups,
  });
}

/** A comment before the SQL of a dry run that names the inputs whose statements are not shown. */
function dryRunNote(options: OptionValues, scenario: Scenario | undefined): string {
  const given = ["history", "bans", "pins", "limits", "previous", "holdout"].filter((name) =>
    options[name] !== undefined
  ).map((name) => `--${name}`);
  const { pins = [], bans = [] } = scenario ?? {};
  if (pins.length + bans.length > 0) given.push("the scenario's pins and bans");
  if (given.length === 0) return "";
  return `-- Not shown: tables of ${
    given.join(", ")
  }, which a run joins with the pairs wherever they are read.\n\n`;
}

/** What `--strict` asks about. */
function missedOf(result: EngineResult): Parameters<typeof strictExitCode>[0] {
  const { groups, shortfall, leastsMissed } = result;
  const missed = groups.filter((g) => g.sponsoredUsers < g.leastSponsored).length;
  return {
    minima: { groups: missed, users: shortfall },
    groups: groups.filter(({ users }) => users > 0).length,
    leasts: leastsMissed,
    limits: engineLimitsFacts(result)?.rows.length ?? 0,
    input: limitsReport(result),
  };
}

/** The error as one line that also says what state the output is in and how to resume. */
function withState(
  error: unknown,
  job: EngineJob,
  resume: string | undefined,
  interrupt: Interrupt,
): Error {
  const resuming = resume === undefined ? "" : `; --resume ${resume} goes on from the last prices`;
  const stands = `${job.out} is as it was or whole${resuming}`;
  if (interrupt.signal.aborted) return new StoppedError(`stopped; ${stands}`, interrupt.exitCode);
  return job.explained(error, stands);
}
