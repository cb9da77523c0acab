/**
 * What `divvy allocate` does: read, solve, write, summarise.
 *
 * @module
 */
import { allocate, type SolverName } from "../allocate.ts";
import type { Allocation } from "../allocator/allocation.ts";
import type { Drop } from "../drop.ts";
import { TimeoutError } from "../errors.ts";
import { readDrop } from "../io/drop_reader.ts";
import { writeAssignments } from "../io/assignments_writer.ts";
import { writeTextAtomic } from "../io/atomic_file.ts";
import { reportFacts } from "../report/facts.ts";
import { summarize, type Summary } from "../report/summary.ts";
import { summaryText } from "../report/summary_text.ts";
import { count, counted } from "../report/words.ts";
import type { OptionValues } from "./command.ts";
import { EXIT_DONE, EXIT_RULE } from "./exit_codes.ts";
import { inputFiles, inputSources, readOptions } from "./input_options.ts";
import { Interrupt } from "./interrupt.ts";
import { namedOptions } from "./named_options.ts";
import { checkOutputs } from "./output_files.ts";
import { policyOf } from "./policy_options.ts";
import { ProgressLine } from "./progress_line.ts";
import { dropTitle, reportFiles, writePage } from "./report_page.ts";
import { screenOf } from "./screen.ts";
import { write, writeJson } from "./write.ts";

/** The options of `divvy allocate` that are not inputs, reading or policy. */
interface AllocateValues {
  out: string;
  summary?: string;
  html?: string;
  json?: boolean;
  quiet?: boolean;
  strict?: boolean;
  solver: SolverName;
  timeout: number;
  gap: number;
  rng: number;
  scarcityAlpha: number;
}

/** Runs `divvy allocate`. */
export async function runAllocate(options: OptionValues): Promise<number> {
  const values = options as unknown as AllocateValues;
  const progress = new ProgressLine(values);
  const clock = new Stopwatch();
  await checkOutputs(
    { "--out": values.out, "--summary": values.summary, "--html": values.html },
    inputFiles(inputSources(options)),
  );

  const { drop, allocation } = await solved(options, values, progress, clock);
  await writeAssignments(values.out, drop.instance, allocation);
  clock.lap("write_s");
  progress.finish();

  const summary = summarize(drop, allocation, {
    seed: values.rng,
    options: namedOptions(options),
    timings: clock.timings(),
    peakRssBytes: progress.peakRss,
  });
  if (values.summary !== undefined) {
    await writeTextAtomic(values.summary, `${JSON.stringify(summary, null, 2)}\n`);
  }
  if (values.html !== undefined) {
    const facts = reportFacts(drop, allocation, {
      title: dropTitle(values.out),
      timings: summary.timings,
      files: reportFiles(inputSources(options)),
    });
    await writePage(values.html, facts);
  }
  if (values.json) writeJson(summary);
  else if (!values.quiet) tell(summary, values);
  return verdict(summary, values);
}

/** Reads and solves; Ctrl-C is in hand meanwhile. */
async function solved(
  options: OptionValues,
  values: AllocateValues,
  progress: ProgressLine,
  clock: Stopwatch,
): Promise<{ drop: Drop; allocation: Allocation }> {
  using interrupt = new Interrupt(() =>
    progress.note("stopping with the best so far; Ctrl-C again to abort")
  );
  const control = { onProgress: progress.report, signal: interrupt.signal };
  const drop = await readDrop(inputSources(options), { ...readOptions(options), ...control })
    .catch((error) => {
      throw interrupt.signal.aborted
        ? new TimeoutError("stopped before there was a result; nothing is written")
        : error;
    });
  clock.lap("read_s");
  const allocation = await allocate(drop, {
    ...policyOf(options),
    ...control,
    solver: values.solver,
    timeout: values.timeout,
    gap: values.gap,
    seed: values.rng,
    scarcityAlpha: values.scarcityAlpha,
  });
  clock.lap("solve_s");
  return { drop, allocation };
}

/** The summary on the terminal, and where the files are. */
function tell(summary: Summary, values: AllocateValues): void {
  const files = [values.out, values.summary, values.html]
    .filter((file) => file !== undefined).map((file) => `  ${file}`);
  write(
    Deno.stderr,
    `\n${summaryText(summary, screenOf(Deno.stderr))}\nWritten:\n${files.join("\n")}\n`,
  );
}

/** The exit code, with a line that says why where it is not 0. */
function verdict(summary: Summary, { strict = false }: AllocateValues): number {
  if (!strict || summary.shortfall === 0) return EXIT_DONE;
  const missed = summary.groups.filter((group) => group.shortfall > 0).length;
  write(
    Deno.stderr,
    `divvy: --strict: ${count(missed)} of ${counted(summary.groups.length, "group")} ` +
      `${missed === 1 ? "misses its" : "miss their"} minimum, by ${
        counted(summary.shortfall, "user")
      }\n`,
  );
  return EXIT_RULE;
}

/** Seconds of the parts of a run. */
class Stopwatch {
  readonly #started = performance.now();
  #lapped = this.#started;
  readonly #laps = { read_s: 0, solve_s: 0, write_s: 0 };

  /** Books the time since the last lap. */
  lap(name: "read_s" | "solve_s" | "write_s"): void {
    const now = performance.now();
    this.#laps[name] = seconds(now - this.#lapped);
    this.#lapped = now;
  }

  /** All laps, and the time from the start to now. */
  timings() {
    return { ...this.#laps, total_s: seconds(performance.now() - this.#started) };
  }
}

/** Milliseconds as seconds, to the millisecond. */
function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
