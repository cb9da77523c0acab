/**
 * What `divvy allocate --engine clickhouse` does.
 *
 * @module
 */
import { type SolverName, solverOf, SOLVERS } from "../../api/solvers.ts";
import { dryRun } from "../../engine/clickhouse/dry_run.ts";
import { allocateInClickHouse } from "../../engine/clickhouse/open_drop.ts";
import type { EngineResult } from "../../engine/run/allocate_in_engine.ts";
import { UsageError } from "../../base/errors.ts";
import { ClickHouseError } from "../../deps/clickhouse.ts";
import { writeTextAtomic } from "../../io/bytes/atomic_file.ts";
import { readCaps } from "../../io/tables/caps_table.ts";
import { readGroupRatios } from "../../io/tables/group_ratios_table.ts";
import { count, counted, duration, figure } from "../../report/words.ts";
import { table } from "../../report/text/terminal.ts";
import { type ClickHouseLogin, clickhouseLogin, type Login } from "../../sources/credentials.ts";
import { sourceError } from "../../sources/source_error.ts";
import { parseSourceUrl, shownName } from "../../sources/source_url.ts";
import type { OptionValues } from "../frame/command.ts";
import { EXIT_DONE, EXIT_RULE, StoppedError } from "../frame/exit_codes.ts";
import { Interrupt } from "../frame/interrupt.ts";
import { namedOptions } from "../frame/named_options.ts";
import { tableControl } from "../frame/table_options.ts";
import { checkOutputs } from "../frame/output_files.ts";
import { policyOf } from "../frame/policy_options.ts";
import { ProgressLine } from "../frame/progress_line.ts";
import { write, writeJson } from "../frame/write.ts";

interface EngineValues {
  url: string;
  shardUrl?: string[];
  caps: string;
  groupRatios: string;
  eligTable: string;
  userGroupsTable: string;
  outTable: string;
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
}

/** Options that must be given, by attribute name. */
const NEEDED = {
  url: "--url",
  eligTable: "--elig-table",
  userGroupsTable: "--user-groups-table",
  outTable: "--out-table",
};
/** Options of the local solvers that mean nothing here; giving one is a mistake that should not go unnoticed. */
const LOCAL = {
  elig: "--elig",
  userGroups: "--user-groups",
  out: "--out",
  html: "--html",
  prices: "--prices",
  requireGap: "--require-gap",
};

/** Names of solvers that mean the price solver, for one model or the other. */
const ENGINE_SOLVERS = SOLVERS.filter(({ certifies }) => certifies);

/** Runs the engine. */
export async function runEngine(options: OptionValues): Promise<number> {
  checkOptions(options);
  const values = options as unknown as EngineValues;
  const { summary: summaryFile, certificate, resume } = values;
  await checkOutputs(
    { "--summary": summaryFile, "--certificate": certificate, "--resume": resume },
    {
      "--caps": values.caps,
      "--group-ratios": values.groupRatios,
      "--config": options.config as string | undefined,
    },
  );
  const { duplicates = "largest" } = values;
  if (duplicates === "first") {
    throw new UsageError(
      "--duplicates first is for files: a table has no order, expected largest or error with --engine",
    );
  }
  const policy = policyOf(options, solverModel(options));
  const server = await serverOf(values.url);
  const input = {
    server,
    shardServers: await Promise.all((values.shardUrl ?? []).map(serverOf)),
    eligTable: values.eligTable,
    userGroupsTable: values.userGroupsTable,
    outTable: values.outTable,
    caps: await readCaps(values.caps, [], tableControl(options)),
    groupRatios: await readGroupRatios(values.groupRatios, [], tableControl(options)),
    policy,
  };
  const limits = { ...values, topN: values.topN || undefined, duplicates };
  if (values.dryRun) {
    write(Deno.stdout, dryRun(input, limits));
    return EXIT_DONE;
  }
  const progress = new ProgressLine(values);
  let result: EngineResult;
  using interrupt = new Interrupt(
    () => progress.note("stopping; the out-table stays as it is"),
    { terminate: true },
  );
  await interrupt.listening;
  try {
    const control = { onProgress: progress.report, signal: interrupt.signal };
    result = await allocateInClickHouse(input, {
      ...{ ...limits, ...control, stateFile: resume },
      onNote: (text) => progress.note(text),
    });
  } catch (error) {
    throw explained(error, values, server, interrupt);
  }
  progress.finish();
  return await writeResult(result, values, options, progress.peakRss);
}

/** Writes what was asked for beside the out-table; the exit code. */
async function writeResult(
  result: EngineResult,
  values: EngineValues,
  options: OptionValues,
  peakRss: number,
): Promise<number> {
  const { summary: summaryFile, certificate } = values;
  const summary = summaryOf(result, options, peakRss);
  if (certificate !== undefined) await writeTextAtomic(certificate, jsonText(result.certificate));
  if (summaryFile !== undefined) await writeTextAtomic(summaryFile, jsonText(summary));
  if (values.json) writeJson(summary);
  else if (!values.quiet) {
    write(Deno.stderr, `\n${textOf(result, values.outTable, peakRss)}`);
  }
  if (!values.strict || result.shortfall === 0) return EXIT_DONE;
  write(
    Deno.stderr,
    `divvy: --strict: ${counted(result.shortfall, "user")} are lacking to minima\n`,
  );
  return EXIT_RULE;
}

function checkOptions(options: OptionValues): void {
  const missing = Object.entries(NEEDED).filter(([name]) => options[name] === undefined);
  if (missing.length > 0) {
    throw new UsageError(`--engine clickhouse needs ${missing.map(([, long]) => long).join(", ")}`);
  }
  for (const name of ["limits", "history", "pins", "bans"]) {
    if (options[name] === undefined) continue;
    throw new UsageError(`--engine clickhouse does not keep --${name} yet: solve on one machine`);
  }
  if (options.previous !== undefined || options.changeCost !== 0 || options.holdout !== undefined) {
    throw new UsageError(
      "--engine clickhouse does not know --previous, --change-cost and --holdout yet: solve on one machine",
    );
  }
  const given = Object.entries(LOCAL).filter(([name]) => options[name] !== undefined);
  if (given.length > 0) {
    throw new UsageError(
      `--engine clickhouse has no use for ${given.map(([, long]) => long).join(", ")}`,
    );
  }
}

/** The model that the replaced tools' names of solvers stand for. */
function solverModel(options: OptionValues): "coverage" | "uniform" | undefined {
  if (!ENGINE_SOLVERS.some(({ name }) => name === options.solver)) {
    throw new UsageError(
      `--engine clickhouse is the price solver: --solver ${options.solver} is for one machine`,
    );
  }
  return solverOf(options.solver as SolverName).model ?? undefined;
}

async function serverOf(url: string): Promise<ClickHouseLogin> {
  const address = parseSourceUrl(url);
  if (address.kind !== "clickhouse" || address.queryFile !== null || address.table !== null) {
    throw new UsageError(
      `${address.name} is no server, expected clickhouse://user@host:8123/database`,
    );
  }
  return await clickhouseLogin(address);
}

/** The error in one line that says what stands and how to go on. */
function explained(
  error: unknown,
  { url, outTable, resume }: EngineValues,
  server: Login,
  interrupt: Interrupt,
): Error {
  if (interrupt.signal.aborted) {
    return new StoppedError(
      `stopped; ${outTable} is as it was or whole${goOn(resume)}`,
      interrupt.exitCode,
    );
  }
  // A shard's fault is told by the shard's address.
  const at = error instanceof ClickHouseError ? error.at : "";
  const own = at === "" || at === `${server.host}:${server.port}`;
  const shown = sourceError(own ? shownName(url) : `clickhouse://${at}`, server, error);
  if (shown === error) return shown;
  shown.message += ` (${outTable} is as it was or whole${goOn(resume)})`;
  return shown;
}

function goOn(resume: string | undefined): string {
  return resume === undefined ? "" : `; --resume ${resume} goes on from the last prices`;
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The facts for machines. */
function summaryOf(result: EngineResult, options: OptionValues, peakRss: number) {
  const { pairs, gathered } = result;
  return {
    engine: "clickhouse",
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
          gathered.duplicates - gathered.beyondTopN - gathered.pairs,
        pairs_beyond_top_n: gathered.beyondTopN,
      },
    },
    users: result.users,
    users_without_offers: result.users - result.usersWithOffers,
    assignments: result.assignments,
    score: result.score,
    objective: result.objective,
    bound: result.bound,
    gap: result.gap,
    shortfall: result.shortfall,
    sample_users: result.sampleUsers,
    passes: result.passes,
    rounds: result.rounds,
    published_by: result.published,
    timings: result.seconds,
    peak_rss_bytes: peakRss,
  };
}

/** The facts for people. */
function textOf(result: EngineResult, outTable: string, peakRss: number): string {
  const { objective, bound, gap, pairs, gathered } = result;
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
    ["assignments", `${count(result.assignments)} in ${outTable}, by ${result.published}`],
    ["objective", figure(objective, 9)],
    ["bound", figure(bound, 9)],
    ["gap", gap.toExponential(2)],
    ["users lacking to minima", count(result.shortfall)],
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
