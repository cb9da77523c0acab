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
import type { RoughScores } from "../../allocator/drop/before/received.ts";
import { DEFAULT_GAP, type Prices, relativeGap } from "../../allocator/model/allocation.ts";
import { type Certificate, certificateOf } from "../../allocator/model/certificate.ts";
import type { DualProblem } from "../../allocator/optimal/dual/dual_problem.ts";
import { InputError } from "../../base/errors.ts";
import { tidyUp } from "../../base/open_work.ts";
import { pricesBesidePins } from "../drop/pins.ts";
import type { LimitedSlots } from "../drop/slots.ts";
import type { Certified, JudgeRules } from "../steps/certify.ts";
import type { UserFacts } from "../steps/gather.ts";
import type { GroupFacts, HistoryFacts, OpenedDrop, PairFacts } from "../steps/inspect.ts";
import type { PairTally } from "../steps/leave_out.ts";
import type { AlternatesMade, Published } from "../steps/publish.ts";
import { checkPolicy, type Columns, type EngineInput } from "../drop/task.ts";
import { beginRun, type Run } from "./begin_run.ts";
import {
  gatherDrop,
  type GatheredDrop,
  type HeldOutLeft,
  type PreviousOffers,
} from "./gather_drop.ts";
import { findPrices, type FoundPrices, timeLimit } from "./find_prices.ts";
import { Laps } from "./laps.ts";
import type { EngineOptions } from "./options.ts";
import type { Refined } from "./refine.ts";
import { assignAndRepair, type Repaired } from "./repair.ts";
import { refuseRandomBesideLimits } from "./serve_held_out.ts";
import { inputUnder } from "./under_scenario.ts";

export type { EngineOptions } from "./options.ts";

/** Pairs that a user of the sample has on average at most; where users have more pairs, the sample has fewer users. */
const PAIRS = 40;

/**
 * Users of the sample, and those that are decided together, where no number is given: at least so many, and so many times the
 * square root of all users. A sampled user stands for others, so the loads at its prices miss the caps by the same share of all
 * offers however many there are; were no more users decided together, they could not make up for it beyond a few million.
 */
const SAMPLE = 100_000, SAMPLE_PER_ROOT = 50;

/** How many users the sample has by default. */
export function sampleOf(users: number): number {
  return Math.max(SAMPLE, Math.ceil(SAMPLE_PER_ROOT * Math.sqrt(users)));
}

/** A sample with a smaller share of the users may be too small for the prices of groups' rules. */
const SMALL_SHARE = 0.5;

/** Users held out of a drop, and what they got. */
export interface HeldOutFacts extends HeldOutLeft {
  /** Ids of the groups. */
  readonly groups: readonly string[];
  /** Random offers that they got; null: they get nothing. */
  readonly randomOffers: number | null;
}

/** What came of it. */
export interface EngineResult extends Certified {
  /** (bound − objective) / |bound|. */
  readonly gap: number;
  /** Whether the gap is above the one asked for, and time ran out before more could be tried. */
  readonly timedOut: boolean;
  /** Prices that prove the bound, with all that they were found for. */
  readonly certificate: Certificate;
  /** How the assignments were published, in the engine's words. */
  readonly published: Published;
  /** Counts of caps and ratios. */
  readonly tables: Columns["input"];
  /** Rows of the users' groups, and what was left out of them. */
  readonly userGroups: GroupFacts;
  /** Rows of the table of pairs, and what was left out of them. */
  readonly pairs: PairFacts;
  /** Pairs of the drop, and why others are left out. */
  readonly tally: PairTally;
  /** History; null: there is none. */
  readonly history: HistoryFacts | null;
  /** Scores of history that rotation does not count as they are. */
  readonly roughScores: RoughScores;
  /** Rows of pins, blank ones, pairs that they pin, and how many of these they made eligible; null: there are no pins. */
  readonly pins: {
    readonly rows: number;
    readonly blankRows: number;
    readonly pairs: number;
    readonly created: number;
  } | null;
  /** Previous offers; null: the drop is compared with none. */
  readonly previous: PreviousOffers | null;
  /** Users held out of the drop; null: none were to be. */
  readonly heldOut: HeldOutFacts | null;
  /** Caps by contract, sponsored ones first; without what users held out got of them. */
  readonly capOf: ReadonlyMap<string, number>;
  /** How many contracts are sponsored. */
  readonly sponsoredContracts: number;
  /** Next best offers; null: none were asked for. */
  readonly alternates: AlternatesMade | null;
  /** Prices that prove the bound. */
  readonly prices: Prices;
  /** What limits tell pairs apart by; null: there are none. */
  readonly slots: LimitedSlots | null;
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
  given: EngineInput,
  options: EngineOptions,
): Promise<EngineResult> {
  const input = inputUnder(given, options.scenario);
  checkPolicy(input);
  refuseRandomBesideLimits(input);
  const clock = new Laps();
  const drop = await open();
  const begun = await beginRun(drop, input, options).catch(async (error) => {
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

/** The steps from gathering to publishing. */
async function allocateUsers(run: Run): Promise<EngineResult> {
  const { input, options, engine, columns, state, clock } = run;
  const drop = await gatherDrop(run);
  clock.lap("gather");
  const { users, plain, rules, pins } = drop;
  // The sample is limited by its pairs, so that its memory does not grow with the length of users' lists.
  const perUser = Math.max(1, users.pairs / users.users / PAIRS);
  const seen = Math.ceil((options.sampleUsers ?? sampleOf(users.users)) / perUser);
  const sampling = { wanted: seen, of: users.users };
  const found = await findPrices(drop.problem, sampling, run), { whole, sampled } = found;
  const most = options.togetherUsers ?? seen;
  const limits = { most, mostRegret: drop.mostRegret, areAll: most >= users.users };
  const { refined, rounds } = await assignUsers(run, found, limits);
  const isLate = found.timedOut || performance.now() >= clock.begun + timeLimit(options);
  const judged = { ...plain, unit: whole.unit };
  const prices = pins === null ? refined.prices : pricesBesidePins(refined.prices, pins);
  const certified = await certifyResults(run, judged, prices, {
    ...rules,
    repeats: users.duplicates > 0,
    ownK: columns.ownK,
    pins: pins?.count ?? 0,
    slots: drop.slots,
  });
  noteSmallSample(certified.shortfall, sampled, users.users, options);
  const alternates = input.alternates === undefined
    ? null
    : await engine.alternates(judged, prices, input.alternates, options);
  const rows = certified.assignments + (drop.randomOffers ?? 0);
  const published = await engine.publish(rows, options);
  await state.remove();
  clock.lap("publish");
  const gap = relativeGap(certified.bound, certified.objective);
  return {
    ...certified,
    ...dropFacts(run, drop),
    gap,
    timedOut: isLate && gap > (options.gap ?? DEFAULT_GAP),
    certificate: certificateOfRun(judged, prices, certified),
    published,
    prices,
    rounds,
    alternates,
    capOf: new Map(columns.contracts.map((id, c) => [id, drop.columns.cap[c]])),
    sponsoredContracts: columns.sponsoredContracts,
    sampleUsers: sampled,
    passes: refined.passes,
    seconds: clock.seconds,
  };
}

/** What the result tells of the drop. */
function dropFacts(
  { groups: userGroups, pairs, history, before, columnsRead, columns: { groups } }: Run,
  { tally, created, rough, heldOut, randomOffers, previous, slots, users }: GatheredDrop,
): Pick<
  EngineResult,
  | "tables"
  | "userGroups"
  | "pairs"
  | "tally"
  | "history"
  | "roughScores"
  | "pins"
  | "previous"
  | "heldOut"
  | "slots"
  | "gathered"
> {
  const pins = before?.pins ?? null;
  return {
    tables: tablesOf(columnsRead, users),
    userGroups,
    pairs,
    tally,
    history,
    roughScores: rough,
    previous,
    slots,
    gathered: users,
    pins: pins && {
      rows: pins.rows,
      blankRows: pins.blankRows,
      pairs: pins.pairs.length,
      created,
    },
    heldOut: heldOut && { ...heldOut, groups, randomOffers },
  };
}

/** The counts of caps and ratios, with those that need users. */
function tablesOf({ input, ratio }: Columns, { groupSize }: UserFacts): Columns["input"] {
  const hasUsers = (isNone: boolean) =>
    ratio.reduce((n, r, g) => n + (groupSize[g] > 0 && Number.isNaN(r) === isNone ? 1 : 0), 0);
  return {
    ...input,
    group_ratios: {
      ...input.group_ratios,
      groups_without_users: input.group_ratios.groups - hasUsers(false),
      default_ratio_groups: hasUsers(true),
    },
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

/** How many users are decided together, and what a move may lose. */
interface AssignLimits {
  readonly most: number;
  readonly mostRegret: number;
  /** Whether that may be all users. */
  readonly areAll: boolean;
}

/**
 * Assigns bundles at the prices found. Where that ends further from the bound than asked, what users choose by themselves may
 * be too far from what there is for those that are decided together to make up for: prices are sought at which it is nearer, and
 * users are assigned once more.
 */
async function assignUsers(
  run: Run,
  { whole, refined, further }: FoundPrices,
  limits: AssignLimits,
): Promise<{ refined: Refined; rounds: number }> {
  const { options, clock } = run;
  const first = await assignAtPrices(run, whole, refined, limits);
  const asked = (options.gap ?? DEFAULT_GAP) * Math.abs(refined.result.bound);
  if (limits.areAll || refined.result.bound - first.objective <= asked) {
    return { refined, rounds: first.rounds };
  }
  const evener = await further();
  clock.lap("refine");
  if (evener === null) return { refined, rounds: first.rounds };
  const { rounds } = await assignAtPrices(run, whole, evener, limits);
  return { refined: evener, rounds: first.rounds + rounds };
}

/** Assigns bundles at the prices and repairs them. */
async function assignAtPrices(
  { engine, clock, options }: Run,
  whole: DualProblem,
  { prices, result }: Refined,
  { most, mostRegret }: AssignLimits,
): Promise<Repaired> {
  const asked = options.gap ?? DEFAULT_GAP, gap = 0.1 * asked, size = Math.abs(result.bound);
  const repaired = await assignAndRepair(whole, engine, prices, {
    ...options,
    gap,
    enough: gap * size,
    goal: result.bound - asked * size,
    most,
    mostRegret,
    deadline: clock.begun + timeLimit(options),
  });
  clock.lap("assign");
  return repaired;
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
    solver: "optimal",
    policy,
    prices,
    pricesBound: undefined,
    objective,
    bound,
    shortfallPrice,
  });
}
