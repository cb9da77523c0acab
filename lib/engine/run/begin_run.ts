/**
 * The beginning of a run: tables are inspected, and the state of an earlier run is found.
 *
 * @module
 */
import { compareIds } from "../../base/ids/ids.ts";
import { noRowsNote } from "../../base/text/row_notes.ts";
import { InputError } from "../../base/errors.ts";
import { resolveBans } from "../drop/before.ts";
import { shownName } from "../../sources/source_url.ts";
import { type OwnK, ownKOf } from "../drop/own_k.ts";
import { pinsOf } from "../drop/pins.ts";
import type { DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import type {
  GroupFacts,
  HistoryFacts,
  OpenedDrop,
  PairFacts,
  PreviousFacts,
} from "../steps/inspect.ts";
import type { BeforeOfRun } from "../steps/leave_out.ts";
import type { EngineRun } from "../steps/steps.ts";
import { type Columns, columnsOf, type EngineInput } from "../drop/task.ts";
import type { Laps } from "./laps.ts";
import type { EngineOptions } from "./options.ts";
import { columnsUnder } from "./under_scenario.ts";
import { fingerprintOf, freshState, readState, type RunState, StateKeeper } from "./state_file.ts";

/** What a run knows once the tables are inspected. */
export interface Run {
  readonly drop: OpenedDrop;
  readonly input: EngineInput;
  readonly options: EngineOptions;
  readonly engine: EngineRun;
  /** The columns, under a scenario with its caps and ratios. */
  readonly columns: Columns;
  /** The columns as they were read. */
  readonly columnsRead: Columns;
  readonly groups: GroupFacts;
  readonly pairs: PairFacts;
  readonly history: HistoryFacts | null;
  readonly previous: PreviousFacts | null;
  readonly before: BeforeOfRun | null;
  /** A fault of history or previous offers: one machine tells those of pins first; null: they have none. */
  readonly late: InputError | null;
  readonly state: StateKeeper;
  readonly clock: Laps;
}

/** Inspects the tables and begins the run, or resumes that of the state file. */
export async function beginRun(
  drop: OpenedDrop,
  input: EngineInput,
  options: EngineOptions,
): Promise<Omit<Run, "drop" | "input" | "options" | "clock">> {
  options.onProgress?.({ phase: "inspect pairs" });
  const groups = await drop.inspectGroups(options);
  const columnsRead = columnsOf(
    input.caps,
    input.groupRatios,
    groups.ids,
    options.unsponsoredCap ?? 10_000,
    ownKOfGroups(drop, input, groups),
  );
  const { scenario, defaultRatio } = options;
  const columns = columnsUnder(columnsRead, scenario, defaultRatio);
  const least = Math.max(options.minScore ?? -Infinity, -1e300);
  const pairs = await drop.inspectPairs(columns, options);
  let late: InputError | null = null;
  const tellLater = (error: unknown) => {
    if (!(error instanceof InputError) || (input.before?.pins ?? null) === null) throw error;
    late ??= error;
    return null;
  };
  const history = await inspectHistory(drop, input, columns, options).catch(tellLater);
  const before = beforeOf(late === null ? input : withoutBans(input), columns, history, least);
  const previous = await inspectPrevious(drop, input, options).catch(tellLater);
  const tables = [pairs, groups, history, previous].map((facts) => facts?.fingerprint ?? "");
  const state = new StateKeeper(
    options.stateFile,
    // A run that ends with its fault says nothing of another run's state.
    late === null
      ? await beginOrResume(drop, input, options, { columns, before }, tables)
      : freshState("", ""),
  );
  return {
    columns,
    columnsRead,
    groups,
    pairs,
    history,
    previous,
    before,
    late,
    state,
    engine: await drop.begin(state.now.token, options),
  };
}

/** The input with its pins alone: where history has a fault, pins are looked up before bans and cooldowns are. */
function withoutBans(input: EngineInput): EngineInput {
  return { ...input, before: { ...input.before!, bans: null } };
}

/** What is known of history; null: there is none. */
async function inspectHistory(
  drop: OpenedDrop,
  { before }: EngineInput,
  { brand }: Columns,
  options: EngineOptions,
): Promise<HistoryFacts | null> {
  if (before === undefined || before.history.length === 0) return null;
  const facts = await drop.inspectHistory(before.rules, brand !== null, options);
  if (facts.rows === 0) {
    options.onNote?.(noRowsNote(before.history.map(shownName).join(", "), "earlier offers"));
  }
  return facts;
}

/** What is known of previous offers; null: the drop is compared with none. */
async function inspectPrevious(
  drop: OpenedDrop,
  { previous }: EngineInput,
  options: EngineOptions,
): Promise<PreviousFacts | null> {
  if (previous === undefined) return null;
  const facts = await drop.inspectPrevious(options);
  if (facts.rows === 0) options.onNote?.(noRowsNote(shownName(previous), "previous offers"));
  return facts;
}

/** What the run does with history, bans and pins; null: there are none. */
function beforeOf(
  { before, policy }: EngineInput,
  columns: Columns,
  history: HistoryFacts | null,
  minScore: number,
): BeforeOfRun | null {
  if (before === undefined) return null;
  return {
    bans: before.bans === null ? null : resolveBans(before.bans, columns),
    pins: before.pins === null
      ? null
      : pinsOf(before.pins, columns, policy, before.pinsCreate === true),
    days: history?.days ?? null,
    rules: before.rules,
    minScore,
  };
}

/** The classes of users by their k; null where the policy's k holds for all. */
function ownKOfGroups(
  { groupsName }: OpenedDrop,
  { groupRatios, policy }: EngineInput,
  { ids, ofK }: GroupFacts,
): OwnK | null {
  if (ofK === undefined && groupRatios.k === undefined) return null;
  const groups = [...ids].sort(compareIds);
  return ownKOf(ofK ?? ids.map((id) => [id, ""] as const), groups, {
    groupsName,
    k: policy.k,
    groupIds: groupRatios.groups,
    groupK: groupRatios.k,
  });
}

/** Limits, and what columns of caps and ratios say to them: both decide which prices there are. */
function limitsText(
  { families, caps, groupRatios }: DeclaredLimits,
  { contracts, groups }: Columns,
): unknown {
  const tables = [caps.columns(contracts), groupRatios.columns(groups)];
  const texts = tables.map((columns) =>
    [...columns].map(([name, { values, code }]) => [name, values, [...code]])
  );
  return [families, texts];
}

/** The state in the state file, or of a new run. */
async function beginOrResume(
  drop: OpenedDrop,
  { policy, limits, holdout, maxChanged, onlyNew }: EngineInput,
  options: EngineOptions,
  { columns, before }: Pick<Run, "columns" | "before">,
  tables: readonly string[],
): Promise<RunState> {
  const fingerprint = await fingerprintOf({
    at: drop.names,
    columns: {
      ...columns,
      cap: [...columns.cap],
      ratio: [...columns.ratio],
      brand: columns.brand && [...columns.brand],
    },
    policy,
    ...(before !== null && { before }),
    ...(limits !== undefined && { limits: limitsText(limits, columns) }),
    ...(holdout !== undefined && { holdout }),
    ...(maxChanged !== undefined && { maxChanged }),
    ...(onlyNew === true && { onlyNew }),
    ...(options.scenario !== undefined && { scenario: options.scenario }),
    options: [options.minScore ?? null, options.topN ?? null, options.defaultRatio ?? null],
  });
  const now = await fingerprintOf(tables);
  const kept = options.stateFile === undefined
    ? null
    : await readState(options.stateFile, fingerprint);
  if (kept === null) return freshState(fingerprint, now);
  if (kept.tables === now) return kept;
  options.onNote?.("the tables have changed since the run that is to be resumed; starting anew");
  // The same token, so that the old run's tables are replaced.
  return { ...freshState(fingerprint, now), token: kept.token };
}
