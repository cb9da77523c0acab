/**
 * From the original pairs to the users gathered and the problem to solve: what was decided before the drop is applied, users
 * are held out, pairs are told apart, and each user's pairs become a row.
 *
 * @module
 */
import { NO_ROUGH_SCORES, type RoughScores } from "../../allocator/drop/before/received.ts";
import { noRatio } from "../../allocator/drop/without_ratio.ts";
import { noPairLeft } from "../../allocator/drop/no_pair_left.ts";
import { CHANGED, changedFamily } from "../../allocator/drop/limits/changed_offers.ts";
import type { Limits } from "../../allocator/drop/instance/limits.ts";
import { IN_PREVIOUS } from "../../allocator/drop/instance/previous.ts";
import { pairsComeAgain } from "../../allocator/drop/pairs/repeated_pairs.ts";
import { scenarioFault } from "../../allocator/explain/scenario_fault.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { InputError, UsageError } from "../../base/errors.ts";
import {
  besideKept,
  limitsBesidePins,
  pinKinds,
  PINNED_USERS,
  type PinnedColumns,
  refuseCrowdedPins,
  refusePinConflicts,
  withBonuses,
} from "../drop/pins.ts";
import type { DeclaredLimits } from "../../allocator/drop/limits/declared_limits.ts";
import { checkNames, NO_LIMITS } from "../drop/limit_columns.ts";
import {
  type LimitedSlots,
  limitedSlots,
  type PairKinds,
  PINNED_AS,
  rowsOfSlots,
  type Slots,
  slotsOf,
  withChangeCost,
} from "../drop/slots.ts";
import type { UserFacts } from "../steps/gather.ts";
import type { PreviousFacts } from "../steps/inspect.ts";
import type { PairRules, PairTally } from "../steps/leave_out.ts";
import {
  type Columns,
  columnsOfSlots,
  type EngineInput,
  problemOf,
  TABLE_NAMES,
  typedContracts,
} from "../drop/task.ts";
import type { Run } from "./begin_run.ts";
import { type HeldOutUser, holdOutUsers } from "./hold_out.ts";
import { banUnder, pinsUnder, refuseEmptyGroups, SCENARIO } from "./scenario_pairs.ts";
import { serveHeldOut } from "./serve_held_out.ts";
import { checkLimitsUnder, slotsUnder } from "./under_scenario.ts";
import { UserRows } from "./user_rows.ts";

/** What of previous offers is known once users are gathered. */
export interface PreviousOffers extends PreviousFacts {
  /** How many of them are pairs now: as on one machine before users are held out and a scenario bans pairs. */
  readonly eligible: number;
  /** How many of them can be given again. */
  readonly left: number;
}

/** Users held out of a drop, and who of them a scenario leaves a pair. */
export interface HeldOutLeft {
  /** The users, sorted by id. */
  readonly users: readonly HeldOutUser[];
  /** Those of the users who have a pair that counts after the bans of a scenario. */
  readonly left: readonly HeldOutUser[];
}

/** A drop whose users are gathered. */
export interface GatheredDrop {
  /** The pairs, and why others are left out. */
  readonly tally: PairTally;
  /** Pins that were not eligible and have become so. */
  readonly created: number;
  /** Scores of history that rotation does not count as they are. */
  readonly rough: RoughScores;
  /** Users held out of the drop; null: none were to be. */
  readonly heldOut: HeldOutLeft | null;
  /** Random offers that they got; null: they get nothing. */
  readonly randomOffers: number | null;
  /** Contracts and groups, with caps less what users held out got. */
  readonly columns: Columns;
  /** Pins, offers that stay among them; null: there are none. */
  readonly pins: PinnedColumns | null;
  /** What pairs are told apart by; null: by contract alone. */
  readonly slots: LimitedSlots | null;
  /** The users. */
  readonly users: UserFacts;
  /** Previous offers; null: the drop is compared with none. */
  readonly previous: PreviousOffers | null;
  /** Which pairs count. */
  readonly rules: PairRules;
  /** What is judged: the original drop, where pinned pairs are pairs like others. */
  readonly plain: DualProblem;
  /** What is solved. */
  readonly problem: DualProblem;
  /** A move that loses more would give up a pin; Infinity: there are none. */
  readonly mostRegret: number;
}

/**
 * Gathers the drop.
 *
 * @throws InputError for tables and values that can't be used
 */
export async function gatherDrop(begun: Run): Promise<GatheredDrop> {
  const { engine, before, options } = begun;
  const { minScore = -Infinity, topN = Infinity } = options;
  const { created, rough } = before === null
    ? { created: 0, rough: NO_ROUGH_SCORES }
    : await engine.applyBefore(begun.columns, before, options);
  if (begun.late !== null) throw begun.late;
  const counted = await tallyOfRun(begun, { minScore, topN });
  if (counted?.pairs === 0) throw await nothingLeft(begun, counted);
  // With history, bans or pins the least score has been applied already, to the scores before they were scaled.
  const all = { minScore: before === null ? minScore : -Infinity, topN };
  const heldOut = await heldOutOfRun(begun, all.minScore);
  const wereOffers = await previousOfRun(begun, all);
  await refuseEmptyGroups(begun, all);
  const { bans, rules } = await banUnder(begun, all);
  const left = bans === null ? heldOut : await leftOf(begun, heldOut, rules);
  const { run, randomOffers } = await serveHeldOut(begun, heldOut, rules), { columns } = run;
  const pins = await pinsUnder(run, {
    pins: await pinsOfRun(run, rules),
    bans,
    rules,
    heldOut: new Set(heldOut?.map(({ user }) => user)),
  });
  const keepsPairsOut = heldOut !== null ||
    counted !== null && counted.banned + counted.coolingByContract + counted.coolingByBrand > 0;
  const apart = await pairsApart(run, pins, keepsPairsOut).catch(async (error) => {
    // Limits are looked at before users are gathered, what is found after that comes first on one machine.
    throw error instanceof InputError
      ? await emptyFault(run, rules, counted) ?? await ratioFault(run, rules) ?? error
      : error;
  });
  const rowsWithoutCap = counted?.rowsWithoutCap ??
    (run.pairs.withoutCap === 0 ? 0 : await engine.countWithoutCap(columns, options));
  const users = await gatherUsers(
    { ...run, columns: columnsOfSlots(columns, apart?.slots ?? null) },
    rules,
    rowsWithoutCap,
  );
  const slots = await limitedSlotsOf(run, apart);
  await refuseRepeatedSlots(run, slots);
  const problems = problemsOf(run, users, slots, pins);
  await refuseConflicts(run, problems.plain, slots, pins);
  const tally = counted ?? tallyOfUsers(users, rowsWithoutCap);
  refuseRepeats(run, tally);
  return {
    tally,
    created,
    rough,
    heldOut: heldOut && { users: heldOut, left: left! },
    randomOffers,
    columns,
    pins,
    slots,
    users,
    previous: previousOffers(run, slots, wereOffers),
    rules,
    ...problems,
  };
}

/** The problem that is judged, and the one that is solved: they differ where there are pins. */
function problemsOf(
  { input: { policy, names }, columns, options: { defaultRatio } }: Run,
  gathered: UserFacts,
  slots: LimitedSlots | null,
  pins: PinnedColumns | null,
): Pick<GatheredDrop, "plain" | "problem" | "mostRegret"> {
  const problemWith = (of: Columns, limits: Limits | null) =>
    withChangeCost(problemOf(of, policy, gathered, { defaultRatio, names }, limits), slots);
  const limits = slots && rowsOfSlots(slots), plain = problemWith(columns, limits);
  if (pins === null) return { plain, problem: plain, mostRegret: Infinity };
  const given = slots!.pairs.map((n, s) => n * slots!.isPinned![s]);
  const beside = limitsBesidePins(limits!, slots!, given);
  return { plain, ...withBonuses(problemWith(pins.columns, beside), slots!, pins) };
}

/**
 * Counts the pairs from all their rows; null where gathering counts the same: where nothing is left out but pairs that come again,
 * those beyond the best of their users, and rows about contracts without capacity.
 */
async function tallyOfRun(
  { engine, columns, before, pairs, input: { holdout }, options }: Run,
  rules: PairRules,
): Promise<PairTally | null> {
  const asGathered = before === null && !Number.isFinite(rules.minScore) &&
    holdout === undefined && (options.scenario?.bans ?? []).length === 0;
  return asGathered ? null : await engine.tallyPairs(columns, rules, pairs.rows, options);
}

/** What gathering counted. */
function tallyOfUsers(
  { users, pairs, duplicates, conflicts, beyondTopN }: UserFacts,
  rowsWithoutCap: number,
): PairTally {
  return {
    rows: pairs + duplicates + beyondTopN,
    users,
    pairs,
    duplicates,
    conflicts,
    beyondTopN,
    rowsWithoutCap,
    belowLeast: 0,
    banned: 0,
    declined: 0,
    coolingByContract: 0,
    coolingByBrand: 0,
  };
}

/** Holds users out, before limits count who is in the drop; null where none are to be. */
async function heldOutOfRun(
  { input: { holdout }, engine, columns, before, options }: Run,
  minScore: number,
): Promise<readonly HeldOutUser[] | null> {
  if (holdout === undefined) return null;
  const pinned = new Set(before?.pins?.pairs.map(({ user }) => user));
  return await holdOutUsers(engine, columns, holdout, { pinned, minScore }, options);
}

/**
 * Makes pairs say whether they are previous offers. Returns how many of these count; null where as many do as can be given, as
 * nobody is held out and no scenario bans pairs.
 */
async function previousOfRun(
  { previous, engine, columns, input: { holdout }, options }: Run,
  rules: PairRules,
): Promise<number | null> {
  if (previous === null) return null;
  await engine.usePrevious(options);
  return holdout === undefined && (options.scenario?.bans ?? []).length === 0
    ? null
    : await engine.countPrevious(columns, rules, options);
}

/** What is known of previous offers once users are gathered; null: the drop is compared with none. */
function previousOffers(
  { previous }: Run,
  slots: LimitedSlots | null,
  eligible: number | null,
): PreviousOffers | null {
  if (previous === null) return null;
  const left = slots!.pairs.reduce((sum, n, s) => sum + n * (1 - slots!.isNew![s]), 0);
  return { ...previous, eligible: eligible ?? left, left };
}

/** The users held out who have a pair that counts. */
async function leftOf(
  { engine, columns, options }: Run,
  heldOut: readonly HeldOutUser[] | null,
  rules: PairRules,
): Promise<readonly HeldOutUser[]> {
  if (heldOut === null) return [];
  const ids = heldOut.map(({ user }) => user);
  const left = await engine.usersAmong(ids, columns, rules, options);
  return heldOut.filter(({ user }) => left.has(user));
}

/** The pins, and the previous offers that stay; null where there are neither. */
async function pinsOfRun(
  { input: { policy, onlyNew }, engine, columns, before, options }: Run,
  rules: PairRules,
): Promise<PinnedColumns | null> {
  const given = before?.pins ?? null;
  if (onlyNew !== true) return given;
  const kinds = pinKinds(columns, policy);
  return besideKept(
    columns,
    kinds,
    await engine.pinMore("previous", columns, rules, kinds, options),
  );
}

/** The error for a drop without a pair; null: it has some, or what was counted before says so. */
async function emptyFault(
  run: Run,
  rules: PairRules,
  counted: PairTally | null,
): Promise<InputError | null> {
  if (counted !== null) return null;
  const tally = await run.engine.tallyPairs(run.columns, rules, run.pairs.rows, run.options);
  return tally.pairs > 0 ? null : await nothingLeft(run, tally);
}

/** The error for groups that have users with a pair and no ratio; null: there are none. */
async function ratioFault(
  { engine, columns, input, options }: Run,
  rules: PairRules,
): Promise<InputError | null> {
  const { groups, ratio } = columns;
  if (options.defaultRatio !== undefined || !ratio.some(Number.isNaN)) return null;
  const used = new Set(await engine.groupsAmong(columns, rules, options));
  const without = groups.filter((id, g) => Number.isNaN(ratio[g]) && used.has(id));
  return without.length === 0 ? null : noRatio(without, input.names ?? TABLE_NAMES);
}

/** What limits tell pairs apart by, and the limits, to be compiled once it is known which slots have a pair. */
interface PairsApart {
  readonly slots: Slots;
  readonly limited: (pairs: Float64Array) => LimitedSlots;
}

/** What limits tell pairs apart by, from here on read in place of contracts; null where there are no limits. */
async function pairsApart(
  { drop, input, engine, columnsRead: columns, before, options }: Run,
  pins: PinnedColumns | null,
  keepsPairsOut: boolean,
): Promise<PairsApart | null> {
  const { limits: given, previous } = input;
  const isGiven = (before?.pins ?? null) !== null, declared = given ?? NO_LIMITS;
  // In the order in which the pairs got them.
  const more = [
    ...(isGiven ? [PINNED_AS] : []),
    ...(previous === undefined ? [] : [IN_PREVIOUS]),
    ...(pins !== null && !isGiven ? [PINNED_AS] : []),
  ];
  if (given === undefined && more.length === 0) {
    checkLimitsUnder(NO_LIMITS, options.scenario);
    return null;
  }
  const attributes = { ...drop.attributes, pairs: [...drop.attributes.pairs, ...more] };
  const apart = checkNames(declared, attributes);
  const kinds = await engine.findKinds(columns, apart, options);
  const was = attributes.pairs.indexOf(IN_PREVIOUS), { users } = kinds;
  const limits = limitsOfChanges(declared, input, kinds, 2 + was);
  checkLimitsUnder(limits, options.scenario);
  const worked = pins?.columns.contracts ?? null;
  const slots = slotsOf(columns, limits, attributes, kinds.pairs, worked);
  const ratio = columns.ratio.map((r) => Number.isNaN(r) ? options.defaultRatio ?? 0 : r);
  const limited = (pairs: Float64Array) =>
    limitedSlots(slots, { ...columns, ratio }, limits, {
      attributes,
      users,
      pairs,
      keepsPairsOut,
    });
  // Mistakes in limits are reported before users are gathered: every slot is taken to have a pair.
  limited(new Float64Array(slots.names.length).fill(1));
  await engine.useSlots(slots, options);
  return { slots, limited };
}

/** The slots with the limits, under a scenario with its own; null where there are none. */
async function limitedSlotsOf(
  { engine, options }: Run,
  apart: PairsApart | null,
): Promise<LimitedSlots | null> {
  if (apart === null) return null;
  const pairs = await engine.countInSlots(apart.slots.names.length, options);
  return slotsUnder(apart.limited(pairs), options.scenario);
}

/** The limits, and that of changed offers where there is one and any offer can be new. */
function limitsOfChanges(
  limits: DeclaredLimits,
  { maxChanged }: EngineInput,
  { pairs }: PairKinds,
  was: number,
): DeclaredLimits {
  if (maxChanged === undefined || pairs.every((key) => key[was] === "true")) {
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
  slots: LimitedSlots | null,
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

/** Gathers the users, or finds those of the run that is resumed. */
async function gatherUsers(
  run: Run,
  rules: PairRules,
  rowsWithoutCap: number,
): Promise<UserFacts> {
  const { input, options, engine, columns, state } = run;
  if (!state.now.gathered || !await engine.hasUsers()) {
    // Written before there are tables: a run that is killed from here on leaves a name that the next one finds them by.
    await state.set({});
    await engine.gather(columns, typedContracts(columns, input.policy), rules, options);
    await state.set({ gathered: true });
  }
  const users = await engine.countUsers(columns, rules, options);
  if (users.users > 0) return users;
  if (options.scenario?.bans !== undefined && options.scenario.bans.length > 0) {
    throw scenarioFault(options.scenario, "bans leave no pair");
  }
  throw await nothingLeft(run, tallyOfUsers(users, rowsWithoutCap));
}

/** The error for a drop without a pair: why the rows are left out, as on one machine. */
async function nothingLeft(
  { drop, engine, columns, pairs, input, options }: Run,
  tally: PairTally,
): Promise<InputError> {
  const { rows, unknownContracts } = pairs, { rowsWithoutCap } = tally;
  const ids = await engine.unknownIds(columns, options);
  const { caps } = input.names ?? TABLE_NAMES;
  const names = { caps, elig: drop.pairsName, userGroups: drop.groupsName };
  return noPairLeft(names, {
    rows,
    contracts: { rows: unknownContracts, ...ids.contracts },
    users: { rows: rows - unknownContracts - rowsWithoutCap - tally.rows, ...ids.users },
    withoutCap: rowsWithoutCap,
    heldBack: tally.banned + tally.coolingByContract + tally.coolingByBrand,
    belowMinScore: tally.belowLeast,
    minScore: options.minScore ?? -Infinity,
  });
}

/** @throws InputError for pins that contradict a rule, or each other under a rule, which names their places */
async function refuseConflicts(
  { input, engine, columns, before, options }: Run,
  plain: DualProblem,
  slots: LimitedSlots | null,
  pins: PinnedColumns | null,
): Promise<void> {
  if (pins === null || slots === null) return;
  const given = before?.pins ?? null;
  if (pins.users > PINNED_USERS) {
    if (given !== null) refuseCrowdedPins(input.before!.pins!, given, columns, input.policy);
    return;
  }
  const read = new UserRows();
  await engine.readPinned(pins.users, (rows, part) => read.add(rows, part), options);
  const { instance } = read.finish(plain), { groupSize } = plain.instance;
  const stays = input.onlyNew === true ? slots.isNew : null;
  refusePinConflicts({ ...instance, groupSize }, input.policy, {
    slots,
    given: given && { pins: given, rows: input.before!.pins! },
    placeOf: (slot) => stays !== null && stays[slot] === 0 ? "previous" : SCENARIO,
  });
}
