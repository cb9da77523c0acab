/**
 * The allocation computed where the pairs are: they stay in an engine, Divvy steers.
 *
 * 1. gather   the pairs become a row per user, on each part
 * 2. sample   users chosen by hash are solved here, with capacities scaled to them: prices
 * 3. refine   full passes in the engine correct the prices until the bound hardly falls
 * 4. assign   every user's best bundle, then repair and filling by regret thresholds
 * 5. certify  bound, objective and rules by other statements, from the original pairs
 * 6. publish  the assignments take their place, whole
 *
 * What differs from engine to engine is behind the steps of lib/engine/steps/steps.ts.
 *
 * @module
 */
import { pairsComeAgain } from "../../allocator/drop/repeated_pairs.ts";
import { relativeGap } from "../../allocator/model/allocation.ts";
import { type Certificate, certificateOf } from "../../allocator/model/certificate.ts";
import type { Limits } from "../../allocator/drop/limits.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import { tidyUp } from "../../base/open_work.ts";
import { compareIds } from "../../base/ids.ts";
import type { RunControl } from "../../base/progress.ts";
import { type OwnK, ownKOf } from "../steps/own_k.ts";
import { limitsBesidePins, pinsOf, pricesBesidePins, withBonuses } from "../steps/pins.ts";
import type { Prices } from "../../allocator/model/allocation.ts";
import { resolveBans } from "../steps/before.ts";
import { CHANGED, IN_PREVIOUS } from "../../allocator/drop/previous.ts";
import { changedFamily } from "../../allocator/drop/find_previous.ts";
import type { EngineLimits, PairKinds } from "../steps/slots.ts";
import {
  checkNames,
  NO_LIMITS,
  PINNED_AS,
  rowsOfSlots,
  type Slots,
  slotsOf,
  withChangeCost,
} from "../steps/slots.ts";
import type {
  BeforeFacts,
  BeforeOfRun,
  Certified,
  EngineRun,
  GroupFacts,
  HistoryFacts,
  JudgeRules,
  OpenedDrop,
  PairFacts,
  PairRules,
  PreviousFacts,
  Published,
  UserFacts,
} from "../steps/steps.ts";
import {
  checkPolicy,
  type Columns,
  columnsOf,
  columnsOfSlots,
  type DropOptions,
  type EngineInput,
  problemOf,
  typedContracts,
} from "../steps/task.ts";
import { type HeldOutUsers, holdOutUsers } from "./hold_out.ts";
import { refine, type Refined } from "./refine.ts";
import { assignAndRepair } from "./repair.ts";
import { Sample } from "./sample.ts";
import { fingerprintOf, freshState, readState, type RunState, StateKeeper } from "./state_file.ts";

/** Pairs that a user of the sample has on average at most; where users have more pairs, the sample has fewer users. */
const PAIRS = 40;

/** A sample with a smaller share of the users may be too small for the prices of groups' rules. */
const SMALL_SHARE = 0.5;

/** The share of the time limit that the search for prices may take; the rest is for the assignments. */
const PRICE_SHARE = 0.6;

/**
 * How it goes about it. After `timeout` nothing is improved any more; what there is by then is made to keep every rule,
 * certified and published. Aborting `signal` ends the run without a result.
 */
export interface EngineOptions extends RunControl, DropOptions {
  /** Most users that are decided together on this machine when prices are final. @default as `sampleUsers` */
  readonly togetherUsers?: number;
  /** Most full passes over the users. @default 30 */
  readonly passes?: number;
  /** Stop refining when the bound falls by less than this share. @default 1e-6 */
  readonly gap?: number;
  /** Which of repeated pairs counts: the one with the largest score; `error` refuses repeated pairs. */
  readonly duplicates?: "largest" | "error";
  /** File that keeps the state; if it is there, the run goes on from it. */
  readonly stateFile?: string;
  /** Called with notes for the person who runs it. */
  readonly onNote?: (text: string) => void;
}

/** What came of it. */
export interface EngineResult extends Certified {
  /** (bound − objective) / |bound|. */
  readonly gap: number;
  /** Prices that prove the bound, with all that they were found for. */
  readonly certificate: Certificate;
  /** How the assignments were published, in the engine's words. */
  readonly published: Published;
  /** Rows of the table of pairs, and what was left out of them. */
  readonly pairs: PairFacts;
  /** What history and bans did to the pairs; null: there are neither. */
  readonly before: BeforeFacts & { readonly history: HistoryFacts | null } | null;
  /** Rows of pins, blank ones, pairs that they pin, and how many of these they made eligible; null: there are no pins. */
  readonly pins: {
    readonly rows: number;
    readonly blankRows: number;
    readonly pairs: number;
    readonly created: number;
  } | null;
  /** Previous offers, and how many of them are pairs now of users who are not held out; null: the drop is compared with none. */
  readonly previous: (PreviousFacts & { readonly eligible: number }) | null;
  /** Users held out of the drop; null: none were to be. */
  readonly heldOut: (HeldOutUsers & { readonly groups: readonly string[] }) | null;
  /** Prices that prove the bound. */
  readonly prices: Prices;
  /** What limits tell pairs apart by; null: there are none. */
  readonly slots: Slots | null;
  /** Users gathered. */
  readonly gathered: UserFacts;
  /** Users of the sample. */
  readonly sampleUsers: number;
  /** Full passes. */
  readonly passes: number;
  /** Rounds of repair, filling and improvement. */
  readonly rounds: number;
  /** Seconds of each step. */
  readonly seconds: Record<string, number>;
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
    ...{ groupsName, k: policy.k },
    ...{ groupIds: groupRatios.groups, groupK: groupRatios.k },
  });
}

/**
 * Allocates where the pairs are. Whatever fails, and whenever, what was published before stays, or the new assignments
 * are there whole.
 *
 * @param open opens the tables, once the policy is known to be one that can be kept
 * @throws InputError for tables, columns and values that can't be used, and when the result breaks a rule (then the old
 *   one stays); UsageError for policies that can't be kept; the engine's own errors for what it refuses
 */
export async function allocateInEngine(
  open: () => Promise<OpenedDrop>,
  input: EngineInput,
  options: EngineOptions = {},
): Promise<EngineResult> {
  checkPolicy(input);
  const clock = new Laps();
  const drop = await open();
  const begun = await begin(drop, input, options).catch(async (error) => {
    await tidyUp(() => drop.close());
    throw error;
  });
  const { state, engine } = begun;
  // Without a state file no later run can find the tables, so they need not stay.
  let keep = state.path !== undefined;
  try {
    clock.lap("inspect");
    const result = await allocateUsers({ ...begun, drop, input, options, clock });
    keep = false;
    return result;
  } finally {
    await tidyUp(() => engine.end(keep)).catch(() => {});
  }
}

/** Inspects the tables and begins the run, or resumes that of the state file. */
async function begin(
  drop: OpenedDrop,
  input: EngineInput,
  options: EngineOptions,
): Promise<
  Pick<Run, "columns" | "pairs" | "history" | "previous" | "before" | "state" | "engine">
> {
  options.onProgress?.({ phase: "inspect pairs" });
  const groups = await drop.inspectGroups(options);
  const columns = columnsOf(
    input.caps,
    input.groupRatios,
    groups.ids,
    options.unsponsoredCap ?? 10_000,
    ownKOfGroups(drop, input, groups),
  );
  const least = Math.max(options.minScore ?? -Infinity, -1e300);
  const pairs = await drop.inspectPairs(columns, least, options);
  const history = await inspectHistory(drop, input, options);
  const before = beforeOf(input, columns, history, least);
  const previous = input.previous === undefined ? null : await drop.inspectPrevious(options);
  const tables = [pairs, groups, history, previous].map((facts) => facts?.fingerprint ?? "");
  const state = new StateKeeper(
    options.stateFile,
    await beginOrResume(drop, input, options, { columns, before }, tables),
  );
  return {
    columns,
    pairs,
    history,
    previous,
    before,
    state,
    engine: await drop.begin(state.now.token, options),
  };
}

/** What is known of history; null: there is none. */
async function inspectHistory(
  drop: OpenedDrop,
  { before }: EngineInput,
  options: EngineOptions,
): Promise<HistoryFacts | null> {
  if (before === undefined || before.history.length === 0) return null;
  return await drop.inspectHistory(before.rules, options);
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

/** What a run knows once the tables are inspected. */
interface Run {
  readonly drop: OpenedDrop;
  readonly input: EngineInput;
  readonly options: EngineOptions;
  readonly engine: EngineRun;
  readonly columns: Columns;
  readonly pairs: PairFacts;
  readonly history: HistoryFacts | null;
  readonly previous: PreviousFacts | null;
  readonly before: BeforeOfRun | null;
  readonly state: StateKeeper;
  readonly clock: Laps;
}

/** The steps from gathering to publishing. */
async function allocateUsers(run: Run): Promise<EngineResult> {
  const { options, engine, columns, pairs, state, clock } = run;
  const { minScore = -Infinity, topN = Infinity, sampleUsers = 100_000 } = options;
  const left = run.before === null ? null : await engine.applyBefore(columns, run.before, options);
  const pins = run.before?.pins ?? null;
  // With history, bans or pins the least score has been applied already, to the scores before they were scaled.
  const rules = { minScore: left === null ? minScore : -Infinity, topN };
  const heldOut = await heldOutOfRun(run, rules.minScore);
  if (run.previous !== null) await engine.usePrevious(options);
  const slots = await slotsOfRun(run);
  const gathering = { ...run, columns: columnsOfSlots(columns, slots) };
  const gathered = await gather(gathering, rules);
  await refuseRepeatedSlots(run, slots);
  const { plain, problem } = await problemsOf(run, gathered, slots);
  refuseRepeats(run, gathered);
  const previous = run.previous && {
    ...run.previous,
    eligible: sum(await engine.countInSlots(slots!.isNew!.map((is) => 1 - is), options)),
  };
  clock.lap("gather");

  // The sample is limited by its pairs, so that its memory does not grow with the length of users' lists.
  const perUser = Math.max(1, gathered.pairs / gathered.users / PAIRS);
  const seen = Math.ceil(sampleUsers / perUser);
  const users = { wanted: seen, of: gathered.users };
  const { whole, refined, sampled } = await findPrices(problem, users, run);
  const rounds = await assignAtPrices(run, whole, refined, seen);
  const repeats = gathered.duplicates > 0;
  // What is judged is the original drop, where pinned pairs are pairs like others.
  const judged = { ...plain, unit: whole.unit };
  const prices = pins === null ? refined.prices : pricesBesidePins(refined.prices, pins);
  const certified = await certifyResults(run, judged, prices, {
    ...{ ...rules, repeats, ownK: columns.ownK },
    pins: pins?.pairs.length ?? 0,
  });
  noteSmallSample(certified.shortfall, sampled, gathered.users, options);
  const published = await engine.publish(certified.assignments, options);
  await state.remove();
  clock.lap("publish");
  return {
    ...certified,
    gap: relativeGap(certified.bound, certified.objective),
    certificate: certificateOfRun(judged, prices, certified),
    published,
    pairs,
    before: left === null ? null : { ...left, history: run.history },
    pins: pins && {
      ...{ rows: pins.rows, blankRows: pins.blankRows, pairs: pins.pairs.length },
      created: left!.created,
    },
    previous,
    heldOut: heldOut && { ...heldOut, groups: columns.groups },
    ...{ prices, slots, gathered },
    sampleUsers: sampled,
    passes: refined.passes,
    rounds,
    seconds: clock.seconds,
  };
}

/** Says so where users are missing to minima that better prices might have found. */
function noteSmallSample(
  shortfall: number,
  sampled: number,
  users: number,
  { onNote }: EngineOptions,
): void {
  if (shortfall === 0 || sampled >= SMALL_SHARE * users) return;
  onNote?.(
    `${shortfall} users are missing to minima, and prices come from ${sampled} of ${users} users: ` +
      "a larger --sample-users may find them",
  );
}

/** The problem that is judged, and the one that is solved: they differ where there are pins. */
async function problemsOf(
  { input: { policy }, engine, columns, before, options }: Run,
  gathered: UserFacts,
  slots: Slots | null,
): Promise<{ plain: DualProblem; problem: DualProblem }> {
  const problemWith = (of: Columns, limits: Limits | null) =>
    withChangeCost(problemOf(of, policy, gathered, options.defaultRatio, limits), slots);
  const limits = slots && rowsOfSlots(slots), plain = problemWith(columns, limits);
  const pins = before?.pins ?? null;
  if (pins === null) return { plain, problem: plain };
  const given = await engine.countInSlots(slots!.isPinned!, options);
  const beside = limitsBesidePins(limits!, slots!, given);
  return { plain, problem: withBonuses(problemWith(pins.columns, beside), slots!, pins) };
}

/** Holds users out, before limits count who is in the drop; null where none are to be. */
async function heldOutOfRun(
  { input: { holdout }, engine, columns, before, options }: Run,
  minScore: number,
): Promise<HeldOutUsers | null> {
  if (holdout === undefined) return null;
  const pinned = new Set(before?.pins?.pairs.map(({ user }) => user));
  return await holdOutUsers(engine, columns, holdout, { pinned, minScore }, options);
}

/** The slots that limits distinguish; null where there are no limits. */
async function slotsOfRun(
  { drop, input, engine, columns, before, options }: Run,
): Promise<Slots | null> {
  const { limits: given, previous } = input;
  const pins = before?.pins ?? null, declared = given ?? NO_LIMITS;
  const more = [
    ...(pins === null ? [] : [PINNED_AS]),
    ...(previous === undefined ? [] : [IN_PREVIOUS]),
  ];
  if (given === undefined && more.length === 0) return null;
  const attributes = { ...drop.attributes, pairs: [...drop.attributes.pairs, ...more] };
  const { tellsUsersApart } = checkNames(declared, attributes);
  const kinds = await engine.findKinds(columns, tellsUsersApart, options);
  const ratio = columns.ratio.map((r) => Number.isNaN(r) ? options.defaultRatio ?? 0 : r);
  const limits = limitsOfChanges(declared, input, kinds);
  const slots = slotsOf(
    { ...columns, ratio },
    limits,
    attributes,
    kinds,
    pins?.columns.contracts ?? null,
  );
  await engine.useSlots(slots, options);
  return slots;
}

/** The limits, and that of changed offers where there is one and any offer can be new. */
function limitsOfChanges(
  limits: EngineLimits,
  { maxChanged }: EngineInput,
  { pairs }: PairKinds,
): EngineLimits {
  if (maxChanged === undefined || pairs.every((key) => key[key.length - 1] === "true")) {
    return limits;
  }
  if (limits.families.some(({ limit }) => limit === CHANGED)) {
    throw new UsageError(`a limit is called "${CHANGED}" already, which is what --max-changed is`);
  }
  return { ...limits, families: [...limits.families, changedFamily(maxChanged)] };
}

/** @throws InputError where a user has a contract twice, in slots of its own */
async function refuseRepeatedSlots(
  { drop, engine, options }: Run,
  slots: Slots | null,
): Promise<void> {
  if (slots === null || drop.attributes.pairs.length === 0) return;
  const repeated = await engine.countRepeatedSlots(slots, options);
  if (repeated === 0) return;
  throw new InputError(
    `${drop.pairsName}: ${pairsComeAgain(repeated)} with another ${
      drop.attributes.pairs.join(" or ")
    }, which limits name, expected each pair once`,
    { file: drop.pairsName, column: drop.attributes.pairs[0] },
  );
}

/** @throws InputError where pairs come again and that is to be an error */
function refuseRepeats({ drop, options }: Run, { duplicates }: { duplicates: number }): void {
  if (options.duplicates !== "error" || duplicates === 0) return;
  throw new InputError(
    `${drop.pairsName}: ${pairsComeAgain(duplicates)}, expected each once (--duplicates error)`,
    { file: drop.pairsName },
  );
}

/** Assigns bundles at the prices and repairs them; returns the number of rounds. */
async function assignAtPrices(
  { engine, clock, options }: Run,
  whole: DualProblem,
  { prices, result }: Refined,
  seen: number,
): Promise<number> {
  const gap = 0.1 * (options.gap ?? 1e-6), enough = gap * Math.abs(result.bound);
  const { rounds } = await assignAndRepair(whole, engine, prices, {
    ...options,
    gap,
    enough,
    goal: result.bound - enough,
    most: options.togetherUsers ?? seen,
    deadline: clock.begun + timeLimit(options),
  });
  clock.lap("assign");
  return rounds;
}

/**
 * Writes the results beside the out-table and judges them there.
 *
 * @throws InputError where they break a rule
 */
async function certifyResults(
  { drop, engine, clock, options }: Run,
  whole: DualProblem,
  prices: Prices,
  rules: JudgeRules,
): Promise<Certified> {
  const certified = await engine.certify(whole, prices, rules, options);
  clock.lap("certify");
  if (certified.broken.length === 0) return certified;
  throw new InputError(
    `the assignments break rules, so ${drop.outName} stays as it was: ${
      certified.broken.join("; ")
    }`,
  );
}

function certificateOfRun(
  whole: DualProblem,
  prices: Prices,
  { objective, bound }: Certified,
): Certificate {
  const { policy, shortfallPrice } = whole, { limits, ...plain } = whole.instance;
  const instance = limits?.families.length === 0 ? plain : whole.instance;
  return certificateOf(instance, {
    ...{ solver: "optimal", policy, prices, pricesBound: undefined },
    ...{ objective, bound, shortfallPrice },
  });
}

/** Prices of a sample, corrected until they are those of all users. The sample is released at the end. */
async function findPrices(
  problem: DualProblem,
  { wanted, of }: { wanted: number; of: number },
  { engine, state, clock, options }: Run,
): Promise<{ whole: DualProblem; refined: Refined; sampled: number }> {
  const { passes: mostPasses = 30, gap = 1e-6 } = options;
  const deadline = clock.begun + PRICE_SHARE * timeLimit(options);
  const size = performance.now() < deadline ? wanted : Math.min(wanted, HURRIED_SAMPLE);
  const sample = await Sample.draw(problem, engine, size, of, options);
  // The unit of scores follows from pairs, which only the sample has.
  const whole: DualProblem = { ...problem, unit: sample.problem.unit };
  const start = state.now.prices ?? await sample.minimise(null, null, {
    ...options,
    // A sample this small takes no time, and without its prices there is no good result.
    deadline: size <= HURRIED_SAMPLE ? Infinity : deadline,
  });
  options.signal?.throwIfAborted();
  clock.lap("sample");

  const refined = await refine(whole, engine, sample, start, {
    ...options,
    tolerance: gap,
    mostPasses: state.now.refined ? 1 : mostPasses,
    deadline,
    onBest: ({ prices, result, passes }) => state.set({ prices, bound: result.bound, passes }),
  });
  await state.set({ refined: true });
  clock.lap("refine");
  return { whole, refined, sampled: sample.problem.instance.group.length };
}

/** Most users of the sample where the time is over before it is drawn. */
const HURRIED_SAMPLE = 1000;

/** Milliseconds. */
function timeLimit({ timeout = Infinity }: EngineOptions): number {
  return 1000 * timeout;
}

/** The state in the state file, or of a new run. */
async function beginOrResume(
  drop: OpenedDrop,
  { policy, limits, holdout, maxChanged }: EngineInput,
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
    ...(limits !== undefined && { limits: limits.families }),
    ...(holdout !== undefined && { holdout }),
    ...(maxChanged !== undefined && { maxChanged }),
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

/** Gathers the users, or finds those of the run that is resumed. */
async function gather(
  { drop, input, options, engine, columns, state }: Run,
  rules: PairRules,
): Promise<UserFacts> {
  if (!state.now.gathered || !await engine.hasUsers()) {
    await state.set({});
    await engine.gather(columns, typedContracts(columns, input.policy), rules, options);
    await state.set({ gathered: true });
  }
  const users = await engine.countUsers(columns, rules, options);
  if (users.users > 0) return users;
  throw new InputError(
    `no user of ${drop.pairsName} has a pair with a contract of the caps and a group of ${drop.groupsName}`,
    { file: drop.pairsName },
  );
}

/** Σ of numbers. */
function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Seconds between laps. */
class Laps {
  readonly seconds: Record<string, number> = {};
  /** Value of `performance.now()` at the beginning. */
  readonly begun = performance.now();
  #last = this.begun;

  lap(name: string): void {
    const now = performance.now();
    this.seconds[name] = Math.round(now - this.#last) / 1000;
    this.#last = now;
  }
}
