/**
 * Reads a drop from its four inputs.
 *
 * @module
 */
import { readPhase } from "./bytes/read_progress.ts";
import { platform } from "../base/platform/platform.ts";
import { Drop, type InputReport, UNSPONSORED_CAP } from "../allocator/drop/drop.ts";
import { noRowsNote } from "../base/text/row_notes.ts";
import { shownName } from "../sources/source_url.ts";
import { applyBefore } from "../allocator/drop/applied/apply_before.ts";
import { type AssembleOptions, assembleOrdered } from "../allocator/drop/assemble.ts";
import { RepeatedPairs } from "../allocator/drop/pairs/repeated_pairs.ts";
import { ScoreOverflow } from "../allocator/drop/score_overflow.ts";
import { withPlace } from "./pair_place.ts";
import type { SourceNames } from "../allocator/drop/no_pair_left.ts";
import { randomBesideLimits } from "../allocator/model/random_offers.ts";
import { readBefore } from "./before_reader.ts";
import {
  type Directory,
  type DirectoryContracts,
  directoryContracts,
  directoryOf,
} from "../allocator/drop/instance/directory.ts";
import { orderPairs } from "../allocator/drop/pairs/order_pairs.ts";
import { readCaps } from "./tables/caps_table.ts";
import { limitsOf } from "./bytes/read_limits.ts";
import type { OnNote, TableControl } from "./csv/table_control.ts";
import { EligPool } from "./elig/elig_pool.ts";
import { PARALLEL_BYTES, PARALLEL_PARQUET_BYTES, readElig } from "./elig/elig_reader.ts";
import { groupRatiosFrom } from "./tables/group_ratios_table.ts";
import { type DropLimits, limitsFrom } from "./drop_limits.ts";
import type { DropSources, ReadOptions } from "./drop_sources.ts";
import { checkReadOptions } from "./read_options.ts";
import { checkReadable, resolveSource } from "./bytes/source.ts";
import { idsLikeFormulas } from "./ids_like_formulas.ts";
import { offerIdsOf, readIdRows } from "./tables/id_rows.ts";
import { readUserGroups } from "./tables/user_groups_table.ts";
export type { DropSources, ReadOptions } from "./drop_sources.ts";

/** More threads than this do not read faster: memory and disk are the limit by then. */
const MOST_WORKERS = 8;

/**
 * Reads the inputs into a {@link Drop}. Each may be CSV, JSON, an Excel workbook or Parquet, compressed or not, which is
 * recognised by its first bytes. Columns may stand in any order, and unknown ones are ignored. Rows that are left out are
 * counted in `drop.input`. Without `groupRatios` every group has `defaultRatio`.
 *
 * Neither the order of rows nor the number of workers changes the result, with one exception: of several rows about the same
 * pair, contract, user or group the first counts, so where they differ their order decides. They are counted too.
 *
 * With `limits`, the further columns that they name are kept (see docs/limits.md); those of `elig` are read in a second pass.
 *
 * @throws {InputError} for the first error, with file, line, column, value and what was expected
 * @throws {UsageError} for an option out of range
 *
 * @example
 * ```ts
 * import { readDrop } from "./drop_reader.ts";
 * import { assertEquals } from "../deps/std_assert.ts";
 *
 * const drop = await readDrop({
 *   caps: "examples/limits/caps.csv",
 *   elig: "examples/limits/elig.csv",
 *   userGroups: "examples/limits/user_groups.csv",
 *   groupRatios: "examples/limits/group_ratios.csv",
 * });
 * assertEquals(drop.input.elig.pairs, drop.instance.score.length);
 * ```
 */
export async function readDrop(sources: DropSources, options: ReadOptions = {}): Promise<Drop> {
  checkReadOptions(sources, options);
  await checkSources(sources);
  const pool = await startPool(sources.elig, options.workers);
  try {
    const notes = new ReadNotes();
    const limits = await readLimitsOf(sources, options, notes);
    if (
      options.holdoutSolver === "random" && (limits !== null || options.maxChanged !== undefined)
    ) {
      throw randomBesideLimits();
    }
    const before = await readBefore(
      sources,
      options,
      (source) => begin(source, options),
      (table) => controlOf(options, notes.of(table)),
    );
    const contracts = await readContracts(sources, limits, options, notes);
    // Threads can begin with the pairs as soon as they know the contracts.
    pool?.lookUpIn({ ...contracts, users: null });
    const reading = readDirectory(contracts, sources, limits, options, notes);
    if (pool === null) await reading.then(() => begin(sources.elig, options));
    const { chunks, leftOut } = await readElig(sources.elig, reading, {
      ...controlOf(options, notes.of("elig")),
      onProgress: options.onProgress,
      signal: options.signal,
      pool,
    });
    const directory = await reading;
    options.onProgress?.({ phase: "put pairs in order" });
    // History, pins and bans apply to all pairs, so the pairs are cut to the best of each user only after that.
    const filter = before === null ? options : { duplicates: options.duplicates };
    const ordered = pool !== null && await pool.ready
      ? await pool.orderPairs(directory, chunks, filter)
      : orderPairs(directory, chunks, filter);
    const applied = before && await applyBefore(directory, ordered, before(directory), options);
    const pairs = applied?.pairs ?? ordered;
    const made = await assembled(sources, directory, pairs, leftOut, options, applied);
    const whole = await withPrevious(new Drop(made.instance, made.input), sources, options, notes);
    const { holdout, holdoutSeed, holdoutSolver } = options;
    const open = holdout === undefined
      ? whole
      : whole.withHoldout(holdout, holdoutSeed, holdoutSolver);
    const drop = options.onlyNew === true ? open.keepingPrevious() : open;
    const limited = await limits?.of(drop, sources, (columns) => {
      begin(sources.elig, options, ` again, for ${columns.join(", ")}`);
    }) ?? drop;
    const { maxChanged } = options;
    const { instance, input } = maxChanged === undefined
      ? limited
      : limited.withMaxChanged(maxChanged);
    const formulas = idsLikeFormulas(instance);
    return new Drop(instance, {
      ...input,
      ...notes.report(),
      ...(formulas > 0 && { ids_like_formulas: formulas }),
    });
  } finally {
    pool?.close();
  }
}

/** The drop of all pairs; an error about the score of one gets the line of its row. */
async function assembled(
  sources: DropSources,
  directory: Directory,
  pairs: Parameters<typeof assembleOrdered>[1],
  leftOut: Parameters<typeof assembleOrdered>[2],
  options: ReadOptions,
  before: AssembleOptions["before"],
) {
  try {
    const names = shownNames(sources);
    return assembleOrdered(directory, pairs, leftOut, { ...options, names, before });
  } catch (error) {
    if (!(error instanceof ScoreOverflow || error instanceof RepeatedPairs)) throw error;
    throw await withPlace(error, sources.elig, controlOf(options, () => {}));
  }
}

/** The tables in the order of their notes. */
const TABLES = [
  "caps",
  "elig",
  "userGroups",
  "groupRatios",
  "limits",
  "previous",
  "history",
  "pins",
  "bans",
] as const;

/** Checks that all files are there before the first is read. */
async function checkSources(sources: DropSources): Promise<void> {
  for (const table of TABLES) {
    for (const source of [sources[table]].flat()) {
      if (typeof source === "string") await checkReadable(source);
    }
  }
}

/** Notes on how files were read, in the order of the tables, not in that of reading. */
class ReadNotes {
  readonly #notes = new Map<keyof DropSources, string[]>(
    TABLES.map((table) => [table, []]),
  );

  /** A function that adds a note on one table. */
  of(table: keyof DropSources): OnNote {
    return (note) => this.#notes.get(table)!.push(note);
  }

  /** All notes, for the input report. */
  report(): Pick<InputReport, "read_as"> {
    const notes = [...this.#notes.values()].flat();
    return notes.length === 0 ? {} : { read_as: notes };
  }
}

/** Options for reading one of the tables. */
function controlOf(options: ReadOptions, onNote: OnNote): TableControl {
  const limits = limitsOf(options.limits);
  return { dialect: options, limits, onNote };
}

/** Starts threads beside this one if the eligibility file is large; null otherwise. */
async function startPool(elig: string, workers?: number): Promise<EligPool | null> {
  const count = workers ?? Math.min(MOST_WORKERS, platform.cores());
  if (count < 2) return null;
  // Compressed text is read by one thread. The names are only a guess at the format, but enough to start threads by.
  // A wrong name of the input is reported later, when it is read, after errors in the small tables.
  const parts = await resolveSource(elig).catch(() => []);
  const gain = parts.some(({ name, size }) =>
    !/\.(gz|zst)$/i.test(name) &&
    (size ?? 0) >= (/\.parquet$/i.test(name) ? PARALLEL_PARQUET_BYTES : PARALLEL_BYTES)
  );
  return gain ? EligPool.start(count - 1) : null;
}

/** Reads the limits, if there are any. */
async function readLimitsOf(
  { limits }: DropSources,
  options: ReadOptions,
  notes: ReadNotes,
): Promise<DropLimits | null> {
  if (typeof limits === "string") begin(limits, options);
  const byScore = options.duplicates === "largest";
  return await limitsFrom(limits, { ...controlOf(options, notes.of("limits")), byScore });
}

/** The drop compared with the previous offers, where those are given. */
async function withPrevious(
  drop: Drop,
  { previous }: DropSources,
  options: ReadOptions,
  notes: ReadNotes,
): Promise<Drop> {
  if (previous === undefined) return drop;
  begin(previous, options);
  const { encoding: _, ...dialect } = options;
  const control = { ...controlOf(options, notes.of("previous")), dialect };
  const rows = await readIdRows(previous, ["user_id", "contract_address"], {}, control);
  if (rows.rows === 0) control.onNote?.(noRowsNote(shownName(previous), "previous offers"));
  return drop.withPrevious({ ...offerIdsOf(rows), blankRows: rows.blankRows });
}

/** The sources as messages show them, without passwords. */
function shownNames(sources: DropSources): SourceNames {
  const { caps, elig, userGroups, groupRatios } = sources;
  return {
    caps: shownName(caps),
    elig: shownName(elig),
    userGroups: shownName(userGroups),
    groupRatios: groupRatios === undefined ? "group_ratios" : shownName(groupRatios),
  };
}

/** Reads the caps table. */
async function readContracts(
  { caps }: DropSources,
  limits: DropLimits | null,
  options: ReadOptions,
  notes: ReadNotes,
): Promise<DirectoryContracts> {
  begin(caps, options);
  const control = { ...controlOf(options, notes.of("caps")), numbers: limits?.numbers };
  const table = await readCaps(caps, limits?.names, control, options);
  limits?.takeCaps(table);
  return directoryContracts(table, options.unsponsoredCap ?? UNSPONSORED_CAP, shownName(caps));
}

/** Reads the tables of users and of groups. */
async function readDirectory(
  contracts: DirectoryContracts,
  sources: DropSources,
  limits: DropLimits | null,
  options: ReadOptions,
  notes: ReadNotes,
): Promise<Directory> {
  const { names, numbers } = limits ?? {};
  const control = (table: keyof DropSources) => ({
    ...controlOf(options, notes.of(table)),
    numbers,
  });
  // The small table first: faults in it are reported before the large ones are read, with and without an engine.
  if (sources.groupRatios !== undefined) begin(sources.groupRatios, options);
  const groupRatios = await groupRatiosFrom(
    sources.groupRatios,
    options.defaultRatio,
    names,
    control("groupRatios"),
  );
  begin(sources.userGroups, options);
  const userGroups = await readUserGroups(sources.userGroups, names, control("userGroups"));
  limits?.takeUserGroups(userGroups);
  limits?.takeGroupRatios(groupRatios);
  return directoryOf(contracts, userGroups, groupRatios);
}

/** Reports that a table is about to be read, as standard input may let one wait for its first row; throws where the caller has aborted. */
function begin(source: string, { signal, onProgress }: ReadOptions, how = ""): void {
  signal?.throwIfAborted();
  onProgress?.({ phase: `${readPhase(source)}${how}` });
}
