/**
 * Which pairs are in a drop: what history, bans, pins, a scenario and the rules leave out, and why.
 *
 * @module
 */
import type { RoughScores } from "../../allocator/drop/before/received.ts";
import type { HistoryRules } from "../../allocator/drop/before/history.ts";
import type { UnknownId } from "../../allocator/drop/no_pair_left.ts";
import type { RunControl } from "../../base/progress.ts";
import type { PastDay, ResolvedBans } from "../drop/before.ts";
import type { EnginePins } from "../drop/pins.ts";
import type { Columns } from "../drop/task.ts";

/** History, bans and pins of a drop, as a run takes them. */
export interface BeforeOfRun {
  /** Banned pairs; null: none. */
  readonly bans: ResolvedBans | null;
  /** Pinned pairs; null: none. */
  readonly pins: EnginePins | null;
  /** What the days of history mean; null: there is no history. */
  readonly days: readonly PastDay[] | null;
  /** What history is used for. */
  readonly rules: HistoryRules;
  /** Least score, compared with the scores before history scales them; −Infinity: any. */
  readonly minScore: number;
}

/** Which of the rows of the table of pairs count. */
export interface PairRules {
  /** Least score; −Infinity: any. */
  readonly minScore: number;
  /** How many pairs of each user count, the best by score, equal ones in the order of their contracts; Infinity: all. */
  readonly topN: number;
}

/** Pairs and why others are left out, each counted once: in the order of one machine. */
export interface PairTally {
  /** Rows of users who have a group, of contracts that can be given; pins that have become pairs among them. */
  readonly rows: number;
  /** Rows of users who have a group, of contracts without capacity. */
  readonly rowsWithoutCap: number;
  /** Rows left out because the pair had another; the largest score was kept. */
  readonly duplicates: number;
  /** Of them, those with another score than the one kept. */
  readonly conflicts: number;
  /** Pairs below the least score. */
  readonly belowLeast: number;
  /** Other pairs that are banned. */
  readonly banned: number;
  /** Other pairs left out because the user had the contract lately. */
  readonly coolingByContract: number;
  /** Other pairs left out because the user had something of its brand lately. */
  readonly coolingByBrand: number;
  /** Pairs left with a score that is lowered by declines. */
  readonly declined: number;
  /** Pairs left out because their user has enough better ones. */
  readonly beyondTopN: number;
  /** Pairs left, those of users who are held out among them. */
  readonly pairs: number;
  /** Users who have one. */
  readonly users: number;
}

/** An id that pairs have and caps lack, and one that users' groups lack, beside ids that are there. */
export interface UnknownIds {
  /** Of contracts. */
  readonly contracts: UnknownId;
  /** Of users. */
  readonly users: UnknownId;
}

/** What is known of a pair before a scenario. */
export interface PairStanding {
  /** Whether the tables have it. */
  readonly isPair: boolean;
  /** Whether a ban keeps it out. */
  readonly isBanned: boolean;
  /** Whether a cooldown keeps it out. */
  readonly isCooling: boolean;
  /** The user's group; empty: it has none. */
  readonly groups: readonly string[];
}

/** What history, bans and pins came to. */
export interface AppliedBefore {
  /** Pins that were not eligible and have become so. */
  readonly created: number;
  /** Scores of history that rotation does not count as they are. */
  readonly rough: RoughScores;
}

/** Which of the pairs are in the drop. */
export interface LeaveOutSteps {
  /**
   * Applies history, bans and pins: from here on pairs are read without those that must not be given, with scaled
   * scores.
   */
  applyBefore(columns: Columns, before: BeforeOfRun, control: RunControl): Promise<AppliedBefore>;
  /**
   * Counts the pairs, and what history, bans and the rules leave out of them. Users held out are still there.
   *
   * @param rows rows of the pairs
   */
  tallyPairs(
    columns: Columns,
    rules: PairRules,
    rows: number,
    control: RunControl,
  ): Promise<PairTally>;
  /** Counts the rows about contracts without capacity, of users who have a group. */
  countWithoutCap(columns: Columns, control: RunControl): Promise<number>;
  /** Samples of ids that pairs have and other tables lack, to say why no pair is left. */
  unknownIds(columns: Columns, control: RunControl): Promise<UnknownIds>;
  /**
   * Bans pairs among those that count by the rules, also of users who are held out: from here on pairs are read without them.
   * Each user's best have been chosen then.
   */
  banMore(
    bans: ResolvedBans,
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<void>;
  /** Which of some users have a pair that counts by the rules, held out or not. */
  usersAmong(
    users: readonly string[],
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>>;
  /** The groups of the users who have a pair that counts by the rules, held out or not. */
  groupsAmong(
    columns: Columns,
    rules: PairRules,
    control: RunControl,
  ): Promise<ReadonlySet<string>>;
  /** What is known of a pair before {@link banMore}. */
  standingOf(user: string, contract: string, control: RunControl): Promise<PairStanding>;
}
