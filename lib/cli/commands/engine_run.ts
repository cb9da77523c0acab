/**
 * What `divvy allocate --engine` does.
 *
 * @module
 */
import { type SolverName, solverOf, SOLVERS } from "../../api/solvers.ts";
import type { EngineResult } from "../../engine/run/allocate_in_engine.ts";
import { UsageError } from "../../base/errors.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import { historyRules } from "../../allocator/drop/before_options.ts";
import type { EngineInput } from "../../engine/steps/task.ts";
import type { EngineBefore } from "../../engine/steps/before.ts";
import { readBans, readPins } from "../../io/tables/pins_table.ts";
import { limitsFrom } from "../../io/drop_limits.ts";
import { beforeRules, beforeSources } from "../frame/before_options.ts";
import { limitsOf } from "../frame/input_options.ts";
import { readCaps } from "../../io/tables/caps_table.ts";
import { readGroupRatios } from "../../io/tables/group_ratios_table.ts";
import { limitsInWords } from "../../report/facts/limit_facts.ts";
import { count, counted, duration, figure } from "../../report/words.ts";
import { table } from "../../report/text/terminal.ts";
import type { OptionValues } from "../frame/command.ts";
import { EXIT_DONE, EXIT_RULE, StoppedError } from "../frame/exit_codes.ts";
import { Interrupt } from "../frame/interrupt.ts";
import { namedOptions } from "../frame/named_options.ts";
import { tableControl } from "../frame/table_options.ts";
import { checkOutputs } from "../frame/output_files.ts";
import { jsonText, withoutTimings } from "../frame/steady_json.ts";
import { policyOf } from "../frame/policy_options.ts";
import { ProgressLine } from "../frame/progress_line.ts";
import { write, writeJson } from "../frame/write.ts";
import {
  ENGINE_OPTIONS,
  type EngineCommand,
  type EngineJob,
  type EngineOption,
} from "./engines/engine.ts";
import { engineOf } from "./engines/engines.ts";
import { engineLimitsFacts } from "./engines/limits_facts.ts";

interface EngineValues {
  engine: string;
  caps: string;
  groupRatios: string;
  sampleUsers: number;
  passes: number;
  timeout: number;
  gap: number;
  unsponsoredCap: number;
  minScore?: number;
  topN?: number;
  duplicates?: "first" | "largest" | "error";
  defaultRatio?: number;
  resume?: string;
  dryRun?: boolean;
  summary?: string;
  certificate?: string;
  json?: boolean;
  quiet?: boolean;
  strict?: boolean;
  timings?: boolean;
}

/** Options of one machine's solvers that mean nothing to any engine; giving one is a mistake that should not go unnoticed. */
const LOCAL = {
  format: "--format",
  html: "--html",
  prices: "--prices",
  requireGap: "--require-gap",
  warmStart: "--warm-start",
  rng: "--rng",
  scarcityAlpha: "--scarcity-alpha",
};

/** What the local solver knows and engines do not yet. */
const NOT_YET = {
  scenario: "--scenario",
  pinsCreate: "--pins-create",
  previous: "--previous",
  maxChanged: "--max-changed",
  onlyNew: "--only-new",
  changeCost: "--change-cost",
  holdout: "--holdout",
  holdoutSeed: "--holdout-seed",
  holdoutSolver: "--holdout-solver",
  holdoutOut: "--holdout-out",
  alternates: "--alternates",
  alternatesOut: "--alternates-out",
};

/** Names of solvers that mean the price solver, for one model or the other. */
const ENGINE_SOLVERS = SOLVERS.filter(({ certifies }) => certifies);

/** Runs the engine; `given` are the options that somebody set. */
export async function runEngine(
  options: OptionValues,
  given: ReadonlySet<string>,
): Promise<number> {
  const values = options as unknown as EngineValues;
  const engine = engineOf(values.engine);
  checkOptions(engine, options, given);
  const { summary: summaryFile, certificate, resume, duplicates = "largest" } = values;
  await checkFiles(engine, options);
  if (duplicates === "first") {
    throw new UsageError(
      "--duplicates first is for files: a table has no order, expected largest or error with --engine",
    );
  }
  const policy = policyOf(options, solverModel(engine, options));
  const job = await engine.prepare(options);
  const tables = { ...await readTables(options), policy };
  const limits = { ...values, topN: values.topN || undefined, duplicates };
  if (values.dryRun) {
    write(Deno.stdout, `${besideText(options)}${job.dryRun(tables, limits)}`);
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
    const watched = { onProgress: progress.report, signal: interrupt.signal };
    result = await job.run(tables, {
      ...{ ...limits, ...watched, stateFile: resume },
      onNote: (text) => progress.note(text),
    });
  } catch (error) {
    throw explained(error, job, resume, interrupt);
  }
  progress.finish();

  const facts = summaryOf(result, engine, options, progress.peakRss);
  const summary = values.timings ? facts : withoutTimings(facts);
  if (certificate !== undefined) await writeTextAtomic(certificate, jsonText(result.certificate));
  if (summaryFile !== undefined) await writeTextAtomic(summaryFile, jsonText(summary));
  if (values.json) writeJson(summary);
  else if (!values.quiet) {
    write(Deno.stderr, `\n${textOf(result, job.out, progress.peakRss)}`);
  }
  return values.strict ? strictly(result) : EXIT_DONE;
}

/** What of the inputs changes how pairs are read, as a comment before the statements of a dry run. */
function besideText(options: OptionValues): string {
  const given = ["history", "bans", "pins", "limits"].filter((name) => options[name] !== undefined);
  if (given.length === 0) return "";
  const longs = given.map((name) => `--${name}`).join(", ");
  return `-- Not shown: tables of ${longs}, which a run joins with the pairs wherever they are read.\n\n`;
}

/** What `--strict` makes of minima and leasts that lack something. */
function strictly({ leastsMissed, shortfall }: EngineResult): number {
  const missed = [
    leastsMissed > 0
      ? `${counted(leastsMissed, "limit")} without a price lack what they ask for`
      : "",
    shortfall > 0 ? `${counted(shortfall, "user")} are missing to minima` : "",
  ].filter((text) => text !== "");
  if (missed.length === 0) return EXIT_DONE;
  write(Deno.stderr, `divvy: --strict: ${missed.join("; ")}\n`);
  return EXIT_RULE;
}

/** The tables that are not the engine's own. */
async function readTables(options: OptionValues): Promise<Omit<EngineInput, "policy">> {
  const values = options as unknown as EngineValues, control = tableControl(options);
  const limits = await limitsFrom(limitsOf(options), control);
  const caps = await readCaps(values.caps, limits?.names, control);
  const groupRatios = await readGroupRatios(values.groupRatios, limits?.names, control);
  limits?.takeCaps(caps);
  limits?.takeGroupRatios(groupRatios);
  return {
    ...{ caps, groupRatios },
    ...await readBefore(options),
    ...(limits !== null && { limits: limits.forEngine() }),
  };
}

/** Bans, and where history is; what has none of them is without. */
async function readBefore(options: OptionValues): Promise<{ before?: EngineBefore }> {
  const { history = [], bans, pins } = beforeSources(options), control = tableControl(options);
  const rules = historyRules(beforeRules(options), {
    ...{ history: history.length > 0, pins: pins !== undefined },
  });
  if (history.length === 0 && bans === undefined && pins === undefined) return {};
  const pinRows = pins === undefined ? null : await readPins(pins, control);
  const rows = bans === undefined ? null : await readBans(bans, tableControl(options));
  return { before: { bans: rows, pins: pinRows, history: [history].flat(), rules } };
}

/** Outputs must be none of the inputs. */
async function checkFiles({ reads, writes }: EngineCommand, options: OptionValues): Promise<void> {
  const named = (names: readonly EngineOption[]) =>
    Object.fromEntries(
      names.map((name) => [ENGINE_OPTIONS[name], options[name] as string | undefined]),
    );
  const { summary, certificate, resume } = options as unknown as EngineValues;
  await checkOutputs(
    { "--summary": summary, "--certificate": certificate, "--resume": resume, ...named(writes) },
    {
      "--caps": options.caps as string,
      "--group-ratios": options.groupRatios as string,
      "--config": options.config as string | undefined,
      "--pins": options.pins as string | undefined,
      "--bans": options.bans as string | undefined,
      "--limits": typeof options.limits === "string" ? options.limits : undefined,
      ...named(reads),
    },
  );
}

function checkOptions(
  { name: engine, needed, understood }: EngineCommand,
  options: OptionValues,
  given: ReadonlySet<string>,
): void {
  const missing = needed.filter((name) => options[name] === undefined);
  if (missing.length > 0) {
    const longs = missing.map((name) => ENGINE_OPTIONS[name]);
    throw new UsageError(`--engine ${engine} needs ${longs.join(", ")}`);
  }
  const among = (names: Readonly<Record<string, string>>) =>
    Object.entries(names).filter(([name]) => given.has(name));
  const notYet = among(NOT_YET);
  if (notYet.length > 0) {
    const longs = notYet.map(([, long]) => long).join(", ");
    throw new UsageError(
      `--engine ${engine} does not know ${longs} yet: solve on one machine`,
    );
  }
  const known: readonly string[] = [...needed, ...understood];
  const idle = among({ ...LOCAL, ...ENGINE_OPTIONS }).filter(([name]) => !known.includes(name));
  if (idle.length > 0) {
    const longs = idle.map(([, long]) => long).join(", ");
    throw new UsageError(`--engine ${engine} has no use for ${longs}`);
  }
}

/** The model that the replaced tools' names of solvers stand for. */
function solverModel(
  { name }: EngineCommand,
  options: OptionValues,
): "coverage" | "uniform" | undefined {
  if (!ENGINE_SOLVERS.some(({ name }) => name === options.solver)) {
    throw new UsageError(
      `--engine ${name} is the price solver: --solver ${options.solver} is for one machine`,
    );
  }
  return solverOf(options.solver as SolverName).model ?? undefined;
}

/** The error in one line that says what stands and how to go on. */
function explained(
  error: unknown,
  job: EngineJob,
  resume: string | undefined,
  interrupt: Interrupt,
): Error {
  const stands = `${job.out} is as it was or whole${goOn(resume)}`;
  if (interrupt.signal.aborted) return new StoppedError(`stopped; ${stands}`, interrupt.exitCode);
  return job.explained(error, stands);
}

function goOn(resume: string | undefined): string {
  return resume === undefined ? "" : `; --resume ${resume} goes on from the last prices`;
}

/** The facts for machines. */
function summaryOf(
  result: EngineResult,
  engine: EngineCommand,
  options: OptionValues,
  peakRss: number,
) {
  const { pairs, gathered } = result, limits = engineLimitsFacts(result);
  return {
    engine: engine.name,
    model: result.certificate.model,
    k: result.certificate.k,
    options: namedOptions(options),
    input: {
      elig: {
        rows: pairs.rows,
        pairs: gathered.pairs,
        users: gathered.users,
        duplicate_pairs: gathered.duplicates,
        conflicting_duplicate_pairs: gathered.conflicts,
        duplicates: (options.duplicates as string | undefined) ?? "largest",
        pairs_with_unknown_contract: pairs.unknownContracts,
        pairs_below_min_score: pairs.belowLeast,
        pairs_without_group: pairs.rows - pairs.unknownContracts - pairs.belowLeast -
          heldBack(result) -
          gathered.duplicates - gathered.beyondTopN - gathered.pairs,
        pairs_beyond_top_n: gathered.beyondTopN,
      },
      ...beforeFacts(result, options),
    },
    users: result.users,
    users_without_offers: result.users - result.usersWithOffers,
    assignments: result.assignments,
    score: result.score,
    objective: result.objective,
    bound: result.bound,
    gap: result.gap,
    shortfall: result.shortfall,
    ...(options.limits !== undefined && { leasts_missed: result.leastsMissed }),
    ...(limits !== undefined && { limits }),
    sample_users: result.sampleUsers,
    passes: result.passes,
    rounds: result.rounds,
    published_by: result.published,
    timings: result.seconds,
    peak_rss_bytes: peakRss,
  };
}

/** Pairs that history and bans keep out. */
function heldBack({ before }: EngineResult): number {
  if (before === null) return 0;
  return before.banned + before.coolingByContract + before.coolingByBrand;
}

/** What history and bans did, for machines. */
function beforeFacts({ before }: EngineResult, { bans }: OptionValues) {
  if (before === null) return {};
  const { history } = before;
  return {
    ...(history !== null && {
      history: {
        rows: history.rows,
        drops: history.days.length,
        rows_after_as_of: history.laterRows,
        declined_rows: history.declinedRows,
        pairs_cooling_by_contract: before.coolingByContract,
        pairs_cooling_by_brand: before.coolingByBrand,
        pairs_declined: before.declined,
      },
    }),
    ...(bans !== undefined && { bans: { pairs: before.banned } }),
  };
}

/** The facts for people. */
function textOf(result: EngineResult, out: string, peakRss: number): string {
  const { objective, bound, gap, pairs, gathered } = result, limits = engineLimitsFacts(result);
  const total = Object.values(result.seconds).reduce((sum, s) => sum + s, 0);
  const leftOut = pairs.rows - gathered.pairs;
  const rows = [
    ["users, pairs", `${count(result.users)}, ${count(gathered.pairs)}`],
    ["rows left out", count(leftOut)],
    ...(gathered.duplicates === 0 ? [] : [[
      "repeated pairs",
      `${count(gathered.duplicates)}, ${
        count(gathered.conflicts)
      } with another score; the largest counts`,
    ]]),
    ...(result.before?.history == null ? [] : [[
      "history",
      `${count(result.before.coolingByContract + result.before.coolingByBrand)} pairs cooling, ` +
      `${counted(result.before.declined, "score")} lowered by declines`,
    ]]),
    ...(heldBack(result) === 0 ? [] : [["pairs banned", count(result.before!.banned)]]),
    ["assignments", `${count(result.assignments)} in ${out}, by ${result.published}`],
    ["objective", figure(objective, 9)],
    ["bound", figure(bound, 9)],
    ["gap", gap.toExponential(2)],
    ["users missing to minima", count(result.shortfall)],
    ...(limits === undefined ? [] : [["limits", limitsInWords(limits)]]),
    ["passes, rounds of repair", `${result.passes}, ${result.rounds}`],
    [
      "seconds",
      Object.entries(result.seconds).map(([name, s]) => `${name} ${s.toFixed(1)}`).join(", "),
    ],
    ["total", `${duration(total)}, Divvy itself at most ${Math.round(peakRss / 1e6)} MB`],
  ];
  const columns = [{ title: "" }, { title: "" }];
  return `${table(columns, rows)}certified: every rule kept, gap ≤ ${gap.toExponential(2)}\n`;
}
